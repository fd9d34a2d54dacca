"""Checks of whole transaction sets by their shape: one generated function for all sets of the same fold.

Functions are made for folds that come again and again (see `taking`); what is known of shapes is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.x12.shapes import Fold, OutermostLoops, Shape, ShapedSet
from gateway.schema.habits import Habits
from gateway.schema.taking import Taker, Takers

__all__ = ["KnownShape", "KnownShapes"]

_SEPARATOR, _JOINT = b"*\n"
_LONGEST_TEXT = 20_000  # characters of a set
_MOST_ONCE = 1_000  # skeletons seen once
_MOST_SHAPES = 1_000
_MOST_SEGMENTS = 20_000  # of all shapes together
_WORTH = 400  # sets that a function would have taken: it surely saves more time than it takes to make
_MOST_ANEW = 6  # times that a function is made anew

Segments = Sequence[Sequence[str]]


class KnownShapes:
    """The shapes of sets of one definition that came more than once, with the same separators.

    They are found by their skeletons: what is left of a text when all but its separators is taken out.
    """

    def __init__(self, takers: Takers) -> None:
        self.separators = separators = takers.separators
        self._takers = takers
        self._loops = OutermostLoops(takers.rows)
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
            of_fold = self._folds[shape.fold] = _OfFold(shape.fold, self._takers)
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
        taker = self._of_fold.taker
        if taker is None:
            return None
        try:
            values = taker.take(raw, self._counts)
        except (IndexError, ValueError):
            return None
        return None if values is None else ShapedSet(self.shape, taker.wording, values)

    def learn(self, elements: Segments) -> None:
        """Takes note of a set of the shape that is without fault and was not taken."""
        self._of_fold.learn(self._counts, elements)


class _OfFold:
    """The taker of a fold, None as long as there is none. It is made anew for a wording that leaves more
    open when many sets without fault were not of the one it was made for."""

    def __init__(self, fold: Fold, takers: Takers) -> None:
        self.taker: Taker | None = None
        self._fold = fold
        self._takers = takers
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
        self.taker = self._takers.made(self._fold, self._habits)
        self._made += 1 if self.taker is not None else _MOST_ANEW + 1
        self._wait = _WORTH
