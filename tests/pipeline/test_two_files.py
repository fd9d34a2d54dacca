"""Delimited documents in two files, of documents and of their lines: both ways, and what keeps them apart."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from gateway.documents import PurchaseOrder
from gateway.findings import Location
from gateway.formats.detect import Format
from gateway.pipeline.flat_files import write_pair
from gateway.pipeline.sources import Received, receive_pair
from gateway.pipeline.tables import Sourced
from gateway.pipeline.written import WrittenPair
from tests.golden.cases import CASES
from tests.pipeline.knowledge import knowledge, received

WITH_ROWS = [
    path
    for case in CASES
    for path in (case.source, *case.others.values())
    if path.suffix == ".csv" and path.exists()
]
ORDERS = """\
order_number,order_date,currency,ship_to_code,season
A1,2026-11-02,USD,PHX3,autumn
A2,2026-11-03,USD,ONT8,winter
"""
LINES = """\
order_number,line_number,quantity,unit,price,vendor_sku
A1,1,12,CA,42.50,S-1
A2,1,5,EA,6.15,S-2
A1,2,3,EA,1.25,S-3
"""


def together(orders: str = ORDERS, lines: str = LINES) -> Received:
    files = [("orders.csv", [orders.encode()]), ("lines.csv", [lines.encode()])]
    return receive_pair(files, knowledge())


def told(result: Received) -> list[tuple[str, str]]:
    return [
        (each.code, each.location.place) for each in result.report.findings if each.severity.value == "error"
    ]


def orders_of(result: Received) -> list[PurchaseOrder]:
    return [each.document for each in result.documents if isinstance(each.document, PurchaseOrder)]


def in_two(result: Received) -> WrittenPair:
    sourced = [Sourced(each.document, Location(set=n)) for n, each in enumerate(result.documents, 1)]
    return write_pair(sourced, knowledge().flat_tables())


def test_the_lines_of_a_document_are_joined_by_its_key() -> None:
    result = together()
    assert told(result) == []
    shown = [(order.number, [line.ids["vendor_sku"] for line in order.lines]) for order in orders_of(result)]
    assert shown == [("A1", ["S-1", "S-3"]), ("A2", ["S-2"])]
    assert [each.document.ext for each in result.documents] == [
        {"csv": {"season": "autumn"}},
        {"csv": {"season": "winter"}},
    ]


def test_the_order_of_the_files_means_nothing() -> None:
    files = [("lines.csv", [LINES.encode()]), ("orders.csv", [ORDERS.encode()])]
    swapped = receive_pair(files, knowledge())
    assert [each.document for each in swapped.documents] == [each.document for each in together().documents]


@pytest.mark.parametrize("path", WITH_ROWS, ids=[f"{path.parent.name}-{path.name}" for path in WITH_ROWS])
def test_two_files_say_what_one_file_says(path: Path) -> None:
    one = received(path.read_bytes(), form=Format.CSV)
    pair = in_two(one)
    assert len(pair.files) == 2, [each.message for each in pair.findings]
    again = receive_pair([(name, [data]) for name, data in pair.files], knowledge())
    assert told(again) == []
    assert [each.document for each in again.documents] == [each.document for each in one.documents]
    heads = list(csv.DictReader(io.StringIO(pair.files[0][1].decode(), newline="")))
    assert len(heads) == len(one.documents)


def test_a_document_without_lines_is_not_written_in_two_files() -> None:
    one = received(
        b"order_number,order_date,currency,ship_to_code\nA1,2026-11-02,USD,PHX3\n", form=Format.CSV
    )
    assert [order.lines for order in orders_of(one)] == [()]
    pair = in_two(one)
    assert pair.files == ()
    (finding,) = [each for each in pair.findings if each.severity == "error"]
    assert (finding.code, finding.value) == ("files-no-items", "A1")
    assert finding.location == Location(file="orders.csv", line=2, column=1)


@pytest.mark.parametrize(
    ("orders", "lines", "expected"),
    [
        (ORDERS, LINES + "A3,1,1,EA,1.00,S-4\n", [("files-no-document", "lines.csv, line 5, column 1")]),
        (ORDERS + "A3,2026-11-04,USD,PHX3,\n", LINES, [("files-no-items", "orders.csv, line 4, column 1")]),
        (
            ORDERS + "A1,2026-11-04,USD,PHX3,\n",
            LINES,
            [("files-key-repeated", "orders.csv, line 4, column 1")],
        ),
        (ORDERS, LINES.replace("12,CA", "dozen,CA"), [("mapping-value", "lines.csv, line 2, column 3")]),
        (
            ORDERS.replace("2026-11-02", "2.11.2026"),
            LINES,
            [("mapping-value", "orders.csv, line 2, column 2")],
        ),
        (ORDERS, LINES.replace("A1,2,3", "A1,2,3,4"), [("flat-ragged", "lines.csv, line 4, column 7")]),
        (ORDERS.replace("winter", "winter,2"), LINES, [("flat-ragged", "orders.csv, line 3, column 6")]),
        (
            ORDERS,
            LINES.replace("vendor_sku", "currency"),
            [("files-column-in-both", "lines.csv, line 1, column 6")],
        ),
        (ORDERS, ORDERS, [("files-unclear", "the file")]),
        (ORDERS, LINES.replace("order_number", "order"), [("files-key-missing", "lines.csv, line 1")]),
    ],
)
def test_what_keeps_two_files_apart_is_told_in_its_file(
    orders: str, lines: str, expected: list[tuple[str, str]]
) -> None:
    assert told(together(orders, lines)) == expected


def test_an_order_without_lines_holds_back_itself_alone() -> None:
    result = together(orders=ORDERS + "A3,2026-11-04,USD,PHX3,\n")
    assert [order.number for order in orders_of(result)] == ["A1", "A2"]
