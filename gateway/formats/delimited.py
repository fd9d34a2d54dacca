"""Delimited text (RFC 4180 and its relatives): bytes to rows with line numbers, and rows to bytes.

The first row names the columns. Line ends CR LF, LF and CR are read alike, blank lines are skipped, and a
quoted cell may hold line ends. Pure, in one pass, and within the limits below.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gateway.findings import Finding, Location, found

__all__ = [
    "CHARSETS",
    "DelimitedRow",
    "DelimitedTable",
    "Dialect",
    "column_names",
    "is_charset",
    "read_delimited",
    "write_delimited",
]

BYTES_LIMIT = 64 * 2**20  # the table is held in memory; 100,000 order lines are 20 MB
CELL_LIMIT = 32_767  # characters; what the common spreadsheet holds in a cell
HEADER_BYTES = 64 * 2**10  # the names of our widest table take 2 KB
COLUMN_LIMIT = 1_000  # the widest table of ours has 100
ROW_LIMIT = 1_000_000  # what the common spreadsheet holds
FINDING_LIMIT = 100  # a file with the wrong delimiter is ragged in every row

CHARSETS = re.compile(
    r"utf-?8(-sig)?|utf-?16(-?[lb]e)?|(us-)?ascii|latin-?[1-9]|iso-?8859-[0-9]{1,2}|windows-125[0-9]"
    r"|cp[0-9]{3,4}|shift-jis|gb(k|2312|18030)|big5|euc-(jp|kr)|koi8-[ru]"
)
"""Character sets a table may name: those of text files, and none whose decoding is slow or is no text."""


class Dialect(msgspec.Struct, frozen=True):
    """How the text is written down. `line_end` matters to writing only."""

    delimiter: str = ","
    quote: str = '"'
    line_end: str = "\r\n"
    charset: str = "utf-8"


class DelimitedRow(msgspec.Struct, frozen=True):
    """One row: the line it starts in, from 1, and a text for each column."""

    line: int
    cells: tuple[str, ...]


class DelimitedTable(msgspec.Struct, frozen=True):
    """A file: the names of its columns, the line they stand in, its rows."""

    columns: tuple[str, ...]
    line: int
    rows: tuple[DelimitedRow, ...]


def is_charset(name: str) -> bool:
    """Whether a table may name this character set."""
    return CHARSETS.fullmatch(name.lower().replace("_", "-")) is not None and _is_installed(name)


def _is_installed(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def column_names(data: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The columns that the first row names, whatever is wrong with the file: they tell what it was meant for.

    Looked for in the first `HEADER_BYTES`; empty when no row is there.
    """
    text = data[:HEADER_BYTES].removeprefix(codecs.BOM_UTF8).decode(dialect.charset, "replace")
    _, header = next(_Reader(text.removeprefix("\ufeff"), dialect).records(), (1, []))
    return tuple(name.strip() for name in header)


def read_delimited(data: bytes, dialect: Dialect) -> tuple[DelimitedTable | None, tuple[Finding, ...]]:
    """The table of a file, and every fault with line and column (of cells, from 1); None when it has one."""
    if len(data) > BYTES_LIMIT:
        return None, (found("flat-too-large", limit=f"{BYTES_LIMIT:,} bytes"),)
    text, fault = _decoded(data, dialect)
    if fault is None and not text.strip():
        fault = found("file-empty")
    if fault is None and (at := text.find("\0")) >= 0:
        fault = found("flat-nul", _place(text, at, dialect.delimiter))
    if fault is not None:
        return None, (fault,)
    reader = _Reader(text, dialect)
    table = reader.table()
    return (None if reader.findings else table), tuple(reader.findings)


def _decoded(data: bytes, dialect: Dialect) -> tuple[str, Finding | None]:
    charset = dialect.charset
    body = data.removeprefix(codecs.BOM_UTF8)
    if len(body) < len(data):
        charset = "utf-8"  # its mark leaves no doubt, whatever was agreed
    try:
        return body.decode(charset).removeprefix("\ufeff"), None
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(charset, "replace")
        place = _place(before, len(before), dialect.delimiter)
        place = msgspec.structs.replace(place, byte=error.start + len(data) - len(body))
        return "", found("flat-charset", place, f"0x{body[error.start]:02X}", charset=charset)


def _place(text: str, position: int, delimiter: str) -> Location:
    """Line and cell of a character, by line ends and delimiters alone."""
    before = text[:position].replace("\r\n", "\n").replace("\r", "\n")
    start = before.rfind("\n") + 1
    return Location(line=before.count("\n") + 1, column=before.count(delimiter, start) + 1)


class _Reader:
    """Cuts a text into rows; `findings` holds what is wrong with it."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        self.quoted = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*+){quote}")
        self.plain = re.compile(f"[^{delimiter}\r\n]*+")
        self.rest = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)?")
        self.findings: list[Finding] = []
        self.stopped = False

    def fault(
        self, code: str, line: int, column: int | None, value: str | None = None, **details: object
    ) -> None:
        self.findings.append(found(code, Location(line=line, column=column), value, severity=None, **details))
        if len(self.findings) >= FINDING_LIMIT:
            self.findings.append(found("findings-limit", limit=FINDING_LIMIT))
            self.stopped = True

    def table(self) -> DelimitedTable | None:
        records = self.records()
        line, header = next(records, (1, []))
        names = [name.strip() for name in header]
        while names and not names[-1]:
            names.pop()
        if not names:
            self.fault("flat-no-header", line, None)
        self.check_header(line, names)
        if self.findings:
            return None
        rows: list[DelimitedRow] = []
        for start, cells in records:
            if len(rows) >= ROW_LIMIT:
                self.findings.append(found("flat-too-large", limit=f"{ROW_LIMIT:,} rows"))
                break
            if len(cells) < len(names) or any(cells[len(names) :]):
                self.fault("flat-ragged", start, None, str(len(cells)), expected=len(names))
            rows.append(DelimitedRow(start, tuple(cells[: len(names)])))
        if not rows and not self.findings:
            self.fault("flat-nothing-in-it", line, None)
        return DelimitedTable(tuple(names), line, tuple(rows))

    def check_header(self, line: int, names: list[str]) -> None:
        seen: set[str] = set()
        for column, name in enumerate(names, 1):
            if not name:
                self.fault("flat-column-unnamed", line, column)
            elif name in seen:
                self.fault("flat-column-repeated", line, column, name)
            seen.add(name)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, with the line they start in."""
        position, line = 0, 1
        while position < len(self.text) and not self.stopped:
            start = line
            match = self.rest.match(self.text, position)
            assert match is not None
            content = match[0].rstrip("\r\n")
            if self.quote in content:
                position, line, cells = self.quoted_record(position, line)
            else:
                position, line = match.end(), line + 1
                cells = self.plain_record(content, start)
            if any(cell.strip() for cell in cells):
                yield start, cells

    def plain_record(self, content: str, line: int) -> list[str]:
        if content.count(self.delimiter) >= COLUMN_LIMIT:
            self.fault("flat-too-many-columns", line, None, limit=COLUMN_LIMIT)
            return []
        cells = content.split(self.delimiter)
        if len(content) > CELL_LIMIT:
            self.check_lengths(cells, line)
        return cells

    def check_lengths(self, cells: list[str], line: int) -> None:
        for column, cell in enumerate(cells, 1):
            if len(cell) > CELL_LIMIT:
                self.fault("flat-cell-too-long", line, column, limit=f"{CELL_LIMIT:,}")

    def quoted_record(self, position: int, line: int) -> tuple[int, int, list[str]]:
        """The row at `position`, after the position and line behind it; no cells when it is faulty."""
        text, cells = self.text, list[str]()
        start = line
        while True:
            if text.startswith(self.quote, position):
                match = self.quoted.match(text, position)
                if match is None:
                    problem = "a quote opened here is never closed"
                    self.fault("flat-quote", line, len(cells) + 1, problem=problem)
                    return len(text), line, []
                position = match.end()
                value = match[1].replace(self.quote * 2, self.quote)
                line += value.count("\n") + value.count("\r") - value.count("\r\n")
                if position < len(text) and text[position] not in (self.delimiter, "\r", "\n"):
                    problem = "text follows the closing quote"
                    self.fault("flat-quote", line, len(cells) + 1, problem=problem)
                    return self.after_line(position), line + 1, []
            else:
                match = self.plain.match(text, position)
                assert match is not None
                position, value = match.end(), match[0]
            cells.append(value)
            if len(cells) > COLUMN_LIMIT:
                self.fault("flat-too-many-columns", start, None, limit=COLUMN_LIMIT)
                return self.after_line(position), line + 1, []
            if not text.startswith(self.delimiter, position):
                break
            position += 1
        self.check_lengths(cells, start)
        return self.after_line(position), line + 1, cells

    def after_line(self, position: int) -> int:
        match = self.rest.match(self.text, position)
        assert match is not None
        return match.end()


def write_delimited(
    columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], dialect: Dialect
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """A file with a header and these rows (texts by column, a missing one is blank).

    None with findings when a text holds what the character set cannot say.
    """
    lines = [_line(columns, dialect)]
    findings: list[Finding] = []
    for number, row in enumerate(rows, 2):
        cells = [row.get(column, "") for column in columns]
        for column, cell in enumerate(cells, 1):
            unsayable = _unsayable(cell, dialect.charset)
            if unsayable is not None and len(findings) < FINDING_LIMIT:
                place = Location(line=number, column=column)
                findings.append(found("flat-unwritable", place, unsayable, charset=dialect.charset))
        lines.append(_line(cells, dialect))
    if findings:
        return None, tuple(findings)
    return "".join(lines).encode(dialect.charset), ()


def _unsayable(cell: str, charset: str) -> str | None:
    if "\0" in cell:
        return "\0"
    try:
        cell.encode(charset)
    except UnicodeEncodeError as error:
        return cell[error.start]
    return None


def _line(cells: Iterable[str], dialect: Dialect) -> str:
    return dialect.delimiter.join(_cell(cell, dialect) for cell in cells) + dialect.line_end


def _cell(cell: str, dialect: Dialect) -> str:
    special = (dialect.delimiter, dialect.quote, "\r", "\n")
    if cell == cell.strip() and not any(sign in cell for sign in special):
        return cell
    return dialect.quote + cell.replace(dialect.quote, dialect.quote * 2) + dialect.quote
