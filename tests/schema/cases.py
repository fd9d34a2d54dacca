"""What a case of the conformance tests is made of: edits of a good set, findings at full addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gateway.findings import Finding
from tests.schema.samples import SETS, interchange

Edit = Callable[[list[str]], None]

ALLOWANCE = "SAC*A*C310***100"
LINE = "PO1*1*24*EA*3.5*PE*UP*012345678905*VN*A-100"

SEGMENTS_BEFORE_ST = 2  # ISA and GS


class Found(NamedTuple):
    """A finding: code, position of the segment in the set (ST is 1), tag, and what else applies."""

    code: str
    segment: int
    tag: str
    element: int | None = None
    loop: str | None = None
    value: str | None = None
    component: int | None = None
    repetition: int | None = None


class Case(NamedTuple):
    """One rule: an edit that breaks it with all that is then found, and edits that do not."""

    rule: str
    set_type: str
    broken: Edit
    found: tuple[Found, ...]
    fine: tuple[Edit, ...] = ()
    isa: tuple[str, ...] = ()
    release: str = "004010"


def at(segment: int, text: str) -> Edit:
    """Put another segment at a position of the set."""

    def edit(segments: list[str]) -> None:
        segments[segment - 2] = text

    return edit


def add(segment: int, *texts: str) -> Edit:
    """Put segments in front of the one at a position."""

    def edit(segments: list[str]) -> None:
        segments[segment - 2 : segment - 2] = texts

    return edit


def cut(first: int, last: int) -> Edit:
    """Take the segments from a position to another away."""

    def edit(segments: list[str]) -> None:
        del segments[first - 2 : last - 1]

    return edit


def both(*edits: Edit) -> Edit:
    """Several edits, one after the other."""

    def edit(segments: list[str]) -> None:
        for one in edits:
            one(segments)

    return edit


def document(case: Case, edit: Edit) -> bytes:
    """The interchange of a case after an edit."""
    segments = list(SETS[case.set_type])
    edit(segments)
    return interchange(case.set_type, segments, isa=case.isa, gs=(f"8={case.release}",))


def as_found(finding: Finding) -> Found:
    """What the tests compare of a finding; the rest of its address is checked by `address_problems`."""
    place = finding.location
    return Found(
        finding.code,
        place.segment_in_set or 0,
        place.tag or "",
        place.element,
        place.loop,
        finding.value,
        place.component,
        place.repetition,
    )


def address_problems(finding: Finding, data: bytes) -> list[str]:
    """What is wrong with the parts of an address that follow from the position in the set."""
    place = finding.location
    segment = (place.segment_in_set or 0) + SEGMENTS_BEFORE_ST
    starts = _segment_starts(data)
    expected = {
        "interchange": 1,
        "group": 1,
        "set": 1,
        "isa13": "000000042",
        "gs06": "7",
        "st02": "0001",
        "segment": segment,
        "byte": starts[segment - 1],
    }
    return [
        f"{name} {getattr(place, name)!r}"
        for name, value in expected.items()
        if getattr(place, name) != value
    ]


def _segment_starts(data: bytes) -> Sequence[int]:
    starts, position = [], 0
    for line in data.split(b"\n"):
        starts.append(position)
        position += len(line) + 1
    return starts


def changed(*changes: tuple[int, str]) -> list[str]:
    """The sample order with other segments at positions of the set (ST is 1)."""
    segments = list(SETS["850"])
    for position, text in changes:
        segments[position - 2] = text
    return segments


def codes(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    return [finding.code for finding in findings]
