"""What is kept back until a person releases it: everything, or what comes to more than an amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from gateway.agreements.agreement import Hold
from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
)
from gateway.documents.arithmetic import Arithmetic
from gateway.documents.invoice import InvoiceLine
from gateway.documents.order_acknowledgment import AcknowledgedItem, OrderAcknowledgmentLine
from gateway.documents.parts import Charge, Moment, Tax
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.exchange.hold import amount_of, must_hold

DAY = Moment(date=date(2026, 11, 23))
LINE = PurchaseOrderLine(quantity=Decimal(10), unit="each", price=Decimal("2.50"))
ORDER = PurchaseOrder(number="PO-1", date=DAY, lines=(LINE, replace(LINE, quantity=Decimal(2))))
INVOICE = Invoice(
    type="invoice",
    number="I-1",
    date=DAY,
    lines=(InvoiceLine(quantity=Decimal(10), unit="each", price=Decimal(5)),),
    charges=(Charge(kind="charge", amount=Decimal(3)),),
    taxes=(Tax(type="vat", amount=Decimal(4)),),
)
ANSWERED = OrderAcknowledgmentLine(quantity=Decimal(10), unit="each", price=Decimal(5))


def answer(*lines: OrderAcknowledgmentLine, total: Decimal | None = None) -> OrderAcknowledgment:
    return OrderAcknowledgment(order_number="PO-1", date=DAY, lines=lines, total=total)


def answered(*items: AcknowledgedItem) -> OrderAcknowledgment:
    return answer(replace(ANSWERED, items=items))


def reason(hold: Hold, document: Document) -> str | None:
    finding = must_hold(hold, document)
    assert finding is None or finding.code == "held-for-release"
    return None if finding is None else finding.message


def test_nothing_is_held_unless_it_is_agreed() -> None:
    assert must_hold(Hold(), replace(ORDER, total=Decimal(10**9))) is None


def test_everything_is_held_where_that_is_agreed() -> None:
    notice = ShipNotice(number="S-1", date=DAY)
    assert "every document" in str(reason(Hold(always=True), notice))


@pytest.mark.parametrize(
    ("total", "is_held"), [("99.99", False), ("100.00", False), ("100.01", True), ("-100.01", True)]
)
def test_what_comes_to_more_than_the_amount_is_held(total: str, is_held: bool) -> None:
    hold = Hold(above=Decimal(100))
    for document in (
        replace(ORDER, total=Decimal(total)),
        replace(INVOICE, total=Decimal(total)),
        answer(total=Decimal(total)),
        PurchaseOrderChange(order_number="PO-1", date=DAY, total=Decimal(total)),
    ):
        told = reason(hold, document)
        assert (told is not None) == is_held
        assert told is None or (total in told and "100" in told)


@pytest.mark.parametrize(
    ("document", "amount"),
    [
        (ORDER, "30.00"),
        (replace(ORDER, total=Decimal(7)), "7"),
        (replace(ORDER, lines=(LINE, replace(LINE, price=None))), None),
        (replace(ORDER, lines=(replace(LINE, price_unit="pound"),)), None),
        (replace(ORDER, lines=(replace(LINE, price_unit="each"),)), "25.00"),
        (INVOICE, "57"),
        (replace(INVOICE, lines=(replace(INVOICE.lines[0], price=None),)), None),
        (answer(ANSWERED), "50"),
        (answered(AcknowledgedItem(status="accepted")), "50"),
        (answered(AcknowledgedItem(status="rejected")), "0"),
        (
            answered(
                AcknowledgedItem(status="accepted", quantity=Decimal(4)),
                AcknowledgedItem(status="rejected", quantity=Decimal(6)),
            ),
            "20",
        ),
        (
            answered(
                AcknowledgedItem(status="accepted", quantity=Decimal(4), price=Decimal(6)),
                AcknowledgedItem(status="backordered"),
            ),
            "54",
        ),
        (answered(AcknowledgedItem(status="accepted", quantity=Decimal(1), unit="case")), None),
        (PurchaseOrderChange(order_number="PO-1", date=DAY), None),
        (OrderChangeAcknowledgment(order_number="PO-1", date=DAY), None),
        (ShipNotice(number="S-1", date=DAY), None),
    ],
)
def test_the_amount_is_the_total_or_what_the_lines_add_up_to(document: Document, amount: str | None) -> None:
    assert amount_of(document, Arithmetic()) == (None if amount is None else Decimal(amount))


def test_the_amount_is_exact_however_many_digits_it_has() -> None:
    line = replace(LINE, quantity=Decimal(10**15 + 1), price=Decimal(10**15 + 1))
    assert amount_of(replace(ORDER, lines=(line,)), Arithmetic()) == (10**15 + 1) ** 2


def test_what_has_no_amount_that_can_be_told_is_held_and_a_ship_notice_is_not() -> None:
    hold = Hold(above=Decimal(100))
    assert "cannot be told" in str(reason(hold, replace(ORDER, lines=(replace(LINE, price=None),))))
    assert reason(hold, ShipNotice(number="S-1", date=DAY)) is None
