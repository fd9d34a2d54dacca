"""Writes sheets of texts as .xlsx. Equal sheets give equal bytes: no time is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gateway.mapping.sheets.workbook import PlainSheet

__all__ = ["write_xlsx"]

TEXT = "@"  # the number format of text: what is typed into such a cell stays as it is typed
WIDEST, NARROWEST = 60, 9  # characters of a column
MEASURED = 500  # rows
FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # of which an archive can tell
_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # else it would be read as a character by its number


def write_xlsx(sheets: tuple[PlainSheet, ...]) -> bytes:
    """The bytes of a spreadsheet with these sheets; every cell is a text, whatever it begins with."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.name), sheet)
    out = BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _write_sheet(target: Worksheet, sheet: PlainSheet) -> None:
    columns = max(map(len, sheet.rows))
    for column in range(columns):
        dimension = target.column_dimensions[get_column_letter(column + 1)]
        dimension.number_format = TEXT  # of the cells that are blank yet
        dimension.width = _width(sheet, column)
    if sheet.header:
        target.freeze_panes = f"A{sheet.header + 1}"
    header = [_cell(target, Font(bold=True), fill=PatternFill("solid", "FFE8E8E8")) for _ in range(columns)]
    body = [_cell(target, Font(color="FF808080") if not column else None) for column in range(columns)]
    indented = [_cell(target, indent=level) for level in range(max(sheet.levels, default=0) + 1)]
    for number, row in enumerate(sheet.rows):
        cells = header if number < sheet.header else body
        if cells is body and sheet.indented is not None:
            at = sheet.indented
            cells = [*body[:at], indented[sheet.levels[number]], *body[at + 1 :]]
        target.append(list(_filled(cells, row)))


def _filled(cells: list[Cell], row: tuple[str, ...]) -> Iterator[Cell]:
    """The cells with the texts of a row; they are written before the next row takes them."""
    for cell, text in zip(cells, row, strict=False):
        cell.value = _ESCAPE.sub("_x005F_", text) or None
        if text:
            cell.data_type = "s"  # else a text that begins with = would become a formula
        yield cell


def _cell(
    sheet: Worksheet, font: Font | None = None, *, fill: PatternFill | None = None, indent: int = 0
) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.number_format = TEXT
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    if indent:
        cell.alignment = Alignment(indent=indent)
    return cell


def _width(sheet: PlainSheet, column: int) -> int:
    rows = sheet.rows[:MEASURED] if sheet.header else sheet.rows[-1:]
    longest = max((len(row[column]) for row in rows if column < len(row)), default=0)
    deepest = max(sheet.levels, default=0) if column == sheet.indented else 0
    return min(max(longest + deepest + 2, NARROWEST), WIDEST)


def _timeless(data: bytes) -> bytes:
    """The same archive without the times of its making, so that it is the same whenever it is made."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as made, ZipFile(out, "w") as kept:
        for part in made.infolist():
            content = made.read(part)
            if part.filename == _PROPERTIES:
                content = _TIMES.sub(b"", content)
            entry = ZipInfo(part.filename, FIRST_TIME)
            kept.writestr(entry, content, ZIP_DEFLATED)
    return out.getvalue()
