"""The shape of an 856: one record for each hierarchical level, in the order of its HL segments.

`hl`, `parent` and `child` are HL01, HL02 and HL04 as they stand. The pair `hl_tree` turns the shape into a
`ShipNotice` and back. All other fields are annotated as those of the notice that they go to, so that the
values of a shape can be judged before there is a notice.
"""

from __future__ import annotations

import msgspec

from gateway.documents.parts import (
    Carrier,
    Code,
    Contact,
    Count,
    Ext,
    Freight,
    Identifier,
    Measure,
    Moment,
    Number,
    Part,
    Party,
)
from gateway.documents.ship_notice import Equipment, Mark

__all__ = ["ItemNode", "Node", "OrderNode", "PackNode", "ShipTree", "ShipmentNode", "TareNode"]


class _Level(Part, frozen=True, tag=True):  # without a tag, msgspec does not tell the annotations of a union
    hl: str
    parent: str | None = None
    child: str | None = None


class ShipmentNode(_Level, frozen=True, kw_only=True):
    """HL03 `S`: the shipment."""

    carton_count: Count | None = None
    pallet_count: Count | None = None
    weight: Measure | None = None
    volume: Measure | None = None
    carrier: Carrier | None = None
    equipment: tuple[Equipment, ...] = ()
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    shipped: Moment | None = None
    estimated_delivery: Moment | None = None
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    freight: Freight | None = None
    parties: tuple[Party, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class OrderNode(_Level, frozen=True, kw_only=True):
    """HL03 `O`: one purchase order of the shipment."""

    number: Identifier
    release: str | None = None
    date: Moment | None = None
    carton_count: Count | None = None
    weight: Measure | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)


class TareNode(_Level, frozen=True):
    """HL03 `T`: a pallet."""

    marks: tuple[Mark, ...] = ()
    tracking: Identifier | None = None
    tier: Count | None = None
    block: Count | None = None
    weight: Measure | None = None
    carton_count: Count | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class PackNode(_Level, frozen=True):
    """HL03 `P`: a carton. `quantity` stands there when the carton is told below its item."""

    marks: tuple[Mark, ...] = ()
    tracking: Identifier | None = None
    weight: Measure | None = None
    quantity: Number | None = None
    unit: Code | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


class ItemNode(_Level, frozen=True):
    """HL03 `I`: an item, and how much of it is in the carton or on the pallet above it."""

    order_line: Identifier | None = None
    ids: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    quantity: Number | None = None
    unit: Code | None = None
    ordered_quantity: Number | None = None
    ordered_unit: Code | None = None
    case_size: Number | None = None
    description: str | None = None
    lot: Identifier | None = None
    references: dict[Code, Identifier] = msgspec.field(default_factory=dict)
    expiry: Moment | None = None
    manufactured: Moment | None = None
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    ext: Ext = msgspec.field(default_factory=dict)


Node = ShipmentNode | OrderNode | TareNode | PackNode | ItemNode


class ShipTree(Part, frozen=True, kw_only=True):
    """A whole 856: what stands before the first HL, and the levels in their order."""

    number: Identifier
    date: Moment
    purpose: Code | None = None
    structure: Code | None = None
    dates: dict[Code, Moment] = msgspec.field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    ext: Ext = msgspec.field(default_factory=dict)
