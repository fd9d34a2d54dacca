"""The spreadsheets that tables, code lists and cross-references are checked in from.

An input is the bytes of a workbook. What it is checked in to are the files that we ship, an overlay and the
example cross-references, which are held in memory: nothing is written.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from zipfile import ZipFile
from zlib import crc32

import msgspec
import openpyxl

from gateway.findings import KEPT_VALUE_LENGTH, Finding, has_errors
from gateway.formats.xlsx import (
    LAST_ROW,
    MAX_COLUMNS,
    MAX_FINDINGS,
    MAX_LENGTH,
    UNWANTED,
    Sheet,
    cell_name,
    read_xlsx,
)
from gateway.formats.xlsx_package import Package, RefusedError
from gateway.formats.xlsx_parts import sheet_parts
from gateway.mapping.sheets.workbook import (
    CheckedIn,
    Exported,
    check_in,
    export,
    listed_files,
    sheets_to_write,
    unlisted,
)
from gateway.spreadsheets.write import write_xlsx
from tests.pipeline.knowledge import EXAMPLES, library
from tests.soak.archives import packed, unpacked
from tests.soak.promise import expect
from tests.soak.tables import LINKED

__all__ = ["WORKBOOKS", "WorkbookTarget"]

LONGEST_FILE = 5_000  # characters; a longer one says nothing new, and takes longer
MOST_FINDINGS = MAX_FINDINGS + MAX_COLUMNS + 2  # the last row is told to its end
MOST_MESSAGE = 2_000  # characters
SELDOM = 8  # what takes long is done with one input of so many
OF_PARTS = {"sheet-xml", "sheet-macros", "sheet-external"}  # their value is the part
OF_ALL = {"sheet-unreadable", "sheet-too-large", "findings-limit", "file-too-many-faults"}
NOT_THERE = {"sheet-missing", "sheet-merged"}  # the sheet is missing; the range is what the file says
CELL = re.compile("(?:[A-Z]{1,3})?([1-9][0-9]{0,6})")


class WorkbookTarget(msgspec.Struct, frozen=True, dict=True):
    """The way from the bytes of a workbook to the texts of files."""

    name: str = "xlsx"
    marks: bytes = rb'[<>" /=]'

    @cached_property
    def _texts(self) -> dict[str, str]:
        found = {f"mappings/crossrefs/{path.name}": path.read_text() for path in EXAMPLES.glob("crossrefs/*")}
        found["partners/amazon/mappings/linked.yaml"] = LINKED
        shipped = library().mapping_texts
        return found | {file: text for file, text in shipped.items() if len(text) <= LONGEST_FILE}

    @cached_property
    def _files(self) -> dict[str, Exported]:
        files = {}
        for file, text in sorted(self._texts.items()):
            held, mistakes = export(file, text, hashlib.sha256(text.encode()).hexdigest())
            assert held is not None, mistakes
            files[file] = held
        return files

    @cached_property
    def _seeds(self) -> tuple[bytes, ...]:
        files = tuple(self._files.values())
        together = [(each,) for each in files] + [files[at : at + 3] for at in range(0, len(files), 3)]
        ours = [write_xlsx(sheets_to_write(each)) for each in together]
        return (*ours, *map(_of_another_program, ours[:: len(files) // 5]))

    def seeds(self) -> Sequence[bytes]:
        """Workbooks as they are exported, of one file or of some; a few as another program writes them."""
        return self._seeds

    def look(self, data: bytes) -> None:
        """Check in any bytes: refused with the cell or the part, or a text that says what the sheet says."""
        sheets, findings = read_xlsx(data)
        names = _names(data)
        _expect_told(findings, data, names)
        for sheet in sheets:
            _expect_texts(sheet)
        if has_errors(findings):
            return
        expect(names == [sheet.name for sheet in sheets], "every sheet is read", names)
        listed, told = listed_files(sheets)
        told += unlisted(sheets, listed) if listed else ()
        _expect_told(told, data, names)
        expect(bool(listed or told), "a refusal has a reason")
        if has_errors(told):
            return
        by_name = {sheet.name: sheet for sheet in sheets}
        for each in listed:
            held = self._files.get(each.file)
            if held is not None and held.digest == each.digest:
                checked, told = check_in(held.file, by_name[each.sheet], held.rows)
                _expect_told(told, data, names)
                expect((checked is None) == has_errors(told), "a refusal has a reason", told)
                if checked is not None:
                    self._checked_in(held, by_name[each.sheet], checked, crc32(data) % SELDOM == 0)

    def _checked_in(self, held: Exported, sheet: Sheet, checked: CheckedIn, thorough: bool) -> None:
        again, mistakes = export(held.file, checked.text, "again")
        expect(again is not None, "what is checked in can be exported", mistakes)
        assert again is not None
        told = bool(checked.changes) or checked.text == self._texts[held.file]
        expect(told, "what changes is told", checked.text)
        rows = {row.number: row.cells for row in sheet.rows}
        columns = [sheet.rows[0].cells.index(name) for name in again.rows.columns]
        for row in again.rows.rows:
            cells = rows[checked.rows[row.line]]
            said = tuple(cells[at] if at < len(cells) else "" for at in columns)
            expect(said == row.cells, "what is checked in is what the sheet says", (said, row.cells))
        if thorough:
            sheets, findings = read_xlsx(write_xlsx(sheets_to_write((again,))))
            expect(not findings, "what is exported can be read", findings)
            back, findings = check_in(held.file, sheets[1], again.rows)
            same = back is not None and not back.changes and back.text == checked.text
            expect(same and not findings, "what is exported comes back", (findings, checked.text))


def _of_another_program(data: bytes) -> bytes:
    """The workbook as openpyxl writes it, with its texts in a part of their own, and without its time."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    parts = unpacked(out.getvalue()) or {}
    return packed({name: part for name, part in parts.items() if not name.startswith("docProps/")})


def _names(data: bytes) -> list[str]:
    """The names of the sheets, where they can be read."""
    try:
        return [part.name for part in sheet_parts(Package(data))]
    except RefusedError:
        return []


def _expect_texts(sheet: Sheet) -> None:
    """Rows in their order, and in them such texts as a table can hold."""
    numbers = [row.number for row in sheet.rows]
    expect(numbers == sorted(set(numbers)), "rows stand in their order", numbers)
    for row in sheet.rows:
        expect(0 < len(row.cells) <= MAX_COLUMNS and row.cells[-1] != "", "a row ends with a text", row)
        for text in row.cells:
            sound = text == text.strip() and len(text) <= MAX_LENGTH and UNWANTED.search(text) is None
            expect(sound, "a cell holds a text of a table", (sheet.name, row.number, text))


def _expect_told(findings: Sequence[Finding], data: bytes, names: Sequence[str]) -> None:
    """Each finding can be told and names its cell or its part, and there is an end to them."""
    expect(len(findings) <= MOST_FINDINGS, "findings have an end", len(findings))
    for finding in findings:
        expect(bool(finding.message and finding.remedy), "a finding says what and how", finding)
        expect(len(finding.message) <= MOST_MESSAGE, "a message has an end", finding.code)
        expect(len(finding.value or "") <= KEPT_VALUE_LENGTH, "a value has an end", finding.code)
        wrong = "".join(_wrong_place(finding, data, names))
        expect(not wrong, "a finding stands in the workbook", f"{wrong}: {finding}")


def _wrong_place(finding: Finding, data: bytes, names: Sequence[str]) -> Iterator[str]:
    cell = finding.location.cell
    if cell == "the spreadsheet" and not names:
        return
    if finding.code in OF_PARTS:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = {name.lstrip("/").lower()[:KEPT_VALUE_LENGTH] for name in archive.namelist()}
        if (finding.value or "").lstrip("/").lower() not in parts:
            yield f"there is no part {finding.value}"
    elif cell is None:
        if finding.code not in OF_ALL:
            yield "it names no cell"
    elif finding.code not in NOT_THERE and not any(_is_within(cell, name) for name in names):
        yield f"there is no {cell}"


def _is_within(cell: str, name: str) -> bool:
    """Whether a place is this sheet, or a cell or row of it."""
    if cell in (name, name[:80]):
        return True
    of_sheet = cell_name(name, 0)[:-1]
    place = CELL.fullmatch(cell.removeprefix(of_sheet)) if cell.startswith(of_sheet) else None
    return place is not None and int(place[1]) <= LAST_ROW


WORKBOOKS = WorkbookTarget()
