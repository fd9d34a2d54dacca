"""Readers of the occurrences of a loop, one for each form of them that comes often: see `x12_loops`.

A ship notice has thousands of levels, of which few have another form than most. Of a known form no function
has to find out which segments there are; it accepts no more than the one for all forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

import msgspec

from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.shapes import Step, Wording, loop_end
from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.code import Code, Constants
from gateway.mapping.compiled.doubt import Doubt, UnsupportedTableError
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.x12_layout import Group, grouped, layout_of
from gateway.mapping.compiled.x12_shaped import X12Shaped
from gateway.mapping.compiled.x12_walked import Piece

__all__ = ["MADE_AFTER", "FormReaders", "LoopReader"]

MADE_AFTER = 10_000  # occurrences of one form: a function costs as much time as it saves for about so many
MOST_FORMS = 64  # of one loop
LONGEST_FORM = 30  # segments
MOST_DOUBTS = 1_000  # of one function: after so many it is no longer asked

Segments: TypeAlias = Sequence[Sequence[str]]
OfAll: TypeAlias = Callable[[Segments, Sequence[int], int], tuple[object, int]]
"""Reads an occurrence of any form: segments, rows, where it begins; the record, and the position behind."""
OfForm: TypeAlias = Callable[[Segments, int], object]


class Read(msgspec.Struct, frozen=True):
    """Occurrences that were `found`: where each begins, and its record, None where it cannot be read as a
    whole. `left` are the positions of the segments of those; `behind` is that behind all of them."""

    found: list[tuple[int, object]]
    left: list[int]
    behind: int


class LoopReader:
    """Reads the occurrences of the loop that `row` opens, whose rows end before `end`. `of_all` reads all
    that can be read as a whole; `make` writes the function of one form."""

    def __init__(
        self, row: int, end: int, of_all: OfAll, make: Callable[[Sequence[int], Segments], OfForm | None]
    ) -> None:
        self._of_all = of_all
        self._make = make
        self._functions: dict[bytes, OfForm] = {}
        self._wanted: dict[bytes, int] = {}
        self._doubted: dict[bytes, int] = {}
        opener, inside = re.escape(bytes([row])), re.escape(bytes(range(row + 1, end)))
        one = b"%b.(?:[%b].)*+" % (opener, inside)  # of each segment its row and its length
        self._occurrence = re.compile(one, re.DOTALL)
        self._following = re.compile(b"(?:%b)*+" % one, re.DOTALL)

    def read(self, segments: Segments, rows: Sequence[int], start: int, *, whole: bool) -> Read:
        """The occurrences that follow one another from a position on.

        Raises `Doubt` where a row or the length of a segment is unusual; with `whole` also, or `CodecError`,
        where an occurrence cannot be read as a whole.
        """
        functions, first = self._functions, start
        found: list[tuple[int, object]] = []
        left: list[int] = []
        if whole:  # the first level says the most: it is doubted before a look at all others
            item, first = self._of_all(segments, rows, start)
            found.append((start, item))
        text = _in_bytes(segments, rows, first)
        following = self._following.match(text)
        for form in self._occurrence.findall(text, 0, following.end() if following else 0):
            item = None
            function = functions.get(form)
            if function is not None:
                try:
                    item = function(segments, first)
                except (Doubt, CodecError):
                    self._doubt(form)
            if item is None:
                item = self._by_rows(segments, rows, first, form)
            found.append((first, item))
            behind = first + len(form) // 2
            if item is None:
                if whole:
                    raise Doubt
                left += range(first, behind)
            first = behind
        return Read(found, left, first)

    def _by_rows(self, segments: Segments, rows: Sequence[int], first: int, form: bytes) -> object:
        """The record of an occurrence, None where it cannot be read as a whole."""
        try:
            item, _ = self._of_all(segments, rows, first)
        except (Doubt, CodecError):
            return None
        if self._is_wanted_now(form):
            behind = first + len(form) // 2
            made = self._make(form[::2], segments[first:behind])
            if made is not None:
                self._functions[form] = made
        return item

    def _is_wanted_now(self, form: bytes) -> bool:
        """Counts one more occurrence; whether it is the one after which a function is worth its making.

        Long forms are not counted: hostile ones could be megabytes to keep. Where too many are counted the
        one that came least is forgotten.
        """
        counts = self._wanted
        wanted = counts.get(form, 0) + 1
        if wanted > MADE_AFTER or len(form) > 2 * LONGEST_FORM:
            return False
        if wanted == 1 and len(counts) >= MOST_FORMS:
            least = min(counts, key=counts.__getitem__)
            if counts[least] == MADE_AFTER:
                return False
            del counts[least]
        counts[form] = wanted
        return wanted == MADE_AFTER

    def _doubt(self, form: bytes) -> None:
        self._doubted[form] = doubted = self._doubted.get(form, 0) + 1
        if doubted == MOST_DOUBTS:
            del self._functions[form]


def _in_bytes(segments: Segments, rows: Sequence[int], start: int) -> bytes:
    """Row and length of each segment from a position on, in a byte each. Raises `Doubt` where one does not
    fit."""
    forms = bytearray(2 * (len(rows) - start))
    try:
        forms[::2] = bytes(rows[start:])
        forms[1::2] = bytes(map(len, segments[start:]))
    except ValueError:
        raise Doubt from None
    return bytes(forms)


class FormReaders:
    """Writes the functions of the forms of one plan; `names` is the namespace of its other functions, whose
    memos they share."""

    def __init__(self, plan: Plan, definition: SetDefinition, names: Mapping[str, object]) -> None:
        self._plan = plan
        self._definition = definition
        self._namespace = names

    def of(self, row: int, of_all: OfAll) -> LoopReader:
        """The reader of the loop that a row opens."""
        return LoopReader(row, loop_end(self._definition.rows(), row), of_all, self.made)

    def made(self, rows: Sequence[int], segments: Segments) -> OfForm | None:
        """The function for the form of an occurrence, None where there can be none. It doubts those whose
        qualifiers are others."""
        text = self.source(rows, segments)
        if text is None:
            return None
        names = dict(self._namespace)
        exec(compile(text, f"<form of {self._plan.name!a}>", "exec"), names)
        read: OfForm = names["read_form"]  # type: ignore[assignment]  # exec has just defined it
        return read

    def source(self, rows: Sequence[int], segments: Segments) -> str | None:
        """The text of this function."""
        from gateway.mapping.compiled.simplify import simplified  # noqa: PLC0415 - a start needs no `ast`

        group = grouped(self._plan.root.blocks)[(), rows[0]]
        telling = _telling(self._plan, group)
        fixed = tuple(
            tuple(text if (row, n) in telling else None for n, text in enumerate(values[1:], 1))
            for row, values in zip(rows, segments, strict=True)
        )
        forms = tuple(zip(rows, map(len, segments), strict=True))
        wording = Wording((Step(forms, repeats=True),), fixed, (frozenset(),) * len(rows))
        constants = Constants()
        code = Code(constants)
        try:
            _X12Form(self._plan, self._names, code, self._definition, wording).write_form(group)
            return simplified(constants.text() + code.text(), self._namespace, set())
        except UnsupportedTableError:
            return None

    @cached_property
    def _names(self) -> Names:
        return Names(self._plan)


def _telling(plan: Plan, group: Group) -> set[tuple[int, int]]:
    """The elements that tell what becomes of a segment, each by the row of the segment."""
    found = {(at.row, each.element) for at in group.places() for each in at.qualifiers}
    for block in group.blocks:
        layout = layout_of(plan, block)
        for (_, row), use in layout.uses.items():
            for read in use.reads():
                found |= {(row, each.element) for each in read.spot.qualifiers}
        for (_, row), inner in layout.groups.items():
            found |= {(row, each.element) for at in inner.places() for each in at.qualifiers}
    return found


class _X12Form(X12Shaped):
    """Writes `read_form(segments, start)`: the record of an occurrence whose segments have these forms, and
    the texts that are fixed."""

    def write_form(self, group: Group) -> None:
        root = self.recorder.vars(self.plan.root.record)
        self.around.append(root)
        (pieces,) = self.steps
        inside = {piece.row for piece in pieces[1:]}
        blocks = [inner for inner in group.blocks if inside <= self._rows_of(inner)]
        self.outermost = {id(inner) for inner in blocks}
        start = pieces[0].position
        self.walker.openers[start], self.inside[start] = pieces[0], pieces[1:]
        with self.code.inside("def read_form(segments, start):"):
            for number, piece in enumerate(pieces):
                self._take(piece, f"segments[start + {number}]" if number else "segments[start]")
            self.group(Group(group.at, blocks), start, root, (), frozenset())

    def _take(self, piece: Piece, segment: str) -> None:
        """The elements of a segment get their names, after those that are fixed were compared."""
        names, doubted = ["_"], []
        for position, (element, text) in enumerate(zip(piece.elements, piece.fixed, strict=True), 1):
            names.append(element if text is None else f"told{position}")
            if text is not None:
                doubted.append(f"told{position} != {element}")
        self.code.line(f"{', '.join(names)}, = {segment}")
        if doubted:
            self.code.line(f"if {' or '.join(doubted)}: raise Doubt")

    def _rows_of(self, block: BlockPlan) -> set[int]:
        """The rows at which something of a block is looked for."""
        layout = self.layout(block)
        return {row for _, row in (*layout.uses, *layout.groups)}

    def append(self, inner: BlockPlan, vars_: Vars, made: str, position: str | None) -> None:
        if id(inner) not in self.outermost:
            super().append(inner, vars_, made, position)
            return
        self.code.line(f"return {made}")
