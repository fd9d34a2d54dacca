"""Documents of one outline as one text with holes: what a generated writer, an encoder and the judge of a
schema come to for them.

A template is made of one document. The generated writer runs on a copy of it with marked values, and the tree
that comes out of this, written as any other tree, tells where in the text which value stands. As the writer
does the same with all documents of an outline (see `gateway.mapping.compiled.uniform`), the text of any other
has its values in these holes, and its lines one by one in the text of a line. Since no rule of a schema is
about several values, the text is valid where the value in each hole fits its place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias, cast

import msgspec

from gateway.documents import Document
from gateway.documents.outline import Telling, kept_outline
from gateway.formats import json
from gateway.formats.json import Json
from gateway.formats.json_accept import Fits
from gateway.formats.json_words import NUMBER
from gateway.mapping.codecs.model import CodecError
from gateway.mapping.compiled.code import Code, Constants
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.compiled.holes import Path, Piece, Pieces, pieces_of
from gateway.mapping.compiled.likeness import LINES, Likeness
from gateway.mapping.compiled.marks import Marks
from gateway.mapping.compiled.memo import ENTRIES, LONGEST, Memo

__all__ = ["SHORT_NUMBER", "JsonPlace", "Table", "Template", "template_of"]

Names: TypeAlias = Mapping[str, object]
Filling: TypeAlias = Callable[[Document], bytes | None]

SHORT_NUMBER = "len(digits := {}) <= 11 and digits.replace('.', '', 1).isdecimal()"
"""Whether the text that `str` gives of a number is but digits, and perhaps a point: NUMBER takes these."""
MOST_LINES = 1_000  # a text of more would be long, and has to be kept packed


class Table(msgspec.Struct, frozen=True):
    """What writes documents of one kind by a table.

    `names` are those of generated code, `writing` those among them of what writes values, held to its word;
    `writer` gives the plain writer with others for these. `constants` are what it may write that is of no
    document, `telling` the fields whose values steer it.
    """

    names: Names
    writing: Mapping[str, Callable[..., object] | Memo]
    writer: Callable[[Names], Callable[[Document], object]]
    constants: Sequence[object]
    telling: Telling


class JsonPlace(Protocol):
    """Where the text is to stand."""

    def entry(self, tree: Json) -> bytes:
        """The text of a tree as it stands in its file."""

    def fits(self, path: Path) -> Fits | None:
        """What judges the text of a value; None where any text is valid."""

    def pattern(self, path: Path) -> str | None:
        """The one rule of the texts of a place, a pattern; None where there is another, or none."""


class Template:
    """Writes the documents that are like one."""

    def __init__(self, fill: Filling) -> None:
        self._fill = fill

    def entry(self, document: Document) -> bytes | None:
        """The text of a document as it stands in its file; None where it is not like the one, or in doubt."""
        try:
            return self._fill(document)
        except (Doubt, CodecError):
            return None


def template_of(document: Document, written: bytes, table: Table, place: JsonPlace) -> Template | None:
    """The template of documents like this one, of which `written` was made; None where none can be told."""
    making = _Making(document, table, place)
    try:
        text = making.code()
    except (Doubt, CodecError):
        return None
    names = {**table.names, **making.names}
    exec(compile(text, f"<template of {type(document).__name__}>", "exec"), names)
    template = Template(cast("Filling", names["fill"]))
    return template if template.entry(document) == written else None


class _Making:
    """Writes `fill(document)`, which gives the text of a document; None for those that are not like the one.
    `names` are those that it needs beside the table's own."""

    def __init__(self, document: Document, table: Table, place: JsonPlace) -> None:
        self._document = document
        self._table = table
        self._place = place
        self._marks = Marks(table.constants)
        self._locals: dict[tuple[str, Path], str] = {}
        self._as_they_stand: list[str] = []
        self.names: dict[str, object] = {
            "kept": kept_outline,
            "KIND": type(document),
            "are_plain": _are_plain,
        }

    def code(self) -> str:
        """The text of the function."""
        code = Code(Constants())
        with code.inside("def fill(document):"):
            code.line("if type(document) is not KIND: return None")
            likeness = Likeness(code, self._marks, self._table.telling, "held")
            fields = likeness.record(self._document, "document", but=LINES)
            lines = getattr(self._document, LINES)
            count = f"0 < len(document.lines) <= {MOST_LINES}" if lines else "len(document.lines) == 0"
            code.line(f"if not {count}: return None")
            self._text(code, fields, lines)
        return code.text()

    def _text(self, code: Code, fields: Mapping[str, object], lines: tuple[msgspec.Struct, ...]) -> None:
        # Not as many lines as the document has: so a list that grows with them, unnoticed, makes another text
        many = 0 if not lines else 3 if len(lines) == 2 else 2
        of_line = [Code(Constants()) for _ in range(many)]
        marked = tuple(self._line(lines[0], number, each) for number, each in enumerate(of_line))
        tree = self._tree(msgspec.structs.replace(self._document, **fields, **{LINES: marked}))
        text = pieces_of(tree, many, self._marks, self._place.entry)
        self._compare(code, self._asked(None))
        ends = [self._filled(code, each) for each in (text.before, text.after)]
        self._filled(
            code, [each for each in text.line if isinstance(each, Piece) and each.hole.source.line is None]
        )
        code.line(f"texts = [{', '.join(self._as_they_stand)}]")
        if not lines:
            self._return(code, ends[0])
            return
        if any(self._asked(number) != self._asked(0) for number in range(many)):
            raise Doubt
        code.line("lines = []")
        self._as_they_stand.clear()
        with code.inside("for line in document.lines:"):
            code.lines(*of_line[0].text().splitlines())
            self._compare(code, self._asked(0))
            filled = self._filled(code, text.line)
            code.line(f"texts += ({''.join(f'{each}, ' for each in self._as_they_stand)})")
            code.line(f"lines.append({filled})")
        self._return(code, f"({ends[0]} + {text.between!a}.join(lines) + {ends[1]})")

    def _return(self, code: Code, text: str) -> None:
        code.line("if not are_plain(texts): return None")
        code.line(f"return {text}.encode()")

    def _line(self, sample: msgspec.Struct, number: int, code: Code) -> msgspec.Struct:
        likeness = Likeness(code, self._marks, self._table.telling, "own", number)
        return type(sample)(**likeness.record(sample, "line"))

    def _tree(self, marked: Document) -> object:
        """What the plain writer makes of a marked document."""
        names = {name: self._marks.function(name, held) for name, held in self._table.writing.items()}
        write = self._table.writer(names)
        try:
            written = write(marked)
        except (TypeError, AttributeError):  # a pair did with a mark what can be done with its value only
            raise Doubt from None
        assert isinstance(written, tuple)
        tree, remarks = written
        if remarks:
            raise Doubt
        return tree

    def _asked(self, line: int | None) -> dict[tuple[str, str], bool]:
        """What was asked of texts, without what follows from their being a certain word."""
        asked = [each for each in self._marks.asked if each.source.line == line]
        certain = {each.source.text for each in asked if each.equal}
        return {
            (each.source.text, each.word): each.equal
            for each in asked
            if each.equal or each.source.text not in certain
        }

    def _compare(self, code: Code, asked: Mapping[tuple[str, str], bool]) -> None:
        for (held, word), equal in asked.items():
            code.line(f"if {held} {'!=' if equal else '=='} {word!a}: return None")

    def _filled(self, code: Code, pieces: Pieces) -> str:
        """The expression of a text with its holes filled."""
        parts = [
            each.replace("{", "{{").replace("}", "}}")
            if isinstance(each, str)
            else f"{{{self._local(code, each)}}}"
            for each in pieces
        ]
        return f"f{''.join(parts)!a}"

    def _local(self, code: Code, piece: Piece) -> str:
        """The local with what stands in a hole."""
        hole = piece.hole
        known = self._locals.get((hole.source.text, piece.path))
        if known is not None:
            return known
        expression, as_it_stands = self._expression(piece)
        local = (
            expression
            if expression.isidentifier()
            else code.name("put" if hole.source.line is None else "set")
        )
        if local != expression:
            code.line(f"{local} = {expression}")
        if as_it_stands:
            self._as_they_stand.append(local)
        self._locals[hole.source.text, piece.path] = local
        return local

    def _expression(self, piece: Piece) -> tuple[str, bool]:
        """What stands in a hole, and whether its characters are still to be looked at."""
        hole, fits = piece.hole, self._place.fits(piece.path)
        if isinstance(hole.value, str) and fits is None:
            return hole.source.text, True
        if fits is None or not isinstance(hole.value, str | int | Decimal):
            raise Doubt
        name, is_text = f"FIT{len(self.names)}", isinstance(hole.value, str)
        fitting = _Fitting(type(hole.value), fits, hole.made)
        if hole.made is not None or is_text:
            self.names[name] = fitting
            if hole.digits and self._place.pattern(piece.path) == NUMBER:  # hardly two amounts are alike
                return f"digits if {SHORT_NUMBER.format(hole.key)} else {name}[digits]", False
            return f"{name}[{hole.source.text if hole.made is None else hole.key}]", False
        self.names[name] = fitting.text  # equal numbers may be written differently
        return f"{name}({hole.source.text})", False


class _Fitting(dict[Hashable, str]):
    """The texts of values that fit a place, without the quotes that texts have in JSON; `Doubt` for others.

    They are remembered by their values, or by what these are `made` of.
    """

    __slots__ = ("_fits", "_kind", "_made")

    def __init__(self, kind: type, fits: Fits, made: Callable[[Hashable], object] | None) -> None:
        super().__init__()
        self._kind = kind
        self._fits = fits
        self._made = made

    def __missing__(self, key: Hashable) -> str:
        text = self.text(key if self._made is None else self._made(key))
        if len(text) <= LONGEST and not (isinstance(key, str) and len(key) > LONGEST):
            if len(self) >= ENTRIES:
                self.clear()
            self[key] = text
        return text

    def text(self, value: object) -> str:
        """The text of one value, which is not remembered."""
        if type(value) is not self._kind:
            raise Doubt
        if isinstance(value, str):
            if self._fits(f'"{value}"', value):  # what has to be escaped is not read as it was
                return value
            raise Doubt
        assert isinstance(value, int | Decimal)
        text = json.packed(value).decode()
        if self._fits(text, value):
            return text
        raise Doubt


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether JSON has the characters of all texts as they are; not where one of them is no text."""
    try:
        text = "".join(texts)
    except TypeError:
        return False
    if text.isascii():  # what is escaped takes two characters or more
        return len(json.packed(text)) == len(text) + len('""')
    return text.isprintable() and '"' not in text and "\\" not in text
