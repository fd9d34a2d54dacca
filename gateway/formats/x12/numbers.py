"""Control numbers and counts of envelopes: how they are compared, and which were seen."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.limits import MAX_CONTROL_NUMBER_LENGTH, Limits

LONGEST_COUNT = 10  # digits of SE01, the longest of the counts
HIGHEST_CONTROL_NUMBER = 999_999_999  # nine digits, in ISA13, GS06 and ST02 alike
LONGEST_CONTROL_NUMBER = len(str(HIGHEST_CONTROL_NUMBER))
DIGIT_BITS = 31  # of a number of ten digits that begins with 1
NUMBERS_TOGETHER = (
    65_536  # in one sorted array; a million numbers in any order are searched for in 16 of them
)


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


def trailer_finding(code: str, place: Location, number: str, expected: str) -> Finding:
    """What is to be said of another control number than expected in a trailer, of type N0 (GE02, IEA02).

    The same number with other zeros before it is the same number (X12.6); that it has the wrong length is a
    fault of the element alone.
    """
    if number and same_number(number) == same_number(expected):
        return found("control-number-padding", place, number, expected=expected)
    return found(code, place, number or None, expected=expected)


class Remembered:
    """The control numbers seen so far, up to a limit; `code` is the fault of one that is seen again.

    Numbers of at most nine digits are packed, others kept as they are, of which there may be fewer.
    """

    def __init__(self, code: str, limits: Limits) -> None:
        self._code = code
        self._limits = limits
        self._most = limits.remembered_numbers
        self._packed = _PackedNumbers()
        self._texts: set[tuple[str, str]] = set()
        self._owners: dict[str, int] = {}
        self._overflowed = False

    def findings(
        self, key: str, location: Location, position: int, number: str, owner: str = ""
    ) -> tuple[Finding, ...]:
        """What is to be said of a number, whose element stands at a position of the segment at `location`.

        `key` is the same for numbers that are the same; it has to be unique for its `owner` alone.
        """
        packed = self._as_integer(key, owner)
        if (owner, key) in self._texts if packed is None else packed in self._packed:
            place = msgspec.structs.replace(location, element=position)
            return (found(self._code, place, number),)
        limit = self._full(packed)
        if limit is None:
            self._texts.add((owner, key)) if packed is None else self._packed.add(packed)
        elif not self._overflowed:
            self._overflowed = True
            return (found("duplicate-check-limit", location, limit=f"{limit:,}"),)
        return ()

    def takes_next(self, key: str) -> bool:
        """Remember a number of nobody, in ASCII, if it is above all before it; false when in doubt."""
        packed = self._packed
        if not key.isdecimal() or len(key) > LONGEST_CONTROL_NUMBER:
            return False
        if len(self._texts) + packed.count >= self._most:
            return False
        owner = self._owners.setdefault("", len(self._owners))
        return packed.add_above(owner << DIGIT_BITS | int("1" + key))

    def _as_integer(self, key: str, owner: str) -> int | None:
        """An integer below 2 ** 63 that no other number of an owner has; None where there is none."""
        if len(key) > LONGEST_CONTROL_NUMBER or not (key.isascii() and key.isdigit()):
            return None
        whose = self._owners.get(owner)
        if whose is None:
            if len(self._owners) >= self._limits.remembered_texts:
                return None
            whose = self._owners[owner] = len(self._owners)
        return whose << DIGIT_BITS | int(f"1{key}")

    def _full(self, packed: int | None) -> int | None:
        """The limit that leaves no room for one more, if there is one."""
        count = len(self._texts) + self._packed.count
        if count >= self._most:
            return self._most
        if packed is None and len(self._texts) >= self._limits.remembered_texts:
            return self._limits.remembered_texts
        return None


class _PackedNumbers:
    """A set of integers from 0 below 2 ** 63: the last ones as a set, all others in sorted arrays.

    Most come in rising order, and one above all others needs no search.
    """

    def __init__(self) -> None:
        self._last: set[int] = set()
        self._sorted: list[array[int]] = []
        self._highest = -1
        self.count = 0

    def __contains__(self, number: int) -> bool:
        if number > self._highest:
            return False
        return number in self._last or any(_is_among(number, numbers) for numbers in self._sorted)

    def add(self, number: int) -> None:
        """Add a number that is not among them."""
        if not self.add_above(number):
            self._add(number)

    def add_above(self, number: int) -> bool:
        """Add a number if it is above all others."""
        if number <= self._highest:
            return False
        self._highest = number
        self._add(number)
        return True

    def _add(self, number: int) -> None:
        last = self._last
        if len(last) == NUMBERS_TOGETHER:
            self._sorted.append(array("q", sorted(last)))
            last = self._last = set()
        last.add(number)
        self.count += 1


def _is_among(number: int, numbers: array[int]) -> bool:
    if not numbers[0] <= number <= numbers[-1]:
        return False
    return numbers[bisect_left(numbers, number)] == number
