"""Puts back what a transaction set said and no row claims: the inverse of `x12_leftovers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gateway.formats.x12.definitions import Composite
from gateway.mapping.cells import CellError, split_outside
from gateway.mapping.evaluate.x12_places import Anchor, parse_key, unescaped_parts
from gateway.mapping.evaluate.x12_slots import Loop, Slot
from gateway.mapping.places import Scope
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import X12Place, qualifiers_text

__all__ = ["SEPARATOR", "PutBack"]

SEPARATOR = "\x1f"  # stands between the components of a whole composite until it is written out


class SlotIndex:
    """The segments of one row by what stands in them, so that each kept element finds its own at once."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.all: list[Slot] = []
        self.holding: dict[tuple[int, int, str], list[Slot]] = {}
        for slot in slots:
            self.add(slot)

    def add(self, slot: Slot) -> None:
        self.all.append(slot)
        for (element, component), text in slot.elements.items():
            self.holding.setdefault((element, component, text), []).append(slot)

    def find(self, anchor: Anchor) -> Slot | None:
        """The segment an anchor means: the n-th that has its qualifiers."""
        if not anchor.qualifiers:
            return self.all[anchor.number - 1] if anchor.number <= len(self.all) else None
        first = anchor.qualifiers[0]
        fitting = self.holding.get((first.element, first.component or 0, first.value), [])
        if len(anchor.qualifiers) > 1:
            fitting = [slot for slot in fitting if slot.has(anchor.qualifiers)]
        return fitting[anchor.number - 1] if anchor.number <= len(fitting) else None


class PutBack:
    """Puts kept elements and segments back into one scope: a loop, or one segment of it.

    Which loops and segments an anchor counts is remembered, so that many kept places stay linear.
    """

    def __init__(
        self,
        places: X12Places,
        scope: Scope,
        loop: Loop,
        segment: Slot | None,
        wrote: Callable[[Slot, Iterable[tuple[int, int]]], None],
    ) -> None:
        self.wrote = wrote
        self.places = places
        self.scope = scope
        self.loop = loop
        self.segment = segment
        self.found: dict[tuple[int, int, str], list[Loop]] = {}
        self.indexes: dict[tuple[int, int], SlotIndex] = {}

    def put(self, key: str, value: str | tuple[str, ...]) -> bool:
        """An element (a text) or segments (a tuple); False when they have no place here."""
        try:
            anchors = parse_key(key)
            if isinstance(value, str):
                return self.element(anchors, value)
            loop, path = self.down(self.loop, self.scope.path, anchors[:-1])
            done = [self.whole(loop, path, text) for text in value]
        except CellError:
            return False
        return all(done)

    def row(self, path: Sequence[str], tag: str) -> int:
        """The row of a tag in a loop; `CellError` when the set has none there."""
        return self.places.row(tuple(path), X12Place(tag)).index

    def opens(self, row: int) -> bool:
        return self.places.rows[row].opens_loop

    def down(
        self, loop: Loop, path: tuple[str, ...], anchors: Sequence[Anchor]
    ) -> tuple[Loop, tuple[str, ...]]:
        """The loop that a chain of anchors leads to; loops that are missing are made."""
        for anchor in anchors:
            row = self.row(path, anchor.tag)
            if not self.opens(row) or row == loop.row:
                raise CellError("no loop")
            key = (id(loop), row, qualifiers_text(anchor.qualifiers))
            if key not in self.found:
                self.found[key] = [inner for inner in loop.inner.get(row, []) if _opens(inner, anchor)]
            if len(self.found[key]) < anchor.number:
                self.found[key].append(loop.add_inner(row))
                self.qualified(self.found[key][-1].opening(anchor.tag), anchor)
            loop = self.found[key][min(anchor.number, len(self.found[key])) - 1]
            path = (*path, anchor.tag)
        return loop, path

    def element(self, anchors: tuple[Anchor, ...], value: str) -> bool:
        """Puts one element back; False when no segment can have it or something stands there."""
        last = anchors[-1]
        if last.element is None:
            return False
        if len(anchors) == 1 and self.is_own(last.tag) and not last.qualifiers:
            return self.set(self.segment or self.loop.opening(last.tag), last, value)
        loop, path = self.down(self.loop, self.scope.path, anchors[:-1])
        row = self.row(path, last.tag)
        if self.opens(row):
            inner, _ = self.down(loop, path, [last])
            return self.set(inner.opening(last.tag), last, value)
        if (id(loop), row) not in self.indexes:
            self.indexes[id(loop), row] = SlotIndex(loop.slots.get(row, ()))
        index = self.indexes[id(loop), row]
        slot = index.find(last)
        if slot is None:
            slot = self.qualified(loop.add_slot(row, last.tag), last)
            index.add(slot)
        return self.set(slot, last, value)

    def is_own(self, tag: str) -> bool:
        """Whether the segment is the one that opens the scope."""
        return tag == (self.scope.segment or (self.scope.path[-1] if self.scope.path else ""))

    def set(self, slot: Slot, anchor: Anchor, value: str) -> bool:
        """Sets an element or component that is free; False when it is not, or the segment has none."""
        element = anchor.element or 0
        place = (element, anchor.component or 0)
        uses = self.places.definition.segments[slot.tag].uses
        if not 1 <= element <= len(uses) or slot.elements.get(place) or slot.elements.get((element, 0)):
            return False
        slot.elements[place] = value if anchor.component else self.stored(slot.tag, element, value)
        self.wrote(slot, [place])
        return True

    def qualified(self, slot: Slot, anchor: Anchor) -> Slot:
        """The segment with the qualifiers of an anchor."""
        self.wrote(slot, slot.qualify(anchor.qualifiers))
        return slot

    def stored(self, tag: str, element: int, value: str) -> str:
        """An element as a `Slot` holds it: composites with `SEPARATOR` between components."""
        uses = self.places.definition.segments[tag].uses
        if element <= len(uses) and isinstance(uses[element - 1].content, Composite):
            return SEPARATOR.join(unescaped_parts(value, ">"))
        return value

    def whole(self, loop: Loop, path: tuple[str, ...], text: str) -> bool:
        """One whole segment: `REF*ZZ*1`, or `LM/LQ*A*B`, which goes into the loop put back before it."""
        name, *texts = unescaped_parts(text, "*")
        *loops, tag = split_outside(name, "/")
        for inner_tag in loops:
            held = loop.inner.get(self.row(path, inner_tag))
            if not held:
                return False
            loop, path = held[-1], (*path, inner_tag)
        row = self.row(path, tag)
        if row == loop.row:
            return False
        slot = loop.unopened_inner(row).opening(tag) if self.opens(row) else loop.add_slot(row, tag)
        for number, element in enumerate(texts, 1):
            if element:
                slot.elements[number, 0] = self.stored(tag, number, element)
        self.wrote(slot, list(slot.elements))
        return True


def _opens(loop: Loop, anchor: Anchor) -> bool:
    opening = loop.opening_or_none()
    return opening.has(anchor.qualifiers) if opening is not None else not anchor.qualifiers
