"""The change of a purchase order that a buyer asks for: X12 860."""

from __future__ import annotations

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
    Window,
)

__all__ = ["ChangedItem", "PurchaseOrderChange", "PurchaseOrderChangeLine"]


class ChangedItem(Part, frozen=True):
    """How one line of an order changes, and its answer repeats: see `PurchaseOrderChangeLine`."""

    change: Code
    number: Identifier | None = None
    quantity: Number | None = None
    left_to_receive: Number | None = None
    unit: Code | None = None
    case_size: Number | None = None
    price: Number | None = None
    price_basis: Code | None = None
    list_price: Number | None = None


class PurchaseOrderChangeLine(ChangedItem, frozen=True):
    """One line of the order and how it changes; what is not given stays as it was.

    `change`: `added`, `deleted`, `quantity_raised`, `quantity_lowered`, `price`, `dates`, `replaced`,
    `unchanged`, … `quantity` is what is ordered once the change is made, `left_to_receive` what of it is
    still to come. `price` is the net cost of one unit.
    """

    retail_price: Number | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    description: str | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ship_window: Window | None = None
    delivery_window: Window | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class PurchaseOrderChange(Part, frozen=True, tag_field="document", tag="PurchaseOrderChange"):
    """What a buyer changes of an order. `date` is the day of the change, `order_date` that of the order.

    `change_number` counts the changes of one order. `purpose`: `change`, `cancel`, `replace`, … `type` is
    that of the order: `regular`, `rush`, …, or `change` where the buyer does not tell it again. `total` is
    that of the order once the change is made.
    """

    order_number: Identifier
    date: Moment
    order_date: Moment | None = None
    change_number: Identifier | None = None
    purpose: Code | None = None
    type: Code | None = None
    currency: Currency | None = None
    release: str | None = None
    request_number: Identifier | None = None
    seller_order_number: Identifier | None = None
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ship_window: Window | None = None
    delivery_window: Window | None = None
    freight: Freight | None = None
    carrier: Carrier | None = None
    terms: tuple[Terms, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    lines: tuple[PurchaseOrderChangeLine, ...] = ()
    total: Number | None = None
    ext: Ext = msgspec.field(default_factory=dict)
