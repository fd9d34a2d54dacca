"""What `gateway mappings check` finds in cross-references: duplicates, gaps, damage done by spreadsheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.bootstrap import Library
from gateway.mapping.check import check_mappings
from gateway.workspace import Workspace
from tests.pipeline.knowledge import ROOT

FILE = "partners/amazon/crossrefs/items.csv"
TABLE = """\
overlay: csv-order
crossrefs:
  lines[]: items(ids.asin -> ids.vendor_sku, ids.upc)
"""
HEADER = "asin,vendor_sku,upc,ean,gln,unit,case_size,valid_from,valid_until\n"

Check = Callable[[str], list[tuple[int, str]]]


def mistakes_of(folder: Path, files: dict[str, str]) -> list[tuple[str, int, str]]:
    for relative, text in files.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    library = Library(Workspace(folder, ROOT))
    agreements = [library.agreement(name) for name in library.partner_names]
    # Of the tables we ship the one that is laid over: test_shipped_tables holds all to the same check.
    texts = {
        name: text
        for name, text in library.mapping_texts.items()
        if not name.endswith(".yaml") or name == "mappings/csv-order.yaml"
    }
    found = check_mappings(texts, library.mapping_ground, agreements, library.crossref_texts())
    return [each for each in found if each[2] != "no table uses this code list"]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """The mistakes in the rows of a file of items, by line."""

    def found(rows: str) -> list[tuple[int, str]]:
        files = {"partners/amazon/mappings/csv-order.yaml": TABLE, FILE: HEADER + rows}
        mistakes = mistakes_of(tmp_path, files)
        assert {file for file, *_ in mistakes} <= {FILE}
        return [(line, text) for _, line, text in mistakes]

    return found


def test_sound_rows_have_no_mistakes(check: Check) -> None:
    rows = "B0ACRN0001,ACS-1,614141000012,4006381333931,0614141000012,case,12,,2026-06-30\n"
    rows += "B0ACRN0001,ACS-2,614141000012,,,case,12,2026-07-01,\n"
    assert check(rows + "# a comment\n\nB0ACRN0002,ACS-3,614141000029,,,each,,,\n") == []


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        ("A,S,6.14141E+11,,,,,,", "upc", "a power of ten"),
        ("A,S,61414100002X,,,,,,", "upc", "digits alone"),
        ("A,S,61414100029,,,,,,", "upc", "11 digits, where 12 belong, and zeros at its start may be lost"),
        ("A,S,614141000028,,,,,,", "upc", "its last digit would be 9"),
        ("A,S,0614141000029,,,,,,", "upc", "13 digits, where 12 belong"),
        ("A,S,,400638133393,,,,,", "ean", "12 digits, where 13 or 8 belong"),
        ("A,S,,,614141000012,,,,", "gln", "12 digits, where 13 belong"),
        ("306406152,S,,,,,,,", "asin", "an ASIN has ten characters"),
        ("A,5-Mar,,,,,,,", "vendor_sku", "took it for a date"),
        ("A,Mar-05,,,,,,,", "vendor_sku", "took it for a date"),
        ("A,1.2E+05,,,,,,,", "vendor_sku", "a power of ten"),
        ("A,#N/A,,,,,,,", "vendor_sku", "could not work it out"),
        ('A,"=""0012""",,,,,,,', "vendor_sku", "a formula"),
        ("A,S,,,,Each,,,", "unit", "no word of mappings/codes/unit.csv"),
        ("A,S,,,,,0,,", "case_size", "it is a number"),
    ],
)
def test_a_damaged_cell_is_told_with_its_column(check: Check, row: str, column: str, problem: str) -> None:
    ((line, text),) = check(f"{row}\n")
    assert line == 2
    assert f"in the column `{column}`: " in text
    assert problem in text


def test_skus_that_only_look_odd_are_left_alone(check: Check) -> None:
    assert check("A,1E5,,,,,,,\nB,=SUM(A1),,,,,,,\nC,10-DEC,,,,,,,\nD,0012,,,,,,,\n") == []


@pytest.mark.parametrize(
    ("rows", "line", "problem"),
    [
        ("A,S,,,,,,,\nA,S,,,,,,,\n", 3, "says the same as line 2"),
        ("A,S,,,,,,,\nA,T,,,,,,,\n", 3, "`A` stands in line 2 too, with another vendor_sku or upc"),
        ("A,T,,,,,,2026-06-30,\nA,S,,,,,,,2026-06-30\n", 2, "`A` stands in line 3 too"),
        ("A,S,,,,,,,2026-06-30\nA,T,,,,,,2026-07-02,\n", 3, "no row of `A` holds from 2026-07-01 on until"),
        ("A,S,,,,,,2026-06-30,2026-01-01\n", 2, "is after `valid_until` 2026-01-01"),
    ],
)
def test_rows_are_held_against_each_other(check: Check, rows: str, line: int, problem: str) -> None:
    ((at, text),) = check(rows)
    assert at == line
    assert problem in text


def test_rows_that_tell_the_same_may_overlap(check: Check) -> None:
    assert check("A,S,614141000012,,,case,12,,\nA,S,614141000012,,,each,,,\n") == []


def test_a_row_within_another_leaves_no_gap(check: Check) -> None:
    rows = ["A,S,,,,,,,2026-12-31", "A,S,,,,each,,2026-02-01,2026-03-01", "A,S,,,,,,2027-01-01,"]
    assert check("\n".join(rows)) == []


def test_a_file_without_a_table_and_a_table_without_a_file_are_told(tmp_path: Path) -> None:
    files = {
        "mappings/crossrefs/places.csv": "assigned,city\nPHX3,Phoenix\n",
        "partners/amazon/mappings/csv-order.yaml": TABLE,
        "partners/amazon/crossrefs/notes.txt": "",
    }
    assert mistakes_of(tmp_path, files) == [
        ("mappings/crossrefs/places.csv", 1, "no table uses this cross-reference"),
        ("partners/amazon/crossrefs/notes.txt", 0, "a cross-reference is a CSV file; its name ends in .csv"),
        ("partners/amazon/mappings/csv-order.yaml", 3, "there is no mappings/crossrefs/items.csv"),
    ]


def test_a_file_lacks_a_column_or_cannot_be_read(tmp_path: Path) -> None:
    files = {"partners/amazon/mappings/csv-order.yaml": TABLE, FILE: "asin,vendor_skus\n"}
    ((file, line, text),) = mistakes_of(tmp_path, files)
    assert (file, line) == ("partners/amazon/mappings/csv-order.yaml", 3)
    assert text == f"{FILE} has no column `vendor_sku`; did you mean `vendor_skus`?"
    ((file, line, text),) = mistakes_of(tmp_path, {FILE: "asin,asin\n"})
    assert (file, line) == (FILE, 1)


def test_mistakes_have_an_end(check: Check) -> None:
    assert 0 < len(check("A,5-Mar,,,,,,,\n" * 5_000)) <= 200
