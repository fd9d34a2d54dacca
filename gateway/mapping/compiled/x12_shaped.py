"""Generated X12 readers for the sets of one wording: all segments are known beforehand, and some of their
elements.

Most of what a plain reader does is to find out which segments there are, and what they hold. Where a partner
sends many sets that are alike, a function without these questions takes a third of the time. It accepts no
more than the plain reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import Wording, loop_end
from gateway.mapping.bound import BlockPlan, Plan, RowPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.settle import settled
from gateway.mapping.compiled.x12_checks import fits, held, leftovers, width
from gateway.mapping.compiled.x12_gather import Gatherer, exclusive, gaps_of, tail_of_ways
from gateway.mapping.compiled.x12_layout import (
    Group,
    Layout,
    Place,
    Qualifiers,
    Read,
    Use,
    grouped,
    layout_of,
)
from gateway.mapping.compiled.x12_plain import X12Plain
from gateway.mapping.compiled.x12_walked import Listed, Occurrence, Piece, Walked, Way

__all__ = ["reader_text"]

DIGITS = "0123456789"


def reader_text(
    plan: Plan,
    names: Names,
    code: Code,
    definition: SetDefinition,
    wording: Wording,
    namespace: Mapping[str, object],
) -> str:
    """The text of `read_shaped(values)`: the document of a set of a wording, by what else it says.

    `namespace` is that of the other functions of the plan. Raises `UnsupportedTableError` for wordings that
    the plain reader would doubt or hardly meet.
    """
    shaped = X12Shaped(plan, names, code, definition, wording)
    shaped.write()
    return settled(code.constants.text() + code.text(), namespace, shaped.there)


class X12Shaped(X12Plain):
    """Writes this function, before what is settled is taken out of it."""

    def __init__(
        self, plan: Plan, names: Names, code: Code, definition: SetDefinition, wording: Wording
    ) -> None:
        super().__init__(plan, names, code, definition)
        self.fold = wording.fold
        self.walker = _Walker(definition, code, self.values.sizes)
        self.gatherer = self.walker
        self.inside: dict[str, tuple[Piece, ...]] = {}
        self.steps: list[tuple[Piece, ...]] = []
        self.there: set[str] = set()
        self.longest: dict[int, int] = {}
        forms = [(number, form) for number, step in enumerate(self.fold) for form in step.forms]
        self.steps = [() for _ in self.fold]
        for place, (number, (row, _)) in enumerate(forms):
            texts = wording.fixed[place]
            elements = tuple(
                f"said{place}_{position}" if text is None else ascii(text)
                for position, text in enumerate(texts, 1)
            )
            piece = Piece(row, place, elements, texts)
            self.steps[number] += (piece,)
            self.there |= {elements[position - 1] for position in wording.filled[place]}
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
            self.said(pieces, f"values[{number}]")
            until = len(pieces) - (number == len(self.fold) - 1)
            self.walker.pieces(layout, pieces[number == 0 : until], (), walked)
            return
        place = ((), step.forms[0][0])
        if not self.walker.takes_loop(layout, place):
            raise UnsupportedTableError(self.plan.name)  # an element that is read once comes again
        walked.occurrences.setdefault(place, []).append(Occurrence(pieces, number))

    def said(self, pieces: Sequence[Piece], values: str) -> None:
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
        if not saying.reads or saying.required or saying.absent is not None:
            return saying.reads
        return any(isinstance(spot, X12Spot) and self.may_hold(spot) for spot in saying.spots)

    def may_hold(self, spot: X12Spot) -> bool:
        """Whether some segment of the shape is as long as to have an element there."""
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
            self.said(found.pieces, said)
            self.group(group, start, vars_, fans, several)

    def opener(self, start: str) -> str:
        name = super().opener(start)
        return f"{name}_" if start in self.walker.openers else name

    def walk_inside(self, layout: Layout, at: X12At, scope: Walked, start: str, following: str) -> None:
        with self.walker.opening(scope):
            self.walker.pieces(layout, self.inside[start], (), scope)


class _Walker(Gatherer):
    """Writes walks over segments that are known. `sizes` are the lengths of those whose end is read as
    pairs."""

    def __init__(self, definition: SetDefinition, code: Code, sizes: dict[str, int]) -> None:
        super().__init__(definition, code)
        self.openers: dict[str, Piece] = {}  # that begin an occurrence, by their position
        self.sizes = sizes
        self._sorting: Piece | None = None
        self._sorted: set[str] = set()  # locals of segments whose way is found when a set is read
        self._settled: set[str] = set()  # of those whose way is known

    @contextmanager
    def opening(self, walked: Walked) -> Iterator[None]:
        """The locals that a walk does not fill in any case begin empty."""
        mark = self.code.mark()
        yield
        picks = [name for name in dict.fromkeys(walked.picks.values()) if not name.endswith("_")]
        lists = [name for name in walked.lists.values() if name not in walked.listed]
        mark.lines += chained(picks, "BLANK")
        mark.lines += chained([*dict.fromkeys(lists)], "()")

    def takes_loop(self, layout: Layout, place: Place) -> bool:
        """Whether blocks take the occurrences of a loop as they are."""
        group = layout.groups.get(place)
        return group is not None and group.at.loop and not layout.goes_into((*place[0], place[1]))

    def segment(self, local: str, position: str, length: int, longest: int | None = None) -> None:
        self._known(local, self.openers[position], length, longest)

    def _known(self, local: str, piece: Piece, length: int, longest: int | None) -> None:
        if piece.length > (longest or length):
            raise UnsupportedTableError(local)  # an element that no row claims
        if local.endswith("_"):
            for number, element in enumerate(piece.elements, 1):
                self.code.line(f"{held(local, number)} = {element}")
            self.code.lines(*chained([held(local, number) for number in range(piece.length, length)], "''"))
        else:
            self.code.line(f"{local} = {piece.segment(length)}")
        if longest is not None:
            self.sizes[local] = piece.length

    def pieces(
        self, layout: Layout, pieces: Sequence[Piece], openers: tuple[int, ...], walked: Walked
    ) -> None:
        """Through these segments, none of which opens the scope itself."""
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            place = (openers, piece.row)
            at += 1
            if not self.rows[piece.row].opens_loop:
                self._take_piece(layout.uses.get(place), layout.groups.get(place), place, piece, walked)
                continue
            behind, end = at, loop_end(self.rows, piece.row)
            while behind < len(pieces) and piece.row < pieces[behind].row < end:
                behind += 1
            if self.takes_loop(layout, place):
                found = Occurrence(tuple(pieces[at - 1 : behind]))
                walked.occurrences.setdefault(place, []).append(found)
            else:
                inner = (*openers, piece.row)
                self._take_piece(layout.uses.get((inner, piece.row)), None, (inner, piece.row), piece, walked)
                self.pieces(layout, pieces[at:behind], inner, walked)
            at = behind

    def _take_piece(
        self, use: Use | None, group: Group | None, place: Place, piece: Piece, walked: Walked
    ) -> None:
        ways = self.ways(use or Use(), group, place, walked)
        walked.starts.pop(place, None)
        if not ways:
            raise UnsupportedTableError(self.rows[piece.row].tag)
        way = ways[0] if len(ways) == 1 else self._settled_way(ways, piece)
        if way is None:
            self._sort_piece(ways, piece)
        elif way.block:
            walked.occurrences.setdefault(place, []).append(Occurrence((piece,)))
        else:
            self._only_way(way, place, piece, walked)

    def _settled_way(self, ways: Sequence[Way], piece: Piece) -> Way | None:
        """The way that a segment goes by texts that are fixed; None where these do not tell."""
        if not all(exclusive(one, two) for n, one in enumerate(ways) for two in ways[n + 1 :]):
            return None
        for way in sorted(ways, key=lambda each: each.repeated):
            told = [_holds(wanted, piece) for wanted in way.excluded]
            fitting = _holds(way.qualifiers, piece)
            if fitting is None or None in told:
                return None
            if fitting:
                if any(told):
                    raise UnsupportedTableError(way.local)  # it is left out
                return way
        raise UnsupportedTableError(self.rows[piece.row].tag)

    def _sort_piece(self, ways: Sequence[Way], piece: Piece) -> None:
        length = width([read for way in ways for read in way.reads], [way.qualifiers for way in ways])
        locals_ = {way.local for way in ways}
        if piece.length > length or any(way.block for way in ways) or not self._settled.isdisjoint(locals_):
            raise UnsupportedTableError(self.rows[piece.row].tag)
        self._sorted |= locals_
        self._sorting = piece
        self.sort(ways, length)

    def _segment_of(self, ways: Sequence[Way], length: int, *, blocks_only: bool) -> None:
        assert self._sorting is not None
        self._known("e", self._sorting, length, None)

    def _only_way(self, way: Way, place: Place, piece: Piece, walked: Walked) -> None:
        length, tail = width(way.reads, [way.qualifiers]), tail_of_ways([way])
        if way.local in self._sorted:
            raise UnsupportedTableError(way.local)
        self._settled.add(way.local)
        if way.repeated:
            local = f"{self.code.name(way.local.rstrip(DIGITS))}_"
            walked.listed.setdefault(way.local, []).append(Listed(local, piece.segment(length)))
        else:
            if way.local.endswith("_"):
                raise UnsupportedTableError(way.local)  # a second segment where one is read
            local = f"{way.local}_"
            walked.picks[place, way.qualifiers] = local
        longest = length if tail is not None else None
        filled = length if tail is None else tail
        self._known(local, piece, filled, longest)
        if tail is not None:
            walked.tails.add(local)
        found = [f"not ({' and '.join(wanted)})"] if (wanted := fits(local, way.qualifiers)) else []
        found += [" and ".join(fits(local, left_out)) for left_out in way.excluded]
        found += leftovers(local, way.reads, way.qualifiers, taken=False, until=filled)
        found += gaps_of(way.reads, local) if way.repeated else []
        self.code.line(f"if {' or '.join(dict.fromkeys(found))}: raise Doubt")


def _holds(qualifiers: Qualifiers, piece: Piece) -> bool | None:
    """Whether qualifiers hold in a segment; None where that is not fixed."""
    outcome: bool | None = True
    for qualifier in qualifiers:
        beyond = qualifier.element >= piece.length
        text = "" if beyond else piece.fixed[qualifier.element - 1]
        if text is None or (qualifier.component is not None and text):
            outcome = None
        elif text != qualifier.value:
            return False
    return outcome
