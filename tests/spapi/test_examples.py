"""Amazon's own retail examples: successful calls are read, deliberate failures give findings."""

from __future__ import annotations

import copy

from jsonschema import Draft4Validator

from gateway.findings import Finding, Severity
from gateway.spapi.contents import Kind, contents
from gateway.spapi.schema import repair, violations
from tests.shared import needs_shared
from tests.spapi.examples import Example, examples
from tests.spapi.schemas import single, whole
from tests.spapi.test_models import model_of

# What the lenient reader says of successful examples: name -> ({(code, pointer)}, reason). All others are
# read without a word. A row whose findings are not exactly these fails.
CASES_REASON = "`CASES` where the schema has `Cases`"
STATE_REASON = "orders asked for without their state: two required fields are missing"
MISPLACED_REASON = "fields stand one level too high, and one that no schema has"
COUNTRY_REASON = "a country of three letters where the schema allows two"
CASES = {
    ("spapi-repaired", "/payload/orders/1/orderDetails/items/0/orderedQuantity/unitOfMeasure"),
}
PAGES = {("spapi-more-pages", "/payload/pagination/nextToken")}


def stateless(order: str) -> set[tuple[str, str]]:
    return {
        ("spapi-field-missing", f"{order}/purchaseOrderState"),
        ("spapi-field-missing", f"{order}/orderDetails/purchaseOrderStateChangedDate"),
    }


def two_stateless() -> set[tuple[str, str]]:
    return stateless("/payload/orders/0") | stateless("/payload/orders/1")


READ_WITH_FINDINGS: dict[str, tuple[set[tuple[str, str]], str]] = {
    "sandbox getPurchaseOrders-1 response": (CASES | PAGES, CASES_REASON),
    "model getPurchaseOrders 200 response 1": (CASES | PAGES, CASES_REASON),
    "sandbox getPurchaseOrders-7 response": (two_stateless() | PAGES, STATE_REASON),
    "model getPurchaseOrders 200 response 7": (two_stateless() | PAGES, STATE_REASON),
    "sandbox getPurchaseOrder-2 response": (stateless("/payload"), STATE_REASON),
    "model getPurchaseOrder 200 response 2": (stateless("/payload"), STATE_REASON),
    "model getPurchaseOrders 200 example": (
        PAGES
        | {
            ("spapi-field-missing", "/payload/orders/0/orderDetails/items"),
            ("spapi-field-unknown", "/payload/orders/0/orderDetails/taxInfo"),
            ("spapi-field-unknown", "/payload/orders/0/deliveryWindow"),
            ("spapi-field-unknown", "/payload/orders/0/items"),
        },
        MISPLACED_REASON,
    ),
    "model submitInvoices parameter": (
        {
            ("json-length", f"/payload/invoices/0/{party}/address/countryCode")
            for party in ("remitToParty", "shipToParty", "shipFromParty", "billToParty")
        },
        COUNTRY_REASON,
    ),
}

# Which of those stay invalid for the strict judge after the repair: nothing may be made up to mend them.
INVALID_AFTER_REPAIR = {
    "sandbox getPurchaseOrders-7 response": STATE_REASON,
    "model getPurchaseOrders 200 response 7": STATE_REASON,
    "sandbox getPurchaseOrder-2 response": STATE_REASON,
    "model getPurchaseOrder 200 response 2": STATE_REASON,
    "model getPurchaseOrders 200 example": MISPLACED_REASON,
    "model submitInvoices parameter": COUNTRY_REASON,
}

# Deliberate failures whose fault no schema of a document can see. Their answer is a list of errors, and that
# is a finding; the fault itself is elsewhere.
QUERY_REASON = "the fault is in the parameters of the query; there is no body"
ROUTING_REASON = "the body is a routing request (SubmitShipments), none of the four documents"
NOT_SEEN_BY_A_SCHEMA = {
    "getPurchaseOrder": QUERY_REASON,
    "getPurchaseOrders": QUERY_REASON,
    "getPurchaseOrdersStatus": QUERY_REASON,
    "GetShipmentDetails": QUERY_REASON,
    "GetShipmentLabels": QUERY_REASON,
    "SubmitShipments": ROUTING_REASON,
}

# What the refused bodies of the four documents are found to be, by operation.
REFUSED = {
    "submitAcknowledgement": {
        ("warning", "spapi-field-missing", "/acknowledgements/0/sellingParty/partyId"),
        ("warning", "spapi-field-missing", "/acknowledgements/0/acknowledgementDate"),
        ("warning", "spapi-field-missing", "/acknowledgements/0/items"),
    },
    "SubmitShipmentConfirmations": {
        ("warning", "spapi-field-missing", f"/shipmentConfirmations/0/{field}")
        for field in (
            *("sellingParty", "shipFromParty", "shipToParty", "shippedItems"),
            *("shipmentConfirmationDate", "shipmentConfirmationType"),
        )
    },
    "submitInvoices": {("error", "json-enum", "/invoices/0/invoiceType")}
    | {
        ("warning", "spapi-field-missing", f"/invoices/0/{field}")
        for field in ("date", "id", "invoiceTotal", "remitToParty")
    },
}


def operation_of(example: Example) -> str:
    return example.name.split()[1].partition("-")[0]


def read(example: Example) -> tuple[Kind | None, list[Finding], list[Finding]]:
    """The kind, what lenient reading says, and what the judge says of what was read."""
    held = contents(example.tree)
    if held is None or held.kind is None:
        return None, list(held.findings) if held else [], []
    said, judged = list(held.findings), list[Finding]()
    schema = single(held.kind)
    for document in held.documents:
        before = copy.deepcopy(document.tree)
        tree, findings = repair(document.tree, schema, document.pointer)
        assert document.tree == before, "the tree given was changed"
        said += findings
        judged += violations(tree, schema, document.pointer)
    return held.kind, said, judged


def addresses(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.location.pointer or "") for finding in findings}


def of_documents() -> list[Example]:
    """The successful examples that hold documents: answers to the two order queries, and submitted bodies."""
    queries = ("getPurchaseOrder", "getPurchaseOrders")
    submissions = ("submitAcknowledgement", "SubmitShipmentConfirmations", "submitInvoices")
    return [
        example
        for example in examples()
        if not example.refused
        and (
            operation_of(example) in queries
            or (
                operation_of(example) in submissions
                and ("request" in example.name or "param" in example.name)
            )
        )
    ]


@needs_shared
def test_every_successful_example_is_read_as_its_kind() -> None:
    kinds = {
        "getPurchaseOrder": Kind.ORDER,
        "getPurchaseOrders": Kind.ORDER,
        "submitAcknowledgement": Kind.ACKNOWLEDGEMENT,
        "SubmitShipmentConfirmations": Kind.SHIPMENT_CONFIRMATION,
        "submitInvoices": Kind.INVOICE,
    }
    assert len(of_documents()) == 26
    for example in of_documents():
        kind, said, _ = read(example)
        assert kind is kinds[operation_of(example)], example.name
        errors = [finding for finding in said if finding.severity is Severity.ERROR]
        assert not errors, (example.name, [finding.message for finding in errors])


@needs_shared
def test_what_is_said_of_successful_examples_is_listed_with_its_reason() -> None:
    said = {example.name: addresses(read(example)[1]) for example in of_documents()}
    assert {name: found for name, found in said.items() if found - PAGES} == {
        name: found for name, (found, _) in READ_WITH_FINDINGS.items()
    }


@needs_shared
def test_what_was_read_is_valid_but_for_what_nobody_can_make_up() -> None:
    assert {example.name for example in of_documents() if read(example)[2]} == INVALID_AFTER_REPAIR.keys()


@needs_shared
def test_every_refused_body_gives_findings_at_its_faults() -> None:
    seen = set()
    for example in examples():
        if not example.refused or "request" not in example.name or operation_of(example) not in REFUSED:
            continue
        kind, said, judged = read(example)
        found = {(finding.severity.value, finding.code, finding.location.pointer) for finding in said}
        assert found == REFUSED[operation_of(example)], example.name
        assert kind is not None
        assert judged
        assert violations(example.tree, whole(kind))
        seen.add(operation_of(example))
    assert seen == REFUSED.keys()


@needs_shared
def test_every_other_refused_call_is_one_whose_fault_no_schema_can_see() -> None:
    refused = {operation_of(example) for example in examples() if example.refused}
    assert refused - REFUSED.keys() == NOT_SEEN_BY_A_SCHEMA.keys()


@needs_shared
def test_every_refused_call_is_answered_by_errors_that_are_findings() -> None:
    answers = [example for example in examples() if example.refused and "request" not in example.name]
    assert len(answers) == 19
    for example in answers:
        kind, said, _ = read(example)
        assert kind is None
        assert [finding.code for finding in said] == ["spapi-error-response"] * len(said), example.name
        assert said
        assert all(finding.severity is Severity.ERROR for finding in said)


@needs_shared
def test_what_holds_none_of_the_four_documents_is_not_taken_for_one() -> None:
    documents = {example.name for example in of_documents()}
    others = [example for example in examples() if not example.refused and example.name not in documents]
    assert len(others) > 25
    for example in others:
        assert contents(example.tree) is None, example.name


@needs_shared
def test_amazons_own_model_and_ours_judge_every_example_alike() -> None:
    judged = 0
    for example in examples():
        held = contents(example.tree)
        if held is None or held.kind is None:
            continue
        model, _ = model_of(held.kind)
        law = Draft4Validator({"$ref": f"#/definitions/{held.kind.definition}", "definitions": model})
        for document in held.documents:
            codes = {finding.code for finding in violations(document.tree, single(held.kind))}
            # A field in the wrong place is the one thing that only ours refuses: the models allow any field.
            verdict = bool(codes - {"json-unknown-field"})
            assert verdict is not law.is_valid(document.tree), (example.name, codes)
            judged += 1
    assert judged > 30
