"""A data file as rows that can be changed one by one: each with its text in the file, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec

from gateway.errors import Mistake
from gateway.formats.xlsx import MAX_LENGTH, MAX_ROWS, UNWANTED

__all__ = ["FileRow", "FileRows", "Grammar", "LevelError", "Line", "Writer", "judged", "lines_of"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
BYTE_ORDER_MARK = "\ufeff"


class Line(msgspec.Struct, frozen=True):
    """A line of a file: its number (from 1), its text, and its end, "" where the file ends with it."""

    number: int
    text: str
    end: str


class FileRow(msgspec.Struct, frozen=True):
    """One row. `before` are the blank lines above it, `text` the line itself, `end` its line end."""

    line: int
    cells: tuple[str, ...]
    before: str
    text: str
    end: str


class FileRows(msgspec.Struct, frozen=True):
    """A file: what stands before its rows, the rows, and the blank lines behind them."""

    columns: tuple[str, ...]
    head: str
    rows: tuple[FileRow, ...]
    tail: str
    line_end: str


class LevelError(Exception):
    """A row cannot stand on this level; the text says why."""


class Writer(Protocol):
    """Writes the rows of one file from the first to the last."""

    def keep(self, row: FileRow) -> None:
        """Take note of a row that stays as it is."""

    def write(self, cells: tuple[str, ...], old: FileRow | None, following: FileRow | None) -> str:
        """The line for these cells, without its end: a change of `old`, or a new one.

        `following` is the next row that was in the file before. Raises `LevelError`.
        """


class Grammar(Protocol):
    """How the lines of one kind of file are rows."""

    def read(self, file: str, text: str) -> tuple[FileRows | None, tuple[Mistake, ...]]:
        """The rows of a file, or None with what cannot be a row of a sheet."""

    def writer(self, rows: FileRows) -> Writer:
        """What writes changed rows of this file."""


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text, with the ends they have. A byte order mark is part of the first."""
    lines = []
    for number, match in enumerate(_LINE.finditer(text), 1):
        if match[0]:
            lines.append(Line(number, match[1], match[2]))
    return tuple(lines)


def judged(
    file: str, rows: FileRows, mistakes: Sequence[Mistake]
) -> tuple[FileRows | None, tuple[Mistake, ...]]:
    """The rows when a sheet can hold them all, else what it cannot hold."""
    found = list(mistakes)
    if len(rows.rows) >= MAX_ROWS:
        found.append((file, 0, f"more than {MAX_ROWS:,} rows; a file that long is edited as text"))
    for row in rows.rows:
        for cell in row.cells:
            if UNWANTED.search(cell) is not None:
                found.append((file, row.line, "holds a tab or control character, which no sheet can hold"))
            elif len(cell) > MAX_LENGTH:
                found.append((file, row.line, f"a cell has more than {MAX_LENGTH:,} characters"))
    return (None, tuple(found)) if found else (rows, ())
