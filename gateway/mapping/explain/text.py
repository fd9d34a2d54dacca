"""Canonical values as a person reads them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from gateway.documents.parts import Moment
from gateway.mapping.evaluate.json_places import text_of_json

__all__ = ["text_of"]


def text_of(value: object) -> str:
    """A canonical value in one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, Moment):
        value = value.date or value.time
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return " / ".join(value)
    return text_of_json(msgspec.to_builtins(value))
