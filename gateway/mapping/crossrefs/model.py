"""One cross-reference: the rows of a CSV file, found by what stands in some of their columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from gateway.errors import Mistake
from gateway.mapping.plan import Origin
from gateway.suggestions import suggestion

__all__ = ["VALID_FROM", "VALID_UNTIL", "CrossReference", "CrossRow", "valid_rows"]

VALID_FROM, VALID_UNTIL = "valid_from", "valid_until"
MAX_ROWS = 1_000_000
MAX_DAYS = 10_000  # different ones that are remembered
MAX_MISTAKES = 200  # of one file; what follows says nothing new

Index = dict[str, int | list[int]]
_BETWEEN = "\x1f"  # the values of a key of several columns


class CrossRow:
    """One row: its cells by column, without the blank ones, and where it stands."""

    __slots__ = ("cells", "origin")

    def __init__(self, cells: Mapping[str, str], origin: Origin) -> None:
        self.cells = cells
        self.origin = origin


class CrossReference:
    """The rows of one file. An index by columns is made when it is first asked for, and kept."""

    def __init__(
        self, file: str, columns: Sequence[str], rows: list[list[str]], lines: Sequence[int]
    ) -> None:
        """`rows` have a cell for each column; `lines`: where each stands."""
        self.file = file
        self.columns = tuple(columns)
        self.rows = rows
        self.lines = lines
        self._from, self._until = (_position(self.columns, name) for name in (VALID_FROM, VALID_UNTIL))
        self._indexes: dict[tuple[str, ...], Index] = {}

    @classmethod
    def parsed(cls, file: str, text: str) -> tuple[CrossReference | None, tuple[Mistake, ...]]:
        """The rows in the text of a CSV file, and what makes them unusable; None when nothing can be read.

        What the cells hold is not judged here: `check.py` does it when it is asked for.
        """
        reader = csv.reader(_without_comments(text), strict=True)
        rows: list[list[str]] = []
        lines: list[int] = []
        try:
            for row in reader:
                if row:
                    rows.append(row)
                    lines.append(reader.line_num)
                if len(rows) > MAX_ROWS:
                    return None, ((file, 0, f"more than {MAX_ROWS:,} rows"),)
        except csv.Error as fault:
            return None, ((file, reader.line_num, f"this is no row of a CSV file: {fault}"),)
        if not rows:
            return None, ((file, 1, "empty; the first line names the columns: `asin,vendor_sku,upc`"),)
        columns = [cell.strip() for cell in rows[0]]
        mistakes = list(_mistakes_of_header(file, lines[0], columns))
        if mistakes:
            return None, tuple(mistakes)
        held = cls(file, columns, rows[1:], lines[1:])
        return held, tuple(held._mistakes())

    def _mistakes(self) -> Iterator[Mistake]:
        width = len(self.columns)
        dates = [at for at in (self._from, self._until) if at is not None]
        days: set[str] = {""}  # that were looked at; a file has few
        told = 0
        for row, line in zip(self.rows, self.lines, strict=True):
            problem = ""
            if len(row) != width:
                problem = f"{len(row)} cells where the first line names {width} columns"
            else:
                for at in dates:
                    if row[at] not in days:
                        if not _is_day(row[at].strip()):
                            text = row[at][:40]
                            problem = f"`{text}` is no day; write it as `2026-01-31`, in a cell of text"
                        elif len(days) < MAX_DAYS:
                            days.add(row[at])
            if problem:
                yield (self.file, line, problem)
                told += 1
            if told == MAX_MISTAKES:
                return

    def found(self, columns: tuple[str, ...], values: tuple[str, ...]) -> Iterator[int]:
        """The positions of the rows that have these values in these columns."""
        at = self.index(columns).get(_BETWEEN.join(values))
        if at is not None:
            yield from (at,) if isinstance(at, int) else at

    def index(self, columns: tuple[str, ...]) -> Index:
        """The positions of rows by what stands in these columns; a row with all of them blank is in none."""
        index = self._indexes.get(columns)
        if index is None:
            index = self._indexes[columns] = self._indexed([self.columns.index(name) for name in columns])
        return index

    def _indexed(self, at: list[int]) -> Index:
        index: Index = {}
        if len(at) == 1:
            keys = [row[at[0]].strip() for row in self.rows]
        else:
            keys = [_BETWEEN.join([row[place].strip() for place in at]) for row in self.rows]
        for number, key in enumerate(keys):
            before = index.setdefault(key, number)
            if isinstance(before, list):
                before.append(number)
            elif before != number:
                index[key] = [before, number]
        index.pop(_BETWEEN * (len(at) - 1), None)
        return index

    def is_valid(self, number: int, day: str) -> bool:
        """Whether the row at this position holds on a day (ISO 8601)."""
        start, end = self.validity(number)
        return (not start or start <= day) and (not end or day <= end)

    def validity(self, number: int) -> tuple[str, str]:
        """The first and the last day on which the row holds; "" where it is open."""
        row = self.rows[number]
        return (
            "" if self._from is None else row[self._from].strip(),
            "" if self._until is None else row[self._until].strip(),
        )

    def row(self, number: int) -> CrossRow:
        """The row at this position."""
        named = zip(self.columns, self.rows[number], strict=True)
        cells = {name: text for name, cell in named if (text := cell.strip())}
        return CrossRow(cells, Origin(self.file, self.lines[number]))

    def missing(self, columns: Sequence[str]) -> str:
        """What to say of the first of these columns that the file lacks; "" when it has all."""
        for name in columns:
            if name not in self.columns:
                return f"{self.file} has no column `{name[:40]}`{suggestion(name, self.columns)}"
        return ""


def valid_rows(
    layers: Sequence[CrossReference], columns: tuple[str, ...], values: tuple[str, ...], day: str
) -> list[CrossRow]:
    """The rows with these values that hold on this day, of the first file that has one: a partner's own
    stands before that for all partners."""
    for layer in layers:
        found = [layer.row(at) for at in layer.found(columns, values) if layer.is_valid(at, day)]
        if found:
            return found
    return []


def _without_comments(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").split("\n"):
        yield "" if line.startswith("#") or not line.strip(", ;\t\r") else line


def _mistakes_of_header(file: str, line: int, columns: Sequence[str]) -> Iterator[Mistake]:
    if len(columns) == 1 and ";" in columns[0]:
        yield (file, line, "the columns are parted by `;`; save the file with commas")
        return
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield (file, line, f"the column `{name[:40]}` stands twice")
    for name in columns:
        if not (name.isidentifier() and name.isascii()):
            yield (file, line, f"`{name[:40]}` names no column; a name is a canonical word such as `asin`")


def _position(columns: Sequence[str], name: str) -> int | None:
    return columns.index(name) if name in columns else None


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-01-31") and text[4] == text[7] == "-" and bool(date.fromisoformat(text))
    except ValueError:
        return False
