"""A change in a sheet changes its row in the file, and nothing else; it is shown before it is written."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from openpyxl import Workbook

from tests.spreadsheets.books import checked_in, contents, edited, exported, sheet

UNITS = "mappings/codes/order-type.csv"
TABLE = "mappings/x12-850.yaml"
FLAG = b"# one flag in the header says it for every line\n"
ITEMS = "mappings/crossrefs/items.csv"


def changed_lines(before: bytes, after: bytes) -> list[tuple[int, bytes, bytes]]:
    """The lines that differ in two texts of as many lines."""
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    assert len(one) == len(other)
    return [(at, was, now) for at, (was, now) in enumerate(zip(one, other, strict=True), 1) if was != now]


def only(before: dict[str, bytes], after: dict[str, bytes]) -> tuple[str, bytes, bytes]:
    """The one file that differs."""
    (name,) = [name for name in after if before.get(name) != after[name]]
    return name, before[name], after[name]


def test_a_changed_cell_changes_its_row_alone(workspace: Path) -> None:
    (workspace / UNITS).write_bytes((workspace / UNITS).read_bytes().replace(b"\n", b"\r\n"))
    before = contents(workspace)

    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    ran = checked_in(workspace, edited(exported(workspace, "order-type"), change))
    assert ran.code == 0, ran.out.decode()
    name, was, now = only(before, contents(workspace))
    assert name == UNITS
    assert changed_lines(was, now) == [
        (
            5,
            b"new_product,NP,NewProductIntroduction,new_product\r\n",
            b"new_product,NX,NewProductIntroduction,new_product\r\n",
        )
    ]
    assert ran.out.decode().splitlines() == [
        f"{UNITS}: 1 changed",
        "  row        was line  cell  before  after",
        "  changed 5  5         x12   NP      NX",
        "1 file written.",
    ]


def test_a_changed_cell_of_a_table_keeps_the_rest_of_its_line(workspace: Path) -> None:
    before = contents(workspace)

    def change(book: Workbook) -> None:
        table = sheet(book, "x12-850")
        assert [table.cell(31, at).value for at in range(1, 5)] == [
            "30", "1", "lines[].backorder_allowed", "CSH01 flag(Y,N)",
        ]  # fmt: skip
        table["D31"] = "CSH01 flag(Y,X)"
        table["E14"] = "our number"
        table["C7"] = "purpose"

    ran = checked_in(workspace, edited(exported(workspace, "x12-850"), change))
    assert ran.code == 1, "the number of an order is required, and its row is named otherwise"

    def mend(book: Workbook) -> None:
        sheet(book, "x12-850")["C7"] = "number"

    ran = checked_in(workspace, edited(workspace / "tables.xlsx", mend))
    assert ran.code == 0, ran.out.decode()
    name, was, now = only(before, contents(workspace))
    assert name == TABLE
    assert changed_lines(was, now) == [
        (
            13,
            b"  parties[role=seller]:            # the vendor code that Amazon assigned\n",
            b"  parties[role=seller]:            # our number\n",
        ),
        (
            30,
            b"  lines[].backorder_allowed: CSH01 flag(Y,N)    " + FLAG,
            b"  lines[].backorder_allowed: CSH01 flag(Y,X)    " + FLAG,
        ),
    ]


def test_rows_are_added_and_removed(workspace: Path) -> None:
    before = contents(workspace)

    def change(book: Workbook) -> None:
        items = sheet(book, "items")
        items.delete_rows(3)
        items.insert_rows(2)
        for column, text in zip("BCDE", ("B0ACRN0009", 'say "x", y', "614141000012", "each"), strict=True):
            items[f"{column}2"] = text

    ran = checked_in(workspace, edited(exported(workspace, ITEMS), change))
    assert ran.code == 0, ran.out.decode()
    name, was, now = only(before, contents(workspace))
    assert name == ITEMS
    lines = was.splitlines(keepends=True)
    added = b'B0ACRN0009,"say ""x"", y",614141000012,each,,,\n'
    assert now == b"".join([lines[0], added, lines[1], *lines[3:]])
    assert f"{ITEMS}: 1 added, 1 removed" in ran.out.decode()


def test_a_row_of_a_table_is_added_in_its_block(workspace: Path) -> None:
    before = contents(workspace)

    def change(book: Workbook) -> None:
        table = sheet(book, "x12-850")
        rows = [row[2].value for row in table.iter_rows()]
        at = rows.index("lines[]") + 2  # below `at`
        table.insert_rows(at + 1)
        for column, text in zip("BCDE", ("2", "release", "PO1[06=SK]07", "a test"), strict=True):
            table[f"{column}{at + 1}"] = text
        table.delete_rows(rows.index("release") + 1)

    ran = checked_in(workspace, edited(exported(workspace, "x12-850"), change), "--check")
    assert ran.code == 1
    assert "no field `release`" in ran.out.decode().replace("\n", " ")
    assert contents(workspace) == before


def test_a_new_row_stands_as_those_around_it(workspace: Path) -> None:
    path = workspace / "mappings/csv-order.yaml"
    text = path.read_text(encoding="utf-8")

    def change(book: Workbook) -> None:
        table = sheet(book, "csv-order")
        rows = [row[2].value for row in table.iter_rows()]
        at = rows.index("backorder_allowed") + 1
        table.insert_rows(at)
        for column, value in zip("BCD", ("2", "discount_multiplier", "discount decimal"), strict=True):
            table[f"{column}{at}"] = value
        table.insert_rows(at)
        for column, value in zip("BC", ("2", "charges[]"), strict=True):
            table[f"{column}{at}"] = value
        table.insert_rows(at + 1)
        for column, value in zip("BCDE", ("3", "at", '"."', "of the line"), strict=True):
            table[f"{column}{at + 1}"] = value
        table.insert_rows(at + 2)
        for column, value in zip("BCD", ("3", "amount", "line_charge decimal"), strict=True):
            table[f"{column}{at + 2}"] = value
        table.insert_rows(at + 2)
        for column, value in zip("BCD", ("3", "kind", "=charge"), strict=True):
            table[f"{column}{at + 2}"].value = value
            table[f"{column}{at + 2}"].data_type = "s"  # as typed into a cell of text
        table.insert_rows(at)
        table[f"C{at}"] = "# what the ERP asked for"

    ran = checked_in(workspace, edited(exported(workspace, "csv-order"), change))
    added = (
        "    # what the ERP asked for\n"
        "    charges[]:\n"
        '      at: "."    # of the line\n'
        "      kind: =charge\n"
        "      amount: line_charge decimal\n"
        "    discount_multiplier: discount decimal\n"
    )
    assert ran.code == 0, ran.out.decode()
    at = text.index("    backorder_allowed:")
    assert path.read_text(encoding="utf-8") == text[:at] + added + text[at:]


def test_moved_rows_keep_their_bytes(workspace: Path) -> None:
    path = workspace / UNITS
    lines = path.read_bytes().splitlines(keepends=True)

    def change(book: Workbook) -> None:
        units = sheet(book, "order-type")
        last = [cell.value for cell in units[5]]
        units.delete_rows(5)
        units.insert_rows(2)
        for at, value in enumerate(last, 1):
            units.cell(2, at).value = value

    ran = checked_in(workspace, edited(exported(workspace, "order-type"), change), "--json")
    assert ran.code == 0, ran.out.decode()
    assert path.read_bytes() == b"".join([lines[0], lines[4], *lines[1:4], *lines[5:]])
    report = ran.json
    assert isinstance(report, dict)
    assert report["written"] is True
    cells = ["new_product", "NP", "NewProductIntroduction", "new_product"]
    assert report["files"] == [
        {
            "sheet": "order-type",
            "file": UNITS,
            "columns": ["canonical", "x12", "spapi", "csv"],
            "changes": [{"deed": "moved", "row": 2, "line": 5, "before": cells, "after": cells}],
        }
    ]


def test_a_cleared_row_is_removed_and_its_comment_stays(workspace: Path) -> None:
    path = workspace / "mappings/codes/invoice-type.csv"
    text = path.read_text(encoding="utf-8")

    def change(book: Workbook) -> None:
        types = sheet(book, "invoice-type")
        assert types["B6"].value == "debit_memo"
        for column in "BCDE":
            types[f"{column}6"] = None

    ran = checked_in(workspace, edited(exported(workspace, "invoice-type"), change))
    assert ran.code == 0, ran.out.decode()
    assert path.read_text(encoding="utf-8") == text.replace("debit_memo,DR,,debit_memo\n", "")


def test_columns_may_stand_in_another_order(workspace: Path) -> None:
    before = contents(workspace)

    def change(book: Workbook) -> None:
        sheet(book, "order-type").move_range("A1:A40", cols=5)

    assert checked_in(workspace, edited(exported(workspace, "order-type"), change)).code == 0
    assert contents(workspace) == before


def test_check_writes_nothing_and_tells_all(workspace: Path) -> None:
    before = contents(workspace)

    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    path = edited(exported(workspace, "order-type"), change)
    ran = checked_in(workspace, path, "--check")
    assert ran.code == 0
    assert "changed 5" in ran.out.decode()
    assert "1 file would be written; nothing was, because of --check." in ran.out.decode()
    assert contents(workspace) == before


def test_several_files_are_written_all_or_none(workspace: Path) -> None:
    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"
        sheet(book, "items")["C3"] = "ACS-100-13"

    path = edited(exported(workspace, "order-type", ITEMS), change)
    before = contents(workspace)
    true = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "items.csv":
            raise OSError(28, "No space left on device")
        return true(self, target)

    with mock.patch.object(Path, "replace", full):
        ran = checked_in(workspace, path)
    assert ran.code == 2
    assert f"{ITEMS} cannot be written" in ran.err
    assert contents(workspace) == before, "no file changed, and none was left aside"
    assert checked_in(workspace, path).code == 0
    assert {name for name, data in contents(workspace).items() if before[name] != data} == {UNITS, ITEMS}


def test_the_permissions_of_a_file_stay(workspace: Path) -> None:
    (workspace / UNITS).chmod(0o640)

    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    assert checked_in(workspace, edited(exported(workspace, "order-type"), change)).code == 0
    assert (workspace / UNITS).stat().st_mode & 0o777 == 0o640


def test_a_shipped_file_is_changed_in_the_workspace_alone(workspace: Path) -> None:
    (workspace / UNITS).unlink()  # the shipped one stands in its place

    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    assert checked_in(workspace, edited(exported(workspace, "order-type"), change)).code == 0
    assert b"new_product,NX," in (workspace / UNITS).read_bytes()


def test_without_a_workspace_nothing_is_written(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    path = edited(exported(workspace, "order-type"), change)
    ran = checked_in(tmp_path_factory.mktemp("elsewhere"), path)
    assert ran.code == 2
    assert "there is no workspace here" in ran.err


def test_a_checked_in_spreadsheet_is_used_up(workspace: Path) -> None:
    def change(book: Workbook) -> None:
        sheet(book, "order-type")["C5"] = "NX"

    path = edited(exported(workspace, "order-type"), change)
    assert checked_in(workspace, path).code == 0
    ran = checked_in(workspace, path)
    assert ran.code == 1
    assert "sheet-file-changed  About!D8" in ran.out.decode()
