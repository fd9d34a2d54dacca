"""Small records: an order with all that a table can fill, and a shape of levels."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from gateway.documents.parts import Ext, Moment, Part, Window


class Tax(Part, frozen=True):
    type: str
    amount: Decimal | None = None


class Mark(Part, frozen=True):
    scheme: str
    value: str
    ext: Ext = msgspec.field(default_factory=dict)


class Charge(Part, frozen=True):
    kind: str
    amount: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Freight(Part, frozen=True):
    payment: str | None = None
    place: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Weight(Part, frozen=True):
    value: Decimal
    unit: str


class Party(Part, frozen=True):
    role: str
    name: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    street: tuple[str, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Line(Part, frozen=True):
    number: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    backorder: bool | None = None
    currency: str | None = None
    description: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    weight: Weight | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    marks: tuple[Mark, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class Order(Part, frozen=True):
    number: str
    date: Moment | None = None
    purpose: str | None = None
    state: str | None = None
    reason: str | None = None
    currency: str | None = None
    window: Window | None = None
    freight: Freight | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    lines: tuple[Line, ...] = ()
    cartons: tuple[str, ...] = ()
    total: Decimal | None = None
    carton_count: int | None = None
    note: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Head(Part, frozen=True):
    """A level of a shape in which two kinds of records stand in one list."""

    id: str
    name: str | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Leaf(Part, frozen=True):
    id: str
    parent: str
    quantity: Decimal | None = None
    ext: Ext = msgspec.field(default_factory=dict)


class Levels(Part, frozen=True):
    number: str
    nodes: tuple[Head | Leaf, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)
