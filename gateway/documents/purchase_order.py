"""The purchase order: X12 850, an order of SP-API getPurchaseOrders."""

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
    Measure,
    Moment,
    Note,
    Number,
    Part,
    Party,
    Tax,
    Terms,
    Window,
)

__all__ = ["OrderedItem", "PurchaseOrder", "PurchaseOrderLine"]


class OrderedItem(Part, frozen=True):
    """What an order says of one item, and the answer to it repeats: see `PurchaseOrderLine`."""

    quantity: Number
    unit: Code | None = None
    number: Identifier | None = None
    case_size: Number | None = None
    price: Number | None = None
    price_unit: Code | None = None
    price_basis: Code | None = None
    list_price: Number | None = None
    list_price_unit: Code | None = None
    retail_price: Number | None = None
    discount_multiplier: Number | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    description: str | None = None


class PurchaseOrderLine(OrderedItem, frozen=True):
    """One ordered item.

    `price` is the net cost of one unit, or of one `price_unit` (a weight) when that is given. `ids`: scheme
    to value, such as `asin`, `vendor_sku`, `upc`, `ean`, `gtin`, `isbn`, `buyer_item`. `case_size` is the
    number of eaches in a case. A quantity without a unit is one whose sender left it out.
    """

    backorder_allowed: bool | None = None
    weight: Measure | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ship_window: Window | None = None
    delivery_window: Window | None = None
    parties: tuple[Party, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    notes: tuple[Note, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class PurchaseOrder(Part, frozen=True, tag_field="document", tag="PurchaseOrder"):
    """What a buyer orders from a seller.

    `purpose`: `original`, `replace`, `cancel`, … `type`: `regular`, `consigned`, `new_product`, `rush`, …
    `state`: `new`, `acknowledged`, `closed`. `references`: kind to value, such as `department`, `deal`,
    `contract`. `dates` holds what has no field of its own, by kind, such as `cancel_after`.
    """

    number: Identifier
    date: Moment
    purpose: Code | None = None
    type: Code | None = None
    currency: Currency | None = None
    state: Code | None = None
    state_changed: Moment | None = None
    changed: Moment | None = None
    release: str | None = None
    payment_method: Code | None = None
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
    lines: tuple[PurchaseOrderLine, ...] = ()
    total: Number | None = None
    ext: Ext = msgspec.field(default_factory=dict)
