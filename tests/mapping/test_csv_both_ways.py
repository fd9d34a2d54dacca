"""Each construct of a table, read from a delimited file and written back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.documents.parts import Moment
from gateway.findings import Finding
from gateway.formats.delimited import read_delimited
from gateway.formats.delimited_writer import write_delimited
from gateway.mapping import evaluate
from gateway.mapping.bound import Plan
from gateway.mapping.csv_documents import csv_documents, dialect_of, joined_rows
from gateway.mapping.evaluate import CsvTarget
from tests.mapping.small import Charge, Freight, Line, Order, Party, codes_of, plan_of

SETTINGS = 'settings: {document_key: order, delimiter: ";", decimal: ",", date: DD.MM.YYYY, line_end: lf}\n'
ROWS = (
    SETTINGS
    + """\
rows:
  number: order required
  date: order_date date
  parties[role=ship_to]:
    at: "."
    name: '"Ship to"'
  lines[]:
    at: rows by line
    number: line
    quantity: quantity decimal
    backorder: backorder flag(Y,N)
    charges[]:
      at: rows
      kind: charge
      amount: charge_amount decimal
"""
)
HEADER = "order;order_date;Ship to;line;quantity;backorder;charge;charge_amount\n"


def read(plan: Plan, text: str) -> tuple[list[Order], list[Finding]]:
    """The documents of a file that is good as such."""
    table, faults = read_delimited(text.encode(), dialect_of(plan.settings))
    assert table is not None, faults
    held, found = csv_documents(plan, table)
    documents, findings = [], list(found)
    for each in held:
        document, faults = evaluate.read(plan, each.source)
        findings += faults
        if isinstance(document, Order):
            documents.append(document)
    return documents, findings


def write(plan: Plan, documents: list[Order]) -> str:
    """The file of documents that can be written."""
    targets = []
    for document in documents:
        target, findings = evaluate.write(plan, document)
        assert not findings, [finding.message for finding in findings]
        assert isinstance(target, CsvTarget)
        targets.append(target)
    data, faults = write_delimited(*joined_rows(targets), dialect_of(plan.settings))
    assert data is not None, faults
    return data.decode()


def both_ways(rows: str, text: str, documents: list[Order]) -> None:
    """This file is these documents, and the documents are this file."""
    plan = plan_of("csv", rows)
    held, findings = read(plan, text)
    assert not findings, [finding.message for finding in findings]
    assert held == documents
    assert write(plan, documents) == text


def test_rows_are_grouped_and_outer_columns_repeated() -> None:
    text = HEADER + (
        "A;31.05.2024;Reno;1;2,50;Y;C;1\n"
        "A;31.05.2024;Reno;1;2,50;Y;D;,5\n"
        "A;31.05.2024;Reno;2;3;;;\n"
        "B;;;;;;;\n"
    ).replace(";,5", ";0,5")
    charges = (Charge("C", Decimal(1)), Charge("D", Decimal("0.5")))
    first = Order(
        number="A",
        date=Moment(date=date(2024, 5, 31)),
        parties=(Party(role="ship_to", name="Reno"),),
        lines=(Line("1", Decimal("2.50"), backorder=True, charges=charges), Line("2", Decimal(3))),
    )
    both_ways(ROWS, text, [first, Order(number="B")])


def test_rows_of_one_item_need_not_stand_together() -> None:
    text = HEADER + "A;;;1;2;;C;\nB;;;1;9;;;\nA;;;2;3;;;\nA;;;1;2;;D;\n"
    documents, findings = read(plan_of("csv", ROWS), text)
    assert not findings
    assert [order.number for order in documents] == ["A", "B"]
    assert [(line.number, [c.kind for c in line.charges]) for line in documents[0].lines] == [
        ("1", ["C", "D"]),
        ("2", []),
    ]


def test_outer_columns_must_agree() -> None:
    text = HEADER + "A;;Reno;1;2;;C;\nA;;Elko;1;3;;D;\n"
    _, findings = read(plan_of("csv", ROWS), text)
    assert [(f.code, f.location.line, f.location.column, f.value) for f in findings] == [
        ("rows-differ", 3, 3, "Elko"),
        ("rows-differ", 3, 5, "3"),
    ]
    assert "Reno" in findings[0].message


def test_a_row_that_names_no_item_is_told() -> None:
    _, findings = read(plan_of("csv", ROWS), HEADER + "A;;;1;2;;;\nA;;;;3;;;\n;;;1;2;;;\n")
    assert [(f.code, f.location.line, f.location.column) for f in findings] == [
        ("rows-without-key", 4, 1),
        ("rows-without-key", 3, 4),
    ]


def test_items_with_one_key_would_be_read_as_one() -> None:
    lines = (Line("1", Decimal(1)), Line("1", Decimal(2)), Line(quantity=Decimal(3)))
    target, findings = evaluate.write(plan_of("csv", ROWS), Order(number="A", lines=lines))
    assert target is None
    assert [(f.code, f.location.pointer) for f in findings] == [
        ("key-repeated", "/lines/1"),
        ("rows-without-key", "/lines/2"),
    ]


def test_columns_missing_and_unknown_are_told_with_the_nearest_name() -> None:
    plan = plan_of("csv", ROWS)
    _, findings = read(plan, HEADER.replace("order;", "ordr;", 1) + "A;;;1;2;;;\n")
    assert [(f.code, f.value, f.location.column) for f in findings] == [
        ("flat-column-missing", "order", None),
        ("flat-column-unknown", "ordr", 1),
    ]
    assert all("did you mean" in finding.message for finding in findings)


def test_optional_columns_may_be_absent() -> None:
    documents, findings = read(plan_of("csv", ROWS), "order;line\nA;1\n")
    assert not findings
    assert documents == [Order(number="A", lines=(Line("1"),))]


def test_unknown_columns_are_kept_where_they_agree_and_written_back() -> None:
    text = HEADER.replace("\n", ";season;bin;seal\n") + (
        "A;;;1;2;;C;1;x;b1;s1\nA;;;1;2;;D;1;x;b1;s2\nA;;;2;2;;;;x;b2;\n"
    )
    plan = plan_of("csv", ROWS)
    documents, findings = read(plan, text)
    assert codes_of(tuple(findings)) == ["flat-column-unknown"] * 3
    order = documents[0]
    assert order.ext == {"csv": {"season": "x"}}
    assert [line.ext for line in order.lines] == [{"csv": {"bin": "b1"}}, {"csv": {"bin": "b2"}}]
    assert [charge.ext for charge in order.lines[0].charges] == [
        {"csv": {"seal": "s1"}},
        {"csv": {"seal": "s2"}},
    ]
    assert write(plan, documents) == text


def test_kept_columns_that_differ_from_row_to_row() -> None:
    rows = "rows:\n  number: order\n"
    plan = plan_of("csv", rows)
    documents, _ = read(plan, "order,x\nA,1\nA,2\n")
    assert documents == [Order(number="A", ext={"csv": {"x": ("1", "2")}})]


def test_a_record_that_rows_fill_is_that_of_the_first() -> None:
    plan = plan_of(
        "csv",
        "settings: {document_key: order, line_end: lf}\n"
        "rows: {number: order, freight: {at: rows, payment: pay, place: box}}\n",
    )
    documents, findings = read(plan, "order,pay,box\nA,,\nA,prepaid,1\nA,collect,2\nB,,\n")
    assert not findings
    assert documents == [Order("A", freight=Freight("prepaid", "1")), Order("B")]
    assert write(plan, documents) == "order,pay,box\nA,prepaid,1\nB,,\n"


def test_blocks_of_rows_are_told_apart_by_a_cell() -> None:
    rows = "settings: {document_key: order, line_end: lf}\nrows:\n  number: order\n"
    block = "  parties[role{0}]:\n    at: {1}\n    role: role\n    name: name\n"
    text = "order,role,name\nA,buyer,B\nA,seller,S\nA,,T\nA,buyer,C\n"
    for at in ("rows", "rows by role + name"):
        documents, findings = read(plan_of("csv", rows + block.format("=buyer", at)), text)
        assert not findings
        assert [(party.role, party.name) for party in documents[0].parties] == [
            ("buyer", "B"),
            ("buyer", "T"),
            ("buyer", "C"),
        ]
        documents, findings = read(
            plan_of("csv", rows + block.format("!=buyer", at)), text.replace(",,", ",x,")
        )
        assert not findings
        assert [(party.role, party.name) for party in documents[0].parties] == [("seller", "S"), ("x", "T")]


def test_a_column_for_every_line() -> None:
    rows = (
        "settings: {document_key: order, line_end: lf}\n"
        "rows: {number: order, 'lines[].backorder': 'bo flag(Y,N)', 'lines[]': {at: rows, number: line}}\n"
    )
    lines = (Line("1", backorder=True), Line("2", backorder=True))
    both_ways(rows, "order,bo,line\nA,Y,1\nA,Y,2\n", [Order("A", lines=lines)])


def test_a_file_without_document_key_is_one_document() -> None:
    both_ways(
        "rows: {number: order, 'lines[]': {at: rows, number: line}}\nsettings: {line_end: lf}\n",
        "order,line\nA,1\nA,2\n",
        [Order("A", lines=(Line("1"), Line("2")))],
    )


def test_columns_are_written_in_the_order_of_the_settings() -> None:
    plan = plan_of("csv", "settings: {columns: [b, extra, a], line_end: lf}\nrows: {number: a, note: b}\n")
    assert write(plan, [Order(number="1", note="2")]) == "b,extra,a\n2,,1\n"


def test_a_list_in_one_cell() -> None:
    rows = "settings: {line_end: lf}\nrows: {number: order, cartons: cartons list(;)}\n"
    both_ways(rows, "order,cartons\nA,1;2\n", [Order(number="A", cartons=("1", "2"))])
    target, findings = evaluate.write(plan_of("csv", rows), Order(number="A", cartons=("1;2",)))
    assert target is None
    assert codes_of(findings) == ["mapping-value"]


def test_values_are_refused_with_line_and_column() -> None:
    _, findings = read(plan_of("csv", ROWS), HEADER + "A;2024-05-31;;1;1.5;maybe;;\n")
    assert [(f.code, f.location.line, f.location.column, f.value) for f in findings] == [
        ("mapping-value", 2, 2, "2024-05-31"),
        ("mapping-value", 2, 5, "1.5"),
        ("mapping-value", 2, 6, "maybe"),
    ]
    assert "DD.MM.YYYY" in findings[0].message
