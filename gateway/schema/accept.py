"""The fast path of one transaction set: follows the steps of its definition and runs the compiled checks.

It never says what is wrong. It gives the row of each segment, or None when the order of the segments is in
doubt, and the places of the segments whose elements are in doubt; the slow path then looks at just these.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.model import Delimiters
from gateway.schema.automaton import Automaton
from gateway.schema.compile import Check, by_length, segment_checks
from gateway.schema.elements import CONTROL_CHARACTER

_PRINTABLE = bytes(range(0x20, 0x7F))

_Steps = dict[str, "_Entry"]
_Entry = tuple[int, _Steps, list[Check], int, int]  # row, steps after it, checks, counter, limit


class Followed(msgspec.Struct, frozen=True, gc=False):
    """A set cut into elements, the row of each segment, and the segments that are in doubt, by index."""

    elements: list[list[str]]
    rows: list[int] | None
    doubtful: list[int]


class UsualText:
    """What may stand in the segments of a set for their checks to be enough, with its separators."""

    def __init__(self, marks: Delimiters) -> None:
        self.marks = marks
        separators = f"{marks.component}{marks.repetition or ''}".encode("ascii", "replace")
        self._characters = _PRINTABLE.translate(None, separators) if marks.component else b""
        self._begins_with_blank = f"{marks.element} "

    def holds(self, segments: str) -> bool:
        """Whether segments, put together, are of printable ASCII, without separators inside elements and
        without an element that begins with a blank."""
        return (
            segments.isascii()
            and not segments.encode("ascii").translate(None, self._characters)
            and self._begins_with_blank not in segments
        )


class FastPath:
    """The compiled form of one transaction set. `exponent`: numbers of type R may have one."""

    def __init__(self, definition: SetDefinition, automaton: Automaton, exponent: bool) -> None:
        self._checks = {
            tag: segment_checks(segment, exponent) for tag, segment in definition.segments.items()
        }
        by_tag = {tag: by_length(checks) for tag, checks in self._checks.items()}
        tables: list[_Steps] = [{} for _ in automaton.rows]
        for table, steps in zip(tables, automaton.steps, strict=True):
            for tag, (row, counter, limit) in steps.items():
                table[tag] = (row, tables[row], by_tag[tag], counter, limit)
        self._start = tables[0]
        self._end = len(tables) - 1
        self._usual = UsualText(Delimiters())

    def follow(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The row of each segment, and the segments whose elements are to be looked at.

        The rows are None when the steps do not lead to the end of the set.
        """
        separator, component = marks.element, marks.component
        elements = [text.split(separator) for text in segments]
        row = 0
        steps = self._start
        rows = [0]
        doubtful = [] if self.accepts(elements[0], component) else [0]
        counts: dict[int, int] = {}
        behind_first = iter(elements)
        next(behind_first)
        try:
            for values in behind_first:
                row, steps, checks, counter, limit = steps[values[0]]
                if not checks[len(values)](values, component):
                    doubtful.append(len(rows))
                if counter >= 0:
                    count = counts[counter] + 1 if limit else 1
                    if count > limit > 0:
                        return self._without_order(segments, elements, marks)
                    counts[counter] = count
                rows.append(row)
        except LookupError:  # no step leads on, or there are more elements than the segment has
            return self._without_order(segments, elements, marks)
        if row != self._end:
            return self._without_order(segments, elements, marks)
        unusual = self._unusual(segments, elements, marks)
        return Followed(elements, rows, sorted({*doubtful, *unusual}) if unusual else doubtful)

    def _without_order(
        self, segments: Sequence[str], elements: list[list[str]], marks: Delimiters
    ) -> Followed:
        """The same where the order of the segments is in doubt."""
        refused = [n for n, values in enumerate(elements) if not self.accepts(values, marks.component)]
        unusual = self._unusual(segments, elements, marks)
        return Followed(elements, None, sorted({*refused, *unusual}))

    def accepts(self, values: list[str], component: str) -> bool:
        """Whether the elements of one segment are accepted, whatever its place."""
        checks = self._checks.get(values[0])
        return checks is not None and checks[len(values)](values, component)

    def _unusual(self, segments: Sequence[str], split: Sequence[list[str]], marks: Delimiters) -> list[int]:
        """The segments that hold what the compiled checks take for granted not to be there."""
        usual = self._usual
        if usual.marks is not marks and usual.marks != marks:
            usual = self._usual = UsualText(marks)
        if usual.holds("".join(segments)):
            return []
        return [
            index for index, values in enumerate(split) if self._is_unusual(values, segments[index], marks)
        ]

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
