"""Generated X12 readers that keep what no row claims: as the evaluator reads, but without a word.

They read what the plain readers leave to them, and refuse (`Doubt`) exactly where the evaluator finds fault.
Of a pair's shape they also tell whether it is valid: the occurrences of loops that functions read are, and
the few other records are judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.bound import BlockPlan, BoundDerivation, Plan, RowPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.keeping import Keeping
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_checks import element, fits
from gateway.mapping.compiled.x12_layout import Group, Place, Qualifiers, grouped, layout_of
from gateway.mapping.compiled.x12_loops import loops_of, table_of
from gateway.mapping.compiled.x12_values import Source, X12Values, accepting
from gateway.mapping.plan import qualifiers_text

__all__ = ["X12Exact"]


class Standing(msgspec.Struct):
    """A scope: the locals with its loop, the position of its own segment, and that segment.

    `found` are the locals with positions by place and qualifiers, and the segments there; `claimed` is the
    local with what is claimed of the own segment.
    """

    node: str
    position: str
    own: str
    known: Qualifiers = ()
    single: bool = False
    index: str = ""
    claimed: str = ""
    rows: dict[Place, str] = msgspec.field(default_factory=dict)
    found: dict[tuple[Place, Qualifiers], tuple[str, str]] = msgspec.field(default_factory=dict)


class X12Exact(Keeping[Standing]):
    """Writes `read_exact(segments, rows, separator)`: the document, and whether it is known to be valid."""

    def __init__(self, plan: Plan, names: Names, code: Code, definition: SetDefinition) -> None:
        super().__init__(plan, names, code)
        self.definition = definition
        self.values = X12Values(names, code, exact=True)
        self.loops = loops_of(plan, definition)
        self.judged: dict[int, str] = {}  # the lists of blocks whose records are judged one by one
        if self.loops and names.validity.proves:
            groups = grouped(plan.root.blocks)
            of_loops = [inner for place in self.loops for inner in groups[place].blocks]
            self.judged = {id(inner): inner.target[-1].name for inner in of_loops}
        self.chosen: dict[int, str] = {}
        self.lengths = {tag: len(segment.uses) + 1 for tag, segment in definition.segments.items()}

    def write(self) -> None:
        with self.code.inside("def read_exact(segments, rows, separator):"):
            loops = table_of(self.loops)
            self.code.line(f"x = Exact(segments, rows, separator, DEFINITION, SET_ROWS, {loops})")
            self.code.line("node0 = x.tree")
            layout_of(self.plan, self.plan.root)
            self.document(Standing("node0", "-1", "BLANK"))

    def returned(self) -> str:
        left_out = sorted(set(self.judged.values()))
        return f"document, x.is_valid(document, {left_out})" if self.judged else "document, False"

    def append(self, inner: BlockPlan, vars_: Vars, made: str, position: str | None) -> None:
        if id(inner) in self.judged:
            made = f"x.judged({made})"
        super().append(inner, vars_, made, position)

    def positions(self, scope: Standing, spot: X12Spot) -> str:
        """The local with all segments at the row of a place."""
        place = (spot.openers, spot.row)
        if place not in scope.rows:
            local = scope.rows[place] = self.code.name("at")
            if spot.openers:
                self.code.line(f"{local} = x.at_row({scope.node}, {spot.openers}, {spot.row})")
            else:
                self.code.line(f"{local} = {self.index(scope)}.get({spot.row}, ())")
        return scope.rows[place]

    def index(self, scope: Standing) -> str:
        """The local with the positions of the scope's own segments by row."""
        if not scope.index:
            scope.index = self.code.name("index")
            self.code.line(f"{scope.index} = x.by_row({scope.node})")
        return scope.index

    def segment(self, scope: Standing, spot: X12Spot) -> tuple[str, Source]:
        """The locals with the position and the segment a row reads, and what must hold besides."""
        if spot.own:
            return scope.position, (scope.own, fits(scope.own, spot.qualifiers, scope.known))
        key = ((spot.openers, spot.row), spot.qualifiers)
        if key not in scope.found:
            positions = self.positions(scope, spot)
            position, segment = self.code.name("position"), self.code.name("segment")
            scope.found[key] = (position, segment)
            first = f"x.first({positions}, {wanted(spot.qualifiers)}, {self.lengths[spot.tag]})"
            self.code.line(f"{position}, {segment} = {first} if {positions} else NO_SEGMENT")
        position, segment = scope.found[key]
        return position, (segment, [])

    def value(self, scope: Standing, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
        if saying.repeated:
            return self.repeated(scope, saying, spots, into)
        sources = [self.segment(scope, spot)[1] for spot in spots]
        if spots[0].last is not None:
            return self.values.ranged(saying, spots[0], sources[0], into[0])
        return self.values.elements(saying, spots, sources, into)

    def repeated(
        self, scope: Standing, saying: SayingPlan, spots: Sequence[X12Spot], into: Sequence[str]
    ) -> str:
        positions = self.positions(scope, spots[0])
        chosen, segments = self.code.name("chosen"), self.code.name("segments")
        self.chosen[id(saying)] = chosen
        unwanted = "".join(f"{wanted(excluded)}, " for excluded in spots[0].excluded)
        every = f"x.every({positions}, {wanted(spots[0].qualifiers)}, ({unwanted}))"
        self.code.line(f"{chosen} = {every} if {positions} else ()")
        length = self.lengths[spots[0].tag]
        self.code.line(f"{segments} = [x.segment(position, {length}) for position in {chosen}]")
        return self.values.repeated(saying, spots, segments, into)

    def claimed(self, scope: Standing, saying: SayingPlan, values: Sequence[str]) -> None:
        spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
        with self.code.inside(f"if {' or '.join(f'{value} is not None' for value in values)}:"):
            if saying.repeated:
                self.claimed_repeated(scope, saying, spots)
            elif spots[0].last is not None:
                self.claimed_range(scope, saying, spots[0])
            else:
                self.claimed_elements(scope, spots)

    def claimed_elements(self, scope: Standing, spots: Sequence[X12Spot]) -> None:
        for spot in spots:
            position, (segment, conditions) = self.segment(scope, spot)
            if len(spots) > 1:
                conditions = [*conditions, element(segment, spot)]
            with self.code.when(conditions):
                self.note(scope, spot, position)

    def note(self, scope: Standing, spot: X12Spot, position: str, *, paired: bool = False) -> None:
        """Claims an element that is filled; `paired`: its segment is told apart by its own first element."""
        if spot.own:
            self.code.line(f"{scope.claimed}.add(({spot.element}, {spot.component or 0}))")
            for each in spot.qualifiers:
                self.code.line(f"{scope.claimed}.add(({each.element}, {each.component or 0}))")
            return
        anchor = ascii(f"{spot.tag}{qualifiers_text(spot.qualifiers)}")
        if paired and not spot.qualifiers:
            anchor = f"x.by_first({position}, {spot.tag!a})"
        place = f"({spot.element}, {spot.component})"
        self.code.line(f"x.note({scope.node}, {position}, {place}, {anchor}, {wanted(spot.qualifiers)})")

    def claimed_range(self, scope: Standing, saying: SayingPlan, spot: X12Spot) -> None:
        position = self.segment(scope, spot)[0]
        with self.code.inside(f"for index in {self.values.used[id(saying)]}:"):
            if not spot.own:
                anchor = f"{spot.tag}{qualifiers_text(spot.qualifiers)}"
                place, known = f"(index + {spot.element}, None)", wanted(spot.qualifiers)
                self.code.line(f"x.note({scope.node}, {position}, {place}, {anchor!a}, {known})")
                return
            self.code.line(f"{scope.claimed}.add((index + {spot.element}, 0))")
            for each in spot.qualifiers:
                self.code.line(f"{scope.claimed}.add(({each.element}, {each.component or 0}))")

    def claimed_repeated(self, scope: Standing, saying: SayingPlan, spots: Sequence[X12Spot]) -> None:
        chosen = self.chosen[id(saying)]
        if not saying.codec.pairs:
            with self.code.inside(f"for position in {chosen}:"):
                for spot in spots:
                    place = f"position, {spot.element}, {spot.component}"
                    with self.code.inside(f"if x.text({place}):"):
                        self.note(scope, spot, "position")
            return
        with self.code.inside(f"for index in {self.values.used[id(saying)]}:"):
            self.code.line(f"position = {chosen}[index // {len(spots)}]")
            for number, spot in enumerate(spots):
                with self.code.inside(f"if index % {len(spots)} == {number}:"):
                    self.note(scope, spot, "position", paired=True)

    def total(self, scope: Standing, item: BoundDerivation) -> str:
        held = self.code.name("total")
        spot = item.saying.spots[0]
        assert isinstance(spot, X12Spot)
        _, (segment, _) = self.segment(scope, spot)
        self.code.line(f"{held} = {element(segment, spot)} or None")
        with self.code.inside(f"if {held} is not None:"):
            self.claimed_elements(scope, [spot])
        return held

    def left_in(self, scope: Standing, block: BlockPlan) -> str:
        del block  # the scope alone tells
        return f"x.rest({scope.node}, {scope.position if scope.single else 'None'})"

    def lifted(self, block: BlockPlan, count: str, left: str) -> str:
        at = block.at
        assert isinstance(at, X12At)
        return f"lifted({at.text!a}, {at.tag!a}, {count}, {left})"

    def positioned(
        self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Standing, fans: Sequence[Fan]
    ) -> None:
        groups = grouped(blocks)
        several = self.start_placing([group.blocks for group in groups.values()], vars_)
        for (openers, row), group in groups.items():
            for inner in group.blocks:
                self.start_counting(inner)
            node, position = self.code.name("node"), self.code.name("position")
            if scope.own == "BLANK" and (openers, row) in self.loops:
                with self.code.inside(f"for {position}, item in x.openings({row}):"):
                    with self.code.inside("if item is not None:"):
                        super().append(group.blocks[0], vars_, "item", None)
                        self.code.line("continue")
                    self.code.line(f"{node} = x.nodes[{position}]")
                    self.group(group, node, position, vars_, fans, several)
                continue
            found = f"x.{'loops' if group.at.loop else 'repeats'}({scope.node}, {openers}, {row})"
            with self.code.inside(f"for {node}, {position} in {found}:"):
                self.group(group, node, position, vars_, fans, several)
        self.finish_placing(several)

    def group(
        self,
        group: Group,
        node: str,
        position: str,
        vars_: Vars,
        fans: Sequence[Fan],
        several: frozenset[str],
    ) -> None:
        """One occurrence of a loop or segment: the first block whose qualifiers and filter fit takes it."""
        own = self.code.name("own")
        self.code.line(f"{own} = x.segment({position}, {self.lengths[group.at.tag]})")

        def take(inner: BlockPlan) -> None:
            at, claimed = inner.at, self.code.name("claimed")
            assert isinstance(at, X12At)
            scope = Standing(node, position, own, at.qualifiers, single=not at.loop, claimed=claimed)
            self.code.line(f"{claimed} = x.take({position}, {wanted(at.qualifiers)})")
            in_order = inner.many and self.list_of(inner, vars_) in several
            self.item(inner, vars_, scope, fans, position if in_order else None)

        def conditions(inner: BlockPlan) -> list[str]:
            return accepting(self.names, inner, own, exact=True)

        self.first_fitting(group.blocks, conditions, vars_, take)


def wanted(qualifiers: Qualifiers) -> str:
    """Qualifiers as program text."""
    parts = [f"({each.element}, {each.component}, {each.value!a})" for each in qualifiers]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
