"""Shapes of transaction sets: which segments follow one another, and how many elements each has.

The sets of a partner differ in what they say much more than in their shape. Loops fold: a set of five lines
and one of fifty have the same fold when their lines are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from gateway.formats.x12.definitions import Row

__all__ = ["Fold", "Form", "Outlined", "Shape", "Step", "forms_in", "loop_end"]

Form: TypeAlias = tuple[int, int]
"""The row of a segment in its definition, and its length: the tag and the elements that are sent."""


class Step(msgspec.Struct, frozen=True):
    """Segments that follow one another. `repeats`: they are an occurrence of an outermost loop, and others
    of the same forms may follow; else they stand in no loop."""

    forms: tuple[Form, ...]
    repeats: bool


Fold: TypeAlias = tuple[Step, ...]


class Shape(msgspec.Struct, frozen=True, eq=False):
    """The shape of a set: its fold, and where in it the steps of the fold begin and the last one ends."""

    rows: list[int]
    fold: Fold
    spans: tuple[int, ...]


class Outlined:
    """The definition of a set as far as shapes need it."""

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
        spans: list[int] = []
        at = 0
        while at < len(forms):
            repeats = rows[at] in self._ends
            behind = self._behind(rows, at)
            step = Step(tuple(forms[at:behind]), repeats)
            if not (repeats and steps and steps[-1] == step):
                steps.append(step)
                spans.append(at)
            at = behind
        return Shape(rows, tuple(steps), (*spans, at))

    def _behind(self, rows: Sequence[int], at: int) -> int:
        """The position behind the occurrence of a loop, or the segments in no loop, that begin at another."""
        end, opener = self._ends.get(rows[at]), rows[at]
        at += 1
        while at < len(rows) and (rows[at] not in self._ends if end is None else opener < rows[at] < end):
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
