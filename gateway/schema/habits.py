"""What the sets of one fold say as a habit: elements that are always there or never, and codes that are
always the same.

A function that takes habits for granted, and doubts sets that have others, has much less to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gateway.formats.x12.shapes import Fold, Wording

__all__ = ["Habits"]

Segments = Sequence[Sequence[str]]


class Habits:
    """The habits of a fold."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._places: list[_Place] = []

    def take(self, counts: Sequence[int], segments: Segments) -> None:
        """One more set, whose steps come so often."""
        for place, values in self._placed(counts, segments):
            if place == len(self._places):
                self._places.append(_Place(values))
            self._places[place].take(values)

    def _placed(self, counts: Sequence[int], segments: Segments) -> Iterator[tuple[int, Sequence[str]]]:
        """Each segment with the number of its place in the fold."""
        at = before = 0
        for step, count in zip(self._fold, counts, strict=True):
            size = len(step.forms)
            for begin in range(at, at + count * size, size):
                yield from enumerate(segments[begin : begin + size], before)
            at, before = at + count * size, before + size

    def wording(self, is_coded: Callable[[str, int], bool]) -> Wording:
        """What the sets have in common. Texts are fixed where nothing is said, and where `is_coded` says of a
        tag and position that the element holds a code."""
        return Wording(
            self._fold,
            tuple(place.fixed(is_coded) for place in self._places),
            tuple(place.filled for place in self._places),
        )


class _Place:
    """What all segments at one place of a fold say alike. Positions are those of elements, from 1."""

    def __init__(self, values: Sequence[str]) -> None:
        self._tag, *texts = values
        self._texts: list[str | None] = [*texts]  # None where they differ
        self._some: set[int] = set()  # positions where something was said, and where nothing was
        self._nothing: set[int] = set()

    def take(self, values: Sequence[str]) -> None:
        """One more segment, the tag first."""
        for position, value in enumerate(values[1:], 1):
            if value != self._texts[position - 1]:
                self._texts[position - 1] = None
            (self._some if value else self._nothing).add(position)

    @property
    def filled(self) -> frozenset[int]:
        """The elements that were always there."""
        return frozenset(self._some - self._nothing)

    def fixed(self, is_coded: Callable[[str, int], bool]) -> tuple[str | None, ...]:
        """The texts that were always the same, None for others."""
        return tuple(
            text if text == "" or (text and is_coded(self._tag, position)) else None
            for position, text in enumerate(self._texts, 1)
        )
