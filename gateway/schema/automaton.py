"""The order of segments in a transaction set, as a table: from the row used last, by tag, to the next row.

X12.6 matches a segment to the nearest position where it may stand: the same position again, a later one of
the same loop, the loop again, then outwards. `steps` holds the steps that leave no mandatory segment behind
and is all that a good set needs; `ways` knows the steps that are faults, for the diagnosis of a bad one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gateway.formats.x12.definitions import Loop, Requirement, Row, SegmentUse, SetDefinition


class Step(NamedTuple):
    """A step to `row`. `counter` is the row whose use is counted, -1 when nothing is.

    `limit` 0 starts the count at 1; otherwise the count rises and must not pass the limit. The row that opens
    a loop counts the loop, since inside its loop it stands but once.
    """

    row: int
    counter: int
    limit: int


class Way(NamedTuple):
    """A step that is a fault: it leaves the rows `missing` behind or, when none, is one use too many."""

    step: Step
    missing: tuple[int, ...]


class Member(NamedTuple):
    """A segment or loop at its place in a loop; `row` is its first row."""

    row: int
    tag: str
    mandatory: bool
    loop: LoopNode | None


class LoopNode:
    """A loop of the definition (or the set itself) with its members numbered as rows."""

    def __init__(self, members: tuple[SegmentUse | Loop, ...], maximum: int | None, first_row: int) -> None:
        self.maximum = maximum
        self.members: list[Member] = []
        row: int = first_row
        for member in members:
            mandatory = member.requirement is Requirement.MANDATORY
            if isinstance(member, Loop):
                node = LoopNode(member.members, member.maximum, row)
                self.members.append(Member(row, member.name, mandatory, node))
                row = node.end
            else:
                self.members.append(Member(row, member.tag, mandatory, None))
                row += 1
        self.end: int = row

    @property
    def opener(self) -> Member:
        """The segment that opens the loop."""
        return self.members[0]

    def levels(self, row: int) -> tuple[tuple[LoopNode, int], ...]:
        """The loops around `row`, innermost first, each with the place of the member that holds the row."""
        for place, member in enumerate(self.members):
            if member.loop is not None and member.row <= row < member.loop.end:
                return (*member.loop.levels(row), (self, place))
            if member.loop is None and member.row == row:
                return ((self, place),)
        raise LookupError(f"row {row} is not in the definition")


class Automaton:
    """The steps through one transaction set."""

    def __init__(self, definition: SetDefinition) -> None:
        self.rows: tuple[Row, ...] = definition.rows()
        self._root = LoopNode(definition.members, 1, 0)
        self._levels = tuple(self._root.levels(row.index) for row in self.rows)
        self.steps: tuple[dict[str, Step], ...] = tuple(self._steps(row.index) for row in self.rows)
        self._tags = frozenset(row.tag for row in self.rows)
        self._ways: dict[tuple[int, str], tuple[Way, ...]] = {}  # at most rows × tags of the definition

    def ways(self, state: int, tag: str) -> tuple[Way, ...]:
        """The faulty steps from a row by a tag: one use too many, a segment left out, an opener left out."""
        if tag not in self._tags:
            return ()
        known = self._ways.get((state, tag))
        if known is None:
            known = self._ways[state, tag] = tuple(self._find_ways(state, tag))
        return known

    def maximum(self, row: int) -> int | None:
        """How often a row may be used in a run; for one that opens a loop, how often the loop."""
        loop, place = self._levels[row][0]
        return loop.maximum if place == 0 and loop is not self._root else self.rows[row].use.maximum

    def loop_range(self, row: int) -> range:
        """The rows of the loop that `row` opens; empty when it opens none."""
        loop, place = self._levels[row][0]
        return range(row, loop.end) if place == 0 and loop is not self._root else range(0)

    def passed(self, state: int, tag: str) -> tuple[int, int] | None:
        """Where `tag` stands before `state` in the loops around it: its row, and the row reached instead."""
        for loop, place in self._levels[state]:
            first = 0 if loop is self._root else 1  # what opens a loop is not passed in it
            for member in reversed(loop.members[first:place]):
                if member.tag == tag:
                    return member.row, loop.members[place].row
        return None

    def loop_start(self, row: int) -> int:
        """The row that opens the loop directly around `row`; 0 outside all loops."""
        levels = self._levels[row]
        inner = levels[1] if levels[0][1] == 0 and len(levels) > 1 else levels[0]
        return inner[0].opener.row

    def _steps(self, state: int) -> dict[str, Step]:
        steps: dict[str, Step] = {}
        for row, tag, missing, again in self._nearest(state):
            if not missing and tag not in steps:
                steps[tag] = self._step(row, again)
        return steps

    def _step(self, row: int, again: bool) -> Step:
        maximum = self.maximum(row)
        if maximum is None or maximum == 1:
            return Step(row, -1, 0)
        return Step(row, row, maximum if again else 0)

    def _nearest(self, state: int) -> Iterator[tuple[int, str, tuple[int, ...], bool]]:
        """Every row that can follow, nearest first, with its tag, the mandatory rows left out, and whether
        the same row or loop comes again."""
        missing: tuple[int, ...] = ()
        here = self.rows[state]
        if not here.opens_loop and here.use.maximum != 1:
            yield state, here.tag, (), True
        for loop, place in self._levels[state]:
            for member in loop.members[place + 1 :]:
                yield member.row, member.tag, missing, False
                if member.mandatory:
                    missing = (*missing, member.row)
            if loop is not self._root and loop.maximum != 1:
                yield loop.opener.row, loop.opener.tag, missing, True

    def _find_ways(self, state: int, tag: str) -> Iterator[Way]:
        yield from self._excess(state, tag)
        for row, name, missing, again in self._nearest(state):
            if name == tag:
                if missing:
                    yield Way(self._step(row, again), missing)
                break
        behind_opener = [(row, missing) for row, name, missing in self._behind_openers(state) if name == tag]
        if behind_opener:
            row, missing = min(behind_opener, key=lambda candidate: len(candidate[1]))
            yield Way(self._step(row, again=False), missing)

    def _excess(self, state: int, tag: str) -> Iterator[Way]:
        here = self.rows[state]
        if here.tag == tag and not here.opens_loop and here.use.maximum == 1:
            yield Way(Step(state, -1, 0), ())
        for loop, _ in self._levels[state]:
            if loop.maximum == 1 and loop is not self._root and loop.opener.tag == tag:
                yield Way(Step(loop.opener.row, -1, 0), ())

    def _behind_openers(self, state: int) -> Iterator[tuple[int, str, tuple[int, ...]]]:
        """Rows in a loop that could follow if the segment that opens the loop were there, nearest first."""
        missing: tuple[int, ...] = ()
        for loop, place in self._levels[state]:
            for member in loop.members[place + 1 :]:
                if member.loop is not None:
                    yield from _inside(member.loop, missing)
                if member.mandatory:
                    missing = (*missing, member.row)
            if loop is not self._root and loop.maximum != 1:
                yield from _inside(loop, missing)


def _inside(loop: LoopNode, missing: tuple[int, ...]) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    left_out = (*missing, loop.opener.row)
    for member in loop.members[1:]:
        yield member.row, member.tag, left_out
        if member.mandatory:
            left_out = (*left_out, member.row)
