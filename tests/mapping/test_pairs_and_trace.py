"""Pairs between a shape and the document, and where values come from."""

from __future__ import annotations

import msgspec

from gateway.findings import Finding, found
from gateway.mapping import evaluate
from gateway.mapping.evaluate import JsonSource, Trace, X12Source
from gateway.mapping.pairs import Pair, PairTrace
from gateway.mapping.parameters import Parameters
from tests.mapping.small import (
    LIBRARY,
    MARKS,
    Head,
    Leaf,
    Levels,
    Line,
    Order,
    Party,
    codes_of,
    plan_of,
    read_x12,
    segments_of,
    write_x12,
)

Result = tuple[msgspec.Struct | None, tuple[Finding, ...]]


def to_document(shape: msgspec.Struct, trace: PairTrace, parameters: Parameters) -> Result:
    """Heads become parties, leaves become lines; a leaf below no head is refused."""
    assert isinstance(shape, Levels)
    assert parameters.values["currency"] == "USD"
    heads = {node.id for node in shape.nodes if isinstance(node, Head)}
    strays = [node for node in shape.nodes if isinstance(node, Leaf) and node.parent not in heads]
    if strays:
        problem = f"level {strays[0].id} hangs on {strays[0].parent}, which is not there"
        return None, (found("shape-refused", trace.where(strays[0]), pair="levels", problem=problem),)
    parties, lines = [], []
    for node in shape.nodes:
        if isinstance(node, Head):
            parties.append(Party(role="buyer", name=node.name, ids={"level": node.id}))
        else:
            line = Line(number=node.parent, quantity=node.quantity)
            trace.copy(line, "quantity", (node, "quantity"))
            lines.append(line)
    return Order(number=shape.number, parties=tuple(parties), lines=tuple(lines)), ()


def to_shape(document: msgspec.Struct, trace: PairTrace, parameters: Parameters) -> Result:
    """The levels of an order: heads first."""
    assert isinstance(document, Order)
    del trace, parameters
    if not document.lines:
        return None, (found("shape-refused", pair="levels", problem="an order without lines has no levels"),)
    heads = [Head(party.ids["level"], party.name) for party in document.parties]
    leaves = [
        Leaf(str(len(heads) + number), line.number or "", line.quantity)
        for number, line in enumerate(document.lines, 1)
    ]
    return Levels(document.number, (*heads, *leaves)), ()


LEVELS = Pair("levels", Levels, Order, to_document, to_shape, makes=("lines[].number",))
TABLE = """\
table: t
document: Order
format: x12 900 004010
shape: Levels
via: levels
rows:
  number: BEG03
  nodes[Head]: {at: "HL[03=H]", id: HL01, name: LIN02}
  nodes[Leaf]: {at: "HL[03=L]", id: HL01, parent: HL02, quantity: LIN03 decimal}
derived: {CTT01: hl_count}
"""
PLAN = plan_of(TABLE, "", library=msgspec.structs.replace(LIBRARY, pairs={"levels": LEVELS}))
SEGMENTS = "BEG***A1\nHL*1**H\nLIN**Reno\nHL*2**H\nHL*3*1*L\nLIN***5\nHL*4*2*L\nCTT*4"


def test_rows_fill_the_shape_and_the_pair_makes_the_document() -> None:
    read, findings = read_x12(PLAN, SEGMENTS)
    assert not findings
    assert isinstance(read, Order)
    assert [(party.name, party.ids) for party in read.parties] == [
        ("Reno", {"level": "1"}),
        (None, {"level": "2"}),
    ]
    assert [(line.number, line.quantity) for line in read.lines] == [("1", 5), ("2", None)]
    assert write_x12(PLAN, read) == SEGMENTS


def test_items_of_several_types_keep_their_order() -> None:
    mixed = "BEG***A1\nHL*1**H\nHL*2*1*L\nHL*3**H"
    read, _ = read_x12(msgspec.structs.replace(PLAN, pair=None), mixed)
    assert isinstance(read, Levels)
    assert [type(node) for node in read.nodes] == [Head, Leaf, Head]


def test_a_pair_refuses_with_the_place_of_the_record() -> None:
    read, findings = read_x12(PLAN, "BEG***A1\nHL*1**H\nHL*2*7*L")
    assert read is None
    assert codes_of(findings) == ["shape-refused"]
    segments, rows = segments_of("BEG***A1\nHL*1**H\nHL*2*7*L")
    trace = Trace()
    read, findings = evaluate.read(PLAN, X12Source(segments, rows, MARKS), trace)
    assert read is None
    assert [(f.location.segment_in_set, f.location.tag) for f in findings] == [(4, "HL")]
    assert "level 2 hangs on 7" in findings[0].message
    target, findings = evaluate.write(PLAN, Order(number="A1"), MARKS)
    assert target is None
    assert codes_of(findings) == ["shape-refused"]


def test_a_pair_does_not_run_when_rows_had_faults() -> None:
    read, findings = read_x12(PLAN, "BEG***A1\nHL*1*9*L\nLIN***x")
    assert read is None
    assert codes_of(findings) == ["mapping-value"]


def test_a_value_is_followed_to_its_place_and_row_through_a_pair() -> None:
    segments, rows = segments_of(SEGMENTS)
    trace = Trace()
    read, _ = evaluate.read(PLAN, X12Source(segments, rows, MARKS), trace)
    assert isinstance(read, Order)
    sources = trace.sources(read.lines[0], "quantity")
    assert [(s.place, s.location.segment_in_set, s.location.element, str(s.row)) for s in sources] == [
        ("LIN03 decimal", 7, 3, "t.yaml:9")
    ]
    assert trace.sources(read.lines[0], "number") == ()


def test_a_value_is_followed_in_json() -> None:
    plan = plan_of("json", "rows:\n  number: id\n  lines[]: {at: 'details.items[]', number: number}\n")
    trace = Trace()
    read, _ = evaluate.read(
        plan, JsonSource({"id": "A", "details": {"items": [{"number": "7"}]}}, "/orders/3"), trace
    )
    assert isinstance(read, Order)
    assert trace.sources(read.lines[0], "number")[0].location.pointer == "/orders/3/details/items/0/number"
    assert trace.where(read.lines[0]).pointer == "/orders/3/details/items/0"
