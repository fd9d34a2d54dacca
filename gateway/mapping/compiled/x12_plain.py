"""Generated X12 readers for documents in which every element is claimed: one walk over the segments.

Segments stand in the order of the definition, so a scope is a row of `while` loops. Whatever is unusual (a
segment no row looks at, a second one where one is read, an element left over) raises `Doubt`, and the exact
reader takes over. Nothing wrong is accepted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import loop_end
from gateway.mapping.bound import (
    BlockPlan,
    BoundDerivation,
    BoundPath,
    FieldKind,
    Plan,
    RowPlan,
    SayingPlan,
    StepKind,
    X12At,
    X12Spot,
)
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Cell, Fan, Reading
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_checks import fits, held, is_tail, leftovers, tail_of, width
from gateway.mapping.compiled.x12_gather import Gatherer, is_plain
from gateway.mapping.compiled.x12_layout import Group, Layout, grouped, layout_of
from gateway.mapping.compiled.x12_loops import loops_of, reader_of
from gateway.mapping.compiled.x12_values import X12Values, accepting
from gateway.mapping.compiled.x12_walked import Walked
from gateway.mapping.places_x12 import ENVELOPE

__all__ = ["VALID", "X12Plain"]

VALID = "VALID_AS_MADE"  # the name under which a module tells that all of `read_plain` is valid


class X12Plain(Reading[Walked]):
    """Writes `read_plain(segments, rows)`."""

    def __init__(self, plan: Plan, names: Names, code: Code, definition: SetDefinition) -> None:
        super().__init__(plan, names, code)
        self.definition = definition
        self.gatherer = Gatherer(definition, code)
        self.values = X12Values(names, code)
        self.loops = loops_of(plan, definition)

    def write(self) -> None:
        rows = self.definition.rows()
        with self.code.inside("def read_plain(segments, rows):"):
            if (rows[0].tag, rows[-1].tag) != ENVELOPE:
                self.code.line("raise Doubt")
                return
            self.code.line("last = len(rows) - 1")
            self.code.line(f"if last < 1 or rows[0] != 0 or rows[last] != {len(rows) - 1}: raise Doubt")
            self.code.lines("i = 1", "r = rows[1]")
            walked = Walked("", ())
            self.gatherer.walk(self.layout(self.plan.root), 1, len(rows) - 1, walked)
            self.code.line("if i != last: raise Doubt")
            self.document(walked)
        self.code.line(f"{VALID} = {self.names.validity.proves}")

    def together(self, cells: Sequence[Cell], scope: Walked) -> Iterator[tuple[str, Sequence[Cell]]]:
        """Cells that read one segment stand together, where the first of them stood; but keys of a map keep
        their order."""
        held: dict[str, list[Cell]] = {}
        found: list[tuple[str, list[Cell]]] = []
        for cell in cells:
            pick = self.picked(scope, *cell)
            several = held.get(pick) if pick and not any(map(_fills_map, cell[0].fields)) else None
            if several is not None:
                several.append(cell)
                continue
            found.append((pick and f"{pick} is not BLANK", [cell]))
            if pick:
                held[pick] = found[-1][1]
        yield from found

    def picked(self, scope: Walked, row: RowPlan, saying: SayingPlan) -> str:
        """The local with the one segment that a cell reads; "" where it reads several, or its block's own."""
        spot = saying.spots[0]
        if len(saying.spots) > 1 or saying.repeated or any(field.fans_out for field in row.fields):
            return ""
        if not isinstance(spot, X12Spot) or spot.own or spot.last is not None:
            return ""
        pick = self.segment(scope, spot)[0]
        return "" if pick == "BLANK" or pick.endswith("_") else pick

    def value(self, scope: Walked, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
        place = (spots[0].openers, spots[0].row)
        if saying.repeated:
            found = scope.lists.get((place, spots[0].qualifiers), "()")
            return self.values.repeated(saying, spots, found, into, whole=found in scope.whole)
        sources = [self.segment(scope, spot) for spot in spots]
        if spots[0].last is not None:
            filled_short = scope.short if spots[0].own else sources[0][0] in scope.tails
            short = filled_short and is_tail(spots[0], saying)
            return self.values.ranged(saying, spots[0], sources[0], into[0], short=short)
        return self.values.elements(saying, spots, sources, into)

    def segment(self, scope: Walked, spot: X12Spot) -> tuple[str, list[str]]:
        """The local with the segment a row reads, and what must hold besides."""
        if spot.own:
            return scope.own, fits(scope.own, spot.qualifiers, scope.known)
        return scope.picks.get(((spot.openers, spot.row), spot.qualifiers), "BLANK"), []

    def claimed(self, scope: Walked, saying: SayingPlan, values: Sequence[str]) -> None:
        del scope, saying, values  # whatever is not claimed was refused before

    def judge(self, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> None:
        if self.values.stands(saying) and not self.names.validity.is_settled(row, saying):
            number = self.names.number(saying)
            self.code.line(f"if {into[0]} is not None and not VALID{number}({into[0]}): raise Doubt")

    def unclaimed(self, fan: Fan) -> None:
        self.code.line(f"if {fan.value} is not None and not {fan.used}: raise Doubt")

    def total(self, scope: Walked, item: BoundDerivation) -> str:
        total = self.code.name("total")
        spot = item.saying.spots[0]
        assert isinstance(spot, X12Spot)
        self.code.line(f"{total} = {held(self.segment(scope, spot)[0], spot.element)} or None")
        return total

    def rest(self, block: BlockPlan, scope: Walked | None, vars_: Vars) -> None:
        del block, scope, vars_  # nothing is left over

    def positioned(
        self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Walked, fans: Sequence[Fan]
    ) -> None:
        groups = grouped(blocks)
        several = self.start_placing([group.blocks for group in groups.values()], vars_)
        for place, group in groups.items():
            if place in self.loops and not scope.own:
                self.whole_loop(group, self.loops[place], scope.spans[place], vars_)
            elif place in scope.spans:
                following, end = scope.spans[place]
                with self.code.inside(f"while {following} < {end}:"):
                    start = self.code.name("start")
                    self.code.line(f"{start} = {following}")
                    self.code.line(f"if rows[{start}] != {place[1]}: raise Doubt")
                    self.group(group, start, vars_, fans, several, following)
            elif place in scope.starts:
                start = self.code.name("start")
                with self.code.inside(f"for {start} in {scope.starts[place]}:"):
                    self.group(group, start, vars_, fans, several)
        self.finish_placing(several)

    def whole_loop(self, group: Group, name: str, span: tuple[str, str], vars_: Vars) -> None:
        """All occurrences of a loop that a function reads."""
        start, end = span
        items = self.list_of(group.blocks[0], vars_)
        with self.code.inside(f"if {start} < {end}:"):
            self.code.line(f"read = {reader_of(name)}.read(segments, rows, {start}, whole=True)")
            self.code.line(f"if read.behind != {end}: raise Doubt")
            self.code.line(f"{items} = [item for _, item in read.found]")

    def group(
        self,
        group: Group,
        start: str,
        vars_: Vars,
        fans: Sequence[Fan],
        several: frozenset[str],
        following: str = "",
    ) -> None:
        """One occurrence of a loop or segment: the first block whose qualifiers and filter fit takes it.
        `following` is the local for the position behind an occurrence of a loop."""
        reads = [read for inner in group.blocks for read in self.layout(inner).own]
        if not all(is_plain(self.definition, read) for read in reads):
            self.code.line("raise Doubt")
            return
        own = self.opener(start)
        length = longest = width(reads, [at.qualifiers for at in group.places()])
        tail = tail_of(reads, [at.qualifiers for at in group.places()])
        if tail is not None:
            length = tail
        self.gatherer.segment(own, start, length, longest if tail is not None else None)

        def opened(inner: BlockPlan) -> Walked:
            assert isinstance(inner.at, X12At)
            return Walked(own, inner.at.qualifiers, short=tail is not None)

        complete = self.first_fitting(
            group.blocks,
            lambda inner: accepting(self.names, inner, own),
            vars_,
            lambda inner: self.occurrence(
                inner, opened(inner), start, length, vars_, fans, several, following
            ),
        )
        if not complete:
            self.code.line("else: raise Doubt")

    def occurrence(
        self,
        inner: BlockPlan,
        scope: Walked,
        start: str,
        length: int,
        vars_: Vars,
        fans: Sequence[Fan],
        several: frozenset[str],
        following: str,
    ) -> None:
        at = inner.at
        assert isinstance(at, X12At)
        layout = self.layout(inner)
        found = leftovers(scope.own, layout.own, at.qualifiers, taken=True, until=length)
        if found:
            self.code.line(f"if {' or '.join(found)}: raise Doubt")
        if at.loop:
            self.walk_inside(layout, at, scope, start, following)
        in_order = inner.many and self.list_of(inner, vars_) in several
        self.item(inner, vars_, scope, fans, start if in_order else None)

    def opener(self, start: str) -> str:
        """A name for the segment at a position, which opens an occurrence."""
        del start
        return self.code.name("own")

    def layout(self, block: BlockPlan) -> Layout:
        """Where the rows and blocks of a scope look."""
        return layout_of(self.plan, block)

    def walk_inside(self, layout: Layout, at: X12At, scope: Walked, start: str, following: str) -> None:
        """Through the occurrence of a loop that begins at a position."""
        self.code.lines(f"i = {start} + 1", "r = rows[i]")
        self.gatherer.walk(layout, at.row + 1, loop_end(self.gatherer.rows, at.row), scope)
        self.code.line(f"{following} = i")


def _fills_map(field: BoundPath) -> bool:
    return field.steps[-1].kind is StepKind.KEY or field.kind in (FieldKind.MAP, FieldKind.MOMENTS)
