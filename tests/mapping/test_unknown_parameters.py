"""What a table leaves out for want of an agreement is told: once for each document and parameter."""

from __future__ import annotations

import json

import pytest

from gateway.bootstrap import Library
from gateway.documents.codec import encode
from gateway.findings import Finding, Severity
from gateway.formats.detect import Format
from gateway.mapping.engine import COMPILE_AFTER
from gateway.mapping.parameters import Parameters
from gateway.mapping.unknown import lacks_parameters, unwritten
from gateway.workspace import Workspace
from tests.mapping.small import NUMBER, Line, Order, plan_of
from tests.pipeline.knowledge import ROOT, documents_of, example, knowledge, received, translated

LINES = NUMBER + "  lines[]:\n    at: PO1\n    quantity: PO102 decimal\n"
NOBODY = Parameters()


def told(findings: tuple[Finding, ...]) -> list[tuple[str | None, str | None, str]]:
    """Of each such warning: the document, the place in it, what became of it."""
    return [
        (each.location.st02, each.location.field or each.location.pointer, each.message.partition(":")[0])
        for each in findings
        if each.code == "parameter-unknown"
    ]


def test_a_number_and_a_currency_that_only_the_agreement_can_place_are_told() -> None:
    written = translated(example("purchase-orders.850"), Format.SPAPI, None)
    assert told(written.findings) == [
        ("0001", "/currency", "netCost.currencyCode stays without currency"),
        ("0002", "/lines/0/ids/upc", "ids.upc was not written"),
        ("0002", "/currency", "netCost.currencyCode stays without currency"),
    ]
    warned = [each for each in written.findings if each.code == "parameter-unknown"]
    assert {each.severity for each in warned} == {Severity.WARNING}
    assert "$vendor_item_id" in warned[1].message
    assert "mappings/spapi-order.yaml:" in warned[1].message
    assert "--partner" in warned[1].remedy
    (note,) = [each for each in written.findings if each.code == "not-carried"]
    assert "lines[].ids.upc" in note.message


def test_each_parameter_is_told_once_for_a_document_of_many_lines() -> None:
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[1]))
    tree["lines"] *= 50
    written = translated(json.dumps(tree).encode(), Format.SPAPI, None)
    assert len(told(written.findings)) == 2


def test_nothing_is_told_where_the_document_or_the_agreement_says_it() -> None:
    assert told(translated(example("purchase-orders.850"), Format.SPAPI).findings) == []
    tree = json.loads(encode(documents_of(example("purchase-orders.850"))[0]))
    tree["currency"] = "EUR"
    assert told(translated(json.dumps(tree).encode(), Format.SPAPI, None).findings) == []


def test_a_vendors_number_that_is_read_without_an_agreement_is_told() -> None:
    data = translated(example("purchase-orders.850"), Format.SPAPI).data
    assert data is not None
    assert told(received(data, None).report.findings) == [
        (None, "/orders/1", "vendorProductIdentifier was not read as ids but kept as it is")
    ]
    assert told(received(data).report.findings) == []


@pytest.mark.parametrize("number", [0, 3 * COMPILE_AFTER])
def test_it_is_told_whether_the_table_is_compiled_or_not(number: int) -> None:
    tables = Library(Workspace(ROOT)).knowledge(None, None)
    document = documents_of(example("purchase-orders.850"))[1]
    table = tables.written_json_table(type(document))
    assert table is not None
    for _ in range(number):
        table.write(document)
    assert len(told(table.write(document)[1])) == 2


def test_a_table_without_parameters_asks_for_none() -> None:
    for table in ("x12-850", "csv-order"):
        assert not lacks_parameters(Library(Workspace(ROOT)).plan(table, NOBODY))
    assert knowledge(None).partner is None


def test_keys_with_a_row_of_their_own_or_of_all_keys_are_written_otherwise() -> None:
    order = Order(number="1", lines=(Line(quantity=None, ids={"upc": "1"}),))
    alone = plan_of("x12", LINES + "    ids.$vendor_item_id: PO107\n", parameters=NOBODY)
    assert told(unwritten(alone, order)) == [(None, "/lines/0/ids/upc", "ids.upc was not written")]
    own = LINES + "    ids.$vendor_item_id: PO107\n    ids.upc: PO109\n"
    assert unwritten(plan_of("x12", own, parameters=NOBODY), order) == ()
    every = LINES + "    ids.$vendor_item_id: PO107\n    ids: PO108-13 pairs(item-id)\n"
    assert unwritten(plan_of("x12", every, parameters=NOBODY), order) == ()


def test_a_default_is_missed_where_its_segment_is_written() -> None:
    rows = NUMBER + "  currency: BEG04 default=$currency\n  note: CUR02 default=$currency\n"
    plan = plan_of("x12", rows, parameters=NOBODY)
    assert told(unwritten(plan, Order(number="1"))) == [(None, "/currency", "BEG04 stays without currency")]
    assert unwritten(plan, Order(number="1", currency="USD")) == ()
