"""Generated X12 writers for documents that keep nothing of X12 in `ext`: segments as lists, put out in the
order of the definition. What they do not foresee raises `Doubt`."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.bound import BlockPlan, Plan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.writing import Writing
from gateway.mapping.compiled.x12_layout import Place, Qualifiers
from gateway.mapping.compiled.x12_output import Output
from gateway.mapping.compiled.x12_slots import Part, Written, slots_of, template
from gateway.mapping.evaluate.x12_slots import LAST

__all__ = ["X12Write"]


class X12Write(Writing[Written]):
    """Writes `write_plain(document)`."""

    def __init__(self, plan: Plan, names: Names, code: Code, definition: SetDefinition) -> None:
        super().__init__(plan, names, code)
        self.definition = definition
        self.output = Output(definition, code)
        self.column = plan.format.kind.column

    def write(self) -> None:
        """Writes the function."""
        with self.code.inside("def write_plain(document):"):
            scope = Written("", slots_of(self.plan, self.plan.root, self.definition), self.code.mark())
            self.document(scope)
            self.code.line("segments, rows = [], []")
            inner = range(1, len(self.definition.rows()) - 1)
            self.output.rows(scope, inner, (), ("segments", "rows"))
            scope.mark.lines += chained(scope.locals(), "None")
            self.code.line("return X12Target(segments, rows), remarks")

    def put(self, scope: Written, saying: SayingPlan, places: Sequence[str], *, fill: bool) -> str | None:
        spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
        filled = self.code.name("filled") if fill else None
        if filled:
            self.code.line(f"{filled} = True")
        if saying.repeated:
            with self.code.inside(f"if {places[0]}:"):
                self.each(scope, saying, spots, places[0], filled)
            return filled
        for spot, place in zip(spots, places, strict=True):
            given = f"any({place})" if spot.last is not None else place
            with self.code.inside(f"if {given}:"):
                if spot.component is not None:
                    self.code.line(f"if not {place}.isalnum(): raise Doubt")
                if spot.own:
                    self.own(scope, saying, spot, place, filled)
                else:
                    self.elsewhere(scope, saying, spot, place, filled)
        return filled

    def own(self, scope: Written, saying: SayingPlan, spot: X12Spot, place: str, filled: str | None) -> None:
        """Into the segment that opens the scope."""
        taken = scope.slots.conflicts(saying, spot, scope.own, place)
        if filled and taken:
            with self.code.inside(f"if {' or '.join(taken)}:"):
                self.code.line(f"{filled} = False")
            with self.code.inside("else:"):
                self.set(scope.own, spot, place)
            return
        if taken:
            self.code.line(f"if {' or '.join(taken)}: raise Doubt")
        self.set(scope.own, spot, place, tail=spot is scope.slots.tail())

    def set(self, segment: str, spot: X12Spot, place: str, *, tail: bool = False) -> None:
        """The lines that put a value, and what qualifies it, into a segment."""
        for qualifier in spot.qualifiers:
            self.code.line(f"{segment}[{qualifier.element}] = {qualifier.value!a}")
        end = "" if tail else f"{spot.element} + len({place})"
        elements = str(spot.element) if spot.last is None else f"{spot.element}:{end}"
        self.code.line(f"{segment}[{elements}] = {place}")

    def elsewhere(
        self, scope: Written, saying: SayingPlan, spot: X12Spot, place: str, filled: str | None
    ) -> None:
        """Into a segment that rows of the scope share."""
        at: Place = (spot.openers, spot.row)
        parts = scope.slots.parts(at)
        if parts is not None:
            number = _part_of(parts, saying, spot)
            segment = scope.segment(at, self.code, spot.tag, number)
            if filled:
                with self.code.inside(f"if {segment} is None:"):
                    self.code.line(f"{filled} = False")
                with self.code.inside("else:"):
                    self.set(segment, spot, place)
                return
            made = template(spot.tag, scope.slots.widths[at], spot.qualifiers)
            self.code.line(f"if {segment} is None: {segment} = {made}")
            self.set(segment, spot, place)
            return
        held, slot = self.shared(scope, saying, spot)
        texts = place if spot.last else f"({place},)"
        call = f"put_one({held}, {slot}, {spot.element}, {texts}, {filled is not None})"
        self.code.line(f"if not {call}: {filled} = False" if filled else call)

    def shared(self, scope: Written, saying: SayingPlan, spot: X12Spot) -> tuple[str, str]:
        """The local with the segments of a place that rows share, and the constant that tells of new ones."""
        at: Place = (spot.openers, spot.row)
        held = scope.segment(at, self.code, spot.tag)
        self.code.line(f"if {held} is None: {held} = []")
        width = scope.slots.widths[at]
        value = f"({spot.tag!a}, {width}, {saying.order}, {spot.maximum}, {_wanted(spot.qualifiers)})"
        return held, self.code.constants.name("SLOT", value)

    def each(
        self,
        scope: Written,
        saying: SayingPlan,
        spots: Sequence[X12Spot],
        texts: str,
        filled: str | None,
    ) -> None:
        """Repeated places: each text (or each few texts) into a segment behind the one before."""
        at: Place = (spots[0].openers, spots[0].row)
        parts = scope.slots.parts(at)
        if parts is None or filled:
            held, slot = self.shared(scope, saying, spots[0])
            unwanted = "".join(f"{_wanted(excluded)}, " for excluded in spots[0].excluded)
            elements = "".join(f"{spot.element}, " for spot in spots)
            where = self.code.constants.name("PLACES", f"(({elements}), ({unwanted}))")
            call = f"put_each({held}, {slot}, {where}, {texts}, {filled is not None})"
            self.code.line(f"if not {call}: {filled} = False" if filled else call)
            return
        segments = scope.segment(at, self.code, spots[0].tag, _part_of(parts, saying, spots[0]))
        self.code.line(f"{segments} = []")
        if len(spots) == 1:
            with self.code.inside(f"for text in {texts}:"):
                self.further(scope, spots, segments, ["text"])
            return
        names = [f"text{number}" for number in range(len(spots))]
        cut = ", ".join(f"{texts}[{number}::{len(spots)}]" for number in range(len(spots)))
        self.code.line(f"if len({texts}) % {len(spots)}: raise Doubt")
        with self.code.inside(f"for {', '.join(names)} in zip({cut}):"):
            self.further(scope, spots, segments, names)

    def further(self, scope: Written, spots: Sequence[X12Spot], segments: str, names: Sequence[str]) -> None:
        """One more segment with these texts, none of which would make it another row's."""
        said = {spot.element: name for spot, name in zip(spots, names, strict=True)}
        self.code.line(f"if not {names[0]}: raise Doubt")
        for excluded in spots[0].excluded:
            fixed = {each.element: each.value for each in spots[0].qualifiers}
            if all(each.element in said or fixed.get(each.element) == each.value for each in excluded):
                told = [
                    f"{said[each.element]} == {each.value!a}" for each in excluded if each.element in said
                ]
                self.code.line(f"if {' and '.join(told) or 'True'}: raise Doubt")
        texts = {each.element: f"{each.value!a}" for each in spots[0].qualifiers}
        texts |= {number: f"{name} or ''" for number, name in said.items()}
        parts = [texts.get(number, "''") for number in range(1, max(texts) + 1)]
        self.code.line(f"{segments}.append([{', '.join([f'{spots[0].tag!a}', *parts])}])")

    def open(self, scope: Written, block: BlockPlan) -> Written:
        at = block.at
        assert isinstance(at, X12At)
        own = self.code.name("own")
        slots = slots_of(self.plan, block, self.definition)
        self.code.line(f"{own} = {slots.own_template(at.tag)}")
        return Written(own, slots, self.code.mark())

    def close(self, scope: Written, opened: Written, block: BlockPlan) -> None:
        at = block.at
        assert isinstance(at, X12At)
        place: Place = (at.openers, at.row)
        if not at.loop:
            held = scope.segment(place, self.code, at.tag)
            order = min((saying.order for row in block.rows for saying in row.sayings), default=LAST)
            self.code.line(f"if {held} is None: {held} = []")
            self.code.line(f"{held}.append(({order}, {opened.own}))")
            return
        segments, rows = scope.output(place, self.code)
        self.code.line(f"if {segments} is None: {segments}, {rows} = [], []")
        self.output.segment(opened.own, at.row, (segments, rows))
        self.output.loop(opened, at.row, (segments, rows))
        opened.mark.lines += chained(opened.locals(), "None")

    def kept(self, scope: Written, record: str) -> None:
        del scope  # what was kept is put back by the exact writer
        self.code.line(f"if {record}.ext and {self.column!a} in {record}.ext: raise Doubt")


def _part_of(parts: Sequence[Part], saying: SayingPlan, spot: X12Spot) -> int:
    return next(
        number
        for number, part in enumerate(parts)
        if any(held is saying and each is spot for each, held in part.spots)
    )


def _wanted(qualifiers: Qualifiers) -> str:
    return f"({''.join(f'({each.element}, {each.value!a}), ' for each in qualifiers)})"
