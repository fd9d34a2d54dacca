"""The ship notice: X12 856, SP-API submitShipmentConfirmations.

It is relational: the lines stand once, and the contents of cartons and pallets name them by number. The tree
of an 856 is one way to write this down, the three lists of SP-API another.
"""

from __future__ import annotations

import msgspec

from gateway.documents.parts import (
    Carrier,
    Code,
    Contact,
    Count,
    Country,
    Currency,
    Dimensions,
    Ext,
    Freight,
    Identifier,
    Measure,
    Moment,
    Note,
    Number,
    Part,
    Party,
)

__all__ = [
    "Carton",
    "Content",
    "Equipment",
    "Mark",
    "Pallet",
    "ShipNotice",
    "ShipNoticeLine",
    "ShippedOrder",
    "Stop",
]


class Mark(Part, frozen=True):
    """What is written on a carton or pallet; `scheme`: `sscc`, `amzncc`, `gtin`, `bps`, `cid`, …"""

    scheme: Code
    value: Identifier
    ext: Ext = msgspec.field(default_factory=dict)


class Content(Part, frozen=True):
    """A quantity of one line, in a carton or on a pallet; `line` is the number of that line.

    The fields after `weight` are given where they differ from carton to carton; else the line has them.
    """

    line: Identifier
    quantity: Number
    unit: Code
    case_size: Number | None = None
    weight: Measure | None = None
    order_number: Identifier | None = None
    lot: Identifier | None = None
    lot_source_type: Code | None = None
    lot_source: Identifier | None = None
    expiry: Moment | None = None
    manufactured: Moment | None = None
    shelf_life: Measure | None = None
    country_of_origin: Country | None = None
    retail_price: Number | None = None
    handling: Code | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class Carton(Part, frozen=True):
    """A package, or what a carrier sees as one."""

    number: Identifier
    marks: tuple[Mark, ...] = ()
    tracking: Identifier | None = None
    weight: Measure | None = None
    dimensions: Dimensions | None = None
    packaging: Code | None = None
    contents: tuple[Content, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class Pallet(Part, frozen=True):
    """A pallet: cartons by their number, or lines that stand on it without a carton.

    It has a number only where its sender gave it one, since nothing names a pallet. `tier` is the number of
    layers, `block` that of cartons in a layer.
    """

    number: Identifier | None = None
    marks: tuple[Mark, ...] = ()
    tracking: Identifier | None = None
    tier: Count | None = None
    block: Count | None = None
    weight: Measure | None = None
    dimensions: Dimensions | None = None
    packaging: Code | None = None
    carton_count: Count | None = None
    cartons: tuple[Identifier, ...] = ()
    contents: tuple[Content, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class ShipNoticeLine(Part, frozen=True):
    """One shipped item of one order; `number` is what contents name, `order_line` its number in the order."""

    number: Identifier
    quantity: Number
    unit: Code
    order_number: Identifier | None = None
    order_date: Moment | None = None
    order_line: Identifier | None = None
    case_size: Number | None = None
    ordered_quantity: Number | None = None
    ordered_unit: Code | None = None
    status: Code | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    description: str | None = None
    weight: Measure | None = None
    lot: Identifier | None = None
    lot_source_type: Code | None = None
    lot_source: Identifier | None = None
    expiry: Moment | None = None
    manufactured: Moment | None = None
    shelf_life: Measure | None = None
    country_of_origin: Country | None = None
    retail_price: Number | None = None
    handling: Code | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class ShippedOrder(Part, frozen=True):
    """What the notice says of one order as a whole; lines name it by its number."""

    number: Identifier
    date: Moment | None = None
    release: str | None = None
    carton_count: Count | None = None
    weight: Measure | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Equipment(Part, frozen=True):
    """The trailer or container the goods travel in."""

    type: Code | None = None
    initials: str | None = None
    number: Identifier | None = None
    seal: Identifier | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Stop(Part, frozen=True):
    """A port or place on the way; `function`: `loading`, `discharge`, `freight_payable`, …"""

    function: Code
    location_type: str | None = None
    location: str | None = None
    country: Country | None = None
    arrival: Moment | None = None
    departure: Moment | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class ShipNotice(Part, frozen=True, tag_field="document", tag="ShipNotice"):
    """What a seller has sent, before it arrives.

    `purpose`: `original`, `replace`, … `type`: `truckload`, `less_than_truckload`, `small_parcel`.
    `structure` names how the goods are packed, such as `pick_and_pack`; `levels` are the level codes of the
    hierarchy in their order, such as `("S", "O", "P", "I")`. `references`: `bol`, `pro`, `arn`, `seal`, …
    `weight` is gross.
    """

    number: Identifier
    date: Moment
    purpose: Code | None = None
    type: Code | None = None
    structure: Code | None = None
    levels: tuple[Identifier, ...] = ()
    currency: Currency | None = None
    shipped: Moment | None = None
    estimated_delivery: Moment | None = None
    carrier: Carrier | None = None
    freight: Freight | None = None
    equipment: tuple[Equipment, ...] = ()
    carton_count: Count | None = None
    pallet_count: Count | None = None
    packaging: Code | None = None
    weight: Measure | None = None
    net_weight: Measure | None = None
    billable_weight: Measure | None = None
    volume: Measure | None = None
    handling: Code | None = None
    stops: tuple[Stop, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    notes: tuple[Note, ...] = ()
    orders: tuple[ShippedOrder, ...] = ()
    lines: tuple[ShipNoticeLine, ...] = ()
    cartons: tuple[Carton, ...] = ()
    pallets: tuple[Pallet, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)
