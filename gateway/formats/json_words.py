"""What JSON values and their types are called for people, and the forms that schemas ask of texts."""

from __future__ import annotations

import re
from datetime import datetime

__all__ = ["NUMBER", "in_python", "is_date_time", "kind_of", "matches", "name_of_kind", "shown"]

_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z"
"""The rule, as `in_python` gives it, by which a text is a number of JSON (RFC 8259, section 6)."""
_KINDS = {
    "object": "a group of fields",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def is_date_time(value: object) -> bool:
    """Whether a text is a date and time with a zone that exist in the calendar (RFC 3339, section 5.6).

    Leap seconds are refused: hardly any receiver reads them. What is no text is not judged, as `format` asks.
    """
    if not isinstance(value, str):
        return True
    match = _DATE_TIME.fullmatch(value)
    if match is None:
        return False
    try:
        datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of a schema is found in a text."""
    return re.search(in_python(pattern), text) is not None


def in_python(pattern: str) -> str:
    """A pattern of a schema as one of Python: its final `$` means the very end, as in ECMA-262.

    Python's `$` would also let a line end pass.
    """
    return pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern


def kind_of(value: object) -> str:
    """What a value is, for people: `a text`, `a whole number`, `a list` …"""
    match value:
        case None:
            kind = "null"
        case bool():
            kind = "boolean"
        case int():
            kind = "integer"
        case str():
            kind = "string"
        case list():
            kind = "array"
        case dict():
            kind = "object"
        case _:
            kind = "number"
    return _KINDS[kind]


def name_of_kind(type_name: str) -> str:
    """A type of JSON Schema, for people: `string` is a text."""
    return _KINDS.get(type_name, type_name)


def shown(value: object) -> str | None:
    """A single value for a finding; groups and lists are not shown, nor is null."""
    return None if value is None or isinstance(value, dict | list) else str(value)
