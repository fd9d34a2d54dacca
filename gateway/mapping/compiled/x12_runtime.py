"""What generated exact readers of X12 call: segments by place, claims, and what nobody claimed.

It follows `gateway.mapping.evaluate.read_x12` step by step, without places for findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from gateway.documents.accept import record_check
from gateway.formats.x12.definitions import Row, SetDefinition
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.x12_forms import LoopReader
from gateway.mapping.compiled.x12_layout import is_composite
from gateway.mapping.evaluate.x12_leftovers import Claims, Leftovers
from gateway.mapping.evaluate.x12_tree import LoopNode, tree_of
from gateway.mapping.plan import Qualifier, qualifiers_text

__all__ = ["BLANK", "FILL", "NO_SEGMENT", "Exact", "component", "lifted"]

Ext: TypeAlias = dict[str, str | tuple[str, ...]]
Wanted: TypeAlias = Sequence[tuple[int, int | None, str]]
"""Qualifiers: element, component, value."""

LONGEST_SEGMENT = 120  # elements that a row may name; X12 segments have at most 50
BLANK = ("",) * LONGEST_SEGMENT
FILL = tuple([""] * missing for missing in range(LONGEST_SEGMENT))  # what a segment is filled up with
NO_SEGMENT = (-1, BLANK)


def component(text: str, number: int, separator: str) -> str:
    """One component of a composite, from 1; "" when it is not there."""
    parts = text.split(separator)
    return parts[number - 1] if number <= len(parts) else ""


class Exact:
    """One transaction set while it is read."""

    def __init__(
        self,
        segments: Sequence[Sequence[str]],
        rows: Sequence[int],
        separator: str,
        definition: SetDefinition,
        set_rows: Sequence[Row],
        loops: Mapping[int, LoopReader],
    ) -> None:
        self.segments = segments
        self.rows = rows
        self.separator = separator
        self.definition = definition
        self.claims = Claims()
        self._valid = True
        self._openings: dict[int, list[tuple[int, object]]] = {row: [] for row in loops}
        left = self._without_loops(loops, len(set_rows) - 1) if loops else None
        self.tree, unplaced = tree_of(rows, set_rows, left)
        if unplaced:
            raise Doubt
        self.nodes = {child.opener: child for child in self.tree.children}

    def _without_loops(self, loops: Mapping[int, LoopReader], last_row: int) -> list[int]:
        """The positions of the segments outside those occurrences of loops that are claimed as a whole."""
        segments, rows = self.segments, self.rows
        if not rows or rows[-1] != last_row:
            raise Doubt  # a reader of a loop stops at the row behind it
        left: list[int] = []
        position, count = 0, len(rows)
        while position < count:
            row = rows[position]
            if row not in loops:
                left.append(position)
                position += 1
                continue
            if self._openings[row]:
                raise Doubt  # all occurrences of a loop of the set follow one another
            read = loops[row].read(segments, rows, position, whole=False)
            self._openings[row] += read.found
            left += read.left
            position = read.behind
        return left

    def judged(self, record: msgspec.Struct) -> msgspec.Struct:
        """The record, which no function has read as a whole, after a look at whether it is valid."""
        self._valid = self._valid and record_check(type(record))(record)
        return record

    def is_valid(self, document: msgspec.Struct, lists: Sequence[str]) -> bool:
        """Whether all records that were looked at are valid, and what holds them in these lists is."""
        return self._valid and record_check(type(document), frozenset(lists))(document)

    def openings(self, row: int) -> Sequence[tuple[int, object]]:
        """Where a loop opens, each with its record where the occurrence is claimed as a whole."""
        return self._openings[row]

    def by_row(self, node: LoopNode) -> dict[int, list[int]]:
        """The positions of a loop's own segments, by row."""
        found: dict[int, list[int]] = {}
        for position in node.segments:
            found.setdefault(self.rows[position], []).append(position)
        return found

    def at_row(self, node: LoopNode, openers: Sequence[int], row: int) -> list[int]:
        """The positions of the segments at a row, in the loops that a chain of openers leads to."""
        rows = self.rows
        nodes = node.reached(openers)
        if openers[-1] == row:
            return [inner.opener for inner in nodes]
        return [position for inner in nodes for position in inner.segments if rows[position] == row]

    def first(self, positions: Sequence[int], wanted: Wanted, length: int) -> tuple[int, Sequence[str]]:
        """The first of the positions where the qualifiers hold, with its segment; -1 for none."""
        for position in positions:
            if self.matches(position, wanted):
                return position, self.segment(position, length)
        return -1, BLANK

    def every(self, positions: Sequence[int], wanted: Wanted, unwanted: Sequence[Wanted]) -> list[int]:
        """The positions where the qualifiers hold, and none of the unwanted ones."""
        return [
            position
            for position in positions
            if self.matches(position, wanted) and not any(self.matches(position, other) for other in unwanted)
        ]

    def matches(self, position: int, wanted: Wanted) -> bool:
        return all(self.text(position, element, part) == value for element, part, value in wanted)

    def text(self, position: int, element: int, part: int | None) -> str:
        segment = self.segments[position]
        text = segment[element] if element < len(segment) else ""
        return text if part is None else component(text, part, self.separator)

    def segment(self, position: int, length: int) -> Sequence[str]:
        """The segment, filled up to a length."""
        segment = self.segments[position]
        return segment if len(segment) >= length else [*segment, *BLANK[len(segment) : length]]

    def note(
        self, node: LoopNode, position: int, place: tuple[int, int | None], anchor: str, wanted: Wanted
    ) -> None:
        """A row has read an element (or component) of a segment that is not the scope's own."""
        self.claims.add(id(node), position, anchor)
        self.claims.element(position, *place)
        for qualifier, of_part, _ in wanted:
            self.claims.element(position, qualifier, of_part)

    def by_first(self, position: int, tag: str) -> str:
        """The name of a segment that its own first element tells apart."""
        first = self.text(position, 1, None) if position >= 0 else ""
        return f"{tag}{qualifiers_text((Qualifier(1, first),))}" if first else tag

    def take(self, position: int, wanted: Wanted) -> set[tuple[int, int]]:
        """A block has taken the segment, or the loop it opens; what is claimed of it, to be added to."""
        self.claims.taken.add(position)
        claimed = self.claims.of(position)
        for qualifier, of_part, _ in wanted:
            claimed.add((qualifier, of_part or 0))
        return claimed

    def loops(self, node: LoopNode, openers: Sequence[int], row: int) -> Iterator[tuple[LoopNode, int]]:
        """The occurrences of a loop, each with the position of its opening segment."""
        for outer in node.reached(openers):
            for inner in outer.children:
                if inner.row == row:
                    yield inner, inner.opener

    def repeats(self, node: LoopNode, openers: Sequence[int], row: int) -> Iterator[tuple[LoopNode, int]]:
        """The occurrences of a repeated segment, each with the loop it stands in."""
        for outer in node.reached(openers):
            for position in outer.segments:
                if self.rows[position] == row:
                    yield outer, position

    def rest(self, node: LoopNode, position: int | None) -> Ext:
        """What nobody claimed in a loop, or in one segment of it."""
        left = Leftovers(self.segments, self._is_composite, self._tag, self.separator, self.claims)
        return left.of(node, position)

    def _is_composite(self, tag: str, element: int) -> bool:
        return is_composite(self.definition, tag, element)

    def _tag(self, position: int) -> str:
        return self.segments[position][0]


def lifted(text: str, tag: str, number: int, left: Mapping[str, str | tuple[str, ...]]) -> Ext:
    """The leftovers of occurrence `number` (from 0) of a block whose record cannot keep them."""
    anchor = text if number == 0 else f"{text}#{number + 1}"
    found: Ext = {}
    for key, value in left.items():
        if key.startswith(tag) and key[len(tag) :][:1].isdigit():
            found[anchor + ("." if number else "") + key[len(tag) :]] = value
        else:
            found[f"{anchor}/{key}"] = value
    return found
