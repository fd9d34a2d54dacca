"""The shape of an 856: one record for each hierarchical level, in the order of its HL segments.

`hl`, `parent` and `child` are HL01, HL02 and HL04 as they stand. The pair `hl_tree` turns the shape into a
`ShipNotice` and back.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from gateway.documents.parts import Carrier, Contact, Ext, Freight, Measure, Moment, Part, Party
from gateway.documents.ship_notice import Equipment, Mark

__all__ = ["ItemNode", "Node", "OrderNode", "PackNode", "ShipTree", "ShipmentNode", "TareNode"]


class _Level(Part, frozen=True):
    hl: str
    parent: str | None = None
    child: str | None = None


class ShipmentNode(_Level, frozen=True, kw_only=True):
    """HL03 `S`: the shipment."""

    carton_count: int | None = None
    pallet_count: int | None = None
    weight: Measure | None = None
    volume: Measure | None = None
    carrier: Carrier | None = None
    equipment: tuple[Equipment, ...] = ()
    references: dict[str, str] = msgspec.field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    shipped: Moment | None = None
    estimated_delivery: Moment | None = None
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    freight: Freight | None = None
    parties: tuple[Party, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class OrderNode(_Level, frozen=True, kw_only=True):
    """HL03 `O`: one purchase order of the shipment."""

    number: str
    release: str | None = None
    date: Moment | None = None
    carton_count: int | None = None
    weight: Measure | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class TareNode(_Level, frozen=True):
    """HL03 `T`: a pallet."""

    marks: tuple[Mark, ...] = ()
    tracking: str | None = None
    tier: int | None = None
    block: int | None = None
    weight: Measure | None = None
    carton_count: int | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class PackNode(_Level, frozen=True):
    """HL03 `P`: a carton. `quantity` stands there when the carton is told below its item."""

    marks: tuple[Mark, ...] = ()
    tracking: str | None = None
    weight: Measure | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class ItemNode(_Level, frozen=True):
    """HL03 `I`: an item, and how much of it is in the carton or on the pallet above it."""

    order_line: str | None = None
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    quantity: Decimal | None = None
    unit: str | None = None
    ordered_quantity: Decimal | None = None
    ordered_unit: str | None = None
    case_size: Decimal | None = None
    description: str | None = None
    lot: str | None = None
    references: dict[str, str] = msgspec.field(default_factory=dict)
    expiry: Moment | None = None
    manufactured: Moment | None = None
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


Node = ShipmentNode | OrderNode | TareNode | PackNode | ItemNode


class ShipTree(Part, frozen=True, kw_only=True):
    """A whole 856: what stands before the first HL, and the levels in their order."""

    number: str
    date: Moment
    purpose: str | None = None
    structure: str | None = None
    dates: dict[str, Moment] = msgspec.field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)
