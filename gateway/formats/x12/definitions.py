"""What a release of X12 says of its elements, segments and transaction sets: facts, read from `schemas/x12`.

The structure stands in this ring because both validation and mapping need it; neither may import the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec


class Requirement(StrEnum):
    """Whether something must be sent: mandatory, optional, or conditional (a syntax note says when)."""

    MANDATORY = "M"
    OPTIONAL = "O"
    CONDITIONAL = "X"


class CodeList(msgspec.Struct, frozen=True):
    """The codes of one element. A code missing from a whole list is an error, from a partial one a remark."""

    whole: bool
    codes: Mapping[str, str]  # code -> our words for it, "" where none are needed


class Element(msgspec.Struct, frozen=True):
    """One data element of the dictionary (X12.3): `type` is AN ID N0 N2 R DT TM B; lengths in characters."""

    number: str
    name: str
    type: str
    minimum: int
    maximum: int
    codes: CodeList | None = None


class SyntaxNote(msgspec.Struct, frozen=True):
    """A condition among elements (X12.6): P all or none, R one or more, E at most one, C and L: if the first
    then all others, or one or more of the others. Positions count from 1."""

    kind: str
    positions: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


class Composite(msgspec.Struct, frozen=True):
    """A composite element: components in order, with syntax notes among them."""

    number: str
    name: str
    components: tuple[ElementUse, ...]
    notes: tuple[SyntaxNote, ...] = ()


class ElementUse(msgspec.Struct, frozen=True):
    """An element (or composite) at one position of a segment or composite. `repeats`: at most so often."""

    content: Element | Composite
    requirement: Requirement
    repeats: int = 1


class Segment(msgspec.Struct, frozen=True):
    """A segment of the directory (X12.22). `uses[0]` is element 01."""

    tag: str
    name: str
    uses: tuple[ElementUse, ...]
    notes: tuple[SyntaxNote, ...] = ()


class SegmentUse(msgspec.Struct, frozen=True):
    """A segment at one position of a set or loop. `maximum` None: without limit.

    `position` is the number printed in the standard, counted anew in each area; "" where it is not known.
    """

    position: str
    tag: str
    requirement: Requirement
    maximum: int | None


class Loop(msgspec.Struct, frozen=True):
    """A loop; its first member is the segment that opens it and is always sent. `maximum` None: no limit."""

    requirement: Requirement
    maximum: int | None
    members: tuple[SegmentUse | Loop, ...]

    @property
    def name(self) -> str:
        """The tag of the segment that opens the loop."""
        first = self.members[0]
        return first.name if isinstance(first, Loop) else first.tag


class Row(msgspec.Struct, frozen=True):
    """One segment position of a set, with the path of its loops: `PO1/SLN`, "" in no loop.

    `index` counts from 0 in the order of the standard; `opens_loop` marks the first segment of its loop.
    """

    index: int
    tag: str
    path: str
    use: SegmentUse
    opens_loop: bool


class SetDefinition(msgspec.Struct, frozen=True):
    """A transaction set of a release: its segments in order, ST first and SE last.

    `areas` says how many of the members stand in the heading, the detail and the summary.
    """

    set: str
    name: str
    group: str
    release: str
    members: tuple[SegmentUse | Loop, ...]
    segments: Mapping[str, Segment]
    areas: tuple[tuple[str, int], ...] = ()

    def rows(self) -> tuple[Row, ...]:
        """Every segment position, in order."""
        return tuple(
            Row(index, use.tag, path, use, opens)
            for index, (use, path, opens) in enumerate(_positions(self.members, ""))
        )


class Release(msgspec.Struct, frozen=True):
    """All that is installed of one release, such as 004010."""

    release: str
    elements: Mapping[str, Element]
    segments: Mapping[str, Segment]
    sets: Mapping[str, SetDefinition]


def _positions(members: tuple[SegmentUse | Loop, ...], path: str) -> Iterator[tuple[SegmentUse, str, bool]]:
    for number, member in enumerate(members):
        if isinstance(member, Loop):
            inner = f"{path}/{member.name}" if path else member.name
            yield from _positions(member.members, inner)
        else:
            yield member, path, bool(path) and number == 0
