"""Generated X12 readers for the sets of one shape: the places of all segments are known beforehand.

Most of what a plain reader does is to find out which segments there are. Where a partner sends many sets of
one shape, a function without these questions takes half the time. It accepts no more than the plain reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import Fold, Step, loop_end
from gateway.mapping.bound import BlockPlan, Plan, RowPlan, SayingPlan, X12At, X12Spot
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_checks import fits, held, leftovers, width
from gateway.mapping.compiled.x12_gather import Gatherer, gaps_of, tail_of_ways
from gateway.mapping.compiled.x12_layout import Group, Layout, Place, Read, Use, grouped, layout_of
from gateway.mapping.compiled.x12_plain import X12Plain
from gateway.mapping.compiled.x12_walked import Listed, Occurrence, Piece, Walked, Way

__all__ = ["X12Shaped"]

DIGITS = "0123456789"


class X12Shaped(X12Plain):
    """Writes `read_shaped(segments, spans)`: the document of a set of one fold, where its steps begin and the
    last one ends. Raises `UnsupportedTableError` for folds that the plain reader would doubt or hardly meet.
    """

    def __init__(self, plan: Plan, names: Names, code: Code, definition: SetDefinition, fold: Fold) -> None:
        super().__init__(plan, names, code, definition)
        self.fold = fold
        self.walker = _Walker(definition, code, self.values.sizes)
        self.gatherer = self.walker
        self.inside: dict[str, tuple[Piece, ...]] = {}
        self.longest: dict[int, int] = {}
        for step in fold:
            for row, length in step.forms:
                self.longest[row] = max(length, self.longest.get(row, 0))

    def write(self) -> None:
        rows = self.definition.rows()
        first, last = self.fold[0], self.fold[-1]
        if self.plan.pair is not None or (first.repeats or last.repeats):
            raise UnsupportedTableError(self.plan.name)
        if (first.forms[0][0], last.forms[-1][0]) != (0, len(rows) - 1):
            raise UnsupportedTableError(self.plan.name)
        with self.code.inside("def read_shaped(segments, spans):"):
            walked = Walked("", ())
            with self.walker.opening(walked):
                for number in range(len(self.fold)):
                    self.step(number, walked)
            self.document(walked)

    def step(self, number: int, walked: Walked) -> None:
        """One step of the fold, through which the set is walked."""
        layout, step = self.layout(self.plan.root), self.fold[number]
        if not step.repeats:
            pieces = self.pieces(step, self.base(number))
            until = len(pieces) - (number == len(self.fold) - 1)
            self.walker.pieces(layout, pieces[number == 0 : until], (), walked)
            return
        place = ((), step.forms[0][0])
        if self.walker.takes_loop(layout, place):
            walked.occurrences.setdefault(place, []).append(Occurrence(self.pieces(step, ""), number))
            return
        base = self.base(number)
        self.code.line(f"if spans[{number + 1}] - {base} != {len(step.forms)}: raise Doubt")
        self.walker.pieces(layout, self.pieces(step, base), (), walked)

    def base(self, number: int) -> str:
        """The position where a step begins, as program text."""
        if not any(step.repeats for step in self.fold[:number]):
            return str(sum(len(step.forms) for step in self.fold[:number]))
        base = self.code.name("base")
        self.code.line(f"{base} = spans[{number}]")
        return base

    def pieces(self, step: Step, base: str) -> tuple[Piece, ...]:
        """The segments of a step that begins at a position."""
        return tuple(Piece(*form, _moved(base, n)) for n, form in enumerate(step.forms))

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
        known = {*scope.occurrences, *scope.starts}
        groups = {place: group for place, group in grouped(blocks).items() if place in known}
        several = self.start_placing([group.blocks for group in groups.values()], vars_)
        for place, group in groups.items():
            for occurrence in scope.occurrences.get(place, ()):
                self.taken(group, occurrence, vars_, fans, several)
            if place in scope.starts:
                start = self.code.name("start")
                with self.code.inside(f"for {start} in {scope.starts[place]}:"):
                    self.group(group, start, vars_, fans, several)
        self.finish_placing(several)

    def taken(
        self, group: Group, found: Occurrence, vars_: Vars, fans: Sequence[Fan], several: frozenset[str]
    ) -> None:
        """What is found of a loop, or of a repeated segment."""
        if found.step is None:
            self.known(found.pieces)
            self.group(group, found.pieces[0].position, vars_, fans, several)
            return
        start, step = self.code.name("start"), self.fold[found.step]
        bounds = f"spans[{found.step}], spans[{found.step + 1}], {len(step.forms)}"
        with self.code.inside(f"for {start} in range({bounds}):"):
            self.known(self.pieces(step, start))
            self.group(group, start, vars_, fans, several)

    def known(self, pieces: Sequence[Piece]) -> None:
        """An occurrence is to be read of which the segments are these."""
        start = pieces[0].position
        self.walker.lengths[start] = pieces[0].length
        self.inside[start] = tuple(pieces[1:])

    def opener(self, start: str) -> str:
        name = super().opener(start)
        return f"{name}_" if start in self.walker.lengths else name

    def walk_inside(self, layout: Layout, at: X12At, scope: Walked, start: str, following: str) -> None:
        with self.walker.opening(scope):
            self.walker.pieces(layout, self.inside[start], (), scope)


class _Walker(Gatherer):
    """Writes walks over segments whose forms are known. `sizes` are the lengths of those whose end is read as
    pairs."""

    def __init__(self, definition: SetDefinition, code: Code, sizes: dict[str, int]) -> None:
        super().__init__(definition, code)
        self.lengths: dict[str, int] = {}  # of segments that begin an occurrence, by their position
        self.sizes = sizes
        self._sorted = Piece(0, 0, "")

    @contextmanager
    def opening(self, walked: Walked) -> Iterator[None]:
        """The locals that a walk does not fill in any case begin empty."""
        mark = self.code.mark()
        yield
        picks = [name for name in dict.fromkeys(walked.picks.values()) if not name.endswith("_")]
        lists = [name for name in walked.lists.values() if name not in walked.listed]
        mark.lines += chained(picks, "BLANK")
        mark.lines += chained([*dict.fromkeys([*lists, *walked.starts.values()])], "()")

    def takes_loop(self, layout: Layout, place: Place) -> bool:
        """Whether blocks take the occurrences of a loop as they are."""
        group = layout.groups.get(place)
        return group is not None and group.at.loop and not layout.goes_into((*place[0], place[1]))

    def segment(self, local: str, position: str, length: int, longest: int | None = None) -> None:
        sent = self.lengths.get(position)
        if sent is None:
            super().segment(local, position, length, longest)
            return
        self._known(local, position, sent, length, longest)

    def _known(self, local: str, position: str, sent: int, length: int, longest: int | None) -> None:
        if sent > (longest or length):
            raise UnsupportedTableError(local)  # an element that no row claims
        if local.endswith("_"):
            names = ["_", *(held(local, number) for number in range(1, sent))]
            self.code.line(f"{', '.join(names)}, = segments[{position}]")
            self.code.lines(*chained([held(local, number) for number in range(sent, length)], "''"))
        else:
            self.code.line(f"{local} = {_filled(position, length - sent)}")
        if longest is not None:
            self.sizes[local] = sent

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
        if not ways:
            raise UnsupportedTableError(self.rows[piece.row].tag)
        length = width([read for way in ways for read in way.reads], [way.qualifiers for way in ways])
        if len(ways) > 1:
            if piece.length > length and not any(way.block for way in ways):
                raise UnsupportedTableError(self.rows[piece.row].tag)
            if any(way.block for way in ways):
                self.code.line(f"i = {piece.position}")
            self._sorted = piece
            self.sort(ways, length)
        elif ways[0].block:
            del walked.starts[place]
            walked.occurrences.setdefault(place, []).append(Occurrence((piece,)))
        else:
            self._only_way(ways[0], place, piece, walked)

    def _segment_of(self, ways: Sequence[Way], length: int, *, blocks_only: bool) -> None:
        piece = self._sorted
        self._known("e", piece.position, min(piece.length, length), length, None)

    def _only_way(self, way: Way, place: Place, piece: Piece, walked: Walked) -> None:
        length, tail = width(way.reads, [way.qualifiers]), tail_of_ways([way])
        if way.repeated:
            local = f"{self.code.name(way.local.rstrip(DIGITS))}_"
            walked.listed.setdefault(way.local, []).append(
                Listed(local, _filled(piece.position, length - piece.length))
            )
        else:
            if way.local.endswith("_"):
                raise UnsupportedTableError(way.local)  # a second segment where one is read
            local = f"{way.local}_"
            walked.picks[place, way.qualifiers] = local
        longest = length if tail is not None else None
        filled = length if tail is None else tail
        self._known(local, piece.position, piece.length, filled, longest)
        if tail is not None:
            walked.tails.add(local)
        found = [f"not ({' and '.join(wanted)})"] if (wanted := fits(local, way.qualifiers)) else []
        found += [" and ".join(fits(local, left_out)) for left_out in way.excluded]
        found += leftovers(local, way.reads, way.qualifiers, taken=False, until=filled)
        found += gaps_of(way.reads, local) if way.repeated else []
        self.code.line(f"if {' or '.join(dict.fromkeys(found))}: raise Doubt")


def _filled(position: str, missing: int) -> str:
    """The expression of a segment, filled up with so many empty elements."""
    return f"segments[{position}] + FILL[{missing}]" if missing > 0 else f"segments[{position}]"


def _moved(base: str, by: int) -> str:
    """A position some segments behind another."""
    if base.isdecimal():
        return str(int(base) + by)
    return f"{base} + {by}" if by else base
