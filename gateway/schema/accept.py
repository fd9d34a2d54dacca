"""The fast path of one transaction set: follows the steps of its definition and runs the compiled checks.

It never says what is wrong. It gives the row of each segment, or None when the order of the segments is in
doubt, and the places of the segments whose elements are in doubt; the slow path then looks at just these.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import compress, repeat

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.model import Delimiters, TransactionSet
from gateway.formats.x12.shapes import ShapedSet
from gateway.schema.automaton import Automaton
from gateway.schema.by_shape import KnownShapes
from gateway.schema.compile import Check, by_length, segment_checks
from gateway.schema.elements import CONTROL_CHARACTER
from gateway.schema.patterns import Separators
from gateway.schema.sums_agree import Totals
from gateway.schema.taking import Takers
from gateway.schema.unusual import Usual

_Steps = dict[str, "_Entry"]
# Row, steps after it, checks, and how often the row may come if it comes again: 0 is no limit.
_Entry = tuple[int, _Steps, list[Check], int]

_MOST_SEPARATORS = 4  # that shapes are known for


class Followed(msgspec.Struct, frozen=True, gc=False):
    """A set cut into elements, the row of each segment, and the segments that are in doubt, by index."""

    elements: list[list[str]]
    rows: list[int] | None
    doubtful: list[int]

    def at(self, rows: Container[int]) -> list[list[str]]:
        """The segments at these rows of the definition."""
        return [*compress(self.elements, map(rows.__contains__, self.rows or ()))]

    def count(self, rows: Iterable[int]) -> int:
        """How many segments there are at these rows."""
        return sum(map((self.rows or []).count, rows))


class FastPath:
    """The compiled form of one transaction set. `exponent`: numbers of type R may have one."""

    def __init__(
        self, definition: SetDefinition, automaton: Automaton, totals: Totals, exponent: bool
    ) -> None:
        self._checks = {
            tag: segment_checks(segment, exponent) for tag, segment in definition.segments.items()
        }
        by_tag = {tag: by_length(checks) for tag, checks in self._checks.items()}
        tables: list[_Steps] = [{} for _ in automaton.rows]
        for table, steps in zip(tables, automaton.steps, strict=True):
            for tag, (row, _, limit) in steps.items():
                table[tag] = (row, tables[row], by_tag[tag], limit)
        first = automaton.rows[0].tag
        self._start: _Steps = {first: (0, tables[0], by_tag[first], 0)}
        self._automaton = automaton
        self._totals = totals
        self._end = len(tables) - 1
        self._usual = Usual(Delimiters())
        self._shapes: dict[Separators, KnownShapes] = {}
        self._last = self._shapes_of(Delimiters(), "~")

    def shaped(self, transaction_set: TransactionSet) -> ShapedSet | None:
        """What a set says whose shape is known, and which has no fault in itself; None for others."""
        shapes = self._last
        marks, terminator = transaction_set.delimiters, transaction_set.raw_terminator
        separators = shapes.separators
        if separators.marks is not marks and (separators.marks, separators.terminator) != (marks, terminator):
            shapes = self._last = self._shapes_of(marks, terminator)
        known = shapes.find(shapes.skeleton(transaction_set.raw))
        return None if known is None else known.take(transaction_set.raw)

    def learn(self, transaction_set: TransactionSet, followed: Followed) -> None:
        """Takes note of a set without fault."""
        if followed.rows is not None:
            shapes = self._shapes_of(transaction_set.delimiters, transaction_set.raw_terminator)
            shapes.learn(shapes.skeleton(transaction_set.raw), followed.rows, followed.elements)

    def _shapes_of(self, marks: Delimiters, terminator: str) -> KnownShapes:
        separators = Separators(marks, terminator)
        shapes = self._shapes.get(separators)
        if shapes is None:
            if len(self._shapes) >= _MOST_SEPARATORS:
                self._shapes.clear()
            takers = Takers(self._automaton.rows, self._checks, self._totals, separators)
            shapes = KnownShapes(takers)
            self._shapes[separators] = shapes
        return shapes

    def follow(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The row of each segment, and the segments whose elements are to be looked at.

        The rows are None when the steps do not lead to the end of the set.
        """
        followed = self._by_steps(segments, marks)
        if self._usual.marks is not marks and self._usual.marks != marks:
            self._usual = Usual(marks)
        if self._usual.holds(segments):
            return followed
        return self._with_unusual(followed, segments, marks)

    def _by_steps(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The same by the steps of the definition, whatever is unusual in the set.

        A segment is cut when it is looked at: elements of thousands would no longer be in the caches by then.
        """
        row, steps, component = -1, self._start, marks.component
        elements: list[list[str]] = []
        rows: list[int] = []
        doubtful: list[int] = []
        again: dict[int, int] = {}
        size, crowded = len(segments), False
        try:
            for values in map(str.split, segments, repeat(marks.element)):
                elements.append(values)
                row, steps, checks, limit = steps[values[0]]
                if not checks[len(values)](values, component):
                    doubtful.append(len(rows))
                if limit and limit < size:
                    again[row] = count = again.get(row, 1) + 1
                    crowded = crowded or count > limit
                rows.append(row)
        except LookupError:  # no step leads on, or there are more elements than the segment has
            return self._without_order(segments, marks)
        if row != self._end or (crowded and self._is_too_often(elements)):
            return self._without_order(segments, marks)
        return Followed(elements, rows, doubtful)

    def _is_too_often(self, elements: list[list[str]]) -> bool:
        """Whether a row or loop of a set that the steps lead through comes more often than it may.

        `follow` only looks at how often a row comes again in the whole set, which is quick and never less.
        """
        steps, row = self._automaton.steps, 0
        counts: dict[int, int] = {}
        for values in elements[1:]:
            step = steps[row][values[0]]
            row = step.row
            counts[step.counter] = count = counts.get(step.counter, 0) + 1 if step.limit else 1
            if count > step.limit > 0:
                return True
        return False

    def _without_order(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The same where the order of the segments is in doubt."""
        elements = [segment.split(marks.element) for segment in segments]
        refused = [n for n, values in enumerate(elements) if not self.accepts(values, marks.component)]
        return Followed(elements, None, refused)

    def accepts(self, values: list[str], component: str) -> bool:
        """Whether the elements of one segment are accepted, whatever its place."""
        checks = self._checks.get(values[0])
        return checks is not None and checks[len(values)](values, component)

    def _with_unusual(self, followed: Followed, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The same, and in doubt are also the segments that hold what the compiled checks take for granted
        not to be there."""
        doubtful = {
            index
            for index, values in enumerate(followed.elements)
            if self._is_unusual(values, segments[index], marks)
        }
        if not doubtful:
            return followed
        return msgspec.structs.replace(followed, doubtful=sorted(doubtful.union(followed.doubtful)))

    def _is_unusual(self, values: list[str], text: str, marks: Delimiters) -> bool:
        if not (text.isascii() and text.isprintable()):
            data = text.replace(marks.element, "").replace(marks.component, "")
            if CONTROL_CHARACTER.search(data) or any(c.isdecimal() for c in data if c > "\x7f"):
                return True
        if marks.repetition is not None and marks.repetition in text:
            return True
        if f"{marks.element} " in text and any(value and not value.strip(" ") for value in values):
            return True
        count = text.count(marks.component)
        if not count:
            return False
        checks = self._checks.get(values[0])
        composites = checks.composites if checks is not None else ()
        within = [values[position] for position in composites if position < len(values)]
        blank = any(not part.strip(" ") for value in within for part in value.split(marks.component) if part)
        return blank or count != sum(value.count(marks.component) for value in within)
