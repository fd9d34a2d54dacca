"""What does not agree in a change of an order, or in the answer to one, is a warning at its place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.documents import OrderChangeAcknowledgment, PurchaseOrderChange
from gateway.documents.order_acknowledgment import AcknowledgedItem
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.documents.parts import Window
from gateway.documents.purchase_order_change import PurchaseOrderChangeLine
from tests.documents.samples import DAY
from tests.documents.test_business import day, told

D = Decimal


def change(*lines: PurchaseOrderChangeLine) -> PurchaseOrderChange:
    return PurchaseOrderChange("PO1", DAY, lines=lines)


def answer(*lines: OrderChangeAcknowledgmentLine) -> OrderChangeAcknowledgment:
    return OrderChangeAcknowledgment("PO1", DAY, lines=lines)


def test_a_change_that_agrees_has_no_warnings() -> None:
    lines = (
        PurchaseOrderChangeLine("quantity_lowered", "1", D(6), D(6), "each"),
        PurchaseOrderChangeLine("deleted", "2"),
        PurchaseOrderChangeLine("price", "3", price=D("9.25")),
        PurchaseOrderChangeLine("price", "4", list_price=D(12)),
        PurchaseOrderChangeLine("dates", "1"),
    )
    assert told(change(*lines)) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (PurchaseOrderChangeLine("added"), "/lines/0 is changed (added), but has no quantity"),
        (
            PurchaseOrderChangeLine("quantity_raised", price=D(1)),
            "/lines/0 is changed (quantity_raised), but has no quantity",
        ),
        (PurchaseOrderChangeLine("price"), "/lines/0 is changed (price), but has no price"),
        (
            PurchaseOrderChangeLine("price_and_quantity", quantity=D(1)),
            "/lines/0 is changed (price_and_quantity), but has no price",
        ),
    ],
)
def test_a_change_says_its_new_value(line: PurchaseOrderChangeLine, message: str) -> None:
    assert told(change(line)) == [("changed-value-missing", "/lines/0", message)]


def test_no_more_is_left_to_receive_than_is_ordered() -> None:
    wrong = PurchaseOrderChangeLine("quantity_lowered", "1", D(6), D("6.5"), "each")
    message = "/lines/0/left_to_receive leaves 6.5 to receive of 6 ordered"
    assert told(change(wrong)) == [("left-above-ordered", "/lines/0/left_to_receive", message)]


def test_windows_of_a_change_do_not_end_before_they_start() -> None:
    window = Window(day(5), day(4))
    line = PurchaseOrderChangeLine("dates", ship_window=window)
    document = PurchaseOrderChange("PO1", DAY, delivery_window=window, lines=(line,))
    places = [(code, place) for code, place, _ in told(document)]
    assert places == [
        ("window-reversed", "/delivery_window"),
        ("window-reversed", "/lines/0/ship_window"),
    ]


def part(quantity: int | None) -> AcknowledgedItem:
    return AcknowledgedItem("accepted", None if quantity is None else D(quantity), "each")


def test_the_parts_of_an_answer_add_up_to_the_changed_quantity() -> None:
    right = OrderChangeAcknowledgmentLine(
        "quantity_raised", "1", D(10), D(10), "each", items=(part(4), part(6))
    )
    wrong = OrderChangeAcknowledgmentLine("added", "2", D(10), D(10), "each", items=(part(4), part(0)))
    open_quantity = OrderChangeAcknowledgmentLine("deleted", "3", items=(part(None),))
    assert told(answer(right, open_quantity)) == []
    assert [(code, place) for code, place, _ in told(answer(right, wrong))] == [
        ("acknowledged-quantity-zero", "/lines/1/items/1/quantity"),
        ("acknowledged-quantity-differs", "/lines/1/items"),
    ]


def test_a_line_without_an_answer_beside_others_with_one() -> None:
    answered = OrderChangeAcknowledgmentLine("added", "1", D(10), D(10), "each", items=(part(10),))
    silent = OrderChangeAcknowledgmentLine("deleted", "2")
    rejected = OrderChangeAcknowledgmentLine("change_rejected", "3")
    assert [(code, place) for code, place, _ in told(answer(answered, silent, rejected))] == [
        ("line-not-acknowledged", "/lines/1")
    ]


def test_what_a_seller_asks_for_needs_no_answer() -> None:
    assert told(answer(OrderChangeAcknowledgmentLine("dates", "1"))) == []
