"""Faults of delimited flat files, with line and column."""

from __future__ import annotations

CODES = ()
