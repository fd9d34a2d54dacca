"""Figures and references of a document that do not agree are warnings at their place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.codes import CATALOGUE
from gateway.documents import Document, Invoice, OrderAcknowledgment, ShipNotice, sscc
from gateway.documents.accept import accepts
from gateway.documents.arithmetic import Arithmetic
from gateway.documents.business import MAX_WARNINGS, warnings
from gateway.documents.invoice import InvoiceLine
from gateway.documents.order_acknowledgment import AcknowledgedItem, ItemStatus, OrderAcknowledgmentLine
from gateway.documents.parts import Charge, Measure, Moment, Tax, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.ship_notice import Carton, Content, Mark, Pallet, ShipNoticeLine
from gateway.findings import Severity
from tests.documents.samples import DAY
from tests.documents.samples import ORDER as SAMPLE
from tests.documents.strategies import documents
from tests.thoroughness import examples

ORDER = msgspec.structs.replace(
    SAMPLE, lines=(SAMPLE.lines[0], msgspec.structs.replace(SAMPLE.lines[1], unit="each"))
)
GOOD_SSCC = "106141412345678908"
D = Decimal


def told(document: Document, arithmetic: Arithmetic | None = None) -> list[tuple[str, str | None, str]]:
    assert accepts(document)
    found = warnings(document, arithmetic)
    assert all(warning.severity is Severity.WARNING for warning in found)
    assert not any(CATALOGUE[warning.code].of_the_standard for warning in found)
    return [(warning.code, warning.location.pointer, warning.message) for warning in found]


# Orders


def test_an_order_that_agrees_has_no_warnings() -> None:
    assert told(ORDER) == []


def day(number: int) -> Moment:
    return Moment(date=datetime.date(2026, 3, number))


def hour(number: int, offset: int = 0) -> Moment:
    zone = datetime.timezone(datetime.timedelta(hours=offset))
    return Moment(time=datetime.datetime(2026, 3, 1, number, tzinfo=zone))


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (Window(day(5), day(4)), "/ship_window starts 2026-03-05 and ends 2026-03-04"),
        (
            Window(hour(8), hour(9, 2)),
            "/ship_window starts 2026-03-01 08:00:00+00:00 and ends 2026-03-01 09:00:00+02:00",
        ),
    ],
)
def test_a_window_must_not_end_before_it_starts(window: Window, message: str) -> None:
    order = msgspec.structs.replace(ORDER, ship_window=window)
    assert told(order) == [("window-reversed", "/ship_window", message)]


@pytest.mark.parametrize(
    "window", [Window(day(4), day(4)), Window(day(4)), Window(end=day(4)), Window(day(4), hour(8)), Window()]
)
def test_other_windows_are_left_alone(window: Window) -> None:
    assert told(msgspec.structs.replace(ORDER, delivery_window=window)) == []


def test_a_line_number_stands_once() -> None:
    lines = tuple(PurchaseOrderLine(D(1), "each", number) for number in ("1", "2", "1", None, None))
    order = msgspec.structs.replace(ORDER, lines=lines)
    message = "the number 1 at /lines/2/number was used before in this document"
    assert told(order) == [("number-twice", "/lines/2/number", message)]


# Acknowledgments


def acknowledged(
    *items: tuple[ItemStatus, str | None, str | None], change: str | None = None
) -> OrderAcknowledgment:
    parts = tuple(
        AcknowledgedItem(status, None if quantity is None else D(quantity), unit, change=change)
        for status, quantity, unit in items
    )
    return OrderAcknowledgment("PO1", DAY, lines=(OrderAcknowledgmentLine(D(10), "each", "1", items=parts),))


@pytest.mark.parametrize(
    "document",
    [
        acknowledged(("accepted", "10", "each")),
        acknowledged(("accepted", "4", "each"), ("backordered", "3.0", None), ("rejected", "3", "each")),
        acknowledged(("accepted", "1", "case")),
        acknowledged(("rejected", None, None)),
        acknowledged(("accepted", "4", "each"), ("backordered", None, None)),
        acknowledged(("accepted", "4", "each"), change="backorder_rest"),
        acknowledged(("accepted", "4", "each"), change="quantity"),
        acknowledged(("accepted", "12", "each"), change="quantity"),
    ],
)
def test_a_line_answered_in_full_is_left_alone(document: OrderAcknowledgment) -> None:
    assert told(document) == []


@pytest.mark.parametrize(
    ("document", "code", "pointer", "message"),
    [
        (
            acknowledged(("accepted", "4", "each"), ("rejected", "5", "each")),
            "acknowledged-quantity-differs",
            "/lines/0/items",
            "the quantities at /lines/0/items come to 9, but 10 were ordered",
        ),
        (
            acknowledged(("accepted", "10", "each"), ("backordered", None, None)),
            "acknowledged-quantity-zero",
            "/lines/0/items/1/quantity",
            "the quantity at /lines/0/items/1/quantity is zero",
        ),
        (
            acknowledged(("accepted", "12", "each"), change="backorder_rest"),
            "acknowledged-quantity-differs",
            "/lines/0/items",
            "the quantities at /lines/0/items come to 12, but 10 were ordered",
        ),
        (
            acknowledged(("accepted", "10", "each"), ("rejected", "0", "each")),
            "acknowledged-quantity-zero",
            "/lines/0/items/1/quantity",
            "the quantity at /lines/0/items/1/quantity is zero",
        ),
        (
            acknowledged(),
            "line-not-acknowledged",
            "/lines/0",
            "/lines/0 is acknowledged neither as accepted nor as backordered or rejected",
        ),
    ],
)
def test_an_answer_must_be_about_the_ordered_quantity(
    document: OrderAcknowledgment, code: str, pointer: str, message: str
) -> None:
    assert told(document) == [(code, pointer, message)]


# Ship notices


def content(line: str, quantity: str, unit: str = "each") -> Content:
    return Content(line, D(quantity), unit)


def carton(number: str, *contents: Content, marks: Iterable[str] = ()) -> Carton:
    return Carton(number, tuple(Mark("sscc", mark) for mark in marks), contents=contents)


NOTICE = ShipNotice(
    "S1",
    DAY,
    carton_count=2,
    pallet_count=1,
    lines=(ShipNoticeLine("1", D(10), "each"), ShipNoticeLine("2", D(4), "each")),
    cartons=(
        carton("1", content("1", "6"), content("2", "4"), marks=[GOOD_SSCC]),
        carton("2", content("1", "4"), marks=["00106141412345678915"]),
    ),
    pallets=(Pallet("1", cartons=("1", "2")),),
)


def notice(**changes: object) -> ShipNotice:
    return msgspec.structs.replace(NOTICE, **changes)


@pytest.mark.parametrize(
    "document",
    [
        NOTICE,
        notice(cartons=(), pallets=()),
        notice(cartons=(), pallets=(Pallet("1", contents=(content("1", "10"), content("2", "4"))),)),
        notice(pallets=(Pallet("1", cartons=("1", "2"), contents=(content("1", "10"), content("2", "4"))),)),
        notice(cartons=(carton("1", content("1", "1", "case"), content("2", "4")), carton("2"))),
    ],
)  # fmt: skip
def test_a_notice_that_agrees_has_no_warnings(document: ShipNotice) -> None:
    assert told(document) == []


@pytest.mark.parametrize(
    ("document", "code", "pointer", "message"),
    [
        (
            notice(lines=(*NOTICE.lines, ShipNoticeLine("3", D(5), "each"))),
            "shipped-quantity-differs",
            "/lines/2/quantity",
            "/lines/2/quantity is 5, but cartons and pallets hold 0",
        ),
        (
            notice(lines=(ShipNoticeLine("1", D(11), "each"), NOTICE.lines[1])),
            "shipped-quantity-differs",
            "/lines/0/quantity",
            "/lines/0/quantity is 11, but cartons and pallets hold 10",
        ),
        (
            notice(cartons=(*NOTICE.cartons, carton("3", content("9", "1"))), carton_count=3),
            "content-line-unknown",
            "/cartons/2/contents/0/line",
            "/cartons/2/contents/0/line names line 9, which the notice does not have",
        ),
        (
            notice(pallets=(Pallet("1", cartons=("1", "7")),)),
            "carton-unknown",
            "/pallets/0/cartons/1",
            "/pallets/0/cartons/1 names carton 7, which the notice does not list",
        ),
        (
            notice(pallets=(Pallet("1", cartons=("1", "2")), Pallet("2", cartons=("2",))), pallet_count=None),
            "carton-loaded-twice",
            "/pallets/1/cartons/0",
            "/pallets/1/cartons/0 names carton 2, which stands on a pallet already",
        ),
        (
            notice(carton_count=3),
            "container-count-differs",
            "/carton_count",
            "/carton_count is 3, but the notice lists 2",
        ),
        (
            notice(pallet_count=0),
            "container-count-differs",
            "/pallet_count",
            "/pallet_count is 0, but the notice lists 1",
        ),
        (
            notice(cartons=(*NOTICE.cartons, carton("2")), carton_count=3),
            "number-twice",
            "/cartons/2/number",
            "the number 2 at /cartons/2/number was used before in this document",
        ),
        (
            notice(pallets=(Pallet("1", (Mark("gtin", "1"), Mark("sscc", "106141412345678907"))),)),
            "sscc-check-digit",
            "/pallets/0/marks/1/value",
            "106141412345678907 at /pallets/0/marks/1/value must end in 8",
        ),
        (
            notice(pallets=(Pallet("1", (Mark("sscc", "(00)" + GOOD_SSCC),)),)),
            "sscc-malformed",
            "/pallets/0/marks/0/value",
            f"(00){GOOD_SSCC} at /pallets/0/marks/0/value is neither 18 digits, nor 20 that begin with 00",
        ),
        (
            notice(pallets=(Pallet("1", (Mark("sscc", "00" + GOOD_SSCC),)),)),
            "sscc-twice",
            "/pallets/0/marks/0/value",
            f"00{GOOD_SSCC} at /pallets/0/marks/0/value marks another carton or pallet of the notice as well",
        ),
    ],
)  # fmt: skip
def test_what_does_not_agree_in_a_notice_is_named(
    document: ShipNotice, code: str, pointer: str, message: str
) -> None:
    assert told(document) == [(code, pointer, message)]


@pytest.mark.parametrize(
    "digits", [GOOD_SSCC, "106141412345678915", "000000000000000000", "376130321109103420"]
)
def test_check_digits_of_known_codes(digits: str) -> None:
    assert sscc.check_digit(digits[:-1]) == digits[-1]


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_the_check_digit_finds_every_single_mistyped_digit(digits: str, place: int, shift: int) -> None:
    other = str((int(digits[place]) + shift) % 10)
    assert sscc.check_digit(digits) != sscc.check_digit(digits[:place] + other + digits[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "1" * 17, "1" * 19, "01" + "1" * 18, "1" * 17 + "a", "１" * 18, "1" * 18 + "\n"]
)
def test_other_texts_are_no_sscc(text: str) -> None:
    assert sscc.normal_form(text) is None


# Invoices


def invoice(total: str | None, *lines: InvoiceLine, **fields: object) -> Invoice:
    amount = None if total is None else D(total)
    return msgspec.structs.replace(Invoice("invoice", "I1", DAY, "USD", lines=lines, total=amount), **fields)


def line(quantity: str, price: str | None, unit: str = "each", **fields: object) -> InvoiceLine:
    cost = None if price is None else D(price)
    return msgspec.structs.replace(InvoiceLine(D(quantity), unit, price=cost), **fields)


def tax(amount: str) -> tuple[Tax, ...]:
    return (Tax("vat", D(amount)),)


def charge(kind: str, amount: str | None, *taxes: Tax) -> Charge:
    return Charge(kind, "freight", None if amount is None else D(amount), taxes=taxes)


EXCLUDING_TAX = Arithmetic(total_includes_tax=False)
TAX_PER_UNIT = Arithmetic(line_tax_per_unit=True)
COST_PER_EACH = Arithmetic(case_cost_per_each=True)
TAXED_FREIGHT = charge("charge", "12", *tax("2.27"))
FREIGHT, REBATE = charge("charge", "12.00"), charge("allowance", "5.00")


@pytest.mark.parametrize(
    ("document", "arithmetic"),
    [
        (invoice("111.00", line("12", "9.25")), None),
        (invoice("1.00", line("3", "0.3333")), None),
        (invoice("118.00", line("12", "9.25"), charges=(FREIGHT, REBATE)), None),
        (invoice("118.00", line("12", "9.25", charges=(FREIGHT, REBATE))), None),
        (invoice("123.00", line("12", "9.25", charges=(FREIGHT,)), charges=(FREIGHT,)), None),
        (invoice("135.00", line("12", "9.25", charges=(FREIGHT,)), charges=(FREIGHT,)), None),
        (invoice("132.09", line("12", "9.25", taxes=tax("21.09"))), None),
        (invoice("132.09", line("12", "9.25", taxes=tax("21.09")), taxes=tax("21.09")), None),
        (invoice("111.00", line("12", "9.25", taxes=tax("21.09"))), EXCLUDING_TAX),
        (invoice("135.00", line("12", "9.25", taxes=tax("2"))), TAX_PER_UNIT),
        (invoice("146.36", line("12", "9.25"), taxes=tax("21.09"), charges=(TAXED_FREIGHT,)), None),
        (invoice("144.09", line("12", "9.25"), taxes=tax("21.09"), charges=(TAXED_FREIGHT,)), None),
        (invoice("220.00", line("2", "110.00", "case", case_size=D(10))), None),
        (invoice("220.00", line("2", "11.00", "case", case_size=D(10))), COST_PER_EACH),
        (invoice("60.00", line("2", "4", "case", price_unit="pound", weight=Measure(D(15), "pound"))), None),
        (invoice("7", line("2", None, amount=D(7))), None),
        (invoice("1", line("2", None)), None),
        (invoice("1", line("2", "4", "case", price_unit="pound")), None),
        (invoice("1", line("2", "4", "case")), COST_PER_EACH),
        (invoice("1", line("2", "4"), charges=(charge("charge", None),)), None),
        (invoice("1", line("2", "4"), charges=(charge("x12:N", "3"),)), None),
        (invoice(None, line("2", "4")), None),
        (invoice("9"), None),
    ],
)  # fmt: skip
def test_an_invoice_that_adds_up_or_cannot_be_added_up_is_left_alone(
    document: Invoice, arithmetic: Arithmetic | None
) -> None:
    assert told(document, arithmetic) == []


@pytest.mark.parametrize(
    ("document", "arithmetic", "expected"),
    [
        (invoice("111.02", line("12", "9.25")), None, "111.00"),
        (invoice("110.98", line("12", "9.25")), None, "111.00"),
        (invoice("111.00", line("12", "9.25"), charges=(FREIGHT,)), None, "123.00"),
        (invoice("123.00", line("12", "9.25"), charges=(charge("allowance", "12.00"),)), None, "99.00"),
        (invoice("111.00", line("12", "9.25"), taxes=tax("21.09")), None, "132.09"),
        (invoice("132.09", line("12", "9.25"), taxes=tax("21.09")), EXCLUDING_TAX, "111.00"),
        (invoice("113.00", line("12", "9.25", taxes=tax("2"))), TAX_PER_UNIT, "135.00"),
        (invoice("22.00", line("2", "11.00", "case", case_size=D(10))), COST_PER_EACH, "220.00"),
    ],
)
def test_an_invoice_that_does_not_add_up_is_told(
    document: Invoice, arithmetic: Arithmetic | None, expected: str
) -> None:
    message = f"/total is {document.total}, but lines, charges, allowances and taxes come to {expected}"
    assert told(document, arithmetic) == [("invoice-total-differs", "/total", message)]


def test_the_amount_of_a_line_is_quantity_times_price() -> None:
    document = invoice("110.00", line("12", "9.25", amount=D("110.00")))
    message = "/lines/0/amount is 110.00, but quantity times price is 111.00"
    assert told(document) == [("line-amount-differs", "/lines/0/amount", message)]


def test_figures_are_added_exactly_however_long_they_are() -> None:
    huge = "999999999999999999"  # its square has more digits than decimals keep by themselves
    lines = (line(huge, huge), line("1", "0.02"))
    (warning,) = warnings(invoice("1", *lines))
    assert dict(warning.details)["expected"] == "999999999999999998000000000000000001.02"


# All


def test_the_number_of_warnings_is_bounded() -> None:
    lines = tuple(PurchaseOrderLine(D(1), "each", "1") for _ in range(MAX_WARNINGS + 50))
    assert len(warnings(msgspec.structs.replace(ORDER, lines=lines))) == MAX_WARNINGS


@given(documents())
@settings(max_examples=examples(150), deadline=None)
def test_no_accepted_document_raises(document: Document) -> None:
    for warning in warnings(document):
        assert warning.severity is Severity.WARNING
        assert warning.message
