"""Walks of generated X12 readers over segments that are known beforehand, as those of a wording are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import loop_end
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.x12_checks import fits, held, leftovers, width
from gateway.mapping.compiled.x12_gather import Gatherer, exclusive, gaps_of, tail_of_ways
from gateway.mapping.compiled.x12_layout import Group, Layout, Place, Qualifiers, Use
from gateway.mapping.compiled.x12_walked import Listed, Occurrence, Piece, Walked, Way

__all__ = ["KnownWalker"]

DIGITS = "0123456789"


class KnownWalker(Gatherer):
    """Writes walks over segments that are known. `sizes` are the lengths of those whose end is read as
    pairs."""

    def __init__(self, definition: SetDefinition, code: Code, sizes: dict[str, int]) -> None:
        super().__init__(definition, code)
        self.openers: dict[str, Piece] = {}  # that begin an occurrence, by their position
        self.sizes = sizes
        self._sorting: Piece | None = None
        self._sorted: set[str] = set()  # locals of segments whose way is found when a set is read
        self._certain: set[str] = set()  # of those whose way is known before

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
        way = ways[0] if len(ways) == 1 else self._certain_way(ways, piece)
        if way is None:
            self._sort_piece(ways, piece)
        elif way.block:
            walked.occurrences.setdefault(place, []).append(Occurrence((piece,)))
        else:
            self._only_way(way, place, piece, walked)

    def _certain_way(self, ways: Sequence[Way], piece: Piece) -> Way | None:
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
        if piece.length > length or any(way.block for way in ways) or not self._certain.isdisjoint(locals_):
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
        self._certain.add(way.local)
        if way.repeated:
            local = f"{self.code.name(way.local.rstrip(DIGITS))}_"
            walked.listed.setdefault(way.local, []).append(Listed(local, piece.segment(length)))
        else:
            if way.local.endswith("_"):
                raise UnsupportedTableError(way.local)  # a second segment where one is read
            local = f"{way.local}_"
            walked.picks[place, way.qualifiers] = local
            self._certain.add(local)
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
