"""Functions that take sets of one fold: regular expressions cut them apart and judge most elements, lines of
code judge the others and the totals. Like the checks of segments they only accept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from gateway.formats.x12.definitions import Element, ElementUse, Row
from gateway.formats.x12.shapes import Fold, Values, Wording, forms_in
from gateway.schema.compile import SegmentChecks
from gateway.schema.habits import Habits
from gateway.schema.patterns import SegmentPattern, Separators, is_coded
from gateway.schema.sums_agree import Totals
from gateway.schema.sums_by_shape import FoldTotals, Spot

__all__ = ["Taker", "Takers"]

_MOST_TAKERS = 64  # those that took the place of others counted
_MOST_FORMS = 150  # segments of a fold that has one

Take = Callable[[str, Sequence[int]], Values | None]
"""What a set says, by its text and how often the steps of its fold come. May raise `IndexError` and
`ValueError`, which are doubts too."""


class Taker(msgspec.Struct, frozen=True):
    """Takes the sets of a wording."""

    wording: Wording
    take: Take


class Takers:
    """Makes the takers of sets of one definition, which are separated in one way."""

    def __init__(
        self,
        rows: Sequence[Row],
        checks: Mapping[str, SegmentChecks],
        totals: Totals,
        separators: Separators,
    ) -> None:
        self.rows = rows
        self._checks = checks
        self._totals = totals
        self.separators = separators
        self._made = 0

    def made(self, fold: Fold, habits: Habits) -> Taker | None:
        """The taker of a fold, None when it is too long, there are too many, or it is of no use."""
        if self._made >= _MOST_TAKERS or forms_in(fold) > _MOST_FORMS:
            return None
        self._made += 1
        names: dict[str, object] = {"c": self.separators.marks.component}
        spots = [*self._spots(fold)]
        totals = FoldTotals(self._totals, fold, spots, names)
        if not totals.can_be_judged or any(spot.tag == "HL" for spot in spots):
            return None  # levels and these totals are made of segments that are cut apart
        wording = habits.wording(self._is_coded)
        lines = [f"{''.join(f'c{n}, ' for n in range(len(fold)))}= counts", *totals.begin]
        for number, step in enumerate(fold):
            found = self._step(number, spots, wording, totals, names)
            lines += _repeated(number, found) if step.repeats else [*found, f"g{number} = taken"]
        body = "".join(f"    {line}\n" for line in lines)
        returned = "".join(f"g{n}, " for n in range(len(fold)))
        exec(f"def take(text, counts):\n{body}    return ({returned})\n", names)
        return Taker(wording, names["take"])  # type: ignore[arg-type]  # exec has just defined it with this shape

    def _spots(self, fold: Fold) -> Iterator[Spot]:
        place = 0
        for number, step in enumerate(fold):
            for row, length in step.forms:
                yield Spot(self.rows[row].tag, length, number, f"v{place}_")
                place += 1

    def _is_coded(self, tag: str, position: int) -> bool:
        use: ElementUse = self._checks[tag].uses[position - 1]
        return isinstance(use.content, Element) and is_coded(use.content)

    def _step(
        self,
        number: int,
        spots: Sequence[Spot],
        wording: Wording,
        totals: FoldTotals,
        names: dict[str, object],
    ) -> list[str]:
        """The lines that take a step, from `at` in the text on."""
        patterns: list[str] = []
        groups: list[str] = []
        judging: list[str] = []
        for spot, fixed, filled in zip(spots, wording.fixed, wording.filled, strict=True):
            if spot.step != number:
                continue
            checks = self._checks[spot.tag]
            segment = SegmentPattern(self.separators, spot.tag, checks, fixed, filled, names, spot.stem)
            patterns.append(segment.text)
            groups += segment.groups
            judging += [*segment.lines, *totals.of(spot)]
        between = self.separators.between
        if number == spots[-1].step:
            names[f"P{number}"] = re.compile(between.join(patterns) + self.separators.end).fullmatch
        else:
            names[f"P{number}"] = re.compile(between.join([*patterns, ""])).match
        looked_at = {*re.findall(r"\w+", "\n".join(judging))}
        targets = "".join(f"{name if name in looked_at else '_'}, " for name in groups)
        return [
            f"if (found := P{number}(text{', at' if number else ''})) is None: return None",
            "at = found.end()",
            "taken = found.groups()",
            *([f"{targets}= taken"] if looked_at.intersection(groups) else []),
            *judging,
        ]


def _repeated(number: int, lines: Sequence[str]) -> list[str]:
    """The lines of a step as often as it comes."""
    inner = [f"    {line}" for line in (*lines, f"g{number}.append(taken)")]
    return [f"g{number} = []", f"for _ in range(c{number}):", *inner]
