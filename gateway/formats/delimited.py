"""Delimited text (RFC 4180 and its relatives): bytes to rows with line numbers, and rows to bytes.

The first row names the columns. Line ends CR LF, LF and CR are read alike, blank lines are skipped, and a
quoted cell may hold line ends. A first line `sep=;`, a note for spreadsheets, is passed over. Pure, in one
pass, and within the limits below.

A row with another number of cells than the header, or with what is no character, is kept apart: whose
document it belongs to is for the table to say. After any other fault no row of the file can be trusted.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import accumulate, islice

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.delimited_charset import Damage, decoded, lines_ended, marked_charset

__all__ = [
    "DelimitedRow",
    "DelimitedTable",
    "Dialect",
    "FaultyRow",
    "header_of",
    "read_delimited",
]

MAX_BYTES = 64 * 2**20  # the table is held in memory; 100,000 order lines are 20 MB
MAX_CELL_LENGTH = 32_767  # characters; what the common spreadsheet holds in a cell
MAX_HEADER_BYTES = 64 * 2**10  # the names of our widest table take 2 KB
MAX_COLUMNS = 1_000  # the widest table of ours has 100
MAX_ROWS = 1_000_000  # what the common spreadsheet holds
MAX_FINDINGS = 100  # a file with the wrong delimiter is ragged in every row

_SEPARATOR_NOTE = re.compile(r'"?sep=[^\r\n]"?(?:\r\n|\r|\n)', re.IGNORECASE)


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


class FaultyRow(msgspec.Struct, frozen=True):
    """A row that cannot be read: its cells as they are cut, None for one with what is no character.

    `one`: it surely is one row, and not two that lost the line end between them.
    """

    line: int
    cells: tuple[str | None, ...]
    findings: tuple[Finding, ...]
    one: bool


class DelimitedTable(msgspec.Struct, frozen=True):
    """A file: the names of its columns, the line they stand in, its rows, and those that are faulty."""

    columns: tuple[str, ...]
    line: int
    rows: tuple[DelimitedRow, ...]
    faulty: tuple[FaultyRow, ...] = ()


def header_of(data: bytes, dialect: Dialect) -> tuple[int, tuple[str, ...]]:
    """The line of the first row and the columns it names, whatever is wrong with the file.

    They tell what it was meant for. Looked for in the first `MAX_HEADER_BYTES`; no columns when no row is
    there. A byte order mark is believed before the dialect.
    """
    charset = marked_charset(data) or dialect.charset
    text = data[:MAX_HEADER_BYTES].removeprefix(codecs.BOM_UTF8).decode(charset, "replace")
    text = lines_ended(text, charset)
    line, header = next(_Reader(text.removeprefix("\ufeff"), dialect).records(), (1, []))
    return line, tuple(name.strip() for name in header)


def read_delimited(data: bytes, dialect: Dialect) -> tuple[DelimitedTable | None, tuple[Finding, ...]]:
    """The table of a file; None with every fault, at line and column (from 1), when no row can be trusted.

    The faults of single rows stand in `DelimitedTable.faulty`.
    """
    if len(data) > MAX_BYTES:
        return None, (found("flat-too-large", limit=f"{MAX_BYTES:,} bytes"),)
    source, faults = decoded(data, dialect.charset, dialect.delimiter)
    if source is None:
        return None, faults
    if not source.text.strip():
        return None, (found("file-empty"),)
    reader = _Reader(source.text, dialect, Damage(source))
    table = reader.table()
    return (None, reader.every_finding()) if table is None else (table, ())


class _Reader:
    """Cuts a text into rows; `findings` holds what makes all of it doubtful, `faulty` the rows with a fault.

    `starts` has where the cells of the row begin that was cut last, when there is damage to be told.
    """

    def __init__(self, text: str, dialect: Dialect, damage: Damage | None = None) -> None:
        self.text = text
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        self.damage = damage if damage is not None and damage.any else None
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        self.quoted = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*+){quote}")
        self.plain = re.compile(f"[^{delimiter}\r\n]*+")
        self.rest = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)?")
        self.findings: list[Finding] = []
        self.faulty: list[FaultyRow] = []
        self.starts: list[int] = []
        note = _SEPARATOR_NOTE.match(text)
        self.position, self.line = (note.end(), 2) if note else (0, 1)
        self.told = 0

    @property
    def stopped(self) -> bool:
        """Whether enough is told."""
        return self.told >= MAX_FINDINGS

    def fault(
        self, code: str, line: int, column: int | None, value: str | None = None, **details: object
    ) -> None:
        self.findings.append(found(code, Location(line=line, column=column), value, severity=None, **details))
        self.told += 1

    def every_finding(self) -> tuple[Finding, ...]:
        """Those of the file and of its rows, in their order."""
        every = [*self.findings, *(finding for row in self.faulty for finding in row.findings)]
        every.sort(key=lambda finding: finding.location.line or 0)
        return (*every, found("findings-limit", limit=MAX_FINDINGS)) if self.stopped else tuple(every)

    def table(self) -> DelimitedTable | None:
        records = self.records()
        line, header = next(records, (1, []))
        self.findings += self.damaged(line)
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
            if len(rows) + len(self.faulty) >= MAX_ROWS:
                self.findings.append(found("flat-too-large", limit=f"{MAX_ROWS:,} rows"))
                break
            ragged = len(cells) < len(names) or any(cells[len(names) :])
            if ragged or self.damage is not None:
                row = self.faulty_row(start, cells, len(names), ragged)
                if row is not None:
                    self.faulty.append(row)
                    continue
            rows.append(DelimitedRow(start, tuple(cells[: len(names)])))
        if self.findings or self.stopped:
            return None
        return DelimitedTable(tuple(names), line, tuple(rows), tuple(self.faulty))

    def damaged(self, line: int) -> list[Finding]:
        """What is no character in the row that was cut last, as much as there is room for."""
        if self.damage is None or self.stopped:
            return []
        found = list(islice(self.damage.of_row(line, self.starts, self.position), MAX_FINDINGS - self.told))
        self.told += len(found)
        return found

    def faulty_row(self, line: int, cells: list[str], width: int, ragged: bool) -> FaultyRow | None:
        """The row that was cut last, None when nothing is wrong with it.

        Two rows of `width` cells that lost the line end between them are one of at least twice as many, less
        one. What is no character may have been the line end, and a quote too many may hold one.
        """
        findings = self.damaged(line)
        damaged = {finding.location.column for finding in findings}
        one = True
        if ragged:
            place = Location(line=line, column=min(len(cells), width) + 1)
            code = "flat-too-few-cells" if len(cells) < width else "flat-ragged"
            findings.append(found(code, place, str(len(cells)), expected=width))
            self.told += 1
            while len(cells) > width and not cells[-1]:
                cells.pop()
            joined = len(cells) > width and (bool(damaged) or len(cells) >= 2 * width - 1)
            one = not joined and self.line == line + 1
        if not findings:
            return None
        kept = tuple(None if column in damaged else cell for column, cell in enumerate(cells, 1))
        return FaultyRow(line, kept if ragged else kept[:width], tuple(findings), one)

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
        while self.position < len(self.text) and not self.stopped:
            start = self.line
            match = self.rest.match(self.text, self.position)
            assert match is not None
            content = match[0].rstrip("\r\n")
            if self.quote in content:
                cells = self.quoted_record()
            else:
                cells = self.plain_record(content)
                self.position, self.line = match.end(), start + 1
            if any(map(str.strip, cells)):
                yield start, cells

    def plain_record(self, content: str) -> list[str]:
        if content.count(self.delimiter) >= MAX_COLUMNS:
            self.fault("flat-too-many-columns", self.line, None, limit=MAX_COLUMNS)
            return []
        cells = content.split(self.delimiter)
        if len(content) > MAX_CELL_LENGTH:
            self.check_lengths(cells, self.line)
        if self.damage is not None:
            lengths = (len(cell) + 1 for cell in cells[:-1])
            self.starts = list(accumulate(lengths, initial=self.position))
        return cells

    def check_lengths(self, cells: list[str], line: int) -> None:
        for column, cell in enumerate(cells, 1):
            if len(cell) > MAX_CELL_LENGTH:
                self.fault("flat-cell-too-long", line, column, limit=f"{MAX_CELL_LENGTH:,}")

    def quoted_record(self) -> list[str]:
        """The row at `position`, which is left behind it; no cells when it is faulty."""
        text, cells, start, position = self.text, list[str](), self.line, self.position
        self.starts = []
        while True:
            self.starts.append(position)
            match = (self.quoted if text.startswith(self.quote, position) else self.plain).match(
                text, position
            )
            if match is None:
                problem = "a quote opened here is never closed"
                self.fault("flat-quote", self.line, len(cells) + 1, problem=problem)
                self.position = len(text)
                return []
            position, value = match.end(), match[0]
            if match.re is self.quoted:
                value = match[1].replace(self.quote * 2, self.quote)
                self.line += value.count("\n") + value.count("\r") - value.count("\r\n")
                if position < len(text) and text[position] not in (self.delimiter, "\r", "\n"):
                    problem = "text follows the closing quote"
                    self.fault("flat-quote", self.line, len(cells) + 1, problem=problem)
                    self.next_line(position)
                    return []
            cells.append(value)
            if len(cells) > MAX_COLUMNS:
                self.fault("flat-too-many-columns", start, None, limit=MAX_COLUMNS)
                self.next_line(position)
                return []
            if not text.startswith(self.delimiter, position):
                break
            position += 1
        self.check_lengths(cells, start)
        self.next_line(position)
        return cells

    def next_line(self, position: int) -> None:
        match = self.rest.match(self.text, position)
        assert match is not None
        self.position, self.line = match.end(), self.line + 1
