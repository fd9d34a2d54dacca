"""What the levels of most 856s become, in one pass: a shipment, its orders, their cartons, and in each carton
items that are all different lines.

It only accepts: of other levels, and where values are followed, `hl_tree` makes the document. A property test
holds the two together, and another that valid levels make a valid notice: what only a notice must have, such
as the unit of a line, is asked for here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

import msgspec

from gateway.documents.parts import Moment
from gateway.documents.ship_notice import Carton, Content, ShipNoticeLine
from gateway.mapping.pairs.ship_tree import ItemNode, Node, OrderNode, PackNode, ShipmentNode

__all__ = ["PlainLevels", "plain_levels"]

_NONE = Decimal(0)
_NO_LEVEL = object()  # no level is above it
MOST_DIGITS = 18  # before the point: what is valid with an exponent may not be so without

_hl = attrgetter("hl")


class PlainLevels(msgspec.Struct, frozen=True):
    """What became of the levels, and the codes of those there are."""

    shipment: ShipmentNode
    orders: Sequence[OrderNode]
    cartons: tuple[Carton, ...]
    lines: tuple[ShipNoticeLine, ...]
    levels: tuple[str, ...]


def plain_levels(nodes: Sequence[Node]) -> PlainLevels | None:
    """The parts of the notice that levels tell which stand below one another as S, O, P and I; None where
    that is in doubt.

    Types are compared, since to ask these classes for their instances takes as long as all else.
    """
    if not nodes or type(nodes[0]) is not ShipmentNode or nodes[0].parent is not None:
        return None
    top, order, package = nodes[0].hl, _NO_LEVEL, _NO_LEVEL
    number, date = "", None
    orders: list[OrderNode] = []
    packs: list[tuple[PackNode, list[Content]]] = []
    lines: list[ShipNoticeLine] = []
    contents: list[Content] = []  # of the last carton
    told: set[str | None] = set()  # the numbers of order lines
    for node in nodes[1:]:
        if type(node) is ItemNode:
            unit, quantity = node.unit, _NONE + (node.quantity or _NONE)
            if node.parent != package or node.order_line in told:
                return None
            if unit is None or quantity.adjusted() >= MOST_DIGITS:
                return None
            told.add(node.order_line)
            line = str(len(lines) + 1)
            lines.append(_line(line, node, quantity, unit, number, date))
            contents.append(Content(line, node.quantity or _NONE, unit, ext=node.ext))
        elif type(node) is PackNode:
            if node.parent != order:
                return None
            package, contents = node.hl, []
            packs.append((node, contents))
        elif type(node) is OrderNode and node.parent == top:
            order, package, number, date = node.hl, _NO_LEVEL, node.number, node.date
            orders.append(node)
        else:
            return None
    if len(set(map(_hl, nodes))) < len(nodes):
        return None
    there = zip("SOPI", (nodes, orders, packs, lines), strict=True)
    levels = tuple(code for code, some in there if some)
    return PlainLevels(nodes[0], orders, _cartons(packs), tuple(lines), levels)


def _line(
    number: str, node: ItemNode, quantity: Decimal, unit: str, order_number: str, order_date: Moment | None
) -> ShipNoticeLine:
    return ShipNoticeLine(  # each name of an argument would cost as much as reading a field
        number,
        quantity,
        unit,
        order_number,
        order_date,
        node.order_line,
        node.case_size,
        node.ordered_quantity,
        node.ordered_unit,
        None,
        node.ids,
        node.description,
        None,
        node.lot,
        None,
        None,
        node.expiry,
        node.manufactured,
        None,
        None,
        None,
        None,
        node.references,
        node.dates,
    )


def _cartons(packs: Sequence[tuple[PackNode, list[Content]]]) -> tuple[Carton, ...]:
    return tuple(
        [
            Carton(
                str(number),
                node.marks,
                node.tracking,
                node.weight,
                None,
                None,
                tuple(contents),
                node.references,
                node.ext,
            )
            for number, (node, contents) in enumerate(packs, 1)
        ]
    )
