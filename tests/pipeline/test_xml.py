"""XML files on their way: several documents, good and bad ones, places of findings, and `ext`."""

from __future__ import annotations

import msgspec
import pytest

from gateway.documents import Document, PurchaseOrder
from gateway.documents.codec import encode
from gateway.findings import Location, Severity
from gateway.formats.detect import Format, detect
from gateway.formats.json import JsonObject
from gateway.mapping.evaluate import JsonSource, read, write
from gateway.mapping.parameters import Parameters
from gateway.mapping.parse import parse_table
from gateway.mapping.resolve import resolve
from gateway.pipeline.flat_files import write_pair
from gateway.pipeline.tables import Sourced
from gateway.pipeline.targets import FirstNumbers
from gateway.pipeline.targets import write as write_documents
from tests.pipeline.knowledge import AT, knowledge, library, received

SPACE = 'xmlns="urn:acorn-gateway:documents"'
HEADER = "<header><orderNumber>{}</orderNumber><orderDate>2026-11-02</orderDate></header>"


def order(number: str, line: str = '<quantity unit="each">1</quantity>') -> str:
    return f"<order>{HEADER.format(number)}\n<lines><line>{line}</line></lines></order>"


def orders(*texts: str) -> bytes:
    return f"<orders {SPACE}>\n{''.join(texts)}</orders>".encode()


def test_a_bad_order_is_left_out_and_told_at_its_place() -> None:
    data = orders(order("1"), order("2", "<quantity>x</quantity>"), order("3"))
    assert detect(data) is Format.XML
    made = received(data)
    assert [each.document.number for each in made.documents if isinstance(each.document, PurchaseOrder)] == [
        "1",
        "3",
    ]
    assert [(each.type, each.number) for each in made.report.sets][1] == ("PurchaseOrder", "2")
    (finding,) = made.report.findings
    assert finding.code == "xml-value"
    assert (finding.location.line, finding.location.xpath) == (4, "/orders/order[2]/lines/line/quantity")
    assert finding.remedy


def test_what_the_table_refuses_is_told_by_line_and_xpath() -> None:
    twice = '<item><id type="upc">1</id>\n<id type="upc">2</id></item><quantity>1</quantity>'
    (finding,) = received(orders(order("1"), order("2", twice))).report.findings
    assert finding.code == "mapping-value"
    assert finding.location.xpath == "/orders/order[2]/lines/line/item/id[1]"
    assert finding.location.line == 4


@pytest.mark.parametrize(
    ("data", "code", "xpath"),
    [
        (b"<order/>", "xml-document-unknown", "/order"),
        (f"<orders {SPACE}/>".encode(), "xml-missing", "/orders"),
        (f"<orders {SPACE}><a/></orders>".encode(), "xml-unexpected", "/orders/a"),
        (f"<orders {SPACE}>x{order('1')}</orders>".encode(), "xml-text-misplaced", "/orders"),
    ],
)
def test_a_file_around_its_documents_is_judged_too(data: bytes, code: str, xpath: str) -> None:
    made = received(data)
    assert made.documents == ()
    assert [(each.code, each.location.xpath) for each in made.report.findings] == [(code, xpath)]


def test_a_document_with_a_character_xml_cannot_carry_is_not_written() -> None:
    document = received(orders(order("1"), order("2"))).documents[0].document
    wrong: Document = msgspec.structs.replace(document, release="a\x0b")
    sourced = [Sourced(each, Location(set=number)) for number, each in enumerate((document, wrong), 1)]
    made = write_documents(sourced, Format.XML, knowledge(), FirstNumbers(), AT)
    assert made.data is not None
    assert made.data.count(b"<orderNumber>") == 1
    (finding,) = made.findings
    assert (finding.code, finding.location.set, finding.location.xpath) == (
        "xml-character",
        2,
        "/order/header/release",
    )


def test_what_no_row_claims_is_kept_and_written_back() -> None:
    overlay = "overlay: xml-order\nrows:\n  release: null\n"
    overlay += "  lines[]:\n    weight.unit: null\n    weight.value: null\n"
    shipped = "mappings/xml-order.yaml"
    table, _ = parse_table(shipped, library().mapping_texts[shipped], [("overlay.yaml", overlay)])
    assert table is not None
    plan, mistakes = resolve(table, library().mapping_library, Parameters())
    assert plan is not None, mistakes
    tree: JsonObject = {
        "header": {"orderNumber": "1", "orderDate": "2026-11-02", "release": "R2"},
        "lines": {"line": [{"quantity": {".": "1"}, "weight": {".": "2", "@unit": "pound"}}]},
    }
    document, findings = read(plan, JsonSource(tree))
    assert isinstance(document, PurchaseOrder), findings
    assert document.ext == {"xml": {"header.release": '"R2"'}}
    assert document.lines[0].ext == {"xml": {"weight": '{".":"2","@unit":"pound"}'}}
    assert write(plan, document)[0] == tree


def test_a_quantity_of_zero_below_zero_is_read_as_the_zero_that_is_written() -> None:
    made = received(orders(order("1", '<quantity unit="each">-0</quantity>'), order("2")))
    (first, *_) = made.documents
    assert isinstance(first.document, PurchaseOrder)
    assert str(first.document.lines[0].quantity) == "0"
    written = write_documents(made.documents, Format.XML, knowledge(), FirstNumbers(), AT)
    assert written.data is not None
    again = [each.document for each in received(written.data).documents]
    assert encode(again) == encode([each.document for each in made.documents])


def test_of_two_documents_with_one_key_the_first_goes_into_a_delimited_file() -> None:
    made = received(orders(order("1"), order("2"), order("1", '<quantity unit="each">7</quantity>')))
    written = write_documents(made.documents, Format.CSV, knowledge(), FirstNumbers(), AT)
    assert written.data is not None
    assert [each.document for each in received(written.data).documents] == [
        each.document for each in made.documents[:2]
    ]
    (finding,) = [each for each in written.findings if each.severity is Severity.ERROR]
    assert (finding.code, finding.value) == ("flat-key-held", "1")
    assert finding.location == Location(set=3)
    assert "holds a document whose order_number is 1 already" in finding.message
    pair = write_pair(made.documents, knowledge().flat_tables())
    assert [each.code for each in pair.findings if each.severity is Severity.ERROR] == ["flat-key-held"]
    assert len(pair.files) == 2
