"""Code lists: one concept each, a column per format, as `mappings/codes/*.csv` holds them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

import msgspec

from gateway.errors import Mistake
from gateway.suggestions import suggestion

__all__ = ["CodeList", "CodeRow", "parse_code_list", "unknown_code"]

FORMAT_COLUMNS = ("x12", "spapi", "csv", "xml")
OWN_WORDS = ("xml",)  # a list without a column for these formats says its canonical words in them
MAX_CELL_LENGTH = 200  # characters; a code is a word, not a text
MAX_ROWS = 10_000  # the longest list of X12 has 2,000 codes


class CodeRow(msgspec.Struct, frozen=True):
    """One row: the canonical word and the code of each format that has one."""

    canonical: str
    codes: Mapping[str, str]
    line: int


class CodeList(msgspec.Struct, frozen=True):
    """A list by name. The first row wins in each direction."""

    name: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[CodeRow, ...]

    def knows(self, column: str) -> bool:
        """Whether the list has codes of this format."""
        return column in self.columns or column in OWN_WORDS

    def readers(self, column: str) -> dict[str, str]:
        """Code of this format → canonical word."""
        if column in OWN_WORDS and column not in self.columns:
            return {row.canonical: row.canonical for row in self.rows}
        pairs: dict[str, str] = {}
        for row in self.rows:
            if column in row.codes:
                pairs.setdefault(row.codes[column], row.canonical)
        return pairs

    def writers(self, column: str) -> dict[str, str]:
        """Canonical word → code of this format; a word the format cannot say is missing."""
        if column in OWN_WORDS and column not in self.columns:
            return {row.canonical: row.canonical for row in self.rows}
        pairs: dict[str, str] = {}
        for row in self.rows:
            if column in row.codes:
                pairs.setdefault(row.canonical, row.codes[column])
        return pairs

    @property
    def words(self) -> frozenset[str]:
        """Every canonical word."""
        return frozenset(row.canonical for row in self.rows)


def unknown_code(column: str, code: str) -> str:
    """The canonical word for a code that no list knows: it keeps its format's name."""
    return f"{column}:{code}"


def parse_code_list(name: str, file: str, text: str) -> tuple[CodeList | None, tuple[Mistake, ...]]:
    """The list in the text of a CSV file, and every mistake in it; None when it is unusable."""
    mistakes: list[Mistake] = []
    lines = text.removeprefix("\ufeff").splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if len(numbered) > MAX_ROWS:
        return None, ((file, 0, f"more than {MAX_ROWS} rows; no code list is that long"),)
    rows = [(number, _cells(line)) for number, line in numbered]
    if not rows:
        return None, ((file, 1, "empty; the first line names the columns: `canonical,x12,spapi`"),)
    header_line, header = rows[0]
    if not _header_is_good(file, header_line, header, mistakes):
        return None, tuple(mistakes)
    parsed = [_row(file, number, header, cells, mistakes) for number, cells in rows[1:]]
    kept = tuple(row for row in parsed if row is not None)
    _find_repetitions(file, kept, mistakes)
    return CodeList(name, file, tuple(header[1:]), kept), tuple(mistakes)


def _cells(line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error:
        return ["\0"]


def _header_is_good(file: str, line: int, header: Sequence[str], mistakes: list[Mistake]) -> bool:
    if header[0] != "canonical":
        mistakes.append((file, line, f"the first column is `canonical`, not `{header[0][:40]}`"))
    for column in header[1:]:
        if column not in FORMAT_COLUMNS:
            hint = suggestion(column, FORMAT_COLUMNS)
            mistakes.append((file, line, f"unknown column `{column[:40]}`{hint}"))
    for column in sorted({column for column in header if header.count(column) > 1}):
        mistakes.append((file, line, f"the column `{column[:40]}` stands twice"))
    if len(header) == 1:
        mistakes.append((file, line, "no column for a format: x12, spapi, csv, xml"))
    return not mistakes


def _row(
    file: str, line: int, header: Sequence[str], cells: Sequence[str], mistakes: list[Mistake]
) -> CodeRow | None:
    if len(cells) != len(header) or "\0" in cells[0]:
        mistakes.append((file, line, f"{len(cells)} cells where the first line names {len(header)} columns"))
        return None
    if not cells[0]:
        mistakes.append((file, line, "no canonical word"))
        return None
    if max(map(len, cells)) > MAX_CELL_LENGTH:
        mistakes.append((file, line, f"a cell has more than {MAX_CELL_LENGTH} characters"))
        return None
    codes = {column: cell for column, cell in zip(header[1:], cells[1:], strict=True) if cell}
    return CodeRow(cells[0], codes, line)


def _find_repetitions(file: str, rows: Sequence[CodeRow], mistakes: list[Mistake]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.canonical, *(f"{column}={code}" for column, code in sorted(row.codes.items())))
        if key in seen:
            mistakes.append((file, row.line, f"says the same as line {seen[key]}"))
        seen.setdefault(key, row.line)
        if not row.codes:
            mistakes.append((file, row.line, f"`{row.canonical}` has no code in any format"))
