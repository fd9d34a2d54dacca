"""Codecs that use code lists: single codes, qualifier and value pairs, marks of containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property

from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.code_lists import CodeList, unknown_code
from gateway.mapping.codec import Codec, CodeRows, Listing, Pairing
from gateway.mapping.codecs.model import CodecError, Setting, text_of
from gateway.mapping.plan import FormatKind, Origin
from gateway.suggestions import suggestion

__all__ = ["code", "container", "pairs_with"]

COMPARED = 80  # characters of a word; comparing takes the square of its length, and no code is longer
SHOWN_CODES = 8  # of a list in a message

SSCC_LENGTH = 18  # GS1 General Specifications; SP-API writes it after the application identifier 00
SSCC_PREFIX = "00"


class _Words:
    """One code list in the column of one format."""

    def __init__(self, setting: Setting) -> None:
        name = setting.arguments[0]
        found = setting.lists.get(name)
        if found is None:
            raise CellError(f"there is no code list `{name[:40]}`{suggestion(name, setting.lists)}")
        self.list: CodeList = found
        self.column = setting.format.column
        if not found.knows(self.column):
            raise CellError(f"the code list `{name}` has no column `{self.column}` ({found.file})")
        self.exact = setting.format is FormatKind.X12
        self.readers = {self.fold(code): word for code, word in reversed(found.readers(self.column).items())}
        self.writers = found.writers(self.column)
        self.words = found.words
        self.names = {self.plain(name): code for name, code in reversed([*_names(found, self.column)])}

    def plain(self, name: str) -> str:
        return "".join(name.split()).casefold()

    def fold(self, code: str) -> str:
        return code if self.exact else "".join(code.split()).casefold()

    def read(self, value: object) -> str:
        code = text_of(value)
        return self.readers.get(self.fold(code)) or unknown_code(self.column, code)

    def write(self, word: str) -> str:
        code = self.writers.get(word)
        if code is not None:
            return code
        format_name, colon, rest = word.partition(":")
        if colon and rest and format_name == self.column:
            return rest
        meant = rest if colon and rest else word
        shown = f"{meant} ({format_name})" if colon and rest else word
        raise CodecError("code-unknown", word, word=shown, **self.named(meant))

    def rows(self) -> CodeRows:
        """Which row turns a code, and which a word."""
        return CodeRows(self.read_row, self.write_row)

    def read_row(self, value: object) -> Origin | None:
        """The row that turns this code into its word."""
        return self.row(self.read_lines.get(self.fold(value)) if isinstance(value, str) else None)

    def write_row(self, word: object) -> Origin | None:
        """The row that turns this word into its code."""
        return self.row(self.write_lines.get(word) if isinstance(word, str) else None)

    def row(self, line: int | None) -> Origin | None:
        return None if line is None else Origin(self.list.file, line)

    @cached_property
    def read_lines(self) -> dict[str, int]:
        rows = [row for row in self.list.rows if self.column in row.codes]
        return {self.fold(row.codes[self.column]): row.line for row in reversed(rows)}

    @cached_property
    def write_lines(self) -> dict[str, int]:
        return {row.canonical: row.line for row in reversed(self.list.rows) if self.column in row.codes}

    def listing(self) -> Listing:
        """The list, to look up what a place holds before it is read."""
        return Listing(
            lambda value: self.fold(text_of(value)) in self.readers, lambda value: self.named(text_of(value))
        )

    def named(self, word: str) -> dict[str, str]:
        """The list by its file, the column, and which of its codes may be meant."""
        return {"list": self.list.file, "format": self.column, "hint": self.hint(word)}

    def hint(self, word: str) -> str:
        plain = self.plain(word)[:COMPARED]
        close = [plain] if plain in self.names else get_close_matches(plain, self.names, n=1)
        if close:
            return f"; did you mean {self.names[close[0]]}?"
        codes = [*dict.fromkeys(self.list.readers(self.column))]
        more = ", …" if len(codes) > SHOWN_CODES else ""
        return f"; its codes are {', '.join(codes[:SHOWN_CODES])}{more}" if codes else ""


def _names(words: CodeList, column: str) -> Iterator[tuple[str, str]]:
    """Every name that a row has in any column, with its code in one column; the codes themselves go first."""
    rows = [row for row in words.rows if column in row.codes]
    for row in rows:
        yield row.codes[column], row.codes[column]
    for row in rows:
        for name in (row.canonical, *row.codes.values()):
            yield name, row.codes[column]


def code(setting: Setting) -> Codec:
    """`code(list)`: a word of the list; for several fields the list's words are joined by `+`."""
    for kind in setting.fields:
        setting.expect_kind(kind, (FieldKind.TEXT,))
    setting.expect_places(1)
    setting.expect_arguments(1, 1)
    words = _Words(setting)
    count = len(setting.fields)
    listing = words.listing() if setting.format is FormatKind.CSV else None
    if count == 1:
        return Codec(
            "code",
            words.read,
            words.write,
            memo_read=True,
            memo_write=True,
            listing=listing,
            rows=words.rows(),
        )
    longest = max((word.count("+") + 1 for word in words.words), default=1)
    if longest > count:
        raise CellError(f"a word of the list has {longest} parts, and the row names {count} fields")

    def read(value: object) -> tuple[str | None, ...]:
        word = words.read(value)
        parts = word.split("+") if word in words.words else [word]
        return (*(part or None for part in parts), *[None] * (count - len(parts)))

    def write(*values: str | None) -> str:
        return words.write("+".join(value or "" for value in values).rstrip("+"))

    def write_row(*values: str | None) -> Origin | None:
        return words.write_row("+".join(value or "" for value in values).rstrip("+"))

    rows = CodeRows(words.read_row, write_row)
    return Codec("code", read, write, memo_read=True, memo_write=True, listing=listing, rows=rows)


def pairs_with(inner_codec: Callable[[str, Setting], Codec]) -> Callable[[Setting], Codec]:
    """`pairs(list)`, `pairs(list, date)`: qualifier and value in turn, the value by `inner_codec`."""

    def pairs(setting: Setting) -> Codec:
        setting.expect(FieldKind.MAP, FieldKind.MOMENTS, places=None, arguments=(1, 2), several=True)
        if setting.format is not FormatKind.X12 or not (setting.range or setting.repeated):
            raise CellError("`pairs` needs a range or two repeated elements: `PO106-25`, `REF01+REF02*`")
        if setting.range % 2 or (setting.repeated and setting.places != 2):
            raise CellError("qualifier and value take turns, so `pairs` needs an even number of elements")
        words = _Words(setting)
        kind = FieldKind.TEXT if setting.fields[0] is FieldKind.MAP else FieldKind.MOMENT
        name = setting.arguments[1] if len(setting.arguments) > 1 else "text"
        inner = inner_codec(
            name, Setting(format=setting.format, fields=(kind,), zone=setting.zone, settings=setting.settings)
        )
        return Codec(
            "pairs",
            _pairs_reader(words, inner, setting.excluded),
            _pairs_writer(words, inner, setting.excluded, setting.range),
            pairs=True,
            rows=words.rows(),
            pairing=Pairing(
                qualifier=Codec("code", words.read, words.write, memo_read=True, memo_write=True),
                value=inner,
                excluded=setting.excluded,
                unsayable=words.words - set(words.writers),
                room=setting.range,
            ),
        )

    return pairs


def _pairs_reader(
    words: _Words, inner: Codec, excluded: frozenset[str]
) -> Callable[[tuple[str | None, ...]], tuple[dict[str, object], tuple[int, ...]]]:
    def read(texts: tuple[str | None, ...]) -> tuple[dict[str, object], tuple[int, ...]]:
        values: dict[str, object] = {}
        used: list[int] = []
        for place in range(0, len(texts) - 1, 2):
            qualifier, value = texts[place], texts[place + 1]
            if qualifier is None or value is None:
                continue
            key = words.read(qualifier)
            if key in values or key in excluded:
                continue
            values[key] = inner.read(value)
            used += (place, place + 1)
        return values, tuple(used)

    return read


def _pairs_writer(
    words: _Words, inner: Codec, excluded: frozenset[str], room: int
) -> Callable[[Mapping[str, object]], tuple[tuple[str, ...], tuple[str, ...]]]:
    unsayable = words.words - set(words.writers)

    def write(values: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        texts: list[str] = []
        left: list[str] = []
        for key, value in values.items():
            if key in excluded or key in unsayable:
                continue
            if room and len(texts) >= room:
                left.append(key)
                continue
            texts += (words.write(key), str(inner.write(value)))
        return tuple(texts), tuple(left)

    return write


def container(setting: Setting) -> Codec:
    """`container(list)`: scheme and value of a mark; an SSCC has `00` before its 18 digits."""
    if len(setting.fields) != 2:
        raise CellError("`container` makes two fields: `scheme+value`")
    for kind in setting.fields:
        setting.expect_kind(kind, (FieldKind.TEXT,))
    setting.expect_places(2)
    setting.expect_arguments(1, 1)
    if setting.format is not FormatKind.JSON:
        raise CellError("`container` is for JSON; elsewhere write `code` and `text`")
    words = _Words(setting)

    def read(scheme: object, value: object) -> tuple[str | None, str | None]:
        word = None if scheme is None else words.read(scheme)
        number = None if value is None else text_of(value)
        if word == "sscc" and number is not None and _is_prefixed(number):
            number = number[len(SSCC_PREFIX) :]
        return word, number

    def write(scheme: str | None, value: str | None) -> tuple[str | None, str | None]:
        kind = None if scheme is None else words.write(scheme)
        if scheme == "sscc" and value is not None and len(value) == SSCC_LENGTH and value.isdigit():
            value = SSCC_PREFIX + value
        return kind, value

    rows = CodeRows(lambda scheme, _: words.read_row(scheme), lambda scheme, _: words.write_row(scheme))
    return Codec("container", read, write, rows=rows)


def sscc(setting: Setting) -> Codec:
    """`sscc`: a serial shipping container code, with its application identifier `00` in the format.

    Element 88 `GM` is the code of 18 digits and its application identifier; a file that leaves the identifier
    out is read all the same.
    """
    setting.expect(FieldKind.TEXT)
    if setting.format is not FormatKind.X12:
        raise CellError("`sscc` is for X12; in JSON write `container`")

    def read(value: object) -> str:
        number = text_of(value)
        return number[len(SSCC_PREFIX) :] if _is_prefixed(number) else number

    def write(value: str) -> str:
        return SSCC_PREFIX + value if len(value) == SSCC_LENGTH and value.isdigit() else value

    return Codec("sscc", read, write)


def _is_prefixed(number: str) -> bool:
    whole = len(SSCC_PREFIX) + SSCC_LENGTH
    return len(number) == whole and number.isdigit() and number.startswith(SSCC_PREFIX)
