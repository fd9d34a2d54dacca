"""Guides of partners: statements that narrow a transaction set of the standard, and the second verdict."""
