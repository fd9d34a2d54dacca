"""Faults of canonical documents, and business checks that never reject."""

from __future__ import annotations

CODES = ()
