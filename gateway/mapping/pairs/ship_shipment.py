"""What the header of an 856, its shipment and its orders become in the notice."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.documents.parts import Ext
from gateway.documents.ship_notice import Carton, Pallet, ShipNotice, ShipNoticeLine, ShippedOrder
from gateway.mapping.pairs.model import PairTrace
from gateway.mapping.pairs.ship_levels import structure_of
from gateway.mapping.pairs.ship_tree import OrderNode, ShipmentNode, ShipTree

__all__ = ["shipped_orders", "whole_notice"]


def whole_notice(
    tree: ShipTree,
    shipment: ShipmentNode,
    levels: tuple[str, ...],
    orders: tuple[ShippedOrder, ...],
    lines: tuple[ShipNoticeLine, ...],
    cartons: tuple[Carton, ...],
    pallets: tuple[Pallet, ...],
) -> ShipNotice:
    """The notice of one shipment: what the header and the level S say, and the parts as they are given."""
    return ShipNotice(
        number=tree.number,
        date=tree.date,
        purpose=tree.purpose,
        structure=tree.structure or structure_of(levels),
        levels=levels if len(levels) > 1 else (),  # the shipment alone states no order of levels
        shipped=shipment.shipped,
        estimated_delivery=shipment.estimated_delivery,
        carrier=shipment.carrier,
        freight=shipment.freight,
        equipment=shipment.equipment,
        carton_count=shipment.carton_count,
        pallet_count=shipment.pallet_count,
        weight=shipment.weight,
        volume=shipment.volume,
        references=shipment.references,
        dates={**tree.dates, **shipment.dates},
        parties=shipment.parties,
        contacts=shipment.contacts,
        orders=orders,
        lines=lines,
        cartons=cartons,
        pallets=pallets,
        ext=_together(tree.ext, shipment.ext),
    )


def _order(node: OrderNode, trace: PairTrace) -> ShippedOrder:
    order = ShippedOrder(
        number=node.number,
        date=node.date,
        release=node.release,
        carton_count=node.carton_count,
        weight=node.weight,
        references=node.references,
        dates=node.dates,
        parties=node.parties,
        ext=node.ext,
    )
    trace.moved(order, node)
    return order


def shipped_orders(nodes: Sequence[OrderNode], trace: PairTrace) -> tuple[ShippedOrder, ...]:
    """One of each order, told again in each of its cartons; all of them where they are told differently."""
    told = [_order(node, trace) for node in nodes]
    first: dict[str, ShippedOrder] = {}
    equal = all(first.setdefault(order.number, order) == order for order in told)
    return tuple(first.values()) if equal else tuple(told)


def _together(first: Ext, second: Ext) -> Ext:
    """Two records' unclaimed places in one; the header's and the shipment's places never have one name."""
    return {name: {**first.get(name, {}), **second.get(name, {})} for name in (*first, *second)}
