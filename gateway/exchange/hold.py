"""Whether a finished outgoing document is kept back until a person releases it."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

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
from gateway.documents.arithmetic import Arithmetic, totals
from gateway.documents.order_acknowledgment import OrderAcknowledgmentLine, quantity_left
from gateway.documents.purchase_order import OrderedItem
from gateway.findings import Finding, found

__all__ = ["amount_of", "must_hold"]

EXACT: Final = 60  # significant digits: enough to multiply and add any numbers of a document without rounding


def must_hold(hold: Hold, document: Document, arithmetic: Arithmetic | None = None) -> Finding | None:
    """Why the document is kept back, None where it may go.

    A document whose amount cannot be known is not taken for a small one; a ship notice has none.
    """
    if hold.always:
        return _held("the agreement holds every document")
    if hold.above is None or isinstance(document, ShipNotice):
        return None
    amount = amount_of(document, arithmetic or Arithmetic())
    if amount is None:
        return _held(f"its amount cannot be told, and more than {hold.above:f} is held")
    if abs(amount) > hold.above:
        return _held(f"its amount {amount:f} is more than {hold.above:f}")
    return None


def amount_of(document: Document, arithmetic: Arithmetic) -> Decimal | None:
    """The total of a document in its own currency, else the sum of its lines; None where neither is told.

    Of what an invoice may come to, the highest.
    """
    if isinstance(document, ShipNotice):
        return None
    if document.total is not None:
        return document.total
    with localcontext() as context:
        context.prec = EXACT
        match document:
            case PurchaseOrder():
                return _sum([_line(line, line.quantity, line.price) for line in document.lines])
            case Invoice():
                return max(totals(document, arithmetic), default=None)
            case OrderAcknowledgment():
                return _sum([_answered(line) for line in document.lines])
            case PurchaseOrderChange() | OrderChangeAcknowledgment():
                return None


def _held(problem: str) -> Finding:
    return found("held-for-release", problem=problem)


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _line(line: OrderedItem, quantity: Decimal, price: Decimal | None) -> Decimal | None:
    """Quantity times price; None when there is no price, or it is that of another unit."""
    if price is None or line.price_unit not in (None, line.unit):
        return None
    return quantity * price


def _answered(line: OrderAcknowledgmentLine) -> Decimal | None:
    """What of a line is going to be delivered, now or later."""
    if not line.items:
        return _line(line, line.quantity, line.price)
    left = quantity_left(line)
    amounts: list[Decimal | None] = []
    for item in line.items:
        if item.status == "rejected":
            continue
        quantity = left if item.quantity is None else item.quantity
        same_unit = item.unit in (None, line.unit)
        price = line.price if item.price is None else item.price
        amounts.append(_line(line, quantity, price) if same_unit and quantity is not None else None)
    return _sum(amounts)
