"""What a guide says: statements about places of a transaction set, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Direction(StrEnum):
    """Who sends what the guide describes: the partner (inbound) or we (outbound)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Kind(StrEnum):
    """What a statement asks; the values are the words of a guide file. OPTIONAL none may ask: it is told."""

    REQUIRED = "required"
    NOT_USED = "not used"
    OPTIONAL = "optional"
    AT_MOST = "at most"
    LENGTH = "length"
    CODES = "codes"
    IS = "is"
    NOTE = "note"


class Condition(msgspec.Struct, frozen=True):
    """A segment is meant only where this element holds this value: `REF[CR]`, `HL[03=S]`."""

    element: int
    value: str


class Step(msgspec.Struct, frozen=True):
    """A loop on the way to a place, or the segment at its end."""

    tag: str
    condition: Condition | None = None

    def __str__(self) -> str:
        if self.condition is None:
            return self.tag
        element = f"{self.condition.element:02d}=" if self.condition.element > 1 else ""
        return f"{self.tag}[{element}{self.condition.value}]"


class Place(msgspec.Struct, frozen=True):
    """Segments of a set, or one element of them (`element` 0: the segment itself), or a component of it."""

    loops: tuple[Step, ...]
    segment: Step
    element: int = 0
    component: int = 0

    @property
    def path(self) -> tuple[str, ...]:
        """The tags of the loops and of the segment."""
        return (*(step.tag for step in self.loops), self.segment.tag)

    def __str__(self) -> str:
        element = f"{self.element:02d}" if self.element else ""
        component = f"-{self.component:02d}" if self.component else ""
        return "/".join((*map(str, self.loops), str(self.segment))) + element + component


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a guide.

    `values` are the codes or the fixed value; `least` and `most` the lengths, or how often at most. An
    `unverified` statement, which says why it is one, never refuses. `sources` are names of the guide.
    """

    place: Place
    kind: Kind
    line: int
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    note: str = ""
    sources: tuple[str, ...] = ()
    unverified: str = ""

    @property
    def words(self) -> str:
        """What it asks, as a guide file says it; "" for a remark."""
        match self.kind:
            case Kind.NOTE:
                return ""
            case Kind.AT_MOST:
                return f"at most {self.most}"
            case Kind.LENGTH:
                return f"length {self.least}/{self.most}"
            case Kind.CODES | Kind.IS:
                return f"{self.kind.value} {' '.join(self.values)}"
            case _:
                return self.kind.value


class Guide(msgspec.Struct, frozen=True):
    """One guide file: the set and the releases it narrows, what it is, and its statements in order."""

    file: str
    set: str
    releases: tuple[str, ...]
    direction: Direction
    about: str
    sources: Mapping[str, str]
    statements: tuple[Statement, ...]
