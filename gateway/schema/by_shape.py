"""Checks of whole transaction sets by their shape: one generated function for all sets of the same fold.

It cuts the text of a set into elements by regular expressions that judge most of them, judges the others, and
the totals. Like the checks of segments it only accepts. Functions are made for folds that come again and
again; what is remembered of shapes is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from gateway.formats.x12.definitions import Element, ElementUse, Row
from gateway.formats.x12.shapes import Fold, OutermostLoops, Shape, ShapedSet, Values, Wording, forms_in
from gateway.schema.compile import SegmentChecks
from gateway.schema.habits import Habits
from gateway.schema.patterns import SegmentPattern, Separators, is_coded
from gateway.schema.sums_agree import Totals
from gateway.schema.sums_by_shape import FoldTotals, Spot

__all__ = ["KnownShape", "KnownShapes"]

_SEPARATOR, _JOINT = b"*\n"
_LONGEST_TEXT = 20_000  # characters of a set
_MOST_ONCE = 1_000  # skeletons seen once
_MOST_SHAPES = 1_000
_MOST_SEGMENTS = 20_000  # of all shapes together
_MOST_FUNCTIONS = 64  # those that took the place of others counted
_MOST_FORMS = 150  # segments of a fold that has one
_WORTH = 400  # sets that a function would have taken: it surely saves more time than it takes to make
_MOST_ANEW = 6  # times that a function is made anew

Segments = Sequence[Sequence[str]]
Take = Callable[[str, Sequence[int]], Values | None]
"""What a set says, by its text and how often the steps of its fold come. May raise `IndexError` and
`ValueError`, which are doubts too."""


class KnownShapes:
    """The shapes of sets of one definition that came more than once, with the same separators.

    They are found by their skeletons: what is left of a text when all but its separators is taken out.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        checks: Mapping[str, SegmentChecks],
        totals: Totals,
        separators: Separators,
    ) -> None:
        self.separators = separators
        self._functions = _Functions(rows, checks, totals, separators)
        self._loops = OutermostLoops(rows)
        self._known: dict[bytes, KnownShape] = {}
        self._once: set[int] = set()  # what skeletons come to; by chance two may come to the same
        self._folds: dict[Fold, _OfFold] = {}
        self._segments = 0
        self._table, self._others = b"", b""
        if separators.are_plain:
            element, terminator = ord(separators.marks.element), ord(separators.terminator)
            table = bytearray(range(256))
            table[element], table[terminator] = _SEPARATOR, _JOINT
            self._table, self._others = bytes(table), bytes({*range(256)} - {element, terminator})

    def skeleton(self, raw: str) -> bytes:
        """The skeleton of the text of a set; empty where no shape is looked for."""
        if len(raw) > _LONGEST_TEXT or not self._table:
            return b""
        return raw.encode("latin-1").translate(self._table, self._others)

    def find(self, skeleton: bytes) -> KnownShape | None:
        """The shape of the sets with a skeleton."""
        return self._known.get(skeleton)

    def learn(self, skeleton: bytes, rows: list[int], elements: Segments) -> None:
        """Takes note of a set without fault that no function has taken."""
        known = self._known.get(skeleton) or self._new(skeleton, rows, elements)
        if known is not None:
            known.learn(elements)

    def _new(self, skeleton: bytes, rows: list[int], elements: Segments) -> KnownShape | None:
        """The shape of a set whose skeleton is not known, but came before; None where it did not, or there is
        no room."""
        full = len(self._known) >= _MOST_SHAPES or self._segments + len(rows) > _MOST_SEGMENTS
        if full or not skeleton:
            return None
        if hash(skeleton) not in self._once:
            if len(self._once) >= _MOST_ONCE:
                self._once.clear()
            self._once.add(hash(skeleton))
            return None
        self._segments += len(rows)
        shape = self._loops.shape(rows, [len(values) for values in elements])
        of_fold = self._folds.get(shape.fold)
        if of_fold is None:
            of_fold = self._folds[shape.fold] = _OfFold(shape.fold, self._functions)
        known = self._known[skeleton] = KnownShape(shape, of_fold)
        return known


class KnownShape:
    """A shape, and the function of its fold."""

    def __init__(self, shape: Shape, of_fold: _OfFold) -> None:
        self.shape = shape
        self._counts = shape.counts
        self._of_fold = of_fold

    def take(self, raw: str) -> ShapedSet | None:
        """What the text of a set with the skeleton says; None where it may have a fault, and where its
        wording is not the one of the sets before it.

        How often loops come needs no counting: with the same tags in the same order they come as often as in
        the set that the shape was made from.
        """
        function = self._of_fold.function
        if function is None:
            return None
        try:
            values = function.take(raw, self._counts)
        except (IndexError, ValueError):
            return None
        return None if values is None else ShapedSet(self.shape, function.wording, values)

    def learn(self, elements: Segments) -> None:
        """Takes note of a set of the shape that is without fault and was not taken."""
        self._of_fold.learn(self._counts, elements)


class _Function(msgspec.Struct, frozen=True):
    """Takes the sets of a wording."""

    wording: Wording
    take: Take


class _OfFold:
    """The function of a fold, None as long as there is none. It is made anew for a wording that leaves more
    open when many sets without fault were not of the one it was made for."""

    def __init__(self, fold: Fold, functions: _Functions) -> None:
        self.function: _Function | None = None
        self._fold = fold
        self._functions = functions
        self._habits = Habits(fold)
        self._wait = _WORTH
        self._made = 0

    def learn(self, counts: Sequence[int], elements: Segments) -> None:
        if self._made > _MOST_ANEW:
            return
        self._habits.take(counts, elements)
        self._wait -= 1
        if self._wait > 0:
            return
        self.function = self._functions.made(self._fold, self._habits)
        self._made += 1 if self.function is not None else _MOST_ANEW + 1
        self._wait = _WORTH


class _Functions:
    """Makes the functions of folds."""

    def __init__(
        self,
        rows: Sequence[Row],
        checks: Mapping[str, SegmentChecks],
        totals: Totals,
        separators: Separators,
    ) -> None:
        self._rows = rows
        self._checks = checks
        self._totals = totals
        self._separators = separators
        self._made = 0

    def made(self, fold: Fold, habits: Habits) -> _Function | None:
        """The function of a fold, None when it is too long, there are too many, or it is of no use."""
        if self._made >= _MOST_FUNCTIONS or forms_in(fold) > _MOST_FORMS:
            return None
        self._made += 1
        names: dict[str, object] = {"c": self._separators.marks.component}
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
        return _Function(wording, names["take"])  # type: ignore[arg-type]  # exec has just defined it with this shape

    def _spots(self, fold: Fold) -> Iterator[Spot]:
        place = 0
        for number, step in enumerate(fold):
            for row, length in step.forms:
                yield Spot(self._rows[row].tag, length, number, f"v{place}_")
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
            segment = SegmentPattern(self._separators, spot.tag, checks, fixed, filled, names, spot.stem)
            patterns.append(segment.text)
            groups += segment.groups
            judging += [*segment.lines, *totals.of(spot)]
        between = self._separators.between
        if number == spots[-1].step:
            names[f"P{number}"] = re.compile(between.join(patterns) + self._separators.end).fullmatch
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
