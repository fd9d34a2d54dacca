"""Reads a spreadsheet (.xlsx, ECMA-376) whose cells are texts: sheets of rows, and every cell that is none.

A reader of our own, since what it must refuse a general one has already acted on: openpyxl makes a cell
object for each cell of a merged range, however large, and its streaming reader passes over merged ranges and
hidden rows. Tests hold both together over every file that is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from gateway.findings import Finding, Location, Severity, found
from gateway.formats.xlsx_package import Package, RefusedError, walk_xml
from gateway.formats.xlsx_parts import (
    MAX_SHEETS,
    SheetPart,
    date_styles,
    local,
    shared_texts,
    sheet_parts,
    unescaped,
)

__all__ = [
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_FINDINGS",
    "MAX_ROWS",
    "MAX_SHEETS",
    "UNWANTED",
    "Sheet",
    "SheetRow",
    "cell_name",
    "read_xlsx",
]

MAX_ROWS = 150_000  # of one sheet that hold something
MAX_COLUMNS = 100  # that hold something
MAX_CELLS = 1_500_000  # of all sheets, blank ones with a format included
MAX_LENGTH = 2_000  # characters of a cell; the longest description of a table has some 100
MAX_FINDINGS = 200
LAST_ROW = 1_048_576  # of the format

_CELL = ["sheetData", "row", "c"]  # the innermost elements within a cell
_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_PLAIN_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class SheetRow(msgspec.Struct, frozen=True):
    """The row of this number (from 1), with its texts from the first column to the last that holds one."""

    number: int
    cells: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet by its name, with the rows that hold something."""

    name: str
    rows: tuple[SheetRow, ...]


def cell_name(sheet: str, row: int, column: int | None = None) -> str:
    """`unit!B5` as a spreadsheet names the cell, `unit!5` a row without a column (from 1).

    The name of the sheet stands in quotes where the spreadsheet wants them: `'x12-850'!B5`.
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    shown = sheet if _PLAIN_NAME.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"
    return f"{shown}!{letters}{row}"


def read_xlsx(data: bytes) -> tuple[tuple[Sheet, ...], tuple[Finding, ...]]:
    """The sheets of a spreadsheet, and what was found; errors among it tell that not all was read as meant.

    Every cell that holds no text is an error: numbers, days, truth values, errors, formulas, merged cells.
    Blanks around a text are taken away (a warning). What is hidden is read, and named by a warning.
    """
    findings: list[Finding] = []
    sheets: list[Sheet] = []
    try:
        package = Package(data)
        parts = sheet_parts(package)
        texts, days = shared_texts(package), date_styles(package)
        cells = 0
        for part in parts:
            if part.hidden:
                findings.append(_at("sheet-hidden", part.name, what="the sheet is"))
            if not part.path:
                findings.append(_at("sheet-unknown", part.name, reason="it is a sheet without cells"))
                continue
            reader = _Reader(part, texts, days, findings, cells)
            walk_xml(part.path, package.read(part.path), reader.start, reader.end, reader.text)
            cells = reader.cells
            reader.tell_hidden()
            sheets.append(Sheet(part.name, tuple(reader.rows)))
    except RefusedError as refused:
        findings.append(refused.finding)
    return tuple(sheets), tuple(findings)


def _at(code: str, cell: str, value: str | None = None, **details: str) -> Finding:
    return found(code, Location(cell=cell), value, severity=None, **details)


class _Reader:
    """One sheet, element by element."""

    def __init__(
        self, part: SheetPart, texts: list[str], days: frozenset[str], findings: list[Finding], cells: int
    ) -> None:
        self.rows: list[SheetRow] = []
        self.cells = cells
        self._sheet = part.name
        self._path = part.path
        self._texts = texts
        self._days = days
        self._findings = findings
        self._inside: list[str] = []
        self._number = 0
        self._column = 0
        self._held: list[str] = []
        self._cell: Mapping[str, str] = {}
        self._pieces: list[str] = []
        self._formula = False
        self._hidden: list[str] = []

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """The start of an element."""
        name = local(element)
        above = self._inside[-1] if self._inside else ""
        self._inside.append(name)
        if self._inside[-3:] == _CELL:
            self._start_cell(attributes)
        elif name == "row" and above == "sheetData":
            self._start_row(attributes)
        elif name == "f" and above == "c":
            self._formula = True
        elif name == "mergeCell":
            self._tell("sheet-merged", attributes.get("ref", "?"))
        elif name == "col" and _is_true(attributes.get("hidden")):
            self._hide(f"column {attributes.get('min', '?')[:8]}")

    def end(self, element: str) -> None:
        """The end of an element."""
        is_cell = self._inside[-3:] == _CELL
        self._inside.pop()
        name = local(element)
        above = self._inside[-1] if self._inside else ""
        if is_cell:
            self._end_cell()
        elif name == "row" and above == "sheetData" and self._held:
            if len(self.rows) >= MAX_ROWS:
                raise RefusedError(_at("sheet-too-large", self._sheet, what="rows", limit=f"{MAX_ROWS:,}"))
            self.rows.append(SheetRow(self._number, tuple(self._held)))

    def text(self, piece: str) -> None:
        """Text of an element."""
        if self._inside[-1] in ("v", "t") and "rPh" not in self._inside:
            self._pieces.append(piece)

    def tell_hidden(self) -> None:
        """Name what the sheet hides."""
        if self._hidden:
            shown = ", ".join(self._hidden[:10]) + (", …" if len(self._hidden) > 10 else "")
            self._findings.append(_at("sheet-hidden", self._sheet, what=f"{shown} of it are"))

    def _hide(self, what: str) -> None:
        if len(self._hidden) <= 10:
            self._hidden.append(what)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r")
        number = self._number + 1 if said is None else _whole(said)
        if not self._number < number <= LAST_ROW:
            raise self._broken(f"its rows are out of order at {said}")
        self._number, self._column, self._held = number, 0, []
        if _is_true(attributes.get("hidden")):
            self._hide(f"row {number}")

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise RefusedError(_at("sheet-too-large", self._sheet, what="cells", limit=f"{MAX_CELLS:,}"))
        said = attributes.get("r")
        column = self._column + 1
        if said is not None:
            match = _REFERENCE.fullmatch(said)
            column = _column(match[1]) if match else 0
            if match is None or int(match[2]) != self._number or column <= self._column:
                raise self._broken(f"its cells are out of order at {said[:20]}")
        self._column, self._cell, self._formula = column, attributes, False
        self._pieces.clear()

    def _end_cell(self) -> None:
        held = "".join(self._pieces)
        if self._formula:
            self._tell("sheet-formula", held, self._here)
            return
        kind = self._cell.get("t", "n")
        if not held:
            return
        if kind == "s":
            number = _whole(held)
            if not 0 <= number < len(self._texts):
                raise self._broken(f"{self._here} names a text that is not there")
            text = self._texts[number]
        elif kind in ("inlineStr", "str"):
            text = unescaped(held)
        else:
            self._tell("sheet-not-text", held, self._here, what=self._kind(kind))
            return
        self._keep(text)

    @property
    def _here(self) -> str:
        return cell_name(self._sheet, self._number, self._column)

    def _kind(self, kind: str) -> str:
        if kind == "d" or (kind == "n" and self._cell.get("s", "") in self._days):
            return "a day or time"
        return {"n": "a number", "b": "a truth value", "e": "an error"}.get(kind, "an unknown kind of value")

    def _keep(self, text: str) -> None:
        kept = text.strip()
        unwanted = UNWANTED.search(kept)
        if unwanted is not None:
            self._tell("sheet-character", kept, self._here, character=f"U+{ord(unwanted[0]):04X}")
        elif len(kept) > MAX_LENGTH:
            self._tell("sheet-too-large", kept, self._here, what="characters", limit=f"{MAX_LENGTH:,}")
        elif kept:
            if self._column > MAX_COLUMNS:
                raise RefusedError(_at("sheet-too-large", self._here, what="columns", limit=str(MAX_COLUMNS)))
            if kept != text:
                self._tell("sheet-blanks", text, self._here)
            self._held += [""] * (self._column - 1 - len(self._held))
            self._held.append(kept)

    def _tell(self, code: str, value: str, name: str = "", **details: str) -> None:
        """A finding at a cell, or at the range that `value` is; no more of them than a person reads."""
        if len(self._findings) < MAX_FINDINGS:
            place = name or f"{cell_name(self._sheet, 0)[:-1]}{value[:40]}"
            self._findings.append(_at(code, place, value, **details))
        elif len(self._findings) == MAX_FINDINGS:
            self._findings.append(found("findings-limit", limit=MAX_FINDINGS))
            self._findings.append(found("file-too-many-faults", severity=Severity.ERROR, limit=MAX_FINDINGS))

    def _broken(self, reason: str) -> RefusedError:
        return RefusedError(found("sheet-xml", value=self._path, reason=reason))


def _whole(text: str) -> int:
    """A whole number as the format writes it, -1 for anything else."""
    kept = text.strip()
    return int(kept) if kept.isascii() and kept.isdecimal() and len(kept) < 10 else -1


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
