"""Explanations of what cross-references fill in, and of documents in two files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.bootstrap import Library
from gateway.documents.codec import encode
from gateway.findings import Location
from gateway.formats.detect import Format
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Explanation, Output, Reading, key_of
from gateway.pipeline.comparing import compare
from gateway.pipeline.explaining import explain
from gateway.pipeline.sources import Received, receive, receive_pair
from gateway.workspace import Workspace
from tests.pipeline.knowledge import ROOT
from tests.pipeline.test_two_files import LINES, ORDERS

READ = "partners/amazon/mappings/csv-order.yaml"
WRITTEN = "partners/amazon/mappings/xml-order.yaml"
ITEMS = "partners/amazon/crossrefs/items.csv"
ORDER = """\
order_number,order_date,ship_to_code,line_number,quantity,unit,price,asin
P1,2026-11-03,PHX3,1,12,CA,42.5,B0ACRN0001
P1,2026-11-03,PHX3,2,5,EA,6.15,B0ACRN0009
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The order table looks up a number on reading, that of XML a description and a default on writing."""
    texts = {
        READ: "overlay: csv-order\n"
        "crossrefs:\n  lines[]: items(ids.asin -> ids.vendor_sku) read-only default=NONE\n",
        WRITTEN: "overlay: xml-order\n"
        "crossrefs:\n  lines[]: items(ids.vendor_sku -> description) write-only\n",
        ITEMS: "asin,vendor_sku,description\nB0ACRN0001,ACS-100-12,A bottle\n",
    }
    for relative, text in texts.items():
        path = tmp_path / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Library(Workspace(tmp_path, ROOT))


def explained(library: Library, received: Received, target: Format) -> Explanation:
    source = Format(received.report.format)
    made = explain(received.documents, source, target, library.knowledge("amazon", None))
    assert not made.findings
    return made.explanations[0]


def order(library: Library, data: str = ORDER, form: Format = Format.CSV) -> Received:
    return receive("order", [data.encode()], form, library.knowledge("amazon", None))


def at(explanation: Explanation, key: str) -> Output:
    (output,) = (each for each in explanation.outputs if key_of(each.location) == key)
    return output


def reading(output: Output) -> Reading:
    ((one,),) = (field.readings for field in output.fields)
    return one


def test_a_value_filled_on_reading_comes_from_its_row_and_from_the_place_that_found_it(
    library: Library,
) -> None:
    output = at(explained(library, order(library), Format.XML), "/order/lines/line[1]/item/id[2]")
    assert output.value == "ACS-100-12"
    field = output.fields[0]
    assert field.pointer == "/lines/0/ids/vendor_sku"
    (one,) = field.readings
    assert one.kind is Kind.COMPLETED
    assert (one.location, one.value) == (Location(line=2, column=8), "B0ACRN0001")
    assert str(one.crossref) == f"{ITEMS}:2"
    assert str(one.row) == f"{READ}:3"


def test_a_value_filled_on_writing_is_followed_through_the_one_filled_on_reading(library: Library) -> None:
    output = at(explained(library, order(library), Format.XML), "/order/lines/line[1]/item/description")
    assert output.value == "A bottle"
    one = reading(output)
    assert (one.location, one.value) == (Location(line=2, column=8), "B0ACRN0001")
    assert str(one.crossref) == f"{ITEMS}:2"
    assert str(one.row) == f"{WRITTEN}:3"


def test_a_default_of_a_cross_reference_names_the_line_of_the_table_alone(library: Library) -> None:
    output = at(explained(library, order(library), Format.XML), "/order/lines/line[2]/item/id[2]")
    assert output.value == "NONE"
    one = reading(output)
    assert (one.kind, one.crossref, str(one.row)) == (Kind.COMPLETED, None, f"{READ}:3")


def test_a_canonical_file_is_completed_from_its_own_fields(library: Library) -> None:

    data = encode([each.document for each in order(library).documents]).decode()
    explanation = explained(library, order(library, data, Format.CANONICAL), Format.XML)
    one = reading(at(explanation, "/order/lines/line[1]/item/description"))
    assert (one.location.pointer, one.value) == ("/0/lines/0/ids/vendor_sku", "ACS-100-12")
    assert str(one.crossref) == f"{ITEMS}:2"
    other = reading(at(explanation, "/order/lines/line[1]/quantity"))
    assert (other.location.pointer, other.kind) == ("/0/lines/0/quantity", Kind.VALUE)


def test_what_was_filled_in_is_compared_with_the_place_that_found_it(library: Library) -> None:
    one = order(library)
    other = order(library, ORDER.replace("B0ACRN0001", "B0ACRN0002"))
    told = {
        (each.first or each.second).pointer: each  # type: ignore[union-attr]  # one of both is there
        for each in compare(one.documents, other.documents, with_ext=True).differences
    }
    sku = told["/lines/0/ids/vendor_sku"]
    assert sku.first is not None
    assert (sku.first.value, sku.first.location) == ("ACS-100-12", Location(line=2, column=8))


def test_places_of_two_files_name_their_file(library: Library) -> None:
    files = [("orders.csv", [ORDERS.encode()]), ("lines.csv", [LINES.encode()])]
    received = receive_pair(files, library.knowledge("amazon", None))
    explanation = explained(library, received, Format.X12)
    (number,) = at(explanation, "2.3").fields
    assert [(each.location.file, each.location.line, each.value) for each in number.readings] == [
        ("lines.csv", 2, "A1"),
        ("lines.csv", 4, "A1"),
    ]
    told = {
        (each.location.file, each.location.line, each.location.column): each.value
        for output in explanation.outputs
        for field in output.fields
        for each in field.readings
    }
    assert told["orders.csv", 2, 4] == "PHX3"
    assert told["lines.csv", 4, 3] == "3"
    shown = {part.key: part.text for line in explanation.source_lines for part in line.parts if part.key}
    assert shown["orders.csv:2.4"] == "PHX3"
    assert sum(text == "PHX3" for text in shown.values()) == 1
    assert [(each.location.file, each.location.line, each.value) for each in explanation.coverage.unread] == [
        ("orders.csv", 2, "autumn")
    ]


def test_what_the_writer_makes_by_itself_says_what_it_is(library: Library) -> None:
    explanation = explained(library, order(library), Format.X12)
    made = {each.location.place: each for each in explanation.outputs if each.kind is Kind.WRITER}
    assert sorted(made) == ["SE01", "SE02", "ST01", "ST02"]
    assert made["SE01"].text == "number of segments, ST and SE among them"
    assert made["SE01"].value == str(len(explanation.target_lines))
    assert explanation.outputs[0] is made["ST01"]
    (count,) = (each for each in explanation.outputs if each.location.place == "CTT01")
    assert (count.kind, count.text) == (Kind.DERIVED, "line_count")
    assert count.row is not None
