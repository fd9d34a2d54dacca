"""What the texts of options mean that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from gateway.errors import UsageError
from gateway.formats.detect import Format
from gateway.formats.x12.numbers import HIGHEST_CONTROL_NUMBER

FIRST_NUMBERS = "1,1,0001"


class SourceFormat(StrEnum):
    """The formats that can be read and written."""

    CANONICAL = "canonical"
    SPAPI = "spapi"
    X12 = "x12"
    CSV = "csv"
    FIXED = "fixed"
    XML = "xml"


def named(form: SourceFormat | None) -> Format | None:
    """The format of a file, where one was named."""
    return None if form is None else Format(form.value)


def control_numbers(text: str) -> tuple[int, int, int]:
    """`ISA,GS,ST` as three numbers; `UsageError` when it is not that."""
    parts = text.split(",")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise UsageError(f"--control-numbers takes three numbers such as 1,1,0001, not {text}")
    isa, gs, st = (int(part[:10]) for part in parts)
    for number in (isa, gs, st):
        if not 1 <= number <= HIGHEST_CONTROL_NUMBER:
            raise UsageError(f"--control-numbers takes numbers from 1 to {HIGHEST_CONTROL_NUMBER}")
    return isa, gs, st


def moment(text: str | None) -> datetime:
    """A time in ISO 8601, or now; `UsageError` when it is none."""
    if text is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"--at takes a time such as 2026-11-03T09:15, not {text}") from fault


def utc_moment(text: str | None) -> datetime | None:
    """A time such as 2026-11-03 or 2026-11-03T09:15, in UTC where it names no zone; `UsageError`."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"{text} is no time; write it like 2026-11-03 or 2026-11-03T09:15") from fault
    return (told if told.tzinfo is not None else told.replace(tzinfo=UTC)).astimezone(UTC)
