"""What stands above each level of an 856."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.mapping.pairs.ship_tree import ItemNode, Node, OrderNode, PackNode, TareNode

__all__ = ["Above", "contexts", "packs_of_items"]


class Above(msgspec.Struct, frozen=True):
    """The nearest levels of each kind above a level."""

    order: OrderNode | None = None
    tare: TareNode | None = None
    pack: PackNode | None = None
    item: ItemNode | None = None


def contexts(nodes: tuple[Node, ...]) -> dict[str, Above]:
    """For each level, by HL01, what stands above it; a parent that does not come earlier is none."""
    inside: dict[str, Above] = {}  # what stands above the children of a level
    found: dict[str, Above] = {}
    nothing = Above()
    for node in nodes:
        above = inside.get(node.parent or "", nothing)
        found[node.hl] = above
        order, tare, pack, item = above.order, above.tare, above.pack, above.item
        if isinstance(node, ItemNode):
            inside[node.hl] = Above(order, tare, pack, node)
        elif isinstance(node, PackNode):
            inside[node.hl] = Above(order, tare, node, item)
        elif isinstance(node, TareNode):
            inside[node.hl] = Above(order, node, pack, item)
        elif isinstance(node, OrderNode):
            inside[node.hl] = Above(node, tare, pack, item)
        else:
            inside[node.hl] = above
    return found


def packs_of_items(above: Mapping[str, Above], nodes: tuple[Node, ...]) -> dict[str, int]:
    """How many cartons stand below each item, by its HL01; items without any are left out."""
    counts: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, PackNode) and (item := above[node.hl].item) is not None:
            counts[item.hl] = counts.get(item.hl, 0) + 1
    return counts
