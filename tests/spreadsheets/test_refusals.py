"""Everything a spreadsheet is refused for, with the cell and what to do; nothing is written then."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from gateway.codes import CATALOGUE
from gateway.codes.spreadsheets import CODES
from gateway.findings import Finding
from gateway.formats import xlsx, xlsx_package, xlsx_parts
from gateway.formats.xlsx import read_xlsx
from tests.cli.command import run
from tests.spreadsheets.books import (
    checked_in,
    contents,
    edited,
    exported,
    sheet,
    with_part,
    with_shared_texts,
)

TYPES = "order-type"
SHEET = "xl/worksheets/sheet2.xml"
Change = Callable[[Workbook], object]
Value = str | float | datetime.date | datetime.time | ArrayFormula | None


def put(cell: str, value: Value, name: str = TYPES) -> Change:
    """A change of one cell."""

    def change(book: Workbook) -> None:
        sheet(book, name)[cell] = value

    return change


def typed(cell: str, text: str) -> Change:
    """A text typed into a cell of text."""

    def change(book: Workbook) -> None:
        target = sheet(book, TYPES)[cell]
        target.value = "text"
        target._value = text  # openpyxl itself refuses some of these

    return change


def told(ran_json: object) -> list[tuple[str, str]]:
    """The code and the cell of each finding that is an error."""
    assert isinstance(ran_json, dict)
    return [
        (each["code"], each["location"].get("cell", ""))
        for each in ran_json["findings"]
        if each["severity"] == "error"
    ]


REFUSED: dict[str, tuple[Change, str, str]] = {
    "number": (put("C5", 7), "sheet-not-text", "'order-type'!C5"),
    "long number": (put("C5", 614141000012), "sheet-not-text", "'order-type'!C5"),
    "day": (put("D5", datetime.date(2026, 3, 5)), "sheet-not-text", "'order-type'!D5"),
    "time": (put("D5", datetime.datetime(2026, 3, 5, 9, 15)), "sheet-not-text", "'order-type'!D5"),
    "truth": (put("E5", True), "sheet-not-text", "'order-type'!E5"),
    "error": (put("C5", "#REF!"), "sheet-not-text", "'order-type'!C5"),
    "number in the first column": (put("A5", 5), "sheet-not-text", "'order-type'!A5"),
    "number beside the table": (put("H5", 7), "sheet-not-text", "'order-type'!H5"),
    "formula": (put("C5", '="N"&"P"'), "sheet-formula", "'order-type'!C5"),
    "formula to the network": (put("B5", '=WEBSERVICE("http://x")'), "sheet-formula", "'order-type'!B5"),
    "array formula": (put("C5", ArrayFormula("C5:C6", "=A1:A2")), "sheet-formula", "'order-type'!C5"),
    "formula on the first sheet": (put("C8", "=1", "About"), "sheet-formula", "About!C8"),
    "merged": (lambda book: sheet(book, TYPES).merge_cells("B5:C6"), "sheet-merged", "'order-type'!B5:C6"),
    "all merged": (
        lambda book: sheet(book, TYPES).merged_cells.add("A1:XFD1048576"),
        "sheet-merged",
        "'order-type'!A1:XFD1048576",
    ),
    "new sheet": (lambda book: book.create_sheet("Mine"), "sheet-unknown", "Mine"),
    "chart sheet": (lambda book: book.create_chartsheet("Chart"), "sheet-unknown", "Chart"),
    "sheet deleted": (lambda book: book.remove(book[TYPES]), "sheet-missing", TYPES),
    "first sheet deleted": (lambda book: book.remove(book["About"]), "sheet-not-exported", "order-type"),
    "first sheet emptied": (
        lambda book: sheet(book, "About").delete_rows(7, 9),
        "sheet-not-exported",
        "About",
    ),
    "first sheet without a digest": (put("D8", None, "About"), "sheet-not-exported", "About!8"),
    "another path": (put("B8", "partners/amazon/partner.yaml", "About"), "sheet-file", "About!B8"),
    "a path outside": (put("B8", "../../x.csv", "About"), "sheet-file", "About!B8"),
    "another digest": (put("D8", "0" * 64, "About"), "sheet-file-changed", "About!D8"),
    "column renamed": (put("C1", "x13"), "sheet-column", "'order-type'!C1"),
    "column twice": (put("D1", "x12"), "sheet-column", "'order-type'!D1"),
    "column added": (put("F1", "xml"), "sheet-column", "'order-type'!F1"),
    "column deleted": (lambda book: sheet(book, TYPES).delete_cols(3), "sheet-column", "'order-type'!1"),
    "first row deleted": (lambda book: sheet(book, TYPES).delete_rows(1), "sheet-column", "'order-type'!A1"),
    "cell beside the table": (put("H5", "a remark"), "sheet-column", "'order-type'!H5"),
    "line twice": (put("A5", "4"), "sheet-line", "'order-type'!A5"),
    "unknown line": (put("A5", "999"), "sheet-line", "'order-type'!A5"),
    "line of a formula kind": (put("A5", "five"), "sheet-line", "'order-type'!A5"),
    "line break": (typed("C5", "N\nP"), "sheet-character", "'order-type'!C5"),
    "tab": (typed("C5", "N\tP"), "sheet-character", "'order-type'!C5"),
    "control character": (typed("C5", "N_x0007_P"), "sheet-character", "'order-type'!C5"),
    "direction marks pass, separators not": (typed("C5", "N\u2028P"), "sheet-character", "'order-type'!C5"),
    "long text": (put("C5", "N" * 2001), "sheet-too-large", "'order-type'!C5"),
    "row turned into a comment": (put("B5", "# no"), "sheet-read-back", "'order-type'!B5"),
    "mistake of a code list": (put("B5", None), "sheet-mistake", "'order-type'!A5"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named_with_its_cell(workspace: Path, name: str) -> None:
    change, code, cell = REFUSED[name]
    before = contents(workspace)
    ran = checked_in(workspace, edited(exported(workspace, TYPES), change), "--json")
    assert ran.code == 1, ran.err
    assert (code, cell) in told(ran.json)
    assert contents(workspace) == before


def test_a_refusal_says_what_to_do(workspace: Path) -> None:
    ran = checked_in(workspace, edited(exported(workspace, TYPES), put("C5", 7)))
    assert ran.out.decode().splitlines() == [
        "    error   sheet-not-text  'order-type'!C5",
        "            'order-type'!C5 holds a number (7), not a text",
        "            Format the cell as text and type its value again, zeros at the start included.",
        "Nothing was written.",
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (7, "a number"),
        (datetime.date(2026, 3, 5), "a day or time"),
        (datetime.time(9, 15), "a day or time"),
        (False, "a truth value"),
        ("#N/A", "an error"),
    ],
)
def test_what_a_cell_holds_is_told(workspace: Path, value: Value, what: str) -> None:
    path = edited(exported(workspace, TYPES), put("C5", value))
    _, findings = read_xlsx(path.read_bytes())
    assert [f"holds {what} (" in finding.message for finding in findings] == [True]


def test_every_bad_cell_is_told_at_once_and_no_more_than_a_person_reads(workspace: Path) -> None:
    def change(book: Workbook) -> None:
        for row in range(2, 5):
            sheet(book, TYPES).cell(row, 3).value = row
        for row in range(20, 300):
            sheet(book, TYPES).cell(row, 4).value = row

    _, findings = read_xlsx(edited(exported(workspace, TYPES), change).read_bytes())
    cells = [finding.location.cell for finding in findings if finding.code == "sheet-not-text"]
    assert cells[:4] == ["'order-type'!C2", "'order-type'!C3", "'order-type'!C4", "'order-type'!D20"]
    assert len(cells) == 200
    assert [finding.code for finding in findings[200:]] == ["findings-limit", "file-too-many-faults"]


TABLE_REFUSED: dict[str, tuple[str, str, str, str]] = {
    "level is no number": ("B8", "deep", "sheet-level", "'csv-order'!B8"),
    "level too deep": ("B10", "4", "sheet-level", "'csv-order'!B10"),
    "remark in a value": ("D10", "order_date date # or so", "sheet-read-back", "'csv-order'!B10"),
    "two rows in one": ("D10", "a: b", "sheet-mistake", "'csv-order'!A10"),
    "open quote": ("D10", '"order_date', "sheet-read-back", "'csv-order'!B10"),
    "no name": ("C10", "", "sheet-read-back", "'csv-order'!B10"),
    "name that ends": ("C10", "a: b", "sheet-read-back", "'csv-order'!B10"),
    "unknown field": ("C10", "dat", "sheet-mistake", "'csv-order'!A10"),
    "unknown codec": ("D10", "order_date dat", "sheet-mistake", "'csv-order'!A10"),
    "unknown anchor": ("D10", "*nothing", "sheet-mistake", "'csv-order'!A10"),
    "out of its block": ("B10", "0", "sheet-mistake", "'csv-order'!A11"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", TABLE_REFUSED)
def test_what_a_table_cannot_hold_is_named_with_its_row(workspace: Path, name: str) -> None:
    cell, text, code, place = TABLE_REFUSED[name]
    before = contents(workspace)
    path = edited(exported(workspace, "csv-order"), put(cell, text or None, "csv-order"))
    ran = checked_in(workspace, path, "--json")
    assert ran.code == 1, ran.out
    assert (code, place) in told(ran.json)
    assert contents(workspace) == before


def test_a_mistake_of_another_file_refuses_only_when_it_is_new(workspace: Path) -> None:
    other = workspace / "mappings/crossrefs/unused.csv"
    other.write_text("asin,upc\nB1,614141000012\n", encoding="utf-8")
    ran = checked_in(workspace, edited(exported(workspace, TYPES), put("C5", "NX")))
    assert ran.code == 0
    assert "warning sheet-mistake  mappings/crossrefs/unused.csv, line 1" in ran.out.decode()
    before = contents(workspace)
    (row,) = [
        at
        for at, line in enumerate((workspace / "mappings/codes/unit.csv").read_text().splitlines(), 1)
        if line.startswith("each,")
    ]
    ran = checked_in(workspace, edited(exported(workspace, "item-id"), put("B2", "amazon_item", "item-id")))
    assert ran.code == 1
    assert row and contents(workspace) == before


WARNED: dict[str, tuple[Change, str, str]] = {
    "blanks": (put("C5", " NX "), "sheet-blanks", "'order-type'!C5"),
    "no-break space": (put("C5", "NX\u00a0"), "sheet-blanks", "'order-type'!C5"),
    "apostrophe": (put("E5", "'new"), "sheet-apostrophe", "'order-type'!E5"),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_is_taken_with_a_warning(workspace: Path, name: str) -> None:
    change, code, cell = WARNED[name]
    ran = checked_in(workspace, edited(exported(workspace, TYPES), change))
    assert ran.code == 0, ran.out.decode()
    assert f"warning {code}  {cell}" in ran.out.decode()
    kept = (workspace / "mappings/codes/order-type.csv").read_text(encoding="utf-8").splitlines()[4]
    assert kept in (
        "new_product,NX,NewProductIntroduction,new_product",
        "new_product,NP,NewProductIntroduction,'new",
    )


def test_what_is_hidden_is_read_and_named(workspace: Path) -> None:
    def change(book: Workbook) -> None:
        types = sheet(book, TYPES)
        types.row_dimensions[5].hidden = True
        types.column_dimensions["D"].hidden = True
        types["C5"] = "NX"
        sheet(book, "unit").sheet_state = "veryHidden"

    ran = checked_in(workspace, edited(exported(workspace, TYPES, "unit"), change))
    shown = ran.out.decode()
    assert ran.code == 0, shown
    assert "warning sheet-hidden  unit" in shown
    assert "unit: the sheet is hidden, and was read like all else" in shown
    assert "order-type: column 4, row 5 of it are hidden" in shown
    assert "changed 5" in shown


def codes_of(data: bytes) -> list[str]:
    sheets, findings = read_xlsx(data)
    assert findings or sheets
    return [finding.code for finding in findings]


def told_of(path: Path) -> Finding:
    (finding,) = read_xlsx(path.read_bytes())[1]
    return finding


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is not an .xlsx file"),
        (b"canonical,x12\n", "it is not an .xlsx file"),
        (b"PK\x03\x04 and no more", "its archive is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls file, or has a password"),
    ],
)
def test_what_is_no_spreadsheet_is_told_plainly(data: bytes, said: str) -> None:
    (finding,) = read_xlsx(data)[1]
    assert finding.code == "sheet-unreadable"
    assert said in finding.message


def test_a_damaged_archive_is_told_plainly(workspace: Path) -> None:
    whole = exported(workspace, TYPES).read_bytes()
    for cut in (len(whole) // 2, len(whole) - 5, 30):
        assert codes_of(whole[:cut]) == ["sheet-unreadable"]
    for at in range(0, len(whole), 97):  # a byte turned over anywhere: told, or of no consequence
        codes_of(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "sheet-macros"),
        ("XL/VBAPROJECT.BIN", "sheet-macros"),
        ("xl/macrosheets/sheet1.xml", "sheet-macros"),
        ("xl/activeX/activeX1.xml", "sheet-macros"),
        ("xl/externalLinks/externalLink1.xml", "sheet-external"),
        ("xl/connections.xml", "sheet-external"),
        ("xl/embeddings/oleObject1.bin", "sheet-external"),
    ],
)
def test_parts_that_run_or_fetch_are_refused(workspace: Path, part: str, code: str) -> None:
    finding = told_of(with_part(exported(workspace, TYPES), part, lambda _: b"x"))
    assert (finding.code, finding.value) == (code, part)
    assert part in finding.message


def test_a_workbook_with_macros_is_refused_by_its_type(workspace: Path) -> None:
    path = with_part(
        exported(workspace, TYPES),
        "[Content_Types].xml",
        lambda data: data.replace(
            b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"x.macroEnabled.main"
        ),
    )
    assert told_of(path).code == "sheet-macros"


def recoded(data: bytes, charset: str) -> bytes:
    return data.decode().encode(charset)


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: DOCTYPE + data, "a document type or entities"),
        (lambda data: b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + data, "a document type or entities"),
        (lambda data: recoded(DOCTYPE + data, "utf-16"), "a document type or entities"),
        (lambda data: b'<?xml version="1.0" encoding="cp037"?>' + recoded(data, "cp037"), "not well-formed"),
        (lambda data: data[: len(data) // 2], "not well-formed"),
        (lambda data: data.replace(b"<sheetData>", b"<sheetData>" + b"<x>" * 60), "nested too deeply"),
        (lambda data: data.replace(b'<row r="3">', b'<row r="2">'), "rows are out of order at 2"),
        (lambda data: data.replace(b'<row r="3">', b'<row r="x">'), "rows are out of order at x"),
        (lambda data: data.replace(b'<row r="3">', b'<row r="1048577">'), "rows are out of order"),
        (lambda data: data.replace(b'r="C3"', b'r="B3"'), "cells are out of order at B3"),
        (lambda data: data.replace(b'r="C3"', b'r="C4"'), "cells are out of order at C4"),
        (lambda data: re.sub(b'(r="C3"[^>]*)t="inlineStr"><is><t>[^<]*</t></is>', rb'\1t="s"><v>9</v>', data),
         "names a text that is not there"),
    ],
)  # fmt: skip
def test_xml_that_no_program_writes_is_refused(
    workspace: Path, change: Callable[[bytes], bytes], reason: str
) -> None:
    finding = told_of(with_part(exported(workspace, TYPES), SHEET, change))
    assert (finding.code, finding.value) == ("sheet-xml", SHEET)
    assert reason in finding.message


def test_a_cell_that_stands_in_no_row_of_the_sheet_is_no_cell(workspace: Path) -> None:
    row = b'<x><row r="3"><c r="B9"><v>1</v></c></row></x></worksheet>'
    changed = with_part(exported(workspace, TYPES), SHEET, lambda data: data.replace(b"</worksheet>", row))
    assert not read_xlsx(changed.read_bytes())[1]


def test_two_sheets_of_one_name_are_refused(workspace: Path) -> None:
    finding = told_of(
        with_part(
            exported(workspace, TYPES, "unit"),
            "xl/workbook.xml",
            lambda data: data.replace(b'name="unit"', b'name="Order-Type"'),
        )
    )
    assert (finding.code, finding.value) == ("sheet-xml", "xl/workbook.xml")
    assert "two sheets have one name" in finding.message


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]
)
def test_entities_are_refused_in_every_part_that_is_read(workspace: Path, part: str) -> None:
    finding = told_of(with_part(exported(workspace, TYPES), part, lambda data: DOCTYPE + data))
    assert (finding.code, finding.value) == ("sheet-xml", part)


def test_a_bomb_is_refused_before_it_is_unpacked(workspace: Path) -> None:
    finding = told_of(
        with_part(exported(workspace, TYPES), SHEET, lambda _: bytes(xlsx_package.MAX_UNPACKED + 1))
    )
    assert finding.code == "sheet-too-large"
    assert f"{xlsx_package.MAX_UNPACKED:,} bytes when unpacked" in finding.message


def test_the_file_itself_is_bounded(workspace: Path) -> None:
    path = workspace / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(xlsx_package.MAX_BYTES + 100)
    ran = run("mappings", "import", path, cwd=workspace)
    assert ran.code == 1
    assert f"more than {xlsx_package.MAX_BYTES:,} bytes" in ran.out.decode()


@pytest.mark.parametrize(
    ("module", "name", "limit", "what"),
    [
        (xlsx, "MAX_ROWS", 5, "About has more than 5 rows"),
        (xlsx, "MAX_CELLS", 30, "has more than 30 cells"),
        (xlsx, "MAX_COLUMNS", 4, "!E1 has more than 4 columns"),
        (xlsx_parts, "MAX_SHEETS", 1, "more than 1 sheets"),
        (xlsx_package, "MAX_PARTS", 3, "more than 3 parts"),
    ],
)
def test_rows_columns_sheets_and_parts_are_bounded(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, limit: int, what: str
) -> None:
    path = exported(workspace, TYPES)
    monkeypatch.setattr(module, name, limit)
    finding = told_of(path)
    assert finding.code == "sheet-too-large"
    assert what in finding.message


def test_shared_texts_are_read_and_bounded(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(workspace, TYPES)
    whole = read_xlsx(path.read_bytes())
    with_shared_texts(path)
    assert b"inlineStr" not in ZipFile(path).read(SHEET)
    assert read_xlsx(path.read_bytes()) == whole
    edited(path, lambda book: None)
    assert read_xlsx(path.read_bytes()) == whole, "openpyxl reads them alike"
    with_shared_texts(path)
    monkeypatch.setattr(xlsx_parts, "MAX_TEXTS", 3)
    assert told_of(path).code == "sheet-too-large"


def test_an_archive_that_is_encrypted_or_has_a_part_twice(workspace: Path) -> None:
    path = exported(workspace, TYPES)
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    assert codes_of(out.getvalue()) == ["sheet-unreadable"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
        archive.writestr("XL/Workbook.xml", b"<x/>")
    ((finding,),) = (read_xlsx(out.getvalue())[1],)
    assert "two parts" in finding.message


def test_the_file_was_changed_in_the_meantime(workspace: Path) -> None:
    path = edited(exported(workspace, TYPES), put("C5", "NX"))
    held = workspace / "mappings/codes/order-type.csv"
    held.write_bytes(held.read_bytes().replace(b"rush,RO", b"rush,RX"))
    before = contents(workspace)
    ran = checked_in(workspace, path)
    assert ran.code == 1
    assert "About!D8: mappings/codes/order-type.csv is not as it was when it was exported" in ran.out.decode()
    assert "Export again" in ran.out.decode()
    assert contents(workspace) == before


def test_every_code_of_spreadsheets_has_a_case() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    for code in CODES:
        assert re.search(f'[ "]{code.code}[ "]', tested), code.code
        assert CATALOGUE[code.code].remedy


def test_a_spreadsheet_that_is_not_there(workspace: Path) -> None:
    ran = run("mappings", "import", "none.xlsx", cwd=workspace)
    assert ran.code == 2
    assert "none.xlsx cannot be read" in ran.err
