"""Every fault in the order of the segments of a set: slow, complete, and careful that one causes no others.

Where no step leads on, the ways to go on are tried on the next few segments, and the one with the fewest
faults is taken: a segment was left out, stands there once too often, or does not belong there and is passed
over.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.schema.automaton import Automaton, Step, Way
from gateway.schema.faults import MAX_FAULTS_PER_SET, Fault

# Enough to tell a lost segment from a stray one (a loop rarely has more), and little enough that a set in
# which every segment is wrong is still read in linear time.
LOOKAHEAD = 8

NO_ROW = -1

_MAX_MISSPELLED_LENGTH = 8  # three characters, one too many, and some blanks


class Structure(msgspec.Struct, frozen=True):
    """The row of each segment, -1 where none was found, and the faults in the order of the segments."""

    rows: list[int]
    faults: list[Fault]


class _Aside(msgspec.Struct, frozen=True):
    """A loop that stands in a wrong place: while its own segments follow, they are no further faults."""

    state: int
    rows: range


def read_structure(
    definition: SetDefinition, automaton: Automaton, known: Container[str], tags: Sequence[str]
) -> Structure:
    """Follow the segments of a set. `tags` begins with ST; `known` are the tags of the release."""
    walk = _Walk(definition, automaton, known, tags)
    for index in range(1, len(tags)):
        walk.advance(index)
    return Structure(walk.found_rows, walk.faults)


class _Walk:
    """The walk through one set."""

    def __init__(
        self, definition: SetDefinition, automaton: Automaton, known: Container[str], tags: Sequence[str]
    ) -> None:
        self._definition = definition
        self._automaton = automaton
        self._known = known
        self._tags = tags
        self._last_index = {tag: index for index, tag in enumerate(tags)}
        self._state = 0
        self._end_tag = automaton.rows[-1].tag
        self._aside: _Aside | None = None
        self._counts: dict[int, int] = {}
        self._last_use = {0: 0}  # row -> index of the segment that used it last
        self.found_rows = [0]
        self.faults: list[Fault] = []

    def advance(self, index: int) -> None:
        """Take the next segment."""
        tag = self._tags[index]
        step = self._automaton.steps[self._state].get(tag)
        if step is not None:
            self._take(step, index)
        elif self._stays_aside(tag):
            self.found_rows.append(NO_ROW)
        elif tag in self._definition.segments:
            self._go_on(index, tag)
        else:
            self._pass_unknown(index, tag)

    def _fault(self, code: str, index: int, row: int, tag: str, **details: object) -> None:
        if len(self.faults) > MAX_FAULTS_PER_SET:
            return  # one more than is kept, so that the report can say there are more
        value = tag if code == "segment-unknown" else None
        self.faults.append(
            Fault(code=code, index=index, tag=tag, row=row, value=value, details=tuple(details.items()))
        )

    def _take(self, step: Step, index: int) -> None:
        row, counter, limit = step
        if counter >= 0:
            count = self._counts.get(counter, 0) + 1 if limit else 1
            self._counts[counter] = count
            if count == limit + 1 > 1:
                self._too_many(row, index, limit)
        self._state = row
        self._aside = None
        self._last_use[row] = index
        self.found_rows.append(row)

    def _too_many(self, row: int, index: int, maximum: int) -> None:
        here = self._automaton.rows[row]
        if here.opens_loop:
            self._fault("loop-too-many", index, row, here.tag, loop_name=here.tag, max=maximum)
        else:
            self._fault("segment-too-many", index, row, here.tag, max=maximum)

    def _go_on(self, index: int, tag: str) -> None:
        """A segment of this set that cannot stand here: choose what explains it best."""
        ways = self._automaton.ways(self._state, tag)
        passed = self._automaton.passed(self._state, tag)
        aside = None
        if passed is not None and self._automaton.loop_range(passed[0]):
            aside = _Aside(passed[0], self._automaton.loop_range(passed[0]))
        best = None
        fewest = 1 + self._faults_ahead(index, self._state, aside)
        if tag == self._end_tag:
            fewest = len(self._automaton.rows)  # the end of the set is not passed over
        for way in ways:
            cost = max(1, len(way.missing)) + self._faults_ahead(index, way.step.row, None)
            if cost < fewest or (cost == fewest and best is None and not self._comes_later(way, index)):
                best, fewest = way, cost
        if best is None:
            self._pass_over(index, tag, passed, aside)
        elif best.missing:
            for row in best.missing:
                self._fault("segment-missing", index, row, self._automaton.rows[row].tag)
                self._last_use[row] = index
            self._take(best.step, index)
        else:
            self._too_many(best.step.row, index, 1)
            self._take(best.step, index)

    def _comes_later(self, way: Way, index: int) -> bool:
        """Whether a segment that this way takes for missing stands further on, so that nothing is missing.

        What a loop misses inside cannot come later: that belongs to the next one.
        """
        for missing in way.missing:
            row = self._automaton.rows[missing]
            if (row.opens_loop or not row.path) and self._last_index.get(row.tag, 0) > index:
                return True
        return False

    def _pass_over(self, index: int, tag: str, passed: tuple[int, int] | None, aside: _Aside | None) -> None:
        if passed is None:
            self._fault("segment-unexpected", index, self._state, tag)
        else:
            row, reached = passed
            if self._automaton.maximum(row) == 1 and self._used_in_this_loop(row):
                self._too_many(row, index, 1)
            else:
                before = self._automaton.rows[reached].tag
                self._fault("segment-out-of-order", index, row, tag, before=before)
        self._aside = aside
        self.found_rows.append(NO_ROW)

    def _used_in_this_loop(self, row: int) -> bool:
        start = self._automaton.loop_start(row)
        return self._last_use.get(row, NO_ROW) >= self._last_use.get(start, 0)

    def _stays_aside(self, tag: str) -> bool:
        if self._aside is None:
            return False
        step = self._automaton.steps[self._aside.state].get(tag)
        if step is None or step.row not in self._aside.rows:
            return False
        self._aside = _Aside(step.row, self._aside.rows)
        return True

    def _faults_ahead(self, index: int, state: int, aside: _Aside | None) -> int:
        """How many of the next segments could not follow if the walk went on from `state`."""
        faults = 0
        steps = self._automaton.steps
        for tag in self._tags[index + 1 : index + 1 + LOOKAHEAD]:
            step = steps[state].get(tag)
            if step is not None:
                state, aside = step.row, None
                continue
            if tag == self._end_tag:
                return faults + self._left_at_end(state)
            inner = steps[aside.state].get(tag) if aside is not None else None
            if aside is not None and inner is not None and inner.row in aside.rows:
                aside = _Aside(inner.row, aside.rows)
            elif tag in self._definition.segments:
                faults += 1
        return faults

    def _left_at_end(self, state: int) -> int:
        return sum(len(way.missing) for way in self._automaton.ways(state, self._end_tag)[:1])

    def _pass_unknown(self, index: int, tag: str) -> None:
        """A segment this set does not have. A misspelled one is followed as if it were right."""
        if not tag.strip():
            self._fault("segment-empty", index, self._state, "")
        elif tag in self._known:
            self._fault("segment-not-in-set", index, self._state, tag, set=self._definition.set)
        else:
            self._fault("segment-unknown", index, self._state, tag, release=self._definition.release)
            self._follow_misspelled(index, tag)
        self.found_rows.append(NO_ROW)

    def _follow_misspelled(self, index: int, tag: str) -> None:
        fewest = self._faults_ahead(index, self._state, None)
        for meant, step in self._automaton.steps[self._state].items():
            if resemble(tag, meant):
                faults = self._faults_ahead(index, step.row, None)
                if faults < fewest:
                    fewest, self._state = faults, step.row
                    self._last_use[step.row] = index


def resemble(tag: str, meant: str) -> bool:
    """Whether a tag may be another misspelled: one character wrong, too many or too few, or two exchanged.

    Case and blanks around the tag do not matter.
    """
    if len(tag) > _MAX_MISSPELLED_LENGTH:
        return False
    tag = tag.strip().upper()
    if len(tag) == len(meant):
        different = sum(a != b for a, b in zip(tag, meant, strict=True))
        return different <= 1 or sorted(tag) == sorted(meant)
    longer, shorter = (tag, meant) if len(tag) > len(meant) else (meant, tag)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
