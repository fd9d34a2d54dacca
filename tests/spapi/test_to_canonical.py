"""Amazon's own retail examples on their whole way: each document in them becomes a canonical one."""

from __future__ import annotations

import json

import pytest

from gateway.documents import Document, Invoice, OrderAcknowledgment, PurchaseOrder, ShipNotice
from gateway.documents.judge import faults
from gateway.findings import Severity
from gateway.formats.json import JsonObject
from gateway.pipeline.sources import Received
from gateway.report import Verdict
from gateway.spapi.contents import Kind, contents
from tests.pipeline.knowledge import received
from tests.shared import needs_shared
from tests.spapi.examples import Example, examples
from tests.spapi.schemas import group

DOCUMENTS: dict[Kind, type[Document]] = {
    Kind.ORDER: PurchaseOrder,
    Kind.ACKNOWLEDGEMENT: OrderAcknowledgment,
    Kind.SHIPMENT_CONFIRMATION: ShipNotice,
    Kind.INVOICE: Invoice,
}
LISTING_REASON = "a listing without details: it holds the numbers and states of orders, and no order to read"
NOT_READ = {
    "sandbox getPurchaseOrders-2 response": LISTING_REASON,
    "model getPurchaseOrders 200 response 2": LISTING_REASON,
}


def with_documents() -> dict[str, tuple[Example, Kind, list[JsonObject]]]:
    """The successful examples that hold documents, by name."""
    held = ((example, contents(example.tree)) for example in examples() if not example.refused)
    return {
        example.name: (example, found.kind, [group(each.tree) for each in found.documents])
        for example, found in held
        if found is not None and found.kind is not None
    }


def read(name: str) -> Received:
    return received(json.dumps(with_documents()[name][0].tree).encode())


@needs_shared
def test_there_are_examples_of_every_kind() -> None:
    kinds = [kind for _, kind, _ in with_documents().values()]
    assert set(kinds) == set(Kind)
    assert len(kinds) > 20


@needs_shared
def test_every_example_but_those_listed_is_read_to_canonical_documents() -> None:
    refused = set()
    for name, (_, kind, trees) in with_documents().items():
        outcome = read(name)
        documents = [each.document for each in outcome.documents]
        if outcome.report.verdict is not Verdict.ACCEPTED:
            refused.add(name)
            continue
        assert [type(document) for document in documents] == [DOCUMENTS[kind]] * len(trees), name
        assert [fault.message for document in documents for fault in faults(document)] == [], name
        if kind is Kind.ORDER:
            numbers = [document.number for document in documents if isinstance(document, PurchaseOrder)]
            assert numbers == [tree["purchaseOrderNumber"] for tree in trees], name
    assert refused == set(NOT_READ)


@needs_shared
@pytest.mark.parametrize("name", NOT_READ)
def test_a_listing_without_details_has_no_order_to_read(name: str) -> None:
    outcome = read(name)
    _, _, trees = with_documents()[name]
    assert outcome.documents == ()
    assert outcome.report.verdict is Verdict.REJECTED
    assert not any("orderDetails" in tree for tree in trees), NOT_READ[name]
    missing = {
        finding.location.pointer
        for finding in outcome.report.findings
        if (finding.code, finding.severity) == ("mapping-required-missing", Severity.ERROR)
    }
    dates = {f"/payload/orders/{number}/orderDetails/purchaseOrderDate" for number in range(len(trees))}
    assert dates <= missing
