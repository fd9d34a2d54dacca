"""A row that cannot be read holds back its document; where that cannot be told, the file."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from gateway.findings import Severity
from gateway.formats.delimited import read_delimited
from gateway.mapping.csv_documents import csv_documents, dialect_of
from tests.mapping.small import plan_of

TABLE = """\
settings: {document_key: %s}
rows:
  number: order required
  note: note
  lines[]:
    at: rows by line
    number: line
    quantity: quantity decimal
"""
SOUND = ("A,1,5,x", "A,2,5,x", "B,1,5,y", "B,2,5,y", "C,1,5,z", "C,2,5,z")
TURNED = tuple(",".join((*row.split(",")[1:], row[0])) for row in SOUND)  # the key stands last
ALL = "refused"

At = tuple[str, int | None, int | None]


class Case(NamedTuple):
    """Rows below the header, what of them is held back (`ALL`: the file), and the findings."""

    rule: str
    rows: tuple[str, ...]
    held_back: str
    found: tuple[At, ...]
    header: str = "order,line,quantity,note"
    key: str = "order"


def with_row(number: int, row: str, rows: tuple[str, ...] = SOUND) -> tuple[str, ...]:
    """The sound rows with another one in place of one of them, from 0."""
    return (*rows[:number], row, *rows[number + 1 :])


def unowned(line: int, ragged: int, key: int = 1) -> tuple[At, ...]:
    code = "flat-ragged" if ragged > 4 else "flat-too-few-cells"
    return ((code, line, ragged), ("rows-of-no-document", line, key))


LAST = "line,quantity,note,order"
CASES = (
    Case("too few cells in the first row", with_row(0, "A,1"), "A", (("flat-too-few-cells", 2, 3),)),
    Case("too few cells in the middle", with_row(2, "B,1,5"), "B", (("flat-too-few-cells", 4, 4),)),
    Case("too many cells in the last row", with_row(5, "C,2,5,z,z"), "C", (("flat-ragged", 7, 5),)),
    Case("blanks around the key", with_row(3, " B ,2"), "B", (("flat-too-few-cells", 5, 3),)),
    Case(
        "two of one document and one of another",
        with_row(0, "A,1", with_row(1, "A,2", with_row(5, "C"))),
        ALL,
        (*unowned(2, 3), *unowned(3, 3), ("flat-too-few-cells", 7, 2)),
    ),
    Case(
        "two documents at once",
        with_row(0, "A,1", with_row(5, "C")),
        "AC",
        (("flat-too-few-cells", 2, 3), ("flat-too-few-cells", 7, 2)),
    ),
    Case("the only row of a document", (*SOUND, "D,1,5"), ALL, unowned(8, 4)),
    Case("a key that no other row has", with_row(2, "X,1,5"), ALL, unowned(4, 4)),
    Case("a blank key", with_row(2, ",1,5"), ALL, unowned(4, 4)),
    Case("a blank key in a row that can be read", with_row(2, ",1,5,y"), ALL, (("rows-without-key", 4, 1),)),
    Case("the key is last, too few cells", with_row(2, "1,5,y", TURNED), ALL, unowned(4, 4, 4), LAST),
    Case("the key is last and shifted", with_row(2, "1,5,y,y,B", TURNED), ALL, unowned(4, 5, 4), LAST),
    Case(
        "the key is last and a cell came behind it",
        with_row(2, "1,5,y,B,w", TURNED),
        "B",
        (("flat-ragged", 4, 5),),
        LAST,
    ),
    Case(
        "shifted, with keys of two documents where the key may stand",
        with_row(2, "1,5,y,A,B", TURNED),
        ALL,
        unowned(4, 5, 4),
        LAST,
    ),
    Case(
        "a cell lost before the key, where the next one looks like a key",
        ("x,A,B,1", "x,A,C,1", "x,B,C,1", "A,B,1"),
        ALL,
        unowned(5, 4, 2),
        "note,order,quantity,line",
    ),
    Case(
        "a key of two columns that is whole",
        ("A,1,5,x", "A,2,5,x", "A,2,5"),
        "A2",
        (("flat-too-few-cells", 4, 4),),
        key="[order, line]",
    ),
    Case(
        "a key of two columns with a cell come in between",
        ("A,1,5,x", "A,2,5,x", "A,1,2,5,x"),
        ALL,
        unowned(4, 5),
        key="[order, line]",
    ),
    Case("two rows in one line", with_row(0, "A,1,5,xB,3,5,y"), ALL, unowned(2, 5)),
    Case("a quote that holds a line end", with_row(0, 'A,"1\nB,3"'), ALL, unowned(2, 3)),
    Case("a NUL in a cell", with_row(2, "B,1,5,\0"), "B", (("flat-nul", 4, 4),)),
    Case(
        "a NUL in the key", with_row(2, "B\0,1,5,y"), ALL, (("flat-nul", 4, 1), ("rows-of-no-document", 4, 1))
    ),
    Case("no character of the charset", with_row(4, "C,1,5,\udcff"), "C", (("flat-charset", 6, 4),)),
    Case(
        "damaged and ragged, so that a line end may be lost",
        with_row(0, "A,1,5,x\udcff,2"),
        ALL,
        (("flat-charset", 2, 4), ("flat-ragged", 2, 5), ("rows-of-no-document", 2, 1)),
    ),
)


def ids(case: Case) -> str:
    return case.rule.replace(" ", "-")


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_a_faulty_row_holds_back_its_document_or_the_file(case: Case) -> None:
    plan = plan_of("csv", TABLE % case.key)
    data = "\n".join((case.header, *case.rows)).encode("utf-8", "surrogateescape")
    table, faults = read_delimited(data, dialect_of(plan.settings))
    assert table is not None, faults
    documents, whole = csv_documents(plan, table)
    found = [*whole, *(finding for document in documents for finding in document.findings)]
    placed = [(each.code, each.location.line, each.location.column) for each in found]
    assert sorted(placed, key=str) == sorted(case.found, key=str)
    assert all(finding.severity is Severity.ERROR for finding in found)
    assert bool(whole) is (case.held_back == ALL)
    if case.held_back != ALL:
        positions = [table.columns.index(key) for key in plan.settings.document_key]
        held_back = [
            "".join(each.source.rows[0].cells[n] for n in positions) for each in documents if each.findings
        ]
        kept = sum(len(document.source.rows) for document in documents)
        assert "".join(held_back) == case.held_back
        assert kept == len(case.rows) - len({line for _, line, _ in case.found})


def test_the_reason_is_told() -> None:
    plan = plan_of("csv", TABLE % "order")
    table, _ = read_delimited(b"order,line,quantity,note\nA,1,5,x\nX,1\n", dialect_of(plan.settings))
    assert table is not None
    message = csv_documents(plan, table)[1][-1].message
    assert message.startswith(
        "line 3, column 1: the row is to say in order which document it belongs to, but"
    )
    assert "X" in message


def test_a_file_of_one_document_is_held_back_without_a_word_of_keys() -> None:
    plan = plan_of("csv", "rows: {number: order, note: note}\n")
    for rows in (b"A,x\nA\n", b"A\n"):
        table, _ = read_delimited(b"order,note\n" + rows, dialect_of(plan.settings))
        assert table is not None
        documents, whole = csv_documents(plan, table)
        found = [*whole, *(finding for document in documents for finding in document.findings)]
        assert [each.code for each in found] == ["flat-too-few-cells"]
