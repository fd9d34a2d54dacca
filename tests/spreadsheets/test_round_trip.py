"""What is exported and checked in unchanged leaves every file as it was, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest

from gateway.formats.xlsx import read_xlsx
from gateway.mapping.sheets.workbook import (
    Exported,
    check_in,
    export,
    listed_files,
    sheets_to_write,
    unlisted,
)
from gateway.spreadsheets.write import write_xlsx
from tests.cli.command import ROOT, run
from tests.spreadsheets.books import checked_in, contents, edited, exported, sheet

SHIPPED = sorted(
    path
    for folder, pattern in (
        ("mappings", "*.yaml"),
        ("mappings/codes", "*.csv"),
        ("examples/crossrefs", "*.csv"),
    )
    for path in (ROOT / folder).glob(pattern)
)


def as_exported(file: str, text: str) -> Exported:
    held, mistakes = export(file, text, hashlib.sha256(text.encode()).hexdigest())
    assert held is not None, mistakes
    return held


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_file_comes_back_as_it_was(path: Path) -> None:
    file, text = path.relative_to(ROOT).as_posix(), path.read_bytes().decode()
    held = as_exported(file, text)
    sheets, findings = read_xlsx(write_xlsx(sheets_to_write((held,))))
    assert not findings
    (listed,), wrong = listed_files(sheets)
    assert (listed.file, listed.digest) == (file, held.digest)
    assert not wrong and not unlisted(sheets, (listed,))
    checked, findings = check_in(file, sheets[1], held.rows)
    assert checked is not None and not findings
    assert (checked.text, checked.changes) == (text, ())


def test_all_tables_at_once_through_another_program(workspace: Path) -> None:
    before = contents(workspace)
    path = exported(workspace, "mappings", "partners/amazon/crossrefs")
    sheets, _ = read_xlsx(path.read_bytes())
    assert len(sheets) == len(SHIPPED) + 1 + len(list((ROOT / "examples/crossrefs").iterdir()))
    edited(path, lambda book: None)
    ran = checked_in(workspace, path)
    assert (ran.code, ran.out.decode()) == (0, "Nothing was changed, so there is nothing to check in.\n")
    assert contents(workspace) == before


def test_what_we_read_is_what_openpyxl_reads(workspace: Path) -> None:
    path = exported(workspace, "mappings/codes", "x12-850", "mappings/crossrefs")
    book = openpyxl.load_workbook(path)
    sheets, _ = read_xlsx(path.read_bytes())
    assert [each.name for each in sheets] == book.sheetnames
    for each in sheets:
        theirs = {
            cell.coordinate: cell.value
            for row in sheet(book, each.name).iter_rows()
            for cell in row
            if cell.value
        }
        ours = {
            f"{openpyxl.utils.get_column_letter(at)}{row.number}": text
            for row in each.rows
            for at, text in enumerate(row.cells, 1)
            if text
        }
        assert ours == theirs


def test_cells_are_texts_and_stay_so(workspace: Path) -> None:
    path = exported(workspace, "mappings/codes/handling-method.csv", "xml-order")
    book = openpyxl.load_workbook(path)
    codes = sheet(book, "handling-method")
    assert [codes[place].value for place in ("A1", "B1", "C1", "C2")] == [
        "file line",
        "canonical",
        "x12",
        "01",
    ]
    for row in codes.iter_rows():
        for cell in row:
            assert (cell.data_type, cell.number_format) == ("s", "@")
    for column in "ABC":
        assert codes.column_dimensions[column].number_format == "@", "what is typed below stays text too"
        assert codes.column_dimensions[column].width >= len("canonical")
    assert codes.freeze_panes == "A2"
    table = sheet(book, "xml-order")
    assert (table["D7"].value, table["D7"].data_type) == ('"@currency"', "s")
    assert table["C7"].alignment.indent == 1


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "00", "_x0041_", "1E5", "2026-01-01", "a  b"]
)
def test_a_cell_holds_the_text_whatever_it_looks_like(text: str) -> None:
    file = "mappings/crossrefs/items.csv"
    held = as_exported(file, f"asin,upc\n{text},1\n")
    data = write_xlsx(sheets_to_write((held,)))
    sheets, findings = read_xlsx(data)
    assert not findings
    assert sheets[1].rows[1].cells == ("2", text, "1")


def test_equal_tables_make_equal_bytes(workspace: Path) -> None:
    once = exported(workspace, "unit", "x12-850").read_bytes()
    assert exported(workspace, "unit", "x12-850").read_bytes() == once


def test_the_first_sheet_says_what_this_is(workspace: Path) -> None:
    path = exported(workspace, "unit", "mappings/crossrefs/items.csv", "partners/amazon/crossrefs/items.csv")
    about = sheet(openpyxl.load_workbook(path), "About")
    rows = [tuple(cell.value for cell in row) for row in about.iter_rows() if row[1].value]
    digest = hashlib.sha256((workspace / "mappings/codes/unit.csv").read_bytes()).hexdigest()
    assert rows[0] == ("sheet", "file", "rows", "digest")
    assert rows[1][:2] + rows[1][3:] == ("unit", "mappings/codes/unit.csv", digest)
    assert [row[0] for row in rows[1:]] == ["unit", "items", "amazon items"]


def test_sheets_have_names_that_a_spreadsheet_can_have() -> None:
    long = "a-name-that-is-longer-than-a-sheet-can-bear"
    files = [f"mappings/codes/{long}.csv", f"mappings/codes/{long}-2.csv", "mappings/codes/about.csv"]
    sheets = sheets_to_write([as_exported(file, "canonical,x12\na,b\n") for file in files])
    assert [each.name for each in sheets] == ["About", long[:31], f"{long[:27]} (2)", "about (2)"]


HELD = (
    ("mappings/codes/a.csv", "\ufeffcanonical,x12\r\n\r\neach,EA\r\n\r\n# a comment, with a comma\r\n"),
    ("mappings/codes/b.csv", '# first\n\ncanonical, x12 ,csv\n"a b",  "c""d",\n  x , y,z   '),
    ("mappings/codes/old.csv", "canonical,x12\reach,EA\r"),
    ("mappings/crossrefs/c.csv", "asin,upc\n,,\n ; \nB1,\n\n\n"),
    ("mappings/d.yaml", 'table: d\n\nrows:\n    a  :   B01   # why\n    # note\n    b: "x # y"\n\n'),
    ("mappings/e.yaml", "table:\te\n"),
    ("mappings/f.yaml", "rows:\n  a: [ 'x, ]', {b: c} ] # r\n  crossrefs:\n  - x(a -> b)\n  -\n  <<: *p"),
)


@pytest.mark.parametrize(("file", "text"), HELD, ids=[file for file, _ in HELD])
def test_odd_files_come_back_or_are_refused(file: str, text: str) -> None:
    held, mistakes = export(file, text, "0")
    if file == "mappings/e.yaml":
        assert held is None and mistakes[0][:2] == (file, 1)
        return
    assert held is not None, mistakes
    sheets, _ = read_xlsx(write_xlsx(sheets_to_write((held,))))
    checked, findings = check_in(file, sheets[1], held.rows)
    assert checked is not None, findings
    assert (checked.text, checked.changes) == (text, ())


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("mappings/codes/a.csv", "canonical,x12\neach,EA\ncase\n", 3),
        ("mappings/codes/a.csv", 'canonical,x12\n"each,EA\n', 2),
        ("mappings/codes/a.csv", "canonical,x12\na\x0bb,EA\n", 2),
        ("mappings/codes/a.csv", "\n", 1),
        ("mappings/crossrefs/a.csv", 'asin,upc\n"a\nb",c\n', 2),
        ("mappings/a.yaml", "table: a\ndescription: |\n  long\n", 2),
        ("mappings/a.yaml", "table: a\nrows:\n  b: [x,\n    y]\n", 3),
        ("mappings/a.yaml", "table: a\nrows: {a: b} c\n", 2),
        ("mappings/a.yaml", "---\ntable: a\n", 1),
    ],
)
def test_lines_that_are_no_row_are_told(workspace: Path, file: str, text: str, line: int) -> None:
    held, mistakes = export(file, text, "0")
    assert held is None
    assert mistakes[0][:2] == (file, line)


def test_names_that_mean_nothing_or_too_much(workspace: Path) -> None:
    for name, said in (
        ("unitt", "did you mean `unit`?"),
        ("x12", "there is no table, code list or cross-reference x12"),
        ("../unit", "there is no table"),
    ):
        ran = run("mappings", "export", name, "-o", "t.xlsx", cwd=workspace)
        assert (ran.code, ran.out) == (2, b"")
        assert said in ran.err
    (workspace / "mappings/crossrefs/unit.csv").write_text("asin,upc\nB1,1\n", encoding="utf-8")
    ran = run("mappings", "export", "unit", "-o", "t.xlsx", cwd=workspace)
    assert ran.code == 2
    assert "mappings/codes/unit.csv, mappings/crossrefs/unit.csv" in ran.err
    ran = run("mappings", "export", "items", "--partner", "amazon", "-o", "t.xlsx", "--json", cwd=workspace)
    assert ran.json == {
        "spreadsheet": "t.xlsx",
        "sheets": [{"sheet": "amazon items", "file": "partners/amazon/crossrefs/items.csv", "rows": 5}],
    }


def test_a_table_is_not_overwritten_by_its_export(workspace: Path) -> None:
    before = contents(workspace)
    ran = run("mappings", "export", "unit", "-o", "mappings/codes/unit.csv", cwd=workspace)
    assert ran.code == 2
    assert "ends with .xlsx" in ran.err
    assert contents(workspace) == before
