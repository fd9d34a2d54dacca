"""Segments in the making: loops with their segments by row of the set, put out in the order of the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateway.mapping.plan import Qualifier

__all__ = ["LAST", "Loop", "Slot"]


LAST = 1 << 30  # the order of segments that no row of the table made


class Slot:
    """One segment: texts by element and component (0: the whole element).

    `order` is that of the row that made it, see `SayingPlan`.
    """

    def __init__(self, tag: str, order: int = LAST) -> None:
        self.tag = tag
        self.order = order
        self.elements: dict[tuple[int, int], str] = {}

    def qualify(self, qualifiers: Sequence[Qualifier]) -> list[tuple[int, int]]:
        """Writes the qualifiers of a row; gives their elements."""
        told = {(qualifier.element, qualifier.component or 0): qualifier.value for qualifier in qualifiers}
        self.elements |= told
        return list(told)

    def fits(self, qualifiers: Sequence[Qualifier], elements: Mapping[tuple[int, int], str]) -> bool:
        """Whether the qualifiers hold or can be written here, and the elements are free."""
        return not any(self.elements.get(place) for place in elements) and self.may_have(qualifiers)

    def may_have(self, qualifiers: Sequence[Qualifier]) -> bool:
        """Whether the qualifiers hold, or their elements are free."""
        return all(
            self.elements.get((qualifier.element, qualifier.component or 0), qualifier.value)
            == qualifier.value
            for qualifier in qualifiers
        )

    def has(self, qualifiers: Sequence[Qualifier]) -> bool:
        """Whether the qualifiers hold."""
        return all(
            self.elements.get((qualifier.element, qualifier.component or 0)) == qualifier.value
            for qualifier in qualifiers
        )


class Loop:
    """One occurrence of a loop. `row` opens it (-1: the set itself); `of_block`: a block made it."""

    def __init__(self, row: int, *, of_block: bool = False) -> None:
        self.row = row
        self.of_block = of_block
        self.slots: dict[int, list[Slot]] = {}
        self.inner: dict[int, list[Loop]] = {}

    def opening(self, tag: str) -> Slot:
        """The segment that opens the loop, made when it is not there yet."""
        return self.opening_or_none() or self.add_slot(self.row, tag)

    def opening_or_none(self) -> Slot | None:
        """The segment that opens the loop, None when it is not there yet."""
        held = self.slots.get(self.row)
        return held[0] if held else None

    def add_slot(self, row: int, tag: str, order: int = LAST) -> Slot:
        slot = Slot(tag, order)
        self.slots.setdefault(row, []).append(slot)
        return slot

    def add_inner(self, row: int, *, of_block: bool = False) -> Loop:
        loop = Loop(row, of_block=of_block)
        self.inner.setdefault(row, []).append(loop)
        return loop

    def first_inner(self, row: int) -> Loop:
        """The first occurrence that belongs to no block, made when there is none."""
        held = next((loop for loop in self.inner.get(row, []) if not loop.of_block), None)
        return held or self.add_inner(row)

    def unopened_inner(self, row: int) -> Loop:
        """An occurrence whose opening segment is still missing (only the first can be one), or a new one."""
        held = next((loop for loop in self.inner.get(row, []) if not loop.of_block), None)
        return held if held is not None and held.opening_or_none() is None else self.add_inner(row)

    def reached(self, openers: Sequence[int]) -> list[Loop]:
        """The occurrences that belong to no block, down a chain of opening rows."""
        loops = [self]
        for row in openers:
            loops = [inner for loop in loops for inner in loop.inner.get(row, []) if not inner.of_block]
        return loops

    def in_order(self, tag: Callable[[int], str]) -> Iterator[tuple[int, Slot]]:
        """Rows and segments in the order of the schema; a loop without opening segment gets a bare one."""
        if self.row >= 0:
            yield self.row, self.opening(tag(self.row))
        for row in sorted({*self.slots, *self.inner}):
            if row != self.row:
                yield from ((row, slot) for slot in sorted(self.slots.get(row, ()), key=_order))
            for loop in self.inner.get(row, ()):
                yield from loop.in_order(tag)


def _order(slot: Slot) -> int:
    return slot.order
