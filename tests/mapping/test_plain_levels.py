"""The levels of a ship notice in one pass, where they are as in most: the same notice as by the long way, and
a valid one wherever the levels are."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents.accept import accepts, record_check
from gateway.documents.codec import encode
from gateway.documents.parts import Measure, Moment
from gateway.documents.ship_notice import Carton, Mark, Pallet, ShipNotice, ShipNoticeLine, ShippedOrder
from gateway.mapping.pairs import hl_tree, ship_plain
from gateway.mapping.pairs.hl_tree import HL_TREE, plain_document
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.pairs.ship_plain import plain_levels
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
from tests.thoroughness import examples

DAY = Moment(date=date(2026, 4, 2))
replace = msgspec.structs.replace

ITEMS: tuple[ItemNode, ...] = (
    ItemNode("", ids={"vendor": "A-1"}, quantity=Decimal(7), unit="each"),
    ItemNode("", ids={"vendor": "A-1"}, quantity=Decimal("1E+2"), unit="each", ext={"x12": {"PKG": "F"}}),
    ItemNode("", quantity=Decimal("-0.0"), ordered_quantity=Decimal(9), ordered_unit="case"),
    ItemNode("", quantity=Decimal("12.50"), case_size=Decimal(6), description="TEA", lot="L1"),
    ItemNode("", unit="case", references={"po": "4"}, expiry=DAY, dates={"best_before": DAY}),
    ItemNode("", quantity=Decimal(0), unit="each", manufactured=DAY),
    ItemNode("", quantity=Decimal("1.5E+17"), unit="each"),
    ItemNode("", quantity=Decimal("123456789012345678E+5"), unit="each"),
    ItemNode("", quantity=Decimal(1), unit="each", dates={"best_before": Moment()}),
    ItemNode("", unit="No Code"),
    ItemNode("", unit="each", lot=""),
)
PACKS: tuple[PackNode, ...] = (
    PackNode("", marks=(Mark("sscc", "006141400000000006"),)),
    PackNode("", tracking="1Z", weight=Measure(Decimal(3), "kg"), quantity=Decimal(4), unit="case"),
    PackNode("", references={"po": "4"}, ext={"x12": {"PKG": "F"}}),
)
BEHIND = {"S": "O", "O": "PPPOI", "P": "IIIP", "I": "IIIPO"}
ABOVE = {"O": "S", "P": "O", "I": "P"}


@st.composite
def levels(draw: st.DrawFn) -> tuple[Node, ...]:
    """Levels from the outside in; every other time one of them stands elsewhere, or has a number twice."""
    nodes: list[Node] = [ShipmentNode(hl="1", shipped=draw(st.sampled_from([None, DAY])))]
    last, kind = {"S": "1"}, "S"
    for number in range(2, 2 + draw(st.integers(0, 9))):
        kind = draw(st.sampled_from(BEHIND[kind]))
        node = _node(draw, kind, str(number))
        nodes.append(replace(node, hl=str(number), parent=last.get(ABOVE[kind], "1")))
        last[kind] = str(number)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(nodes) - 1))
        wrong = draw(st.sampled_from(["", "1", "2", "3", "4", "5"]))
        other = draw(st.sampled_from(["hl", "parent", "parent", "order_line", "kind", "nowhere"]))
        if other == "kind":
            kind = draw(st.sampled_from("SOTPI"))
            nodes[at] = replace(_node(draw, kind, wrong), hl=nodes[at].hl, parent=nodes[at].parent)
        elif other == "nowhere":
            nodes[at] = replace(nodes[at], parent=None)
        elif other in nodes[at].__struct_fields__:
            nodes[at] = replace(nodes[at], **{other: wrong})
    return tuple(nodes)


def _node(draw: st.DrawFn, kind: str, number: str) -> Node:
    if kind == "I":
        line = draw(st.sampled_from([number] * 4 + [None, "3"]))
        return replace(draw(st.sampled_from(ITEMS)), order_line=line)
    if kind == "P":
        return draw(st.sampled_from(PACKS))
    if kind == "O":
        return OrderNode(
            hl="", number=draw(st.sampled_from(["PO1", "PO2"])), date=draw(st.none() | st.just(DAY))
        )
    return TareNode("") if kind == "T" else ShipmentNode(hl="")


def differs(nodes: Sequence[Node]) -> bool:
    """Whether the two ways make different notices, or find fault with different things."""
    tree = ShipTree(number="S1", date=DAY, structure=None, nodes=tuple(nodes))
    straight = plain_document(tree)
    if straight is None:
        return False
    by_walk, _ = HL_TREE.to_document(tree, SILENT, Parameters())
    return by_walk is None or repr(straight) != repr(by_walk) or encode([straight]) != encode([by_walk])  # type: ignore[list-item]  # of this pair they are notices


def is_wrongly_valid(nodes: Sequence[Node]) -> bool:
    """Whether levels are valid, each by itself, that make a notice which is not."""
    if not all(record_check(type(node))(node) for node in nodes):
        return False
    notice = plain_document(ShipTree(number="S1", date=DAY, nodes=tuple(nodes)))
    return notice is not None and not accepts(notice)


@settings(max_examples=examples(600), deadline=None)
@given(nodes=levels())
def test_both_ways_make_the_same_notice(nodes: tuple[Node, ...]) -> None:
    assert not differs(nodes)


@settings(max_examples=examples(600), deadline=None)
@given(nodes=levels())
def test_of_valid_levels_the_notice_is_valid(nodes: tuple[Node, ...]) -> None:
    assert not is_wrongly_valid(nodes)


USUAL: tuple[Node, ...] = (
    ShipmentNode(hl="1"),
    OrderNode(hl="2", parent="1", number="PO1", date=DAY),
    PackNode("3", "2"),
    ItemNode("4", "3", order_line="1", quantity=Decimal(2), unit="each", description="TEA"),
    PackNode("5", "2"),
    ItemNode("6", "5", order_line="2", quantity=Decimal(3), unit="each"),
)


def test_most_notices_go_the_straight_way() -> None:
    made = plain_levels(USUAL)
    assert made is not None
    assert made.levels == ("S", "O", "P", "I")
    assert [(line.number, line.order_number, line.order_date) for line in made.lines] == [
        ("1", "PO1", DAY),
        ("2", "PO1", DAY),
    ]
    assert [[content.line for content in carton.contents] for carton in made.cartons] == [["1"], ["2"]]
    assert not differs(USUAL)


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        (0, {"parent": "1"}),
        (1, {"parent": "9"}),
        (2, {"parent": "1"}),
        (3, {"parent": "2"}),
        (5, {"parent": "3"}),
        (5, {"order_line": "1"}),
        (5, {"hl": "4"}),
        (5, {"unit": None}),
        (5, {"quantity": Decimal("123456789012345678E+5")}),
    ],
)
def test_others_are_left_to_the_long_way(place: int, changes: dict[str, object]) -> None:
    nodes = list(USUAL)
    nodes[place] = replace(nodes[place], **changes)
    assert plain_levels(nodes) is None
    assert not differs(nodes)


def planted(module: ModuleType, right: str, wrong: str) -> dict[str, object]:
    """The functions of a module with a fault."""
    text = inspect.getsource(module)
    assert right in text
    names: dict[str, object] = {"__name__": module.__name__}
    exec(compile(text.replace(right, wrong), "<planted>", "exec", dont_inherit=True), names)
    return names


FAULTS = {
    "a unit may be missing": ("if unit is None or ", "unit = unit or ''\n            if "),
    "a number may be too long": ("quantity.adjusted() >= MOST_DIGITS", "False"),
    "the number of the order is lost": ("node.hl, _NO_LEVEL, node.number,", "node.hl, _NO_LEVEL, '',"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hl_tree, "plain_levels", planted(ship_plain, *FAULTS[fault])["plain_levels"])
    notices = [(*USUAL[:3], replace(item, hl="4", parent="3")) for item in ITEMS]
    assert any(map(is_wrongly_valid, notices))


GOES_TO = (
    (ShipTree, ShipNotice),
    (ShipmentNode, ShipNotice),
    (OrderNode, ShippedOrder),
    (TareNode, Pallet),
    (PackNode, Carton),
    (ItemNode, ShipNoticeLine),
)


@pytest.mark.parametrize(("node", "record"), GOES_TO)
def test_a_level_takes_what_the_notice_takes(
    node: type[msgspec.Struct], record: type[msgspec.Struct]
) -> None:
    ours, theirs = (typing.get_type_hints(each, include_extras=True) for each in (node, record))
    shared = ours.keys() & theirs.keys() - {"document"}
    assert len(shared) > 4
    for name in shared:
        assert ours[name] in (theirs[name], theirs[name] | None), name


def test_a_line_takes_what_its_order_says() -> None:
    ours, theirs = (typing.get_type_hints(each, include_extras=True) for each in (OrderNode, ShipNoticeLine))
    assert (ours["number"] | None, ours["date"]) == (theirs["order_number"], theirs["order_date"])
