"""What walks over the segments of a scope leave behind for generated X12 readers."""

from __future__ import annotations

import msgspec

from gateway.mapping.compiled.x12_layout import Place, Qualifiers, Read

__all__ = ["Listed", "Occurrence", "Piece", "Walked", "Way"]


class Walked(msgspec.Struct):
    """The locals a walk leaves behind. `own` is the segment that opens the scope, "" for the whole set.

    `picks` are segments (`BLANK` when there is none), `lists` lists of segments, `starts` lists of positions.
    `spans` are the positions where the occurrences of a loop begin and where they end. `whole` are those
    lists whose segments have no empty element where rows read. `short`: the own segment is filled up to where
    a row reads pairs up to its end; `tails`: the picks that are.

    Of a set of a known shape `listed` are the segments of a list, `occurrences` what blocks take.
    """

    own: str
    known: Qualifiers
    picks: dict[tuple[Place, Qualifiers], str] = msgspec.field(default_factory=dict)
    lists: dict[tuple[Place, Qualifiers], str] = msgspec.field(default_factory=dict)
    starts: dict[Place, str] = msgspec.field(default_factory=dict)
    spans: dict[Place, tuple[str, str]] = msgspec.field(default_factory=dict)
    whole: set[str] = msgspec.field(default_factory=set)
    short: bool = False
    tails: set[str] = msgspec.field(default_factory=set)
    listed: dict[str, list[Listed]] = msgspec.field(default_factory=dict)
    occurrences: dict[Place, list[Occurrence]] = msgspec.field(default_factory=dict)


class Piece(msgspec.Struct, frozen=True):
    """A segment of a set of a known wording: the row and place of its form, and its elements as program text,
    literals of those whose texts are fixed."""

    row: int
    place: int
    elements: tuple[str, ...]
    fixed: tuple[str | None, ...]

    @property
    def length(self) -> int:
        """How many elements it has, the tag included."""
        return 1 + len(self.elements)

    @property
    def position(self) -> str:
        """The place, as program text."""
        return str(self.place)

    def segment(self, length: int) -> str:
        """The expression of the segment, filled up to a length."""
        elements = [*self.elements, *["''"] * (length - self.length)]
        return f"[{', '.join(['None', *elements])}]"  # nobody asks for the tag


class Listed(msgspec.Struct, frozen=True):
    """A segment of a list: the name under which its elements are, and the expression of it, filled up."""

    local: str
    segment: str


class Occurrence(msgspec.Struct, frozen=True):
    """What a block takes in a set of a known shape; with a `step` of the fold, all occurrences of it."""

    pieces: tuple[Piece, ...]
    step: int | None = None


class Way(msgspec.Struct, frozen=True):
    """What becomes of a segment with these qualifiers: a row picks it, rows collect it, a block takes it."""

    qualifiers: Qualifiers
    local: str
    reads: list[Read]
    excluded: tuple[Qualifiers, ...] = ()
    repeated: bool = False
    block: bool = False
