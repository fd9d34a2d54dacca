"""Stores of each version of the tables, as they were when that version was the newest."""
