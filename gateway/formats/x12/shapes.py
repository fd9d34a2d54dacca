"""Shapes of transaction sets: which segments follow one another, and how many elements each has.

The sets of a partner differ in what they say much more than in their shape. Loops fold: a set of five lines
and one of fifty have the same fold when their lines are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from gateway.formats.x12.definitions import Row

__all__ = [
    "Fold",
    "Form",
    "OutermostLoops",
    "Shape",
    "ShapedSet",
    "Step",
    "Values",
    "Wording",
    "forms_in",
    "loop_end",
]

Form: TypeAlias = tuple[int, int]
"""The row of a segment in its definition, and its length: the tag and the elements that are sent."""


class Step(msgspec.Struct, frozen=True):
    """Segments that follow one another. `repeats`: they are an occurrence of an outermost loop that comes
    several times on end, each time with segments of these forms."""

    forms: tuple[Form, ...]
    repeats: bool


Fold: TypeAlias = tuple[Step, ...]

Values: TypeAlias = tuple[tuple[str, ...] | list[tuple[str, ...]], ...]
"""What a set says beside the texts of its wording, by the steps of its fold: the elements of the segments of
a step, one after the other and without the tags; of a step that repeats these for each time it comes."""


class Wording(msgspec.Struct, frozen=True, eq=False):
    """What sets of a fold always say in the same words, for each segment of the fold.

    `fixed` has the texts of elements 01, 02 and so on that are the same in all of them, None for others;
    `filled` the positions of elements that are never empty.
    """

    fold: Fold
    fixed: tuple[tuple[str | None, ...], ...]
    filled: tuple[frozenset[int], ...]


class Shape(msgspec.Struct, frozen=True, eq=False):
    """The shape of a set: its fold, and how often each step comes; `rows` are those of its segments."""

    rows: list[int]
    fold: Fold
    counts: tuple[int, ...]


class ShapedSet(msgspec.Struct, frozen=True, gc=False):
    """A set of a known shape and wording, and what else it says."""

    shape: Shape
    wording: Wording
    values: Values


class OutermostLoops:
    """The outermost loops of a definition, by which the segments of its sets fold."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._ends = {
            index: loop_end(rows, index)
            for index, row in enumerate(rows)
            if row.opens_loop and "/" not in row.path
        }

    def shape(self, rows: list[int], lengths: Sequence[int]) -> Shape:
        """The shape of a set whose segments stand in order, each in a row of the definition."""
        forms = list(zip(rows, lengths, strict=True))
        steps: list[Step] = []
        counts: list[int] = []
        at = 0
        while at < len(forms):
            behind = self._behind(rows, at)
            size = behind - at
            times = 1
            if rows[at] in self._ends:
                while forms[behind : behind + size] == forms[at : at + size]:
                    if self._behind(rows, behind) != behind + size:
                        break
                    behind, times = behind + size, times + 1
            occurrence = tuple(forms[at : at + size])
            if times == 1 and steps and not steps[-1].repeats:
                steps[-1] = Step(steps[-1].forms + occurrence, repeats=False)
            else:
                steps.append(Step(occurrence, repeats=times > 1))
                counts.append(times)
            at = behind
        return Shape(rows, tuple(steps), tuple(counts))

    def _behind(self, rows: Sequence[int], at: int) -> int:
        """The position behind the occurrence of a loop, or the segment in no loop, that begins at another."""
        end, opener = self._ends.get(rows[at]), rows[at]
        at += 1
        while end is not None and at < len(rows) and opener < rows[at] < end:
            at += 1
        return at


def forms_in(fold: Fold) -> int:
    """How many segments a fold describes; the text of a function for it grows with them."""
    return sum(len(step.forms) for step in fold)


def loop_end(rows: Sequence[Row], opener: int) -> int:
    """The row behind the loop that `opener` opens."""
    path = rows[opener].path
    end = opener + 1
    while end < len(rows) and (rows[end].path == path or rows[end].path.startswith(f"{path}/")):
        if rows[end].opens_loop and rows[end].path == path:
            break
        end += 1
    return end
