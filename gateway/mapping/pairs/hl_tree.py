"""The pair `hl_tree`: the levels of an 856 (a tree) to lines, cartons and pallets (a relation), and back.

Reading walks the levels: each item becomes a line and, where it stands in a carton or on a pallet, a content
that names the line. Equal items of one order in several cartons are one line, whose quantity is their sum.
Cartons and lines are numbered in the order they come. Writing is in `ship_writing.py`.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

import msgspec

from gateway.documents.parts import Ext
from gateway.documents.ship_notice import Carton, Content, Pallet, ShipNotice, ShipNoticeLine
from gateway.findings import Finding, found
from gateway.mapping.pairs.model import SILENT, Pair, PairTrace
from gateway.mapping.pairs.ship_above import Above, contexts, packs_of_items
from gateway.mapping.pairs.ship_levels import levels_of
from gateway.mapping.pairs.ship_plain import plain_levels
from gateway.mapping.pairs.ship_shipment import shipped_orders, whole_notice
from gateway.mapping.pairs.ship_tree import (
    ItemNode,
    Node,
    OrderNode,
    PackNode,
    ShipmentNode,
    ShipTree,
    TareNode,
)
from gateway.mapping.pairs.ship_writing import to_shape
from gateway.mapping.parameters import Parameters

__all__ = ["HL_TREE"]

_NONE = Decimal(0)


class _Line(msgspec.Struct, frozen=True):
    """What becomes a line: its items, one for each package, and what stands above the first of them."""

    number: str
    above: Above
    unclaimed: Ext
    nodes: list[ItemNode]


class _Walk:
    """One reading of a tree; the lists grow as the levels come."""

    def __init__(self, tree: ShipTree, trace: PairTrace) -> None:
        self.trace = trace
        self.findings: list[Finding] = []
        self.above = contexts(tree.nodes)
        self.packs_of_item = packs_of_items(self.above, tree.nodes)
        self.shipments: list[ShipmentNode] = []
        self.orders: list[OrderNode] = []
        self.lines: list[_Line] = []
        self.line_of: dict[Hashable, int] = {}
        self.first_of: dict[
            str | None, tuple[ItemNode, Above]
        ] = {}  # order line -> its first item in a package
        self.contents: dict[str, list[Content]] = {}  # HL01 of a carton or pallet -> what is in it
        self.cartons: list[tuple[PackNode, str]] = []
        self.pallets: list[TareNode] = []
        self.cartons_on: dict[str, list[str]] = {}  # HL01 of a pallet -> numbers of its cartons
        for node in tree.nodes:
            self.take(node)

    def take(self, node: Node) -> None:
        if isinstance(node, ItemNode):
            self.take_item(node)
        elif isinstance(node, PackNode):
            self.take_carton(node)
        elif isinstance(node, TareNode):
            self.pallets.append(node)
        elif isinstance(node, OrderNode):
            self.orders.append(node)
        else:
            self.shipments.append(node)

    def take_carton(self, node: PackNode) -> None:
        number = str(len(self.cartons) + 1)
        self.cartons.append((node, number))
        above = self.above[node.hl]
        if above.tare is not None:
            self.cartons_on.setdefault(above.tare.hl, []).append(number)
        if above.item is not None:
            told = node.quantity is not None
            quantity = node.quantity if told else self.share(above.item)
            if quantity is not None:
                goods = msgspec.structs.replace(above.item, unit=node.unit if told else above.item.unit)
                line = self.line(above.item, above, above.item.ext, packed=False)
                self.trace.moved(goods, node, above.item)  # what the carton does not say, its item does
                self.put(node.hl, goods, line, quantity, {})

    def take_item(self, node: ItemNode) -> None:
        above = self.above[node.hl]
        package = above.pack or above.tare
        if package is None or node.hl in self.packs_of_item:
            self.line(node, above, node.ext, packed=False)
        else:
            line = self.line(node, above, {}, packed=True)
            self.put(package.hl, node, line, node.quantity, node.ext)

    def share(self, item: ItemNode) -> Decimal | None:
        """What one carton below an item holds when the cartons do not say: equal parts, if that comes out."""
        cartons = self.packs_of_item[item.hl]
        whole, rest = divmod(item.quantity or _NONE, cartons)
        if rest:
            self.refuse(item, f"{item.quantity} cannot be shared evenly among {cartons} cartons")
            return None
        return whole

    def line(self, node: ItemNode, above: Above, unclaimed: Ext, *, packed: bool) -> int:
        """The position of the item's line, made on first sight; equal items in packages share one."""
        key = self.key(node, above) if packed else node.hl
        known = self.line_of.get(key)
        if known is None:
            self.line_of[key] = len(self.lines)
            self.lines.append(_Line(str(len(self.lines) + 1), above, unclaimed, [node]))
            return len(self.lines) - 1
        if packed:
            self.lines[known].nodes.append(node)
        return known

    def key(self, node: ItemNode, above: Above) -> Hashable:
        """What equal items have in common: all they say, or of the first one of an order line its number."""
        number = node.order_line
        first = self.first_of.get(number)
        if first is None:
            self.first_of[number] = (node, above)
            return (number,)
        identity = _identity(node, above)
        return (number,) if identity == _identity(*first) else identity

    def put(self, package: str, node: ItemNode, line: int, quantity: Decimal | None, unclaimed: Ext) -> None:
        """Put a quantity of a line into the package with this HL01."""
        told = (self.lines[line].number, quantity or _NONE, node.unit or "")
        content = Content(*told, ext=unclaimed) if unclaimed else Content(*told)
        self.trace.moved(content, node)
        self.contents.setdefault(package, []).append(content)

    def refuse(self, node: Node | None, problem: str) -> None:
        place = self.trace.where(node) if node is not None else None
        where = () if place is None else (place,)
        self.findings.append(found("shape-refused", *where, pair="hl_tree", problem=problem))


def to_document(
    shape: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipNotice | None, tuple[Finding, ...]]:
    """The notice that the levels of an 856 tell."""
    assert isinstance(shape, ShipTree)
    walk = _Walk(shape, trace)
    if len(walk.shipments) != 1:
        at = walk.shipments[1] if walk.shipments else None
        walk.refuse(at, f"there are {len(walk.shipments)} shipment levels (HL03 S), and there must be one")
    if walk.findings:
        return None, tuple(walk.findings)
    levels = levels_of(shape.nodes)
    if levels is None:
        walk.refuse(None, "the same two kinds of level are nested both ways round")
        return None, tuple(walk.findings)
    return _notice(shape, walk, levels), ()


def plain_document(shape: msgspec.Struct) -> ShipNotice | None:
    """The same notice, where its levels stand as in most."""
    assert isinstance(shape, ShipTree)
    plain = plain_levels(shape.nodes)
    if plain is None:
        return None
    orders = shipped_orders(plain.orders, SILENT)
    return whole_notice(shape, plain.shipment, plain.levels, orders, plain.lines, plain.cartons, ())


def _notice(tree: ShipTree, walk: _Walk, levels: tuple[str, ...]) -> ShipNotice:
    shipment = walk.shipments[0]
    notice = whole_notice(
        tree,
        shipment,
        levels,
        shipped_orders(walk.orders, walk.trace),
        tuple(_line(line, walk) for line in walk.lines),
        tuple(_carton(node, number, walk) for node, number in walk.cartons),
        tuple(_pallet(node, walk) for node in walk.pallets),
    )
    walk.trace.moved(notice, tree, shipment)
    for name in ("dates", "ext"):
        walk.trace.copy(notice, name, (tree, name), (shipment, name))
    return notice


def _identity(node: ItemNode, above: Above) -> Hashable:
    """What makes two items one line: all they say but quantity, numbering and what no row claimed."""
    return (
        above.order.number if above.order is not None else None,
        node.order_line,
        tuple(node.ids.items()),
        node.unit,
        node.ordered_quantity,
        node.ordered_unit,
        node.case_size,
        node.description,
        node.lot,
        tuple(node.references.items()) if node.references else (),
        node.expiry,
        node.manufactured,
        tuple(node.dates.items()) if node.dates else (),
    )


def _line(made_of: _Line, walk: _Walk) -> ShipNoticeLine:
    node, order = made_of.nodes[0], made_of.above.order
    quantity = _NONE
    for each in made_of.nodes:
        quantity += each.quantity or _NONE
    line = ShipNoticeLine(  # each name of an argument would cost as much as reading a field
        made_of.number,
        quantity,
        node.unit or "",
        order.number if order is not None else None,
        order.date if order is not None else None,
        node.order_line,
        node.case_size,
        node.ordered_quantity,
        node.ordered_unit,
        ids=node.ids,
        description=node.description,
        lot=node.lot,
        expiry=node.expiry,
        manufactured=node.manufactured,
        references=node.references,
        dates=node.dates,
        ext=made_of.unclaimed,
    )
    if walk.trace is not SILENT:
        _trace_line(line, made_of, walk)
    return line


def _trace_line(line: ShipNoticeLine, made_of: _Line, walk: _Walk) -> None:
    walk.trace.merged(line, *made_of.nodes)
    walk.trace.copy(line, "quantity", *((each, "quantity") for each in made_of.nodes))
    orders = [order for each in made_of.nodes if (order := walk.above[each.hl].order) is not None]
    walk.trace.copy(line, "order_number", *((order, "number") for order in orders))
    walk.trace.copy(line, "order_date", *((order, "date") for order in orders))


def _carton(node: PackNode, number: str, walk: _Walk) -> Carton:
    contents = tuple(walk.contents.get(node.hl, ()))
    carton = Carton(
        number, node.marks, node.tracking, node.weight, None, None, contents, node.references, node.ext
    )
    walk.trace.moved(carton, node)
    return carton


def _pallet(node: TareNode, walk: _Walk) -> Pallet:
    pallet = Pallet(
        marks=node.marks,
        tracking=node.tracking,
        tier=node.tier,
        block=node.block,
        weight=node.weight,
        carton_count=node.carton_count,
        cartons=tuple(walk.cartons_on.get(node.hl, ())),
        contents=tuple(walk.contents.get(node.hl, ())),
        references=node.references,
        ext=node.ext,
    )
    walk.trace.moved(pallet, node)
    return pallet


HL_TREE = Pair(
    "hl_tree",
    ShipTree,
    ShipNotice,
    to_document,
    to_shape,
    makes=("hl", "parent", "child", "lines.number", "cartons.number", "structure", "levels"),
    plain=plain_document,
)
