"""X12 for the slow writer: rows that do not contradict share a segment, and the schema gives the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gateway.findings import Location
from gateway.formats.x12.definitions import Composite, SetDefinition
from gateway.mapping.bound import BlockPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.evaluate.sources import X12Target
from gateway.mapping.evaluate.trace import QUALIFIER, Author, Place, Written
from gateway.mapping.evaluate.writing import Put, Refusal
from gateway.mapping.evaluate.x12_put_back import SEPARATOR, PutBack
from gateway.mapping.evaluate.x12_slots import LAST, Loop, Slot
from gateway.mapping.places import Scope
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import Qualifier

__all__ = ["X12WriteScope", "X12Writer"]


class X12WriteScope(msgspec.Struct, frozen=True):
    """Where a block writes: a loop, or one segment of it. `scope` is its path in the set."""

    loop: Loop
    scope: Scope
    segment: Slot | None = None


class Room(msgspec.Struct, frozen=True):
    """The segments a value may go into, from `start` on; `fill`: none is made for it."""

    slots: list[Slot]
    start: int
    fill: bool


class Marks:
    """Who wrote each element of each segment, as long as somebody is named."""

    def __init__(self) -> None:
        self.author: Author | None = None
        self._held: dict[tuple[int, int, int], tuple[Author, int]] = {}

    def add(self, slot: Slot, places: Iterable[tuple[int, int]], part: int = 0, step: int = 1) -> None:
        """These elements were written now; the first is the `part`-th text of the value."""
        if self.author is not None:
            for number, (element, component) in enumerate(places):
                held = (self.author, part + number * step)
                self._held.setdefault((id(slot), element, component), held)

    def of(self, slot: Slot, place: tuple[int, int]) -> tuple[Author | None, int]:
        """Who wrote an element first."""
        return self._held.get((id(slot), *place), (None, 0))


class X12Writer:
    """Gathers segments by loop, then puts them out in the order of the schema."""

    def __init__(self, definition: SetDefinition, component: str) -> None:
        self.definition = definition
        self.places = X12Places(definition)
        self.component = component
        self.top = Loop(-1)
        self.putting_back: tuple[X12WriteScope, PutBack] | None = None
        self.marks = Marks()

    def by(self, author: Author) -> None:
        self.marks.author = author

    def written_places(self) -> Iterator[Written]:
        for number, (row, slot) in enumerate(self.top.in_order(self.tag)):
            here = Location(segment_in_set=number + 2, tag=slot.tag, loop=self.places.rows[row].path or None)
            for (element, component), text in sorted(slot.elements.items()):
                shown = text.replace(SEPARATOR, self.component)
                place = msgspec.structs.replace(here, element=element, component=component or None)
                author, part = self.marks.of(slot, (element, component))
                yield Written(Place(place, shown), author, part)

    def root(self) -> X12WriteScope:
        return X12WriteScope(self.top, Scope())

    def open(self, scope: X12WriteScope, block: BlockPlan) -> X12WriteScope:
        at = block.at
        assert isinstance(at, X12At)
        loop = scope.loop
        for opener in at.openers:
            loop = loop.first_inner(opener)
        path = self.places.rows[at.row].path
        parts = tuple(path.split("/")) if path else ()
        if at.loop:
            inner = loop.add_inner(at.row, of_block=True)
            opened = X12WriteScope(inner, Scope(parts))
            self.qualify(inner.opening(at.tag), at.qualifiers)
        else:
            orders = [saying.order for row in block.rows for saying in row.sayings]
            slot = loop.add_slot(at.row, at.tag, min(orders, default=LAST))
            opened = X12WriteScope(loop, Scope(parts, at.tag), slot)
            self.qualify(slot, at.qualifiers)
        return opened

    def close(self, outer: X12WriteScope, scope: X12WriteScope, block: BlockPlan) -> Refusal | None:
        del outer, scope, block  # a loop is complete as it stands
        return None

    def put(
        self, scope: X12WriteScope, saying: SayingPlan, values: Sequence[object], *, fill: bool
    ) -> Put | Refusal:
        spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
        if saying.repeated:
            texts = values[0]
            assert isinstance(texts, tuple)
            return self.put_repeated(scope, spots, texts, saying.order, fill=fill)
        outcome: Put | Refusal = Put.DONE
        for spot, value in zip(spots, values, strict=True):
            elements = _elements(spot, value)
            if not elements:
                continue
            refusal = self.refused(spot, elements)
            room = Room(self.slots(scope, spot), 0, fill)
            done = refusal or self.put_one(scope, spot, elements, saying.order, room)
            outcome = done if not isinstance(done, int) and outcome is Put.DONE else outcome
        return outcome

    def put_repeated(
        self,
        scope: X12WriteScope,
        spots: Sequence[X12Spot],
        texts: tuple[str | None, ...],
        order: int,
        *,
        fill: bool,
    ) -> Put | Refusal:
        """A segment for each group of texts, in order; of the qualifiers of another row none is made."""
        slots = self.slots(scope, spots[0])
        start = 0
        for number in range(0, len(texts), len(spots)):
            elements: dict[tuple[int, int], str] = {}
            for spot, text in zip(spots, texts[number : number + len(spots)], strict=False):
                elements |= _elements(spot, text)
            refusal = self.refused(spots[0], elements)
            if refusal is not None:
                return refusal
            if any(_is_meant(elements, excluded) for excluded in spots[0].excluded):
                return Put.TAKEN
            done = self.put_one(scope, spots[0], elements, order, Room(slots, start, fill), number)
            if not isinstance(done, int):
                return done
            start = done + 1
        return Put.DONE

    def refused(self, spot: X12Spot, elements: dict[tuple[int, int], str]) -> Refusal | None:
        """A component that holds the component separator cannot be told from two."""
        if spot.component is None:
            return None
        text = next(iter(elements.values()))
        return (
            Refusal("separator-in-component", text, {"other": self.component})
            if self.component in text
            else None
        )

    def put_one(
        self,
        scope: X12WriteScope,
        spot: X12Spot,
        elements: dict[tuple[int, int], str],
        order: int,
        room: Room,
        first: int = 0,
    ) -> int | Put:
        """Writes into the first segment with room, or a further one; the position of the segment.

        `first`: the place of the first element among the texts of the value.
        """
        slots = room.slots
        position = next(
            (n for n in range(room.start, len(slots)) if slots[n].fits(spot.qualifiers, elements)), None
        )
        if position is None:
            if room.fill:
                return Put.NOTHING_TO_FILL
            made = self.new_slot(scope, spot, len(slots), order)
            if made is None:
                return Put.TAKEN
            position = len(slots)
            slots.append(made)
        self.qualify(slots[position], spot.qualifiers)
        slots[position].elements |= elements
        self.marks.add(slots[position], elements, first)
        return position

    def qualify(self, slot: Slot, qualifiers: Sequence[Qualifier]) -> None:
        """Writes the qualifiers of a row into its segment."""
        self.marks.add(slot, slot.qualify(qualifiers), QUALIFIER, step=0)

    def slots(self, scope: X12WriteScope, spot: X12Spot) -> list[Slot]:
        """The segments a row may write to, in order."""
        if spot.own:
            own = scope.segment or scope.loop.opening_or_none()
            return [own] if own is not None else []
        loops = scope.loop.reached(spot.openers)
        if spot.openers and spot.openers[-1] == spot.row:
            return [slot for loop in loops if (slot := loop.opening_or_none()) is not None]
        return list(loops[0].slots.get(spot.row, ())) if loops else []

    def new_slot(self, scope: X12WriteScope, spot: X12Spot, count: int, order: int) -> Slot | None:
        """A further segment; None where the schema allows no more."""
        if spot.own:
            return scope.loop.opening(spot.tag) if count == 0 else None
        if spot.maximum is not None and count >= spot.maximum:
            return None
        loop = scope.loop
        if spot.openers and spot.openers[-1] == spot.row:
            for opener in spot.openers[:-1]:
                loop = loop.first_inner(opener)
            return loop.unopened_inner(spot.row).opening(spot.tag)
        for opener in spot.openers:
            loop = loop.first_inner(opener)
        return loop.add_slot(spot.row, spot.tag, order)

    def put_back(self, scope: X12WriteScope, place: str, value: str | tuple[str, ...]) -> bool:
        if self.putting_back is None or self.putting_back[0] is not scope:
            back = PutBack(self.places, scope.scope, scope.loop, scope.segment, self.marks.add)
            self.putting_back = (scope, back)
        return self.putting_back[1].put(place, value)

    def finish(self) -> X12Target:
        """Every segment in the order of the schema."""
        target = X12Target([], [])
        for row, slot in self.top.in_order(self.tag):
            target.rows.append(row)
            target.segments.append(self.written(slot))
        return target

    def tag(self, row: int) -> str:
        return self.places.rows[row].tag

    def written(self, slot: Slot) -> list[str]:
        """A segment cut into elements, the tag first, components joined."""
        last = max((element for element, _ in slot.elements), default=0)
        texts = [""] * last
        components: dict[int, dict[int, str]] = {}
        for (element, component), text in slot.elements.items():
            if component:
                components.setdefault(element, {})[component] = text
            elif self.is_composite(slot.tag, element):
                texts[element - 1] = text.replace(SEPARATOR, self.component)
            else:
                texts[element - 1] = text
        for element, parts in components.items():
            ordered = [parts.get(number, "") for number in range(1, max(parts) + 1)]
            texts[element - 1] = self.component.join(ordered)
        return [slot.tag, *texts]

    def is_composite(self, tag: str, element: int) -> bool:
        """Whether the set's definition has a composite at this element."""
        uses = self.definition.segments[tag].uses
        return element <= len(uses) and isinstance(uses[element - 1].content, Composite)


def _elements(spot: X12Spot, value: object) -> dict[tuple[int, int], str]:
    """What a value writes, by element and component (0: the whole element)."""
    if isinstance(value, tuple):
        return {(spot.element + number, 0): str(text) for number, text in enumerate(value) if text}
    return {(spot.element, spot.component or 0): str(value)} if value not in (None, "") else {}


def _is_meant(elements: dict[tuple[int, int], str], qualifiers: Sequence[Qualifier]) -> bool:
    return all(
        elements.get((qualifier.element, qualifier.component or 0)) == qualifier.value
        for qualifier in qualifiers
    )
