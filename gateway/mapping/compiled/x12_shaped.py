"""Generated X12 readers for the sets of one wording: all segments are known beforehand, and some of their
elements.

Most of what a plain reader does is to find out which segments there are, and what they hold. Where a partner
sends many sets that are alike, a function without these questions takes a third of the time. It accepts no
more than the plain reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import Wording
from gateway.mapping.bound import BlockPlan, Plan, RowPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code, Constants
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_known import KnownWalker
from gateway.mapping.compiled.x12_layout import Group, Layout, Read, Use, grouped, layout_of
from gateway.mapping.compiled.x12_plain import X12Plain
from gateway.mapping.compiled.x12_walked import Occurrence, Piece, Walked

__all__ = ["reader_text"]


def reader_text(
    plan: Plan,
    names: Names,
    definition: SetDefinition,
    wording: Wording,
    namespace: Mapping[str, object],
) -> str:
    """The text of `read_shaped(values)`: the document of a set of a wording, by what else it says.

    `namespace` is that of the other functions of the plan. Raises `UnsupportedTableError` for wordings that
    the plain reader would doubt or hardly meet.
    """
    from gateway.mapping.compiled.simplify import simplified  # noqa: PLC0415 - a start needs no `ast`

    code = Code(Constants())
    shaped = X12Shaped(plan, names, code, definition, wording)
    shaped.write()
    return simplified(code.constants.text() + code.text(), namespace, shaped.filled)


class X12Shaped(X12Plain):
    """Writes this function, before it is simplified."""

    def __init__(
        self, plan: Plan, names: Names, code: Code, definition: SetDefinition, wording: Wording
    ) -> None:
        super().__init__(plan, names, code, definition)
        self.fold = wording.fold
        self.walker = KnownWalker(definition, code, self.values.sizes)
        self.gatherer = self.walker
        self.inside: dict[str, tuple[Piece, ...]] = {}
        self.filled: set[str] = set()
        self.longest: dict[int, int] = {}
        forms = [(number, form) for number, step in enumerate(self.fold) for form in step.forms]
        self.steps: list[tuple[Piece, ...]] = [() for _ in self.fold]
        for place, (number, (row, _)) in enumerate(forms):
            texts = wording.fixed[place]
            elements = tuple(
                f"said{place}_{position}" if text is None else ascii(text)
                for position, text in enumerate(texts, 1)
            )
            piece = Piece(row, place, elements, texts)
            self.steps[number] += (piece,)
            self.filled |= {elements[position - 1] for position in wording.filled[place]}
            self.longest[row] = max(piece.length, self.longest.get(row, 0))

    def write(self) -> None:
        rows = self.definition.rows()
        first, last = self.fold[0], self.fold[-1]
        if self.plan.pair is not None or (first.repeats or last.repeats):
            raise UnsupportedTableError(self.plan.name)
        if (first.forms[0][0], last.forms[-1][0]) != (0, len(rows) - 1):
            raise UnsupportedTableError(self.plan.name)
        with self.code.inside("def read_shaped(values):"):
            walked = Walked("", ())
            with self.walker.opening(walked):
                for number in range(len(self.fold)):
                    self.step(number, walked)
            self.document(walked)

    def step(self, number: int, walked: Walked) -> None:
        """One step of the fold, through which the set is walked."""
        layout, step, pieces = self.layout(self.plan.root), self.fold[number], self.steps[number]
        if not step.repeats:
            self.unpack(pieces, f"values[{number}]")
            until = len(pieces) - (number == len(self.fold) - 1)
            self.walker.pieces(layout, pieces[number == 0 : until], (), walked)
            return
        place = ((), step.forms[0][0])
        if not self.walker.takes_loop(layout, place):
            raise UnsupportedTableError(self.plan.name)  # an element that is read once comes again
        walked.occurrences.setdefault(place, []).append(Occurrence(pieces, number))

    def unpack(self, pieces: Sequence[Piece], values: str) -> None:
        """The elements of segments that are not fixed get their names."""
        names = [
            element
            for piece in pieces
            for element, text in zip(piece.elements, piece.fixed, strict=True)
            if text is None
        ]
        if names:
            self.code.line(f"{', '.join(names)}, = {values}")

    def looks_for(self, saying: SayingPlan) -> bool:
        if not saying.reads or saying.must_be_read or saying.absent is not None:
            return saying.reads
        return any(isinstance(spot, X12Spot) and self.may_hold(spot) for spot in saying.spots)

    def may_hold(self, spot: X12Spot) -> bool:
        """Whether some segment of the fold is as long as to have an element there."""
        return spot.element < self.longest.get(spot.row, 0)

    def layout(self, block: BlockPlan) -> Layout:
        whole = layout_of(self.plan, block)
        uses = {place: self.use(use) for place, use in whole.uses.items()}
        return Layout([read for read in whole.own if self.is_looked_for(read)], uses, whole.groups)

    def use(self, use: Use) -> Use:
        picks = {
            qualifiers: found
            for qualifiers, reads in use.picks.items()
            if (found := [read for read in reads if self.is_looked_for(read)])
        }
        return Use(picks, [read for read in use.repeated if self.is_looked_for(read)])

    def is_looked_for(self, read: Read) -> bool:
        return read.saying is None or self.looks_for(read.saying)

    def value(self, scope: Walked, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        if saying.repeated:
            spots = [spot for spot in saying.spots if isinstance(spot, X12Spot)]
            found = scope.lists.get(((spots[0].openers, spots[0].row), spots[0].qualifiers), "")
            segments = scope.listed.get(found, [])
            if len(segments) == 1 and self.values.alone(saying, spots, segments[0].local, into[0]):
                return f"{into[0]} is not None"
            if segments:
                self.code.line(f"{found} = [{', '.join(each.segment for each in segments)}]")
        return super().value(scope, row, saying, into)

    def positioned(
        self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Walked, fans: Sequence[Fan]
    ) -> None:
        groups = {place: group for place, group in grouped(blocks).items() if place in scope.occurrences}
        several = self.start_placing([group.blocks for group in groups.values()], vars_)
        for place, group in groups.items():
            for occurrence in scope.occurrences[place]:
                self.taken(group, occurrence, vars_, fans, several)
        self.finish_placing(several)

    def taken(
        self, group: Group, found: Occurrence, vars_: Vars, fans: Sequence[Fan], several: frozenset[str]
    ) -> None:
        """What is found of a loop, or of a repeated segment."""
        start = found.pieces[0].position
        self.walker.openers[start] = found.pieces[0]
        self.inside[start] = found.pieces[1:]
        if found.step is None:
            self.group(group, start, vars_, fans, several)
            return
        said = self.code.name("said")
        with self.code.inside(f"for {said} in values[{found.step}]:"):
            self.unpack(found.pieces, said)
            self.group(group, start, vars_, fans, several)

    def opener(self, start: str) -> str:
        name = super().opener(start)
        return f"{name}_" if start in self.walker.openers else name

    def walk_inside(self, layout: Layout, at: X12At, scope: Walked, start: str, following: str) -> None:
        with self.walker.opening(scope):
            self.walker.pieces(layout, self.inside[start], (), scope)
