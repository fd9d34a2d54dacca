"""The generated checks and the JSON Schema agree on every document, and name each fault where it is."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings

from gateway.documents import DOCUMENTS, Document, PurchaseOrder
from gateway.documents.accept import accepts, check_source
from gateway.documents.judge import MAX_FAULTS, faults
from gateway.documents.parts import Moment, Terms, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.findings import Severity
from tests.documents.samples import ORDER
from tests.documents.strategies import MISFITS, documents, full_documents, odd_documents, put, slim
from tests.thoroughness import examples


def with_line(**changes: object) -> PurchaseOrder:
    line = msgspec.structs.replace(ORDER.lines[1], **changes)
    return msgspec.structs.replace(ORDER, lines=(ORDER.lines[0], line))


def told(document: object) -> list[tuple[str, str | None, str]]:
    return [(fault.code, fault.location.pointer, fault.message) for fault in faults(document)]


def test_a_good_order_is_accepted_and_has_no_faults() -> None:
    assert accepts(ORDER)
    assert faults(ORDER) == ()


@given(documents())
@settings(max_examples=examples(100), deadline=None)
def test_valid_documents_are_accepted_without_faults(document: Document) -> None:
    assert faults(document) == ()
    assert accepts(document)


@given(odd_documents())
@settings(max_examples=examples(300), deadline=None)
def test_checks_and_schema_agree_on_every_document(document: object) -> None:
    found = faults(document)
    assert accepts(document) == (not found), found
    for fault in found:
        assert fault.severity is Severity.ERROR
        assert fault.location.pointer is not None
        assert fault.message
        assert fault.remedy


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_checks_and_schema_agree_about_every_field(kind: type[Document]) -> None:
    """Each field of each record in turn holds a third of the misfits, another third than its neighbour."""
    refused = 0
    for number, (document, path) in enumerate(full_documents(kind)):
        small = slim(document, path)
        assert accepts(small), path
        for misfit in MISFITS[number % 3 :: 3]:
            changed = put(small, path, misfit)
            found = faults(changed)
            assert accepts(changed) == (not found), (path, misfit, found)
            refused += bool(found)
    assert refused > 500


@pytest.mark.parametrize(
    ("document", "code", "pointer", "message"),
    [
        (
            with_line(quantity="12"),
            "canonical-type",
            "/lines/1/quantity",
            "text at /lines/1/quantity, where a decimal number belongs",
        ),
        (
            with_line(quantity=12.5),
            "canonical-type",
            "/lines/1/quantity",
            "a binary fraction at /lines/1/quantity, where a decimal number belongs",
        ),
        (
            with_line(quantity=Decimal("NaN")),
            "canonical-value",
            "/lines/1/quantity",
            "NaN at /lines/1/quantity is not a decimal number as text, such as `12.50`",
        ),
        (
            with_line(price=Decimal("1E+999999")),
            "canonical-value",
            "/lines/1/price",
            "1E+999999 at /lines/1/price is not a decimal number as text, such as `12.50`",
        ),
        (
            with_line(unit="EA"),
            "canonical-value",
            "/lines/1/unit",
            "EA at /lines/1/unit is not a word of the code lists (`each`) or `format:code`",
        ),
        (
            with_line(unit="each\n"),
            "canonical-value",
            "/lines/1/unit",
            r"each\x0a at /lines/1/unit is not a word of the code lists (`each`) or `format:code`",
        ),
        (
            with_line(ids={"upc": ""}),
            "canonical-type",
            "/lines/1/ids/upc",
            "an empty text at /lines/1/ids/upc, where text that is not empty belongs",
        ),
        (
            with_line(ids={"UP/C": "1"}),
            "canonical-value",
            "/lines/1/ids/UP~1C",
            "UP/C at /lines/1/ids/UP~1C is not a word of the code lists (`each`) or `format:code`",
        ),
        (
            with_line(ext={"x12": {"REF": ["REF*ZZ*1"]}}),
            "canonical-type",
            "/lines/1/ext/x12/REF",
            "a list at /lines/1/ext/x12/REF, where a sequence belongs",
        ),
        (
            with_line(backorder_allowed="yes"),
            "canonical-type",
            "/lines/1/backorder_allowed",
            "text at /lines/1/backorder_allowed, where true or false belongs",
        ),
        (
            with_line(ship_window=Window(start=Moment())),
            "canonical-one-of",
            "/lines/1/ship_window/start",
            "/lines/1/ship_window/start must have exactly one of date and time",
        ),
        (
            msgspec.structs.replace(ORDER, date=Moment(time=datetime.datetime(2026, 1, 31, 8))),
            "canonical-value",
            "/date/time",
            "2026-01-31T08:00:00 at /date/time is not a time with its offset, such as `2026-01-31T08:00:00Z`",
        ),
        (
            msgspec.structs.replace(ORDER, terms=(Terms(net_days=-1),)),
            "canonical-value",
            "/terms/0/net_days",
            "-1 at /terms/0/net_days is not a whole number from 0 to 999999999",
        ),
        (
            msgspec.structs.replace(ORDER, parties=[]),
            "canonical-type",
            "/parties",
            "a list at /parties, where a sequence belongs",
        ),
        (
            msgspec.structs.replace(ORDER, lines=None),
            "canonical-type",
            "/lines",
            "nothing at /lines, where a sequence belongs",
        ),
        (
            msgspec.structs.replace(ORDER, number=None),
            "canonical-type",
            "/number",
            "nothing at /number, where text belongs",
        ),
        (
            msgspec.structs.replace(ORDER, currency="usd"),
            "canonical-value",
            "/currency",
            "usd at /currency is not a currency of ISO 4217, three capital letters",
        ),
        (
            {"number": "PO1"},
            "canonical-document",
            "",
            "an object at the whole document is no canonical document",
        ),
    ],
)
def test_a_fault_is_named_once_and_at_its_place(
    document: object, code: str, pointer: str, message: str
) -> None:
    assert not accepts(document)
    assert told(document) == [(code, pointer, message)]


def test_all_faults_are_told_at_once() -> None:
    document = with_line(quantity="12", unit="EA", ids={"upc": ""}, list_price=Decimal("Infinity"))
    assert [fault.location.pointer for fault in faults(document)] == [
        "/lines/1/quantity",
        "/lines/1/unit",
        "/lines/1/list_price",
        "/lines/1/ids/upc",
    ]


def test_only_the_first_of_very_many_faults_are_told_and_that_there_are_more() -> None:
    def of(count: int) -> list[str]:
        lines = tuple(PurchaseOrderLine(Decimal(1), "EA") for _ in range(count))
        return [fault.code for fault in faults(msgspec.structs.replace(ORDER, lines=lines))]

    assert of(MAX_FAULTS) == ["canonical-value"] * MAX_FAULTS
    assert of(MAX_FAULTS + 1) == ["canonical-value"] * MAX_FAULTS + ["findings-limit"]


def test_what_is_remembered_of_made_up_codes_is_bounded() -> None:
    from gateway.documents import accept  # noqa: PLC0415 - only this test looks inside

    matches = accept._Matches("^x$")
    for number in range(accept.REMEMBERED_WORDS + 5):
        assert not matches[str(number)]
    assert len(matches) <= accept.REMEMBERED_WORDS
    assert not matches["x" * 1000]
    assert "x" * 1000 not in matches


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_generated_checks_can_be_read(kind: type[Document]) -> None:
    source = check_source(kind)
    compile(source, "checks", "exec")
    assert source.startswith(f"def check_{kind.__name__}(record):")
    for field in kind.__struct_fields__:
        assert f"record.{field}\n" in source
