"""The fast path of one transaction set: follows the steps of its definition and runs the compiled checks.

It never says what is wrong. It gives the row of each segment, or None when the order of the segments is in
doubt, and the places of the segments whose elements are in doubt; the slow path then looks at just these.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.model import Delimiters
from gateway.schema.automaton import Automaton
from gateway.schema.compile import SegmentChecks, segment_checks
from gateway.schema.elements import CONTROL_CHARACTER

_Steps = dict[str, "_Entry"]
_Entry = tuple[int, _Steps, SegmentChecks, int, int]  # row, steps after it, checks, counter, limit


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

    def follow(self, split: Sequence[list[str]], component: str) -> tuple[list[int] | None, list[int]]:
        """The row of each segment, and the segments whose elements a check did not accept.

        The rows are None, and nothing is known of the elements, when the steps do not lead to the end of the
        set. What the checks take for granted is not looked at: see `unusual`.
        """
        row = 0
        steps = self._start
        rows = [0]
        doubtful = [] if self.accepts(split[0], component) else [0]
        counts: dict[int, int] = {}
        for values in split[1:]:
            entry = steps.get(values[0])
            if entry is None:
                return None, []
            row, steps, checks, counter, limit = entry
            if not checks[len(values)](values, component):
                doubtful.append(len(rows))
            if counter >= 0:
                count = counts[counter] + 1 if limit else 1
                if count > limit > 0:
                    return None, []
                counts[counter] = count
            rows.append(row)
        if row != self._end:
            return None, []
        return rows, doubtful

    def accepts(self, values: list[str], component: str) -> bool:
        """Whether the elements of one segment are accepted, whatever its place."""
        checks = self._checks.get(values[0])
        return checks is not None and checks[len(values)](values, component)

    def unusual(self, segments: Sequence[str], split: Sequence[list[str]], marks: Delimiters) -> list[int]:
        """The segments that hold what the compiled checks take for granted not to be there."""
        text = "".join(segments)
        if (
            text.isascii()
            and text.isprintable()
            and marks.component not in text
            and f"{marks.element} " not in text
            and (marks.repetition is None or marks.repetition not in text)
        ):
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
