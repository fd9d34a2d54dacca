"""Reads the elements of an acknowledgment, and collects what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.model import Elements, TransactionSet
from gateway.report import Verdict

MAX_CODES = 5  # AK502 to AK506, AK905 to AK909
MAX_FINDINGS = 100  # an answer with more faults is not worth reading on, and must not fill the memory


class Faults:
    """The faults of one acknowledgment with their places, up to a limit."""

    def __init__(
        self, start: Location, known: tuple[Finding, ...], transaction_set: TransactionSet | None = None
    ) -> None:
        self._start = start
        self._set = transaction_set
        self._found = list(known[:MAX_FINDINGS])

    @property
    def findings(self) -> tuple[Finding, ...]:
        if len(self._found) <= MAX_FINDINGS:
            return tuple(self._found)
        return (*self._found[:MAX_FINDINGS], found("findings-limit", self._start, limit=MAX_FINDINGS))

    def add(
        self,
        code: str,
        position: int | None,
        tag: str,
        element: int | None = None,
        value: str | None = None,
        **details: str,
    ) -> None:
        """`position` is that in the set, None for a segment outside of sets."""
        if len(self._found) > MAX_FINDINGS:
            return
        place = msgspec.structs.replace(self._start, tag=tag, element=element)
        if position is not None:
            segment = None if place.segment is None else place.segment + position - 1
            place = msgspec.structs.replace(
                place, segment=segment, segment_in_set=position, byte=self._byte(position)
            )
        self._found.append(found(code, place, value, severity=None, **details))

    def _byte(self, position: int) -> int | None:
        if self._set is None or self._start.byte is None or position > len(self._set.offsets):
            return None
        return self._start.byte + self._set.offsets[position - 1]


def element(segment: Elements, position: int) -> str:
    return segment[position].strip() if position < len(segment) else ""


def codes(segment: Elements, first: int) -> tuple[str, ...]:
    return tuple(code.strip() for code in segment[first : first + MAX_CODES] if code.strip())


def number(text: str) -> int | None:
    """The number of a position or count, None when it is none; ten digits are the most any of them has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def digits(faults: Faults, segment: Elements, at: int, position: int | None) -> str:
    """An element that must be a number, as it was written; a finding when it is none."""
    text = element(segment, at)
    if number(text) is None:
        faults.add("acknowledgment-element", position, segment[0], at, text or None, expected="number")
    return text


def verdict_of(
    faults: Faults, segment: Elements, at: int, position: int | None, known: Mapping[str, Verdict]
) -> Verdict:
    code = element(segment, at)
    if code not in known:
        expected = "acknowledgment code"
        faults.add("acknowledgment-element", position, segment[0], at, code or None, expected=expected)
    return known.get(code, Verdict.UNREADABLE)
