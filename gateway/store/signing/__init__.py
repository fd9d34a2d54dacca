"""Checkpoints: what is signed, that two histories never are, and how they get out."""
