"""Lenient reading: what surely is meant is put right and said, everything else is left and said."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.findings import Finding, Severity
from gateway.formats.json import Json, JsonObject, parse
from gateway.spapi.contents import Kind, wrapped
from gateway.spapi.repair import MAX_FINDINGS
from gateway.spapi.schema import compiled, repair, violations
from tests.formats.test_json import trees
from tests.spapi.schemas import group, single, source, whole
from tests.thoroughness import examples

ORDER: JsonObject = {
    "purchaseOrderNumber": "4X7ZK2QA",
    "purchaseOrderState": "New",
    "orderDetails": {
        "purchaseOrderDate": "2026-03-01T10:00:00Z",
        "purchaseOrderStateChangedDate": "2026-03-01T10:00:00Z",
        "shipWindow": "2026-03-02T00:00:00Z--2026-03-09T00:00:00Z",
        "shipToParty": {
            "partyId": "PHX3",
            "address": {"name": "Depot", "addressLine1": "1 Way", "countryCode": "US"},
        },
        "items": [
            {
                "itemSequenceNumber": "1",
                "isBackOrderAllowed": False,
                "orderedQuantity": {"amount": 3, "unitOfMeasure": "Cases", "unitSize": 12},
                "netCost": {"amount": "12.50", "currencyCode": "USD"},
            }
        ],
    },
}
INVOICE: JsonObject = {
    "invoiceType": "Invoice",
    "id": "I-1",
    "date": "2026-03-10T00:00:00Z",
    "remitToParty": {"partyId": "VEND1"},
    "invoiceTotal": {"amount": "37.50", "currencyCode": "USD"},
    "paymentTerms": {"type": "Basic", "netDueDays": 30},
    "taxDetails": [{"taxType": "GST", "taxAmount": {"amount": "1.00", "currencyCode": "CAD"}}],
    "items": [
        {
            "itemSequenceNumber": 1,
            "invoicedQuantity": {"amount": 3, "unitOfMeasure": "Cases"},
            "netCost": {"amount": "12.50", "currencyCode": "USD"},
        }
    ],
}
SHIPMENT: JsonObject = {
    "shipmentIdentifier": "S-1",
    "shipmentConfirmationType": "Original",
    "shipmentType": "LessThanTruckLoad",
    "shipmentConfirmationDate": "2026-03-05T00:00:00Z",
    "sellingParty": {"partyId": "VEND1"},
    "shipFromParty": {"partyId": "VEND1"},
    "shipToParty": {"partyId": "PHX3"},
    "shipmentMeasurements": {"grossShipmentWeight": {"unitOfMeasure": "Kg", "value": "12"}, "cartonCount": 1},
    "shippedItems": [
        {
            "itemSequenceNumber": "001",
            "shippedQuantity": {"amount": 3, "unitOfMeasure": "Cases"},
            "itemDetails": {"countryOfOrigin": "DE", "lotNumberSourceType": "USDA_E"},
        }
    ],
}
ACKNOWLEDGEMENT: JsonObject = {
    "purchaseOrderNumber": "4X7ZK2QA",
    "sellingParty": {"partyId": "VEND1"},
    "acknowledgementDate": "2026-03-01T12:00:00.000+01:00",
    "items": [
        {
            "orderedQuantity": {"amount": 3},
            "itemAcknowledgements": [
                {
                    "acknowledgementCode": "Rejected",
                    "acknowledgedQuantity": {"amount": 3},
                    "rejectionReason": "ObsoleteProduct",
                }
            ],
        }
    ],
}
DOCUMENTS = {
    Kind.ORDER: ORDER,
    Kind.INVOICE: INVOICE,
    Kind.SHIPMENT_CONFIRMATION: SHIPMENT,
    Kind.ACKNOWLEDGEMENT: ACKNOWLEDGEMENT,
}
LINE = "/orderDetails/items/0"
REASON = "/items/0/itemAcknowledgements/0/rejectionReason"


def container_of(tree: Json, pointer: str) -> tuple[Json, str | int]:
    *parents, last = pointer.removeprefix("/").split("/")
    for part in parents:
        tree = tree[int(part)] if isinstance(tree, list) else group(tree)[part]
    return tree, int(last) if isinstance(tree, list) else last


def at(tree: Json, pointer: str) -> Json:
    container, key = container_of(tree, pointer)
    return (
        container[key] if isinstance(container, list) and isinstance(key, int) else group(container)[str(key)]
    )


def changed(kind: Kind, pointer: str, value: Json) -> Json:
    tree: Json = copy.deepcopy(DOCUMENTS[kind])
    container, key = container_of(tree, pointer)
    if isinstance(container, list) and isinstance(key, int):
        container[key] = value
    else:
        group(container)[str(key)] = value
    return tree


def only(findings: tuple[Finding, ...]) -> tuple[Severity, str, str | None]:
    (finding,) = findings
    assert finding.message
    return finding.severity, finding.code, finding.location.pointer


@pytest.mark.parametrize("kind", Kind)
def test_a_valid_document_is_read_as_it_is(kind: Kind) -> None:
    assert repair(DOCUMENTS[kind], single(kind)) == (DOCUMENTS[kind], ())
    assert violations(DOCUMENTS[kind], single(kind)) == ()


@pytest.mark.parametrize("kind", Kind)
def test_a_body_is_judged_as_a_whole(kind: Kind) -> None:
    key = kind.list_key
    assert violations(wrapped(kind, [DOCUMENTS[kind], DOCUMENTS[kind]]), whole(kind)) == ()
    assert only(violations({}, whole(kind))) == (Severity.ERROR, "json-required", f"/{key}")
    extra = {**DOCUMENTS[kind], "extra": 1}
    assert only(violations({key: [DOCUMENTS[kind], extra]}, whole(kind))) == (
        Severity.ERROR,
        "json-unknown-field",
        f"/{key}/1/extra",
    )


@pytest.mark.parametrize(
    ("kind", "pointer", "sent", "used"),
    [
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", "CASES", "Cases"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", " case ", "Cases"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", "EACH", "Eaches"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", "Each", "Eaches"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "10", 10),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", " 10 ", 10),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", Decimal("10.0"), 10),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "1e1", 10),
        (Kind.ORDER, f"{LINE}/itemSequenceNumber", 1, "1"),
        (Kind.ORDER, f"{LINE}/netCost/amount", Decimal("12.50"), "12.50"),
        (Kind.ORDER, f"{LINE}/netCost/amount", " 12.50", "12.50"),
        (Kind.ORDER, f"{LINE}/netCost/amount", 12, "12"),
        (Kind.ORDER, f"{LINE}/isBackOrderAllowed", "TRUE", True),
        (Kind.ORDER, f"{LINE}/isBackOrderAllowed", "false", False),
        (Kind.ORDER, "/purchaseOrderNumber", " 4X7ZK2QA ", "4X7ZK2QA"),
        (Kind.ORDER, "/orderDetails/purchaseOrderDate", "2026-03-01T10:00:00Z\n", "2026-03-01T10:00:00Z"),
        (Kind.ACKNOWLEDGEMENT, REASON, " ObsoleteProduct", "ObsoleteProduct"),
        (Kind.ACKNOWLEDGEMENT, REASON, "obsolete product", "ObsoleteProduct"),
        (Kind.SHIPMENT_CONFIRMATION, "/shipmentType", "LESS_THAN_TRUCK_LOAD", "LessThanTruckLoad"),
        (Kind.SHIPMENT_CONFIRMATION, "/shipmentMeasurements/grossShipmentWeight/unitOfMeasure", "KG", "Kg"),
        (Kind.SHIPMENT_CONFIRMATION, "/shipmentMeasurements/grossShipmentWeight/unitOfMeasure", "LBS", "Lb"),
        (Kind.SHIPMENT_CONFIRMATION, "/shippedItems/0/itemDetails/lotNumberSourceType", "usda-e", "USDA_E"),
        (Kind.SHIPMENT_CONFIRMATION, "/shippedItems/0/itemDetails/countryOfOrigin", "de", "DE"),
        (Kind.INVOICE, "/items/0/itemSequenceNumber", "0001", 1),
        (Kind.INVOICE, "/paymentTerms/netDueDays", "30", 30),
        (Kind.INVOICE, "/paymentTerms/type", "LetterOfCredit", "LetterofCredit"),
        (Kind.INVOICE, "/taxDetails/0/taxType", "GS", "GST"),
        (Kind.INVOICE, "/taxDetails/0/taxType", "MWST", "MwSt."),
    ],
)
def test_what_surely_is_meant_is_put_right_with_a_note(
    kind: Kind, pointer: str, sent: Json, used: Json
) -> None:
    tree = changed(kind, pointer, sent)
    kept = copy.deepcopy(tree)
    read, findings = repair(tree, single(kind), "/at")
    assert only(findings) == (Severity.NOTE, "spapi-repaired", f"/at{pointer}")
    assert at(read, pointer) == used
    assert type(at(read, pointer)) is type(used)
    assert violations(read, single(kind)) == ()
    assert tree == kept


def test_a_repair_says_what_was_sent_and_what_was_read() -> None:
    _, (finding,) = repair(changed(Kind.ORDER, f"{LINE}/orderedQuantity/amount", "10"), single(Kind.ORDER))
    assert finding.value == "10"
    assert finding.message == f"10 at {LINE}/orderedQuantity/amount was read as the number 10"


@pytest.mark.parametrize(
    ("kind", "pointer", "sent", "code"),
    [
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", "Boxes", "json-enum"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/unitOfMeasure", 7, "json-enum"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "10.5", "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "ten", "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "1,000", "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "9" * 5_000, "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "1e999999999", "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", "٣", "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", True, "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity/amount", [3], "json-type"),
        (Kind.ORDER, f"{LINE}/orderedQuantity", 3, "json-type"),
        (Kind.ORDER, f"{LINE}/isBackOrderAllowed", 1, "json-type"),
        (Kind.ORDER, f"{LINE}/isBackOrderAllowed", "yes", "json-type"),
        (Kind.ORDER, f"{LINE}/netCost/amount", "12,50", "json-pattern"),
        (Kind.ORDER, f"{LINE}/netCost/amount", "$12", "json-pattern"),
        (Kind.ORDER, f"{LINE}/netCost/amount", {"x": 1}, "json-type"),
        (Kind.ORDER, "/orderDetails/items", {"0": {}}, "json-type"),
        (Kind.ORDER, LINE, None, "json-type"),
        (Kind.ORDER, "/orderDetails/shipWindow", "2026-03-02T00:00:00Z", "json-pattern"),
        (Kind.ORDER, "/orderDetails/purchaseOrderDate", "2026-02-30T00:00:00Z", "json-format"),
        (Kind.ORDER, "/orderDetails/purchaseOrderDate", "1 March 2026", "json-format"),
        (Kind.ORDER, "/purchaseOrderNumber", False, "json-type"),
        (Kind.INVOICE, "/invoiceType", "Invoic", "json-enum"),
        (Kind.SHIPMENT_CONFIRMATION, "/shippedItems/0/itemDetails/countryOfOrigin", "DEU", "json-pattern"),
    ],
)
def test_what_cannot_be_put_right_is_an_error_and_stays(
    kind: Kind, pointer: str, sent: Json, code: str
) -> None:
    read, findings = repair(changed(kind, pointer, sent), single(kind), "/at")
    assert only(findings) == (Severity.ERROR, code, f"/at{pointer}")
    assert at(read, pointer) == sent
    assert violations(read, single(kind))[0].location.pointer == pointer


@pytest.mark.parametrize(
    ("pointer", "sent", "code"),
    [
        ("/orderDetails/purchaseOrderDate", "2026-03-01", "json-format"),
        ("/orderDetails/purchaseOrderDate", "2026-03-01T10:00:00", "json-format"),
        ("/orderDetails/purchaseOrderDate", "2026-03-01 10:00+0100", "json-format"),
        ("/orderDetails/shipToParty/address/countryCode", "USA", "json-length"),
    ],
)
def test_what_can_be_read_but_not_written_is_a_warning(pointer: str, sent: str, code: str) -> None:
    read, findings = repair(changed(Kind.ORDER, pointer, sent), single(Kind.ORDER))
    assert only(findings) == (Severity.WARNING, code, pointer)
    assert at(read, pointer) == sent
    assert [finding.code for finding in violations(read, single(Kind.ORDER))] == [code]


@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize(
    "pointer", ["/orderDetails/shipWindow", f"{LINE}/netCost", f"{LINE}/orderedQuantity/unitSize"]
)
def test_nothing_in_an_optional_field_is_read_as_not_given(pointer: str, nothing: Json) -> None:
    read, findings = repair(changed(Kind.ORDER, pointer, nothing), single(Kind.ORDER))
    assert only(findings) == (Severity.NOTE, "spapi-repaired", pointer)
    container, key = container_of(read, pointer)
    assert key not in group(container)


def test_nothing_in_a_required_field_is_missing() -> None:
    _, findings = repair(changed(Kind.ORDER, "/purchaseOrderState", ""), single(Kind.ORDER))
    assert [(finding.code, finding.location.pointer) for finding in findings] == [
        ("spapi-field-missing", "/purchaseOrderState"),
        ("spapi-repaired", "/purchaseOrderState"),
    ]


def test_an_empty_free_text_stays() -> None:
    tree = changed(Kind.ORDER, "/orderDetails/shipToParty/address/name", "")
    assert repair(tree, single(Kind.ORDER)) == (tree, ())


def test_unknown_fields_are_kept_as_they_are() -> None:
    extra: Json = {"CASES": [None, " x ", Decimal("1.0")]}
    tree = changed(Kind.ORDER, "/orderDetails/surprise", extra)
    read, findings = repair(tree, single(Kind.ORDER), "/orders/4")
    assert only(findings) == (Severity.NOTE, "spapi-field-unknown", "/orders/4/orderDetails/surprise")
    assert at(read, "/orderDetails/surprise") == extra


@pytest.mark.parametrize("tree", [None, 1, "x", [], [ORDER], True])
def test_what_is_no_document_is_an_error_at_its_place(tree: Json) -> None:
    read, findings = repair(tree, single(Kind.ORDER), "/orders/0")
    assert only(findings) == (Severity.ERROR, "json-type", "/orders/0")
    assert read == tree


def test_many_notes_do_not_hide_an_error() -> None:
    tree = changed(Kind.ORDER, "/purchaseOrderState", "Lost")
    group(tree).update({f"unknown{number}": number for number in range(MAX_FINDINGS * 3)})
    _, findings = repair(tree, single(Kind.ORDER))
    counts = {code: sum(finding.code == code for finding in findings) for code in {f.code for f in findings}}
    assert counts == {"json-enum": 1, "spapi-field-unknown": MAX_FINDINGS, "findings-limit": 1}


def test_a_file_is_repaired_from_its_bytes() -> None:
    tree, findings = parse(b'{"purchaseOrderNumber": "4X7ZK2QA", "purchaseOrderState": "NEW"}')
    assert findings == ()
    read, (note,) = repair(tree, single(Kind.ORDER))
    assert note.code == "spapi-repaired"
    assert read == {"purchaseOrderNumber": "4X7ZK2QA", "purchaseOrderState": "New"}


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(list(Kind)), st.data())
def test_any_value_at_any_place_is_read_without_raising_and_only_once(
    kind: Kind, data: st.DataObject
) -> None:
    tree: Json = copy.deepcopy(DOCUMENTS[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        places = [tree]
        while isinstance(places[-1], dict | list) and places[-1] and data.draw(st.booleans()):
            node = places[-1]
            step: Json = data.draw(st.sampled_from(list(node.values()) if isinstance(node, dict) else node))
            places.append(step)
        node = next(place for place in reversed(places) if isinstance(place, dict | list))
        if isinstance(node, dict):
            node[data.draw(st.sampled_from([*node, "new"]))] = data.draw(trees)
        else:
            node.append(data.draw(trees))
    schema = single(kind)
    read, findings = repair(tree, schema)
    for finding in findings:
        assert finding.message
    again, later = repair(read, schema)
    assert again == read
    assert "spapi-repaired" not in {finding.code for finding in later}
    if not any(finding.code != "spapi-repaired" for finding in findings):
        assert violations(read, schema) == ()


def test_a_schema_that_is_not_understood_is_refused() -> None:
    with pytest.raises(GatewayError, match="no definition"):
        compiled(source(Kind.ORDER), "Nothing")
    with pytest.raises(GatewayError, match="not understood"):
        compiled({"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}})
    with pytest.raises(GatewayError, match="to itself"):
        loop: JsonObject = {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}
        compiled({"$ref": "#/$defs/A", "$defs": {"A": loop}})
    with pytest.raises(GatewayError, match="type is missing"):
        compiled({"description": "anything"})
