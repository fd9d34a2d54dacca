"""What a seller answers to a change of an order, or asks to be changed: X12 865."""

from __future__ import annotations

import msgspec

from gateway.documents.order_acknowledgment import AcknowledgedItem
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
from gateway.documents.purchase_order_change import ChangedItem

__all__ = ["OrderChangeAcknowledgment", "OrderChangeAcknowledgmentLine"]


class OrderChangeAcknowledgmentLine(ChangedItem, frozen=True):
    """One changed line and the answer to it; without `items` the seller asks for the change himself.

    `change`, `quantity` and `left_to_receive` mean what they mean in a PurchaseOrderChange.
    """

    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    description: str | None = None
    items: tuple[AcknowledgedItem, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class OrderChangeAcknowledgment(Part, frozen=True, tag_field="document", tag="OrderChangeAcknowledgment"):
    """The answer to a PurchaseOrderChange, or a change that the seller asks for.

    `type` is the answer as a whole: `accepted`, `accepted_with_changes`, `rejected`, …; it is missing where
    the seller asks. `date` is the day of the answer, `change_date` that of the change, `order_date` that of
    the order.
    """

    order_number: Identifier
    date: Moment
    order_date: Moment | None = None
    change_date: Moment | None = None
    change_number: Identifier | None = None
    purpose: Code | None = None
    type: Code | None = None
    order_type: Code | None = None
    currency: Currency | None = None
    release: str | None = None
    request_number: Identifier | None = None
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
    lines: tuple[OrderChangeAcknowledgmentLine, ...] = ()
    total: Number | None = None
    ext: Ext = msgspec.field(default_factory=dict)
