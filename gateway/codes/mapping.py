"""Faults found while a mapping table reads or writes a document."""

from __future__ import annotations

CODES = ()
