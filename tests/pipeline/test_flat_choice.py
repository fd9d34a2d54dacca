"""Which table reads a delimited file: the one that clearly fits its header, or none."""

from __future__ import annotations

import codecs

import msgspec
import pytest

from gateway.documents import PurchaseOrder
from gateway.findings import Finding, Location, Severity
from gateway.mapping.engine import Mapper
from gateway.pipeline.flat_choice import table_for
from gateway.pipeline.flat_files import write_flat
from gateway.pipeline.flat_tables import FlatTable
from gateway.pipeline.tables import Sourced
from gateway.report import Verdict
from tests.mapping.small import plan_of
from tests.pipeline.knowledge import documents_of, example, knowledge, received


def told(data: bytes) -> tuple[Finding, ...]:
    """The findings of a file that no table reads."""
    source = received(data, form=None)
    assert (source.documents, source.report.verdict) == ((), Verdict.UNREADABLE)
    return source.report.findings


def at(finding: Finding) -> tuple[str, int | None, int | None]:
    return finding.code, finding.location.line, finding.location.column


MISSPELT = (
    ("invoice.csv", "csv-invoice", "invoice_total", "InvoiceTotal", 31),
    ("invoice.csv", "csv-invoice", "invoice_date", "InvoiceDate", 3),
    ("invoice.csv", "csv-invoice", "invoice_number", "Invoice Number", 2),
    ("ship-notice.csv", "csv-shipment", "shipment_number", "shipment_no", 1),
    ("ship-notice.csv", "csv-shipment", "notice_time", "Notice-Time", 2),
    ("order-acknowledgment.csv", "csv-acknowledgment", "acknowledgment_date", "ack_date", 2),
)


@pytest.mark.parametrize(("file", "table", "column", "written", "number"), MISSPELT)
def test_one_misspelt_column_makes_no_other_kind_of_document(
    file: str, table: str, column: str, written: str, number: int
) -> None:
    (finding,) = told(example(file).replace(column.encode(), written.encode(), 1))
    near = written if written != "ack_date" else ""
    assert at(finding) == ("mapping-column-missing", 1, number if near else None)
    stands = f"; {near} stands there" if near else ""
    assert finding.message == f"the header looks like {table}, but its column {column} is missing{stands}"


def test_every_missing_column_is_told() -> None:
    head, _, rows = example("invoice.csv").partition(b"\n")
    findings = told(head.title() + b"\n" + rows)
    assert [(each.value, each.location.column) for each in findings] == [
        ("invoice_type", 1),
        ("invoice_number", 2),
        ("invoice_date", 3),
        ("invoice_total", 31),
    ]


def test_a_short_invoice_with_two_misspelt_columns_is_no_order() -> None:
    head = b"invoice_type,invoice_number,InvoiceDate,order_number,order_date,quantity,unit,price,InvoiceTotal"
    findings = told(head + b"\ninvoice,I1,2026-11-09,A1,2026-11-01,1,EA,1.00,1.00\n")
    assert [each.value for each in findings] == ["invoice_date", "invoice_total"]


@pytest.mark.parametrize("extra", [b"", b",currency,ship_date", b",colour,season,shelf,depot,planner"])
def test_a_short_order_is_an_order(extra: bytes) -> None:
    blank = b"," * extra.count(b",")
    source = received(
        b"order_number,order_date,asin,quantity,unit%b\nA1,2026-11-01,B0ACRN0001,2,EA%b\n" % (extra, blank)
    )
    assert [type(each.document) for each in source.documents] == [PurchaseOrder]


def test_columns_of_two_kinds_leave_it_open() -> None:
    (finding,) = told(b"order_number,order_date,quantity,shipment_number\nA1,2026-11-01,2,S1\n")
    assert (at(finding), finding.value) == (("mapping-column-missing", 1, None), "notice_time")


def test_no_table_near_at_all_names_them() -> None:
    (finding,) = told(b"colour,size\nred,5\n")
    assert finding.code == "mapping-unclear"
    for table in ("csv-acknowledgment", "csv-invoice", "csv-order", "csv-shipment"):
        assert table in finding.message


def test_a_table_that_is_hardly_near_is_named_with_what_it_needs() -> None:
    (finding,) = told(b"order_date,quantity,colour,size,season,depot\n2026-11-01,2,red,5,A,B\n")
    assert finding.message == (
        "the header fits none of the tables; the nearest, csv-order, needs order_number too"
    )


SEMICOLONS = example("invoice.csv").replace(b",", b";")
TABS = example("invoice.csv").replace(b'"Trail mix, 12 bags"', b"Trail mix").replace(b",", b"\t")


@pytest.mark.parametrize(
    ("data", "sign", "setting"),
    [
        (SEMICOLONS, "`;`", '";"'),
        (codecs.BOM_UTF8 + SEMICOLONS, "`;`", '";"'),
        (b"sep=;\r\n" + SEMICOLONS, "`;`", '";"'),
        (TABS, "tabs", "tab"),
        (b"sep=\t\n" + TABS, "tabs", "tab"),
    ],
    ids=["semicolons", "byte order mark", "note", "tabs", "note of tabs"],
)
def test_another_delimiter_is_told_with_the_setting(data: bytes, sign: str, setting: str) -> None:
    (finding,) = told(data)
    assert finding.code == "flat-delimiter"
    assert finding.message == (
        f"the header is separated by {sign}, but the table csv-invoice uses `,`: "
        f"set `delimiter: {setting}` in its settings"
    )


def test_another_delimiter_does_not_hide_a_missing_column() -> None:
    findings = told(SEMICOLONS.replace(b"invoice_total", b"InvoiceTotal"))
    assert [each.code for each in findings] == ["flat-delimiter", "mapping-column-missing"]
    assert findings[1].location.column == 31


def test_utf_16_of_a_spreadsheet_is_named() -> None:
    findings = told(TABS.decode().encode("utf-16"))
    assert [each.code for each in findings] == ["flat-charset-marked", "flat-delimiter"]
    assert findings[0].message == (
        "the file begins with the byte order mark of UTF-16, but its table reads utf-8"
    )
    assert "`charset: utf-16`" in findings[0].remedy


def flat(name: str, settings: str = "") -> FlatTable:
    table = f"settings: {{document_key: order{settings}}}\nrows:\n  number: order required\n  note: note\n"
    plan = plan_of("csv", table)
    return FlatTable(Mapper(plan), PurchaseOrder)


def test_a_table_with_the_settings_that_are_asked_for_reads_the_file() -> None:
    table = flat("spreadsheet", ", delimiter: tab, charset: utf-16")
    data = "sep=\t\r\norder\tnote\r\nA1\tgood\r\n".encode("utf-16")
    assert table_for([table], data) == (table, ())
    (outcome,) = table.read(data).outcomes
    assert outcome.findings == ()


def test_a_table_that_is_named_is_told_of_another_delimiter_too() -> None:
    table, (finding,) = table_for([flat("one")], b"order;note\nA1;good\n")
    assert (table, finding.code) == (None, "flat-delimiter")


def test_tables_that_fit_alike_are_named() -> None:
    table, (finding,) = table_for([flat("one"), flat("two")], b"order,note\nA1,good\n")
    assert (table, finding.code) == (None, "mapping-unclear")
    assert finding.message.endswith(" alike")


def test_a_table_without_a_key_writes_one_document_into_a_file() -> None:
    (invoice, *_) = documents_of(example("invoice.csv"))
    keyed = next(table for table in knowledge().flat_tables() if table.document is type(invoice))
    plan = keyed.mapper.plan
    settings = msgspec.structs.replace(plan.settings, document_key=())
    table = FlatTable(Mapper(msgspec.structs.replace(plan, settings=settings)), keyed.document)
    written = write_flat([Sourced(invoice, Location(set=n)) for n in (1, 2)], [table])
    assert written.data is not None
    assert documents_of(written.data) == [invoice]
    (finding,) = [each for each in written.findings if each.severity is Severity.ERROR]
    assert (finding.code, finding.location) == ("flat-key-held", Location(set=2))
    assert finding.message.startswith("the file to write holds a document already; ")


def test_without_tables_there_is_no_choice() -> None:
    table, (finding,) = table_for([], b"order,note\nA1,good\n")
    assert (table, finding.message) == (None, "there is no table for delimited files")


def test_the_example_files_are_read_by_their_tables() -> None:
    tables = knowledge().flat_tables()
    chosen = [
        table.name
        for file in ("invoice.csv", "ship-notice.csv", "order-acknowledgment.csv")
        if (table := table_for(tables, example(file))[0]) is not None
    ]
    assert chosen == ["csv-invoice", "csv-shipment", "csv-acknowledgment"]
