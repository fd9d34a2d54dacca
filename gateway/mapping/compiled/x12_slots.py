"""Which segments the rows of a scope write, and whether two of them may get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.bound import BlockPlan, Plan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code, Mark
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.x12_checks import element
from gateway.mapping.compiled.x12_layout import Place, Qualifiers, contradict
from gateway.mapping.plan import Here

__all__ = ["Slots", "Written", "slots_of", "template"]

Spots: TypeAlias = list[tuple[X12Spot, SayingPlan]]


class Part(msgspec.Struct, frozen=True):
    """Rows that write one segment together, or a row that repeats."""

    spots: Spots
    repeated: bool

    @property
    def qualifiers(self) -> Qualifiers:
        """What the segment is known by."""
        return self.spots[0][0].qualifiers

    @property
    def elements(self) -> list[int]:
        """The elements that rows write, qualifiers aside."""
        return [number for spot, _ in self.spots for number in elements_of(spot)]

    def order(self) -> int:
        """Where the table names it first."""
        return min(saying.order for _, saying in self.spots)

    def takes(self, spot: X12Spot, saying: SayingPlan) -> bool:
        """Whether a further place belongs to the same segment."""
        if self.repeated or saying.repeated:
            return saying is self.spots[0][1]
        return spot.qualifiers == self.qualifiers

    def is_simple(self) -> bool:
        """Whether each element has one row."""
        written = self.elements + [qualifier.element for qualifier in self.qualifiers]
        return len(written) == len(set(written))


def _apart(parts: Sequence[Part]) -> bool:
    """Whether no segment of one part can take a value of another, and the table does not mix their rows."""
    repeated = [part for part in parts if part.repeated]
    if len(repeated) > 1:
        return False
    for number, one in enumerate(parts):
        for two in parts[number + 1 :]:
            first, last = (one, two) if one.order() < two.order() else (two, one)
            if max(saying.order for _, saying in first.spots) > last.order():
                return False
            if not (one.repeated or two.repeated) and not contradict(one.qualifiers, two.qualifiers):
                return False
    if not repeated:
        return True
    fixed = {*repeated[0].elements, *(each.element for each in repeated[0].qualifiers)}
    left_out = repeated[0].spots[0][0].excluded
    return all(
        part.repeated or (part.qualifiers in left_out and {each.element for each in part.qualifiers} <= fixed)
        for part in parts
    )


class Slots(msgspec.Struct, frozen=True):
    """The places one scope writes: on its own segment, elsewhere, and where blocks stand."""

    own: Spots
    places: dict[Place, Spots]
    blocks: dict[Place, list[X12At]]
    widths: dict[Place, int]
    known: Qualifiers

    def parts(self, place: Place) -> list[Part] | None:
        """The segments of a place one by one, in the order of the table: each row writes its own, and no
        value can come to stand in that of another row. None where rows may share segments."""
        if place in self.blocks:
            return None
        parts: list[Part] = []
        for spot, saying in self.places[place]:
            same = next((part for part in parts if part.takes(spot, saying)), None)
            if same is None:
                parts.append(Part([(spot, saying)], repeated=saying.repeated))
            else:
                same.spots.append((spot, saying))
        opens = bool(place[0]) and place[0][-1] == place[1]
        if len(parts) > 1 and (opens or not _apart(parts)):
            return None
        return sorted(parts, key=Part.order) if all(part.is_simple() for part in parts) else None

    def conflicts(self, saying: SayingPlan, spot: X12Spot, segment: str, place: str) -> list[str]:
        """When a value finds its place on the scope's own segment taken, as far as that can be."""
        found = []
        mine = set(elements_of(spot))
        others = [(each, other) for each, other in self.own if other is not saying or each is not spot]
        touched = {number for each, _ in others for number in elements_of(each)}
        touched |= {qualifier.element for each, _ in others for qualifier in each.qualifiers}
        touched |= {qualifier.element for qualifier in self.known}
        if mine & touched:
            held = f"{segment}[{spot.element}]"
            if spot.last is not None:
                held = f"any({segment}[{spot.element} + n] and {place}[n] for n in range(len({place})))"
            found.append(held)
        for qualifier in spot.qualifiers:
            found.append(f"{element(segment, qualifier)} not in ('', {qualifier.value!a})")
        return found

    def own_template(self, tag: str) -> str:
        """The program text of the own segment, blank but for what the block knows of it."""
        tail = self.tail()
        widths = [tail.element if spot is tail else _width(spot) for spot, _ in self.own]
        return template(tag, max([*widths, *(each.element + 1 for each in self.known), 1]), self.known)

    def tail(self) -> X12Spot | None:
        """A range behind everything else on the own segment; it is added when there is something in it."""
        last = max((spot for spot, _ in self.own), key=lambda spot: spot.element, default=None)
        if last is None or last.last is None:
            return None
        others = [_width(spot) for spot, _ in self.own if spot is not last]
        others += [each.element + 1 for spot, _ in self.own for each in spot.qualifiers]
        others += [each.element + 1 for each in self.known]
        return last if all(width <= last.element for width in others) and not last.qualifiers else None

    def goes_into(self, openers: tuple[int, ...]) -> bool:
        """Whether a row or block writes into the loop that these rows open."""
        length = len(openers)
        return any(place[0][:length] == openers for place in (*self.places, *self.blocks))


class Written(msgspec.Struct):
    """A scope while its code is written: locals with segments by place, and with the output of blocks."""

    own: str
    slots: Slots
    mark: Mark
    segments: dict[tuple[Place, int], str] = msgspec.field(default_factory=dict)
    outputs: dict[Place, tuple[str, str]] = msgspec.field(default_factory=dict)

    def segment(self, place: Place, code: Code, tag: str, part: int = 0) -> str:
        """The local with the segment (or the list of segments) of a part of a place."""
        if (place, part) not in self.segments:
            stem = tag.lower() if tag.isascii() and tag.isalnum() else "segment"
            self.segments[place, part] = code.name(stem)
        return self.segments[place, part]

    def output(self, place: Place, code: Code) -> tuple[str, str]:
        """The locals with the segments of a block's loops, and their rows."""
        if place not in self.outputs:
            self.outputs[place] = (code.name("inside"), code.name("rows"))
        return self.outputs[place]

    def locals(self) -> list[str]:
        return [*self.segments.values(), *(name for names in self.outputs.values() for name in names)]


def slots_of(plan: Plan, block: BlockPlan, definition: SetDefinition) -> Slots:
    """What a block's scope writes; `UnsupportedTableError` for what only the evaluator's writer can."""
    own: Spots = []
    places: dict[Place, Spots] = {}
    found = list(spots_written(block))
    if block is plan.root:
        found += [
            (s, item.saying) for item in plan.derived for s in item.saying.spots if isinstance(s, X12Spot)
        ]
    for spot, saying in found:
        parts = spot.component is not None and not _alone(spot, [other for other, _ in found])
        if parts or any(each.component is not None or not each.value for each in spot.qualifiers):
            raise UnsupportedTableError(saying.text)
        if spot.own:
            own.append((spot, saying))
        else:
            places.setdefault((spot.openers, spot.row), []).append((spot, saying))
    blocks: dict[Place, list[X12At]] = {}
    for at in blocks_written(block):
        blocks.setdefault((at.openers, at.row), []).append(at)
        if any(each.component is not None or not each.value for each in at.qualifiers):
            raise UnsupportedTableError(at.text)
    widths = {place: max(_width(spot) for spot, _ in spots) for place, spots in places.items()}
    known = block.at.qualifiers if isinstance(block.at, X12At) else ()
    slots = Slots(own, places, blocks, widths, known)
    for (openers, row), stands in blocks.items():
        if stands[0].loop and slots.goes_into((*openers, row)):
            raise UnsupportedTableError(stands[0].text)
    return slots


def _alone(spot: X12Spot, spots: Sequence[X12Spot]) -> bool:
    """Whether a spot is the first component and nothing else is written to its element: then it is the
    element."""
    others = (
        other
        for other in spots
        if other is not spot and (other.openers, other.row) == (spot.openers, spot.row)
    )
    return spot.component == 1 and not any(spot.element in elements_of(other) for other in others)


def spots_written(block: BlockPlan) -> Iterator[tuple[X12Spot, SayingPlan]]:
    for row in block.rows:
        for saying in row.sayings:
            if saying.writes:
                yield from ((spot, saying) for spot in saying.spots if isinstance(spot, X12Spot))
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from spots_written(inner)


def blocks_written(block: BlockPlan) -> Iterator[X12At]:
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from blocks_written(inner)
        elif isinstance(inner.at, X12At):
            yield inner.at


def elements_of(spot: X12Spot) -> range:
    return range(spot.element, (spot.last or spot.element) + 1)


def _width(spot: X12Spot) -> int:
    return max([elements_of(spot).stop, *(each.element + 1 for each in spot.qualifiers)])


def template(tag: str, width: int, qualifiers: Qualifiers) -> str:
    """The program text of a new segment: blank but for its qualifiers."""
    texts = [ascii(tag)] + ["''"] * (width - 1)
    for qualifier in qualifiers:
        texts[qualifier.element] = ascii(qualifier.value)
    return f"[{', '.join(texts)}]"
