"""Identifiers of messages and of what belongs to them: 26 characters that sort by the time they were made.

The form is that of a ULID: 48 bits of milliseconds since 1970 and 80 random bits, in Crockford's base 32.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gateway.ports import Randomness

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
RANDOM_BYTES = 10
FORM = re.compile(f"[0-7][{ALPHABET}]{{{LENGTH - 1}}}")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_PAIR_SHIFTS = tuple(range(120, -1, -10))


def new_id(now: datetime, random: Randomness) -> str:
    """An identifier that was never given before; those of later milliseconds sort behind it."""
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    return _text(milliseconds << 80 | int.from_bytes(random.bytes(RANDOM_BYTES), "big"))


def first_id(moment: datetime) -> str:
    """The lowest identifier that can be made in the millisecond of an aware time."""
    milliseconds = max(0, (moment - _EPOCH) // timedelta(milliseconds=1))
    return _text(milliseconds << 80)


def moment_of_id(identifier: str) -> datetime:
    """The millisecond in which an identifier was made."""
    milliseconds = 0
    for letter in identifier[:10]:
        milliseconds = milliseconds << 5 | ALPHABET.index(letter)
    return _EPOCH + timedelta(milliseconds=milliseconds)


def is_id(text: str) -> bool:
    """Whether a text has the form of an identifier."""
    return FORM.fullmatch(text) is not None


def _text(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in _PAIR_SHIFTS])
