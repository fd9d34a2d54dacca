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
from gateway.schema.compile import SegmentChecks, segment_checks
from gateway.schema.elements import CONTROL_CHARACTER
from gateway.schema.remembered import Remembered

_Steps = dict[str, "_Entry"]
_Entry = tuple[int, _Steps, SegmentChecks, int, int]  # row, steps after it, checks, counter, limit


class Followed(msgspec.Struct, frozen=True, gc=False):
    """A set cut into elements, the row of each segment, and the segments that are in doubt, by index.

    Elements of one segment may be shared by many sets; nobody changes them.
    """

    elements: list[list[str]]
    rows: list[int] | None
    doubtful: list[int]


class FastPath:
    """The compiled form of one transaction set. `exponent`: numbers of type R may have one."""

    def __init__(self, definition: SetDefinition, automaton: Automaton, exponent: bool) -> None:
        self._checks = {
            tag: segment_checks(segment, exponent) for tag, segment in definition.segments.items()
        }
        tables: list[_Steps] = [{} for _ in automaton.rows]
        for table, steps in zip(tables, automaton.steps, strict=True):
            for tag, (row, counter, limit) in steps.items():
                table[tag] = (row, tables[row], self._checks[tag], counter, limit)
        self._start = tables[0]
        self._end = len(tables) - 1
        self._remembered = Remembered(Delimiters())

    def follow(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The row of each segment, and the segments whose elements are to be looked at.

        The rows are None, and nothing is known of the elements, when the steps do not lead to the end of the
        set.
        """
        remembered = self._remembered
        if remembered.marks is not marks and remembered.marks != marks:
            remembered = self._remembered = Remembered(marks)
        known = remembered.known
        separator, component = marks.element, marks.component
        row = 0
        steps = self._start
        first = segments[0].split(separator)
        elements, rows = [first], [0]
        doubtful = [] if self.accepts(first, component) else [0]
        new_texts, new_elements = [segments[0]], [first]
        counts: dict[int, int] = {}
        try:
            for text in segments[1:]:
                values = known.get(text)
                if values is not None:
                    row, steps, _, counter, limit = steps[values[0]]
                else:
                    values = text.split(separator)
                    row, steps, checks, counter, limit = steps[values[0]]
                    if not checks[len(values)](values, component):
                        doubtful.append(len(rows))
                    new_texts.append(text)
                    new_elements.append(values)
                if counter >= 0:
                    count = counts[counter] + 1 if limit else 1
                    if count > limit > 0:
                        return self._without_order(segments, marks)
                    counts[counter] = count
                elements.append(values)
                rows.append(row)
        except KeyError:  # no step leads on
            return self._without_order(segments, marks)
        if row != self._end:
            return self._without_order(segments, marks)
        text = "".join(new_texts)
        if not remembered.are_usual(text):
            doubtful = sorted({*doubtful, *self._unusual(segments, elements, marks)})
        elif not doubtful:
            remembered.remember(new_texts, new_elements, len(text))
        return Followed(elements, rows, doubtful)

    def _without_order(self, segments: Sequence[str], marks: Delimiters) -> Followed:
        """The same where the order of the segments is in doubt."""
        elements = [text.split(marks.element) for text in segments]
        refused = [n for n, values in enumerate(elements) if not self.accepts(values, marks.component)]
        unusual = self._unusual(segments, elements, marks)
        return Followed(elements, None, sorted({*refused, *unusual}))

    def accepts(self, values: list[str], component: str) -> bool:
        """Whether the elements of one segment are accepted, whatever its place."""
        checks = self._checks.get(values[0])
        return checks is not None and checks[len(values)](values, component)

    def _unusual(self, segments: Sequence[str], split: Sequence[list[str]], marks: Delimiters) -> list[int]:
        """The segments that hold what the compiled checks take for granted not to be there."""
        if self._remembered.are_usual("".join(segments)):
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
