"""Mapping tables: one table says how a canonical document and a format stand to each other, both ways."""
