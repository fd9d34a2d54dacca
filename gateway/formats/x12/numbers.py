"""Control numbers and counts of envelopes: how they are compared, and which were seen."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.limits import MAX_CONTROL_NUMBER_LENGTH, Limits

LONGEST_COUNT = 10  # digits of SE01, the longest of the counts
HIGHEST_CONTROL_NUMBER = 999_999_999  # nine digits, in ISA13, GS06 and ST02 alike


def element(segment: Sequence[str], position: int) -> str:
    """The element at a position (01 is 1) without blanks around it, "" when the segment is too short."""
    return segment[position].strip() if position < len(segment) else ""


def shown_number(number: str) -> str:
    """A control number as locations have it."""
    return number[:MAX_CONTROL_NUMBER_LENGTH]


def within_nine_digits(number: int) -> int:
    """The control number of a count that went on from the first; after the highest it is 1 again."""
    return (number - 1) % HIGHEST_CONTROL_NUMBER + 1


def is_count(text: str, expected: int) -> bool:
    """Whether a count of type N0 says this number; zeros before it mean nothing."""
    if not text or len(text) > 2 * LONGEST_COUNT or not text.isascii() or not text.isdigit():
        return False
    return int(text) == expected


def same_number(text: str) -> str:
    """A key under which numeric control numbers (N0: ISA13, GS06) are equal whatever zeros stand before."""
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text


def trailer_findings(code: str, place: Location, number: str, expected: str) -> list[Finding]:
    """What is to be said of the control number in a trailer of type N0 (GE02, IEA02).

    The same number with other zeros before it is the same number (X12.6); that it has the wrong length is a
    fault of the element alone.
    """
    if number == expected:
        return []
    if number and same_number(number) == same_number(expected):
        return [found("control-number-padding", place, number, expected=expected)]
    return [found(code, place, number or None, expected=expected)]


class Remembered:
    """The control numbers seen so far, up to a limit; `code` is the fault of one that is seen again."""

    def __init__(self, code: str, limits: Limits) -> None:
        self._code = code
        self._limits = limits
        self._seen: set[str] = set()
        self._overflowed = False

    def findings(self, key: str, location: Location, position: int, number: str) -> tuple[Finding, ...]:
        """What is to be said of a number, whose element stands at a position of the segment at `location`."""
        if key in self._seen:
            place = msgspec.structs.replace(location, element=position)
            return (found(self._code, place, number),)
        if len(self._seen) < self._limits.remembered_numbers:
            self._seen.add(key)
        elif not self._overflowed:
            self._overflowed = True
            limit = self._limits.shown("duplicate-check-limit")
            return (found("duplicate-check-limit", location, limit=limit),)
        return ()
