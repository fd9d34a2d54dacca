"""The way back of `hl_tree`: lines, cartons and pallets to the levels of an 856."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec

from gateway.documents.parts import Ext
from gateway.documents.ship_notice import Carton, Content, Pallet, ShipNotice, ShipNoticeLine, ShippedOrder
from gateway.findings import Finding, found
from gateway.mapping.pairs.model import PairTrace
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


class _Placement(msgspec.Struct, frozen=True):
    """A quantity of a line, in its place; `content` is None for goods in no package."""

    line: ShipNoticeLine
    quantity: Decimal
    carton: Carton | None = None
    pallet: Pallet | None = None
    content: Content | None = None


class _Tree:
    """The levels as they are written; HL01 counts them."""

    def __init__(self, notice: ShipNotice, trace: PairTrace) -> None:
        self.orders = {order.number: order for order in notice.orders}
        self.trace = trace
        self.nodes: list[Node] = []
        self.parents: set[str] = set()
        self.packages: set[str] = set()
        self.findings: list[Finding] = []

    def next_number(self) -> str:
        return str(len(self.nodes) + 1)

    def refuse(self, problem: str) -> None:
        self.findings.append(found("shape-refused", pair="hl_tree", problem=problem))

    def grow(self, levels: tuple[str, ...], parent: str, placements: list[_Placement]) -> None:
        """Write one level of the placements, and below each of its nodes the levels that follow."""
        if not levels:
            return
        level, rest = levels[0], levels[1:]
        for key, group in _groups(placements, _KEYS[level]):
            if key is None:
                self.grow(rest, parent, group)
                continue
            number = self.next_number()
            self.nodes.append(self.node(level, rest, parent, group))
            self.parents.add(parent)
            self.grow(rest, number, group)

    def node(self, level: str, rest: tuple[str, ...], parent: str, group: list[_Placement]) -> Node:
        first = group[0]
        if level == "O":
            return self.order(first.line, parent)
        if level == "T" and first.pallet is not None:
            self.once(f"pallet {first.pallet.number}")
            return _tare(first.pallet, self.next_number(), parent)
        if level == "P" and first.carton is not None:
            if "O" in rest or "I" in rest:
                self.once(f"carton {first.carton.number}")
            below_item = "I" not in rest
            return _pack(first, self.next_number(), parent, below_item)
        return self.item(group, parent)

    def once(self, package: str) -> None:
        if package in self.packages:
            self.refuse(
                f"{package} holds goods that these levels put in two places; "
                "choose levels with the package above the order, such as S P O I"
            )
        self.packages.add(package)

    def order(self, line: ShipNoticeLine, parent: str) -> OrderNode:
        number = line.order_number or ""
        order = self.orders.get(number) or ShippedOrder(number=number, date=line.order_date)
        return OrderNode(
            hl=self.next_number(),
            parent=parent,
            number=number,
            release=order.release,
            date=order.date or line.order_date,
            carton_count=order.carton_count,
            weight=order.weight,
            references=order.references,
            dates=order.dates,
            parties=order.parties,
            ext=order.ext,
        )

    def item(self, group: list[_Placement], parent: str) -> ItemNode:
        first = group[0]
        line, content = first.line, first.content or first.line
        node = ItemNode(
            hl=self.next_number(),
            parent=parent,
            order_line=line.order_line or line.number,
            ids=line.ids,
            quantity=sum((placement.quantity for placement in group), Decimal(0)),
            unit=content.unit,
            ordered_quantity=line.ordered_quantity,
            ordered_unit=line.ordered_unit,
            case_size=content.case_size or line.case_size,
            description=line.description,
            lot=content.lot or line.lot,
            references={**line.references, **content.references},
            expiry=content.expiry or line.expiry,
            manufactured=content.manufactured or line.manufactured,
            dates=line.dates,
            ext=content.ext,
        )
        self.trace.copy(node, "quantity", *((each.content or each.line, "quantity") for each in group))
        return node


def to_shape(
    document: msgspec.Struct, trace: PairTrace, parameters: Parameters
) -> tuple[ShipTree | None, tuple[Finding, ...]]:
    """The levels of an 856 for a notice, in the order that the notice or its structure states."""
    assert isinstance(document, ShipNotice)
    notice = document
    levels = levels_to_write(notice)
    tree = _Tree(notice, trace)
    if levels[:1] != ("S",) or not set(levels) <= set(_KEYS) | {"S"}:
        tree.refuse(f"the levels {'-'.join(levels)} are not an order of S, O, T, P and I that starts with S")
    placements = list(_placements(notice, tree))
    if any(placement.line.order_number is None for placement in placements):
        tree.refuse("a line names no order, and an 856 tells items below their order")
    if tree.findings:
        return None, tuple(tree.findings)
    tree.nodes.append(_shipment(notice))
    tree.grow(levels[1:], "1", placements)
    if tree.findings:
        return None, tuple(tree.findings)
    nodes = tuple(
        msgspec.structs.replace(node, child="1" if node.hl in tree.parents else "0") for node in tree.nodes
    )
    return (
        ShipTree(
            number=notice.number,
            date=notice.date,
            purpose=notice.purpose,
            structure=structure_to_write(notice),
            nodes=nodes,
            ext=_part(notice.ext, header=True),
        ),
        (),
    )


def _placements(notice: ShipNotice, tree: _Tree) -> Iterator[_Placement]:
    """Everything packed, pallet by pallet and carton by carton, then the goods in no package."""
    lines = {line.number: line for line in notice.lines}
    packed: set[str] = set()
    pallet_of = {number: pallet for pallet in notice.pallets for number in pallet.cartons}

    def held(
        contents: Iterable[Content], carton: Carton | None, pallet: Pallet | None
    ) -> Iterator[_Placement]:
        for content in contents:
            line = lines.get(content.line)
            if line is None:
                tree.refuse(f"a package names line {content.line}, which the notice does not have")
                continue
            packed.add(line.number)
            yield _Placement(line, content.quantity, carton, pallet, content)

    for carton in notice.cartons:
        yield from held(carton.contents, carton, pallet_of.get(carton.number))
    for pallet in notice.pallets:
        yield from held(pallet.contents, None, pallet)
    for line in notice.lines:
        if line.number not in packed:
            yield _Placement(line, line.quantity)


_Key = Callable[[_Placement], str | None]

_KEYS: dict[str, _Key] = {
    "O": lambda placement: placement.line.order_number,
    "T": lambda placement: placement.pallet.number if placement.pallet else None,
    "P": lambda placement: placement.carton.number if placement.carton else None,
    "I": lambda placement: placement.line.number,
}


def _groups(placements: list[_Placement], key: _Key) -> list[tuple[str | None, list[_Placement]]]:
    groups: dict[str | None, list[_Placement]] = {}
    for placement in placements:
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


def _pack(placement: _Placement, number: str, parent: str, below_item: bool) -> PackNode:
    carton = placement.carton
    assert carton is not None
    return PackNode(
        hl=number,
        parent=parent,
        marks=carton.marks,
        tracking=carton.tracking,
        weight=carton.weight,
        quantity=placement.quantity if below_item else None,
        unit=placement.line.unit if below_item else None,
        references=carton.references,
        ext=carton.ext,
    )


def _part(unclaimed: Ext, *, header: bool) -> Ext:
    """The unclaimed places of the header, or those of the shipment level."""
    return {
        name: {place: value for place, value in places.items() if place.startswith(HEADER_PLACES) is header}
        for name, places in unclaimed.items()
    }
