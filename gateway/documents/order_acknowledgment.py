"""The acknowledgment of a purchase order: X12 855, SP-API submitAcknowledgement."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Protocol

import msgspec

from gateway.documents.parts import (
    Carrier,
    Charge,
    Code,
    Contact,
    Currency,
    Ext,
    Freight,
    Identifier,
    Moment,
    Note,
    Number,
    Part,
    Party,
    Tax,
    Terms,
)
from gateway.documents.purchase_order import OrderedItem

__all__ = [
    "AcknowledgedItem",
    "ItemStatus",
    "OrderAcknowledgment",
    "OrderAcknowledgmentLine",
    "quantity_left",
]

ItemStatus = Literal["accepted", "backordered", "rejected"]


class AcknowledgedItem(Part, frozen=True):
    """What becomes of a part of a line's quantity; without a quantity, of all that other parts leave of it.

    `reason` tells why it is rejected: `temporarily_unavailable`, `invalid_product`, `obsolete`. `change`
    tells what differs from the order: `quantity`, `price`, `date`, … `price` is the changed price; `ids` are
    those of a substitute.
    """

    status: ItemStatus
    quantity: Number | None = None
    unit: Code | None = None
    case_size: Number | None = None
    reason: Code | None = None
    change: Code | None = None
    price: Number | None = None
    ship_date: Moment | None = None
    delivery_date: Moment | None = None
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class OrderAcknowledgmentLine(OrderedItem, frozen=True):
    """One line of the order and the answer to it; `quantity` and `unit` are those ordered."""

    items: tuple[AcknowledgedItem, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class _Answered(Protocol):
    """A line with the parts of the answer to it."""

    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def items(self) -> tuple[AcknowledgedItem, ...]: ...


def quantity_left(line: _Answered) -> Decimal | None:
    """What the parts of a line leave of its quantity; `None` when it has none, when they are counted in
    another unit, or when several of them have no quantity."""
    if line.quantity is None:
        return None
    unit_differs = any(item.unit not in (None, line.unit) for item in line.items)
    told = [item.quantity for item in line.items if item.quantity is not None]
    if unit_differs or len(line.items) > len(told) + 1:
        return None
    return line.quantity - sum(told, Decimal(0))


class OrderAcknowledgment(Part, frozen=True, tag_field="document", tag="OrderAcknowledgment"):
    """What a seller answers to an order. `date` is the day of the answer, `order_date` that of the order.

    `type` is the answer as a whole: `accepted`, `accepted_with_changes`, `rejected`, …
    `seller_order_number` is the number under which the seller keeps the order.
    """

    order_number: Identifier
    date: Moment
    order_date: Moment | None = None
    purpose: Code | None = None
    type: Code | None = None
    currency: Currency | None = None
    release: str | None = None
    seller_order_number: Identifier | None = None
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    freight: Freight | None = None
    carrier: Carrier | None = None
    terms: tuple[Terms, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    lines: tuple[OrderAcknowledgmentLine, ...] = ()
    total: Number | None = None
    ext: Ext = msgspec.field(default_factory=dict)
