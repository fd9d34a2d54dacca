"""The way back of `hl_tree`: lines, cartons and pallets to the levels of an 856."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from types import MappingProxyType

import msgspec

from gateway.documents.parts import Ext
from gateway.documents.ship_notice import Content, Pallet, ShipNotice, ShipNoticeLine, ShippedOrder
from gateway.findings import Finding, found
from gateway.mapping.pairs.model import PairTrace
from gateway.mapping.pairs.packing import Placement, UnplaceableError, placements
from gateway.mapping.pairs.ship_levels import levels_to_write, structure_to_write
from gateway.mapping.pairs.ship_tree import (
    ItemNode,
    Node,
    OrderNode,
    PackNode,
    ShipmentNode,
    ShipTree,
    TareNode,
)
from gateway.mapping.parameters import Parameters

__all__ = ["to_shape"]

HEADER_PLACES = ("BSN", "CTT")  # their unclaimed places stand before and after the levels


class _Tree:
    """The levels as they are written; HL01 counts them."""

    def __init__(self, notice: ShipNotice, trace: PairTrace) -> None:
        self.trace = trace
        self.nodes: list[Node] = []
        self.parents: set[str] = set()
        self.packages: set[str] = set()
        self.findings: list[Finding] = []
        self.told: defaultdict[str, list[ShippedOrder]] = defaultdict(list)  # by the number of the order
        self.written: Counter[str] = Counter()  # how often an order was
        for order in notice.orders:
            self.told[order.number].append(order)

    def next_number(self) -> str:
        return str(len(self.nodes) + 1)

    def refuse(self, problem: str) -> None:
        self.findings.append(found("shape-refused", pair="hl_tree", problem=problem))

    def add(self, node: Node) -> str:
        """Put a level below the others; gives its HL01."""
        self.nodes.append(node)
        if node.parent is not None:
            self.parents.add(node.parent)
        return node.hl

    def grow(self, levels: tuple[str, ...], parent: str, placed: list[Placement]) -> None:
        """Write one level of what is placed, and below each of its nodes the levels that follow."""
        level, rest = levels[0], levels[1:]
        if levels == ("I",):
            for placement in placed:
                self.add(self.item([placement], parent))
            return
        for key, group in _groups(placed, _KEYS[level]):
            if key is None:
                self.grow(rest, parent, group)
            elif level == "I":
                self.item_of_cartons(parent, group)
            else:
                self.grow(rest, self.add(self.node(level, parent, group[0])), group)

    def node(self, level: str, parent: str, first: Placement) -> Node:
        if level == "O":
            return self.order(first, parent)
        if level == "P":
            return self.carton(first, parent)
        pallet = first.pallet
        assert pallet is not None
        self.once(f"pallet {first.pallet_name}")
        tare = _tare(pallet, self.next_number(), parent)
        self.trace.moved(tare, pallet)
        return tare

    def carton(
        self, first: Placement, parent: str, quantity: Decimal | None = None, unit: str | None = None
    ) -> PackNode:
        carton = first.carton
        assert carton is not None
        self.once(f"carton {carton.number}")
        node = PackNode(
            hl=self.next_number(),
            parent=parent,
            marks=carton.marks,
            tracking=carton.tracking,
            weight=carton.weight,
            quantity=quantity,
            unit=unit,
            references=carton.references,
            ext=carton.ext,
        )
        self.trace.moved(node, carton)
        return node

    def once(self, package: str) -> None:
        if package in self.packages:
            self.refuse(
                f"{package} holds goods that these levels put in two places; "
                "choose levels with the package above the order, such as S P O I"
            )
        self.packages.add(package)

    def order(self, first: Placement, parent: str) -> OrderNode:
        number = first.order_number or ""
        told = self.told.get(number) or [ShippedOrder(number=number, date=first.line.order_date)]
        order = told[min(self.written[number], len(told) - 1)]
        self.written[number] += 1
        node = OrderNode(
            hl=self.next_number(),
            parent=parent,
            number=number,
            release=order.release,
            date=order.date or first.line.order_date,
            carton_count=order.carton_count,
            weight=order.weight,
            references=order.references,
            dates=order.dates,
            parties=order.parties,
            ext=order.ext,
        )
        if number in self.told:
            self.trace.moved(node, order)
        else:
            self.trace.copy(node, "number", first.tells("order_number"))
        if order.date is None or number not in self.told:
            self.trace.copy(node, "date", (first.line, "order_date"))
        return node

    def item(self, group: list[Placement], parent: str) -> ItemNode:
        first = group[0]
        line, content = first.line, first.content or first.line
        node = ItemNode(
            hl=self.next_number(),
            parent=parent,
            order_line=line.order_line,
            ids=line.ids,
            quantity=sum((placement.quantity for placement in group), Decimal(0)),
            unit=first.unit,
            ordered_quantity=line.ordered_quantity,
            ordered_unit=line.ordered_unit,
            case_size=first.case_size,
            description=line.description,
            lot=content.lot or line.lot,
            references={**line.references, **content.references},
            expiry=content.expiry or line.expiry,
            manufactured=content.manufactured or line.manufactured,
            dates=line.dates,
            ext=content.ext,
        )
        self.trace.moved(node, content, line)
        self.trace.copy(node, "quantity", *((each.content or each.line, "quantity") for each in group))
        self.trace.copy(node, "references", (line, "references"), (content, "references"))
        return node

    def item_of_cartons(self, parent: str, group: list[Placement]) -> None:
        """An item with its cartons below it; equal shares are not told, since reading shares evenly."""
        of_line = group[0].line
        told_once = self.item(group, parent)
        item = msgspec.structs.replace(told_once, ext=of_line.ext)
        self.trace.moved(item, told_once)
        self.trace.copy(item, "ext", (of_line, "ext"))
        self.add(item)
        cartons = [cartons for key, cartons in _groups(group, _KEYS["P"]) if key is not None]
        held = [sum((each.quantity for each in carton), Decimal(0)) for carton in cartons]
        even = bool(held) and all(quantity == held[0] for quantity in held)
        shared = even and held[0] == held[0].to_integral_value()
        for carton, quantity in zip(cartons, held, strict=True):
            told = None if shared else quantity
            node = self.carton(carton[0], item.hl, told, None if shared else carton[0].unit)
            for name in ("quantity", "unit"):
                self.trace.copy(node, name, *((each.content or each.line, name) for each in carton))
            self.add(node)

    def closed(self) -> tuple[Node, ...]:
        """The levels, each with whether others hang on it (HL04)."""
        nodes = []
        for node in self.nodes:
            closed = msgspec.structs.replace(node, child="1" if node.hl in self.parents else "0")
            self.trace.moved(closed, node)
            nodes.append(closed)
        return tuple(nodes)


def to_shape(
    document: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipTree | None, tuple[Finding, ...]]:
    """The levels of an 856 for a notice, in the order that the notice or its structure states."""
    assert isinstance(document, ShipNotice)
    notice = document
    levels = levels_to_write(notice)
    tree = _Tree(notice, trace)
    placed = _placed(notice, levels, tree)
    if tree.findings:
        return None, tuple(tree.findings)
    shipment = _shipment(notice)
    trace.moved(shipment, notice)
    tree.nodes.append(shipment)
    tree.grow(levels[1:], "1", placed)
    for order in notice.orders:
        if order.number not in tree.written:
            tree.refuse(f"nothing of order {order.number} is among the lines")
    if tree.findings:
        return None, tuple(tree.findings)
    nodes = tree.closed()
    shape = ShipTree(
        number=notice.number,
        date=notice.date,
        purpose=notice.purpose,
        structure=structure_to_write(notice, nodes),
        nodes=nodes,
        ext=_part(notice.ext, header=True),
    )
    trace.moved(shape, notice)
    return shape, ()


def _placed(notice: ShipNotice, levels: tuple[str, ...], tree: _Tree) -> list[Placement]:
    """What goes where; what these levels cannot say is refused."""
    if not _can_be_written(levels):
        tree.refuse(f"the levels {'-'.join(levels)} are no order of S, O, T, P and I that an 856 can have")
    for level, name, packages in (("P", "cartons", notice.cartons), ("T", "pallets", notice.pallets)):
        if packages and level not in levels:
            tree.refuse(f"the levels {'-'.join(levels)} have no place for {name}")
    try:
        placed = placements(notice)
    except UnplaceableError as refusal:
        tree.refuse(str(refusal))
        return []
    if any(placement.order_number is None for placement in placed):
        tree.refuse("a line names no order, and an 856 tells items below their order")
    return placed


def _can_be_written(levels: tuple[str, ...]) -> bool:
    """Whether they start with the shipment, have each level once, and end with the item or its cartons."""
    inner = levels[1:]
    known = set(inner) <= set(_KEYS) and len(set(inner)) == len(inner)
    ends = inner[-1:] == ("I",) or inner[-2:] == ("I", "P")
    return levels[:1] == ("S",) and known and ends and "O" in inner


_Key = Callable[[Placement], Hashable]

_KEYS: Mapping[str, _Key] = MappingProxyType(
    {
        "O": lambda placement: placement.order_number,
        "T": lambda placement: placement.pallet_name,
        "P": lambda placement: placement.carton.number if placement.carton else None,
        "I": lambda placement: (placement.line.number, *_telling(placement.content or placement.line)),
    }
)


def _telling(goods: Content | ShipNoticeLine) -> tuple[Hashable, ...]:
    """What makes two items of one line in one package."""
    return (goods.unit, goods.case_size, goods.lot, goods.expiry, goods.manufactured)


def _groups(placed: list[Placement], key: _Key) -> list[tuple[Hashable, list[Placement]]]:
    groups: dict[Hashable, list[Placement]] = {}
    for placement in placed:
        groups.setdefault(key(placement), []).append(placement)
    return list(groups.items())


def _shipment(notice: ShipNotice) -> ShipmentNode:
    return ShipmentNode(
        hl="1",
        carton_count=notice.carton_count,
        pallet_count=notice.pallet_count,
        weight=notice.weight,
        volume=notice.volume,
        carrier=notice.carrier,
        equipment=notice.equipment,
        references=notice.references,
        contacts=notice.contacts,
        shipped=notice.shipped,
        estimated_delivery=notice.estimated_delivery,
        dates=notice.dates,
        freight=notice.freight,
        parties=notice.parties,
        ext=_part(notice.ext, header=False),
    )


def _tare(pallet: Pallet, number: str, parent: str) -> TareNode:
    return TareNode(
        hl=number,
        parent=parent,
        marks=pallet.marks,
        tracking=pallet.tracking,
        tier=pallet.tier,
        block=pallet.block,
        weight=pallet.weight,
        carton_count=pallet.carton_count,
        references=pallet.references,
        ext=pallet.ext,
    )


def _part(unclaimed: Ext, *, header: bool) -> Ext:
    """The unclaimed places of the header, or those of the shipment level."""
    return {
        name: {place: value for place, value in places.items() if place.startswith(HEADER_PLACES) is header}
        for name, places in unclaimed.items()
    }
