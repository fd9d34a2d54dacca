"""Bytes that are kept: their keys, how they are sealed, and where large ones lie."""
