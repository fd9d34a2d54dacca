"""A tree of marked values as text with holes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias, cast

import msgspec

from gateway.formats.json import Json
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.marks import Hole, Marks

__all__ = ["Path", "Piece", "Pieces", "Repeated", "pieces_of"]

Path: TypeAlias = tuple[str | int, ...]
Entry: TypeAlias = Callable[[Json], bytes]

_HOLE = re.compile('"\ue000([0-9]+)\ue001"')
_REPEATED = "\ue002"
_QUOTED = f'"{_REPEATED}"'
_OURS = frozenset(f"\ue000\ue001{_REPEATED}")


class Piece(msgspec.Struct, frozen=True):
    """A hole, and the keys that lead to it."""

    hole: Hole
    path: Path


Pieces: TypeAlias = list[str | Piece]
"""A text: what is fixed, and in turn the holes. A hole is without quotes, though a text in it has them."""


class Repeated(msgspec.Struct, frozen=True):
    """A text of which a part is repeated for each line; `line` is empty where none is."""

    before: Pieces
    line: Pieces
    between: str
    after: Pieces


def pieces_of(tree: object, lines: int, marks: Marks, entry: Entry) -> Repeated:
    """The text of a tree that was written for so many lines, all of them like the first.

    `Doubt` where a list of the tree has not one entry for each line, or these differ in more than values.
    """
    return _Tree(marks, entry).pieces(tree, lines)


class _Tree:
    def __init__(self, marks: Marks, entry: Entry) -> None:
        self._marks = marks
        self._entry = entry
        self._found: list[Piece] = []
        self._repeated: list[Json] = []

    def pieces(self, tree: object, lines: int) -> Repeated:
        placed = self._placed(tree, (), lines, None)
        if not self._repeated:
            if lines:
                raise Doubt
            return Repeated(self._split(self._text(placed)), [], "", [])
        entries = [*self._repeated]
        whole = self._text(placed)
        before, after = self._with(placed, [_REPEATED]).split(_QUOTED)
        between = self._with(placed, [_REPEATED, _REPEATED]).split(_QUOTED)[1]
        texts = [self._with(placed, [each])[len(before) : -len(after)] for each in entries]
        if f"{before}{between.join(texts)}{after}" != whole:
            raise Doubt
        first, *others = (self._split(text) for text in texts)
        if any(_shape(other) != _shape(first) for other in others):
            raise Doubt
        return Repeated(self._split(before), first, between, self._split(after))

    def _with(self, placed: Json, entries: list[Json]) -> str:
        self._repeated[:] = entries
        return self._text(placed)

    def _text(self, placed: Json) -> str:
        return self._entry(placed).decode()

    def _split(self, text: str) -> Pieces:
        parts = _HOLE.split(text)
        pieces: Pieces = []
        for number, part in enumerate(parts):
            if number % 2 == 0:
                pieces.append(part)
                continue
            piece = self._found[int(part)]
            quote = '"' if isinstance(piece.hole.value, str) else ""
            pieces += [quote, piece, quote]
        return pieces

    def _placed(self, tree: object, path: Path, lines: int, line: int | None) -> Json:
        """The tree with numbered texts where its holes are; `line`: the line that it is part of."""
        if isinstance(tree, dict):
            return {key: self._placed(each, (*path, key), lines, line) for key, each in tree.items()}
        if isinstance(tree, list):
            if line is None and self._is_repeated(tree, lines):
                within = (*path, 0)
                self._repeated = [
                    self._placed(each, within, lines, number) for number, each in enumerate(tree)
                ]
                return self._repeated
            return [self._placed(each, (*path, number), lines, line) for number, each in enumerate(tree)]
        hole = self._marks.hole(tree)
        if hole is None:
            return self._constant(tree)
        if hole.source.line not in (None, line):
            raise Doubt
        self._found.append(Piece(hole, path))
        return f"\ue000{len(self._found) - 1}\ue001"

    def _constant(self, value: object) -> Json:
        if not self._marks.is_constant(value) or (isinstance(value, str) and _OURS & {*value}):
            raise Doubt
        return cast("Json", value)

    def _is_repeated(self, tree: list[object], lines: int) -> bool:
        found = [self._lines_in(each) for each in tree]
        if not set().union(*found):
            return False
        if self._repeated or found != [{number} for number in range(lines)]:
            raise Doubt
        return True

    def _lines_in(self, tree: object) -> set[int]:
        """The lines of which a tree holds something."""
        if isinstance(tree, dict | list):
            return set().union(*map(self._lines_in, tree.values() if isinstance(tree, dict) else tree))
        hole = self._marks.hole(tree)
        return set() if hole is None or hole.source.line is None else {hole.source.line}


def _shape(pieces: Pieces) -> list[object]:
    """What must be the same in the text of each line."""
    return [
        each if isinstance(each, str) else (each.hole.source.text, each.path, type(each.hole.value))
        for each in pieces
    ]
