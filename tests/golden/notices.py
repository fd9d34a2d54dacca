"""Ship notices of every structure, for hypothesis: goods packed level by level, in the reach of a table.

What a level or row says is drawn as `within.py` draws it; here it is packed. The pairs of the tables turn it
into the document.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import strategies as st

from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.pairs.ship_rows import PackedRow, ShipRows
from gateway.mapping.pairs.ship_tree import (
    ItemNode,
    Node,
    OrderNode,
    PackNode,
    ShipmentNode,
    ShipTree,
    TareNode,
)
from tests.golden.within import Draw, Maker

__all__ = ["LEVELS", "packed_rows", "trees"]

LEVELS = ("SOPI", "SOIP", "SPOI", "SOTI", "SOTPI", "STOI", "SOTIP")
"""The orders of levels that have a name, one letter for each level."""

NODES: dict[str, type[msgspec.Struct]] = {
    "S": ShipmentNode,
    "O": OrderNode,
    "T": TareNode,
    "P": PackNode,
    "I": ItemNode,
}
OF_CARTON = ("carton_sscc", "tracking", "carton_weight")
OF_PALLET = ("pallet_sscc", "pallet_weight")
MAY_VARY = ("lot", "expiry", "case_size", "country_of_origin")  # from carton to carton of one line
MOST = 2  # of each level inside another
QUANTITIES = st.decimals(Decimal(1), Decimal(99), places=1)

replace = msgspec.structs.replace


def trees(plan: Plan, levels: str) -> st.SearchStrategy[ShipTree]:
    """Levels of an 856 as we write them."""

    @st.composite
    def made(draw: Draw) -> ShipTree:
        return _Tree(plan, levels, draw).tree()

    return made()


def packed_rows(plan: Plan, levels: str) -> st.SearchStrategy[ShipRows]:
    """Rows of an ERP, packed in the way of these levels."""

    @st.composite
    def made(draw: Draw) -> ShipRows:
        return _Rows(plan, levels, draw).rows()

    return made()


def _block(plan: Plan, record: type[msgspec.Struct]) -> BlockPlan:
    """The block that makes such records."""
    return next(block for block in plan.root.blocks if block.record is record)


class _Tree:
    """Levels in the making. Orders and items that stand in several packages are drawn once."""

    def __init__(self, plan: Plan, levels: str, draw: Draw) -> None:
        self.plan = plan
        self.levels = levels
        self.draw = draw
        self.maker = Maker(plan, draw)
        self.nodes: list[Node] = []
        self.orders = [self.drawn("O", number=f"PO{number}") for number in range(MOST)]
        self.items: dict[str, list[msgspec.Struct]] = {}

    def tree(self) -> ShipTree:
        root = self.maker.record(self.plan.root)
        assert isinstance(root, ShipTree)
        self.add(self.drawn("S"), None)
        self.grow("1", self.levels[1:], "")
        parents = {node.parent for node in self.nodes}
        nodes = tuple(replace(node, child="1" if node.hl in parents else "0") for node in self.nodes)
        return replace(root, dates={}, nodes=nodes)

    def drawn(self, level: str, **fields: object) -> msgspec.Struct:
        return replace(self.maker.record(_block(self.plan, NODES[level])), **fields)

    def add(self, node: msgspec.Struct, parent: str | None, **fields: object) -> str:
        """Puts a level below another; gives its HL01."""
        placed = replace(node, hl=str(len(self.nodes) + 1), parent=parent, **fields)
        assert isinstance(placed, Node)
        self.nodes.append(placed)
        return placed.hl

    def grow(self, parent: str, levels: str, order: str) -> None:
        level, rest = levels[0], levels[1:]
        count = self.draw(st.integers(1, MOST))
        assert isinstance(count, int)
        for number in range(count):
            if level == "O":
                held = self.orders[number]
                assert isinstance(held, OrderNode)
                self.grow(self.add(held, parent), rest, held.number)
            elif level == "I" and rest:
                self.item_of_cartons(parent)
            elif level == "I":
                self.add(self.item(order, number), parent, quantity=self.draw(QUANTITIES))
            else:
                bare = {"quantity": None, "unit": None} if level == "P" else {}
                self.grow(self.add(self.drawn(level, **bare), parent), rest, order)

    def item(self, order: str, number: int) -> msgspec.Struct:
        """An item of an order: the same again in each package, so that they are one line."""
        items = self.items.setdefault(order, [])
        while len(items) <= number:
            items.append(self.drawn("I", order_line=f"{len(items) + 1}"))
        return items[number]

    def item_of_cartons(self, parent: str) -> None:
        """An item with its cartons below it, which share it evenly or say how much they hold."""
        held = self.draw(st.lists(QUANTITIES, min_size=1, max_size=3))
        assert isinstance(held, list)
        item = self.drawn("I", quantity=sum(held, Decimal(0)))
        assert isinstance(item, ItemNode)
        shared = all(quantity == held[0] for quantity in held) and held[0] == held[0].to_integral_value()
        below = self.add(item, parent)
        for quantity in held:
            told = {"quantity": None, "unit": None} if shared else {"quantity": quantity, "unit": item.unit}
            self.add(self.drawn("P", **told), below)


class _Rows:
    """Rows in the making: what a row says of its line, carton and pallet is drawn once for each of them."""

    def __init__(self, plan: Plan, levels: str, draw: Draw) -> None:
        self.plan = plan
        self.levels = levels
        self.draw = draw
        self.maker = Maker(plan, draw)
        self.made: list[PackedRow] = []
        self.lines: dict[tuple[int, int], PackedRow] = {}
        self.packages = 0

    def rows(self) -> ShipRows:
        root = self.maker.record(self.plan.root)
        assert isinstance(root, ShipRows)
        self.grow(self.levels[1:], 0, {})
        numbered = self.draw(st.booleans())
        rows = self.made if numbered else [replace(row, line=None) for row in self.made]
        return replace(root, rows=tuple(rows))

    def row(self) -> PackedRow:
        row = self.maker.record(_block(self.plan, PackedRow))
        assert isinstance(row, PackedRow)
        return row

    def grow(self, levels: str, order: int, package: dict[str, object]) -> None:
        if not levels:
            return
        count = self.draw(st.integers(1, MOST))
        assert isinstance(count, int)
        for number in range(count):
            if levels[0] == "I":
                self.put(levels[1:], order, number, package)
            else:
                within = number if levels[0] == "O" else order
                self.grow(levels[1:], within, package | self.package(levels[0]))

    def package(self, level: str) -> dict[str, object]:
        """What each row in a new carton or on a new pallet says of it."""
        self.packages += 1
        row, name = self.row(), str(self.packages)
        if level == "P":
            return {"carton": name, **{field: getattr(row, field) for field in OF_CARTON}}
        if level == "T":
            return {"pallet": name, **{field: getattr(row, field) for field in OF_PALLET}}
        return {}

    def put(self, below: str, order: int, number: int, package: dict[str, object]) -> None:
        """A row of a line of an order; of each carton below the item, where cartons stand there."""
        if (order, number) not in self.lines:
            line = str(len(self.lines) + 1)
            self.lines[order, number] = replace(self.row(), line=line, order_line=line)
        packages = [self.package("P") for _ in range(MOST)] if below else [{}]
        for each in packages:
            self.made.append(self.packed(self.lines[order, number], {**package, **each}))

    def packed(self, line: PackedRow, package: dict[str, object]) -> PackedRow:
        nothing = dict.fromkeys(("carton", *OF_CARTON, "pallet", *OF_PALLET))
        varying = self.row() if self.draw(st.booleans()) else line
        varied = {field: getattr(varying, field) for field in MAY_VARY if line.line is not None}
        return replace(line, quantity=self.draw(QUANTITIES), **{**varied, **nothing, **package})
