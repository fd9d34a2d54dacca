"""Documents are found in any wrapper, with the pointers that lead to them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from gateway.formats.json import Json
from gateway.spapi.contents import Document, Kind, contents, recognise, wrapped
from tests.formats.test_json import trees
from tests.thoroughness import examples

ORDER: Json = {"purchaseOrderNumber": "4X7ZK2QA", "purchaseOrderState": "New"}
ACKNOWLEDGEMENT: Json = {"purchaseOrderNumber": "4X7ZK2QA", "acknowledgementDate": "2026-03-01T10:00:00Z"}
SHIPMENT: Json = {"shipmentIdentifier": "S-1", "shipmentConfirmationType": "Original"}
INVOICE: Json = {"invoiceType": "Invoice", "id": "I-1"}
SINGLES = {
    Kind.ORDER: ORDER,
    Kind.ACKNOWLEDGEMENT: ACKNOWLEDGEMENT,
    Kind.SHIPMENT_CONFIRMATION: SHIPMENT,
    Kind.INVOICE: INVOICE,
}


@pytest.mark.parametrize("kind", Kind)
def test_every_wrapper_of_every_kind(kind: Kind) -> None:
    single = SINGLES[kind]
    key = kind.list_key
    wrappers: list[tuple[Json, list[str]]] = [
        (single, [""]),
        ([single, single], ["/0", "/1"]),
        ({key: [single, single]}, [f"/{key}/0", f"/{key}/1"]),
        ({"payload": single}, ["/payload"]),
        ({"payload": [single]}, ["/payload/0"]),
        ({"payload": {key: [single]}}, [f"/payload/{key}/0"]),
    ]
    for tree, pointers in wrappers:
        held = contents(tree)
        assert held is not None
        assert held.kind is kind
        assert recognise(tree) is kind
        assert held.documents == tuple(Document(pointer, single) for pointer in pointers)
        assert held.findings == ()


@pytest.mark.parametrize("kind", Kind)
def test_what_is_wrapped_is_found_again(kind: Kind) -> None:
    tree = wrapped(kind, [SINGLES[kind]])
    assert list(tree) == [kind.list_key]
    held = contents(tree)
    assert held is not None
    assert [document.tree for document in held.documents] == [SINGLES[kind]]


@pytest.mark.parametrize(
    "tree",
    [
        None,
        True,
        "orders",
        [],
        {},
        [ORDER, INVOICE],
        [ORDER, 1],
        {"orders": [ORDER], "invoices": [INVOICE]},
        {"payload": {"transactionId": "x"}},
        {"payload": {"ordersStatus": []}},
        {"shipments": [{"vendorShipmentIdentifier": "x"}]},
        {"number": "4X7ZK2QA", "lines": []},
        {**INVOICE, **ORDER} if isinstance(INVOICE, dict) and isinstance(ORDER, dict) else None,
        {"payload": {"payload": ORDER}},
    ],
)
def test_what_is_none_of_the_four_kinds_is_not_recognised(tree: Json) -> None:
    assert recognise(tree) is None


def test_an_empty_list_is_recognised_by_its_key() -> None:
    held = contents({"payload": {"orders": []}})
    assert held is not None
    assert (held.kind, held.documents) == (Kind.ORDER, ())


def test_entries_that_are_no_documents_are_handed_on_to_be_judged() -> None:
    held = contents({"invoices": [1, None]})
    assert held is not None
    assert held.documents == (Document("/invoices/0", 1), Document("/invoices/1", None))


def test_an_order_in_the_place_of_the_list_is_read_at_its_place() -> None:
    held = contents({"orders": ORDER})
    assert held is not None
    assert held.documents == (Document("/orders", ORDER),)


def test_an_answer_of_errors_is_no_document_but_said() -> None:
    held = contents({"errors": [{"code": "InvalidInput", "message": "no such order", "details": "4X"}, 7]})
    assert held is not None
    assert held.kind is None
    (finding,) = held.findings
    assert (finding.code, finding.location.pointer) == ("spapi-error-response", "/errors/0")
    assert finding.message == "Amazon refused the request with InvalidInput: no such order 4X"


def test_a_page_that_is_not_the_last_is_said() -> None:
    held = contents({"payload": {"orders": [ORDER], "pagination": {"nextToken": "abc"}}})
    assert held is not None
    assert [(finding.code, finding.location.pointer) for finding in held.findings] == [
        ("spapi-more-pages", "/payload/pagination/nextToken")
    ]


def test_fields_that_no_wrapper_has_are_said() -> None:
    held = contents({"payload": {"orders": [ORDER], "extra": 1}, "request/id": "x", "errors": []})
    assert held is not None
    assert [(finding.code, finding.location.pointer) for finding in held.findings] == [
        ("spapi-field-unknown", "/request~1id"),
        ("spapi-field-unknown", "/payload/extra"),
    ]


def test_errors_beside_documents_are_said_and_the_documents_read() -> None:
    held = contents({"payload": {"orders": [ORDER]}, "errors": [{"code": "Partial", "message": "m"}]})
    assert held is not None
    assert held.kind is Kind.ORDER
    assert [finding.code for finding in held.findings] == ["spapi-error-response"]


@settings(max_examples=examples(100), deadline=None)
@given(trees)
def test_any_tree_is_looked_at_without_raising(tree: Json) -> None:
    for wrapper in (tree, {"payload": tree}, {"orders": tree}, {"errors": tree}):
        held = contents(wrapper)
        assert held is None or held.kind is None or held.kind in Kind
