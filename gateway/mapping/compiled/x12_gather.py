"""The walk over the segments of one scope: each row of the definition that the table looks at, in its
order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import loop_end
from gateway.mapping.compiled.code import Code, chained
from gateway.mapping.compiled.x12_checks import covered, fits, held, leftovers, size_of, tail_of, width
from gateway.mapping.compiled.x12_layout import (
    Group,
    Layout,
    Place,
    Qualifiers,
    Read,
    Use,
    contradict,
    is_composite,
)
from gateway.mapping.compiled.x12_walked import Walked, Way

__all__ = ["Gatherer", "exclusive", "gaps_of", "is_plain", "tail_of_ways"]


class Gatherer:
    """Writes walks."""

    def __init__(self, definition: SetDefinition, code: Code) -> None:
        self.definition = definition
        self.rows = definition.rows()
        self.code = code

    def segment(self, local: str, position: str, length: int, longest: int | None = None) -> None:
        """Takes the segment at a position, filled up to a length; a longer one than `longest` (or than that)
        says more than rows read. With `longest` a local tells the length it had (see `size_of`)."""
        self.code.line(f"{local} = segments[{position}]")
        if longest is not None:
            size = size_of(local)
            self.code.line(f"{size} = len({local})")
            self.code.line(f"if {size} > {longest}: raise Doubt")
            self.code.line(f"if {size} < {length}: {local} = {local} + FILL[{length} - {size}]")
            return
        with self.code.inside(f"if (size := len({local})) != {length}:"):
            self.code.line(f"if size > {length}: raise Doubt")
            self.code.line(f"{local} = {local} + FILL[{length} - size]")

    def _fill(self, local: str, length: int) -> None:
        self.code.line(f"if len({local}) < {length}: {local} = {local} + FILL[{length} - len({local})]")

    def walk(self, layout: Layout, first: int, end: int, walked: Walked) -> None:
        """From `i` on, through the rows `first` to `end` of the definition."""
        mark = self.code.mark()
        self._rows(layout, first, end, (), walked)
        mark.lines += chained([*dict.fromkeys(walked.picks.values())], "BLANK")
        mark.lines += chained([*dict.fromkeys([*walked.lists.values(), *walked.starts.values()])], "()")
        mark.lines += chained([name for span in walked.spans.values() for name in span], "0")

    def _rows(self, layout: Layout, row: int, end: int, openers: tuple[int, ...], walked: Walked) -> None:
        while row < end:
            if self.rows[row].opens_loop:
                after = loop_end(self.rows, row)
                self._loop(layout, row, after, openers, walked)
                row = after
            else:
                place = (openers, row)
                self._row(layout.uses.get(place), layout.groups.get(place), place, walked)
                row += 1

    def _loop(self, layout: Layout, row: int, after: int, openers: tuple[int, ...], walked: Walked) -> None:
        group = layout.groups.get((openers, row))
        inner = (*openers, row)
        if group is not None and group.at.loop:
            if not layout.goes_into(inner):
                span = self.code.name("next"), self.code.name("end")
                names = walked.spans.setdefault((openers, row), span)
                is_last = not walked.own and not openers and row == layout.last_loop()
                self._skip(row, after, *names, from_end=is_last)
        elif layout.goes_into(inner):
            use = layout.uses.get((inner, row))
            with self.code.inside(f"while r == {row}:{self._comment(row)}"):
                if use is None:
                    self.code.line("raise Doubt")
                    return
                ways = self.ways(use, None, (inner, row), walked)
                if not ways:
                    self.code.line("raise Doubt")
                    return
                self._take(ways, row, walked)
                self._rows(layout, row + 1, after, inner, walked)

    def _skip(self, row: int, after: int, start: str, end: str, *, from_end: bool) -> None:
        """Goes over a loop; what should not stand in it is found when its occurrences are read. `from_end`:
        few segments follow it, so that its end is looked for from there."""
        with self.code.inside(f"if r == {row}:{self._comment(row)}"):
            self.code.line(f"{start} = i")
            if from_end:
                self.code.lines("i = last", f"while rows[i - 1] >= {after}: i -= 1", "r = rows[i]")
            else:
                with self.code.inside(f"while {row} <= r < {after}:"):
                    self._next()
            self.code.line(f"{end} = i")

    def _next(self) -> None:
        self.code.lines("i += 1", "r = rows[i]")

    def _comment(self, row: int) -> str:
        tag = self.rows[row].tag
        return f"  # {tag}" if tag.isascii() and tag.isalnum() else ""

    def _row(self, use: Use | None, group: Group | None, place: Place, walked: Walked) -> None:
        ways = self.ways(use or Use(), group, place, walked)
        if ways:
            with self.code.inside(f"while r == {place[1]}:{self._comment(place[1])}"):
                self._take(ways, place[1], walked)

    def ways(self, use: Use, group: Group | None, place: Place, walked: Walked) -> list[Way]:
        """What may become of a segment of this row; nothing when that is not settled by its qualifiers."""
        if not all(is_plain(self.definition, read) for read in use.reads()):
            return []
        stem = self.rows[place[1]].tag.lower() if self.rows[place[1]].tag.isalnum() else "segment"
        ways = []
        for qualifiers, reads in use.picks.items():
            local = walked.picks.setdefault((place, qualifiers), self.code.name(stem))
            ways.append(Way(qualifiers, local, reads))
        for qualifiers, excluded, reads in _collected(use.repeated):
            local = walked.lists.setdefault((place, qualifiers), self.code.name(f"{stem}s"))
            if gaps_of(reads):
                walked.whole.add(local)
            ways.append(Way(qualifiers, local, reads, excluded, repeated=True))
        if group is not None:
            local = walked.starts.setdefault(place, self.code.name("starts"))
            wanted = dict.fromkeys(at.qualifiers for at in group.places())
            ways += [Way(qualifiers, local, [], block=True) for qualifiers in wanted]
        settled = all(exclusive(one, two) for n, one in enumerate(ways) for two in ways[n + 1 :])
        if settled or not (use.repeated or group):
            return ways
        for known in (walked.picks, walked.lists):
            for key in [key for key in known if key[0] == place]:
                del known[key]
        walked.starts.pop(place, None)
        return []

    def _take(self, ways: list[Way], row: int, walked: Walked) -> None:
        length = width([read for way in ways for read in way.reads], [way.qualifiers for way in ways])
        tail = tail_of_ways(ways)
        if tail is not None:
            self.segment("e", "i", tail, length)
            self._go(ways[0], tail, loose=False)
            self.code.line(f"{size_of(ways[0].local)} = {size_of('e')}")
            walked.tails.add(ways[0].local)
            self._next()
            return
        self.sort(ways, length)
        self._next()

    def sort(self, ways: Sequence[Way], length: int) -> None:
        """The segment at `i` goes its way."""
        blocks_only = all(way.block for way in ways)
        if not (blocks_only and not any(way.qualifiers for way in ways)):
            self._segment_of(ways, length, blocks_only=blocks_only)
        if len(ways) > 1 and not all(
            exclusive(one, two) for n, one in enumerate(ways) for two in ways[n + 1 :]
        ):
            self._share(ways, length)
        else:
            self._choose(ways, length)

    def _segment_of(self, ways: Sequence[Way], length: int, *, blocks_only: bool) -> None:
        if blocks_only or any(way.block for way in ways):
            self.code.line("e = segments[i]")
            self._fill("e", length)
        else:
            self.segment("e", "i", length)

    def _choose(self, ways: Sequence[Way], length: int) -> None:
        """Each segment goes one way, as its qualifiers say."""
        word, chained = "if", False
        ordered = sorted(ways, key=lambda way: way.repeated)
        loose = any(way.block for way in ways)
        for way in ordered:
            left_out = [wanted for wanted in way.excluded if not any(wanted == w.qualifiers for w in ordered)]
            for wanted in left_out:
                self.code.line(f"{word} {' and '.join(fits('e', wanted))}: raise Doubt")
                word, chained = "elif", True
            conditions = fits("e", way.qualifiers)
            if conditions:
                with self.code.inside(f"{word} {' and '.join(conditions)}:"):
                    self._go(way, length, loose=loose)
                word, chained = "elif", True
            elif chained:
                with self.code.inside("else:"):
                    self._go(way, length, loose=loose)
                return
            else:
                self._go(way, length, loose=loose)
                return
        self.code.line("else: raise Doubt")

    def _go(self, way: Way, length: int, *, loose: bool) -> None:
        """`loose`: the segment may be longer than rows read."""
        if way.block:
            self._append(way.local, "i")
            return
        found = leftovers("e", way.reads, way.qualifiers, taken=False, until=length)
        if loose:
            found.append(f"len(e) > {length}")
        found += gaps_of(way.reads) if way.repeated else [f"{way.local} is not BLANK"]
        self.code.line(f"if {' or '.join(dict.fromkeys(found))}: raise Doubt")
        if way.repeated:
            self._append(way.local, "e")
        else:
            self.code.line(f"{way.local} = e")

    def _append(self, local: str, item: str) -> None:
        self.code.line(f"if {local}: {local}.append({item})")
        self.code.line(f"else: {local} = [{item}]")

    def _share(self, ways: Sequence[Way], length: int) -> None:
        """Several rows may read one segment: each takes the first that fits."""
        for way in ways:
            conditions = [f"{way.local} is BLANK", *fits("e", way.qualifiers)]
            self.code.line(f"if {' and '.join(conditions)}: {way.local} = e")
        found = []
        for element in range(1, length):
            claims = list(_shared_claims(ways, element))
            found.append(f"e[{element}] and not ({' or '.join(claims)})" if claims else f"e[{element}]")
        texts = [
            f"{way.local} is e and e[{element}]"
            for way in ways
            for read in way.reads
            for element in covered(read)
        ]
        found.append(f"not ({' or '.join(texts)})")
        self.code.line(f"if {' or '.join(found)}: raise Doubt")


def _shared_claims(ways: Sequence[Way], element: int) -> Iterator[str]:
    for way in ways:
        for read in way.reads:
            if element in covered(read):
                yield f"{way.local} is e"
            elif any(qualifier.element == element for qualifier in way.qualifiers):
                texts = " or ".join(f"e[{number}]" for number in covered(read))
                yield f"{way.local} is e and ({texts})"


def tail_of_ways(ways: Sequence[Way]) -> int | None:
    """Where the pairs begin up to which a segment is filled that can go one way only; None for others."""
    alone = len(ways) == 1 and not (ways[0].qualifiers or ways[0].repeated or ways[0].block)
    return tail_of(ways[0].reads, ()) if alone else None


def gaps_of(reads: Sequence[Read], segment: str = "e") -> list[str]:
    """A repeated place is read as a whole: what is empty would be lost."""
    pairs = any(read.saying is not None and read.saying.codec.pairs for read in reads)
    if len(reads) == 1 or pairs:
        return [f"not {held(segment, read.spot.element)}" for read in reads]
    return []


def _collected(reads: Sequence[Read]) -> Iterator[tuple[Qualifiers, tuple[Qualifiers, ...], list[Read]]]:
    """Repeated places by what their segments must and must not say."""
    found: dict[tuple[Qualifiers, tuple[Qualifiers, ...]], list[Read]] = {}
    for read in reads:
        found.setdefault((read.spot.qualifiers, read.spot.excluded), []).append(read)
    for (qualifiers, excluded), same in found.items():
        yield qualifiers, excluded, same


def exclusive(one: Way, two: Way) -> bool:
    """Whether no segment can go both ways."""
    if one.block and two.block:
        return one.qualifiers != () and two.qualifiers != () and contradict(one.qualifiers, two.qualifiers)
    left_out = one.qualifiers in two.excluded or two.qualifiers in one.excluded
    return left_out or contradict(one.qualifiers, two.qualifiers)


def is_plain(definition: SetDefinition, read: Read) -> bool:
    """Whether a row reads whole elements, so that no components have to be told apart."""
    spot = read.spot
    parts = any(qualifier.component is not None for qualifier in spot.qualifiers)
    composite = any(is_composite(definition, spot.tag, element) for element in covered(read))
    return spot.component is None and not parts and not composite
