"""Types of columns: what a database would round, shift or forget is kept as text."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

MOMENT_LENGTH = 27
SAME_MOMENTS = 64  # all rows of a change are of one moment


@lru_cache(SAME_MOMENTS)
def moment_text(moment: datetime) -> str:
    """An aware time as `2026-11-23T16:12:29.123456Z`: texts of it sort as the times do.

    Raises `ValueError` for a time without a zone, which could mean any moment of a day.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} names no time zone; it could mean any moment of a day")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def moment_of(text: str) -> datetime:
    """The time that `moment_text` wrote."""
    return datetime.fromisoformat(text)


def storable(text: str) -> str:
    r"""A text that every database takes: NUL becomes `\x00`, and half a character such as `\udc80` that.

    Names of files may have both. SQLite would keep the one and PostgreSQL neither.
    """
    if text.isascii():
        return text.replace("\0", "\\x00") if "\0" in text else text
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as text of fixed width in UTC: the same in every database, and readable."""

    impl = String(MOMENT_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The text of a time."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The time of a text."""
        return None if value is None else moment_of(value)
