"""The schemas for StAEDI say what our definitions say."""

from __future__ import annotations

from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import fromstring

import pytest

from bench.staedi_schema import NAMESPACE, staedi_schema
from gateway.formats.x12.definitions import SetDefinition
from gateway.standards import Standards
from gateway.workspace import Workspace

IN = {"": NAMESPACE}


@pytest.fixture(scope="module", params=["850", "856"])
def definition(request: pytest.FixtureRequest) -> SetDefinition:
    return Standards(Workspace()).releases["004010"].sets[request.param]


@pytest.fixture(scope="module")
def schema(definition: SetDefinition) -> Node:
    return fromstring(staedi_schema(definition))


def test_every_position_of_the_set_stands_in_order_with_how_often(
    definition: SetDefinition, schema: Node
) -> None:
    ours = [row.use for row in definition.rows() if row.tag not in {"ST", "SE"}]
    theirs = [*schema.iterfind("transaction//segment", IN)]
    assert [node.get("type") for node in theirs] == [use.tag for use in ours]
    assert [node.get("minOccurs") for node in theirs] == [str(int(use.requirement == "M")) for use in ours]
    limited = [(node, use) for node, use in zip(theirs, ours, strict=True) if use.maximum is not None]
    assert [node.get("maxOccurs") for node, _ in limited] == [str(use.maximum) for _, use in limited]


def test_every_loop_has_a_code_that_nothing_else_has(definition: SetDefinition, schema: Node) -> None:
    opened = sum(row.opens_loop for row in definition.rows())
    codes = {node.get("code") for node in schema.iterfind("transaction//loop", IN)}
    assert len(codes) == opened
    assert not codes & set(definition.segments)


def test_every_segment_has_its_elements_and_its_syntax_notes(definition: SetDefinition, schema: Node) -> None:
    written = {node.get("name", ""): node for node in schema.iterfind("segmentType", IN)}
    assert set(written) == set(definition.segments) - {"ST", "SE"}
    for tag, node in written.items():
        sequence = node.find("sequence", IN)
        assert sequence is not None
        assert len(sequence) == len(definition.segments[tag].uses)
        positions = [
            tuple(int(place.text or 0) for place in syntax) for syntax in node.iterfind("syntax", IN)
        ]
        assert positions == [note.positions for note in definition.segments[tag].notes]


def test_elements_have_type_lengths_and_codes(definition: SetDefinition, schema: Node) -> None:
    elements = Standards(Workspace()).releases["004010"].elements
    written = {node.get("name"): node for node in schema.iterfind("elementType", IN)}
    assert written["E353"].get("base") == "identifier"
    assert [written["E353"].get(name) for name in ("minLength", "maxLength")] == ["2", "2"]
    codes = elements["353"].codes
    assert codes is not None
    assert [node.text for node in written["E353"].iterfind("enumeration/value", IN)] == list(codes.codes)
    assert written["E373"].get("base") == "date"
    assert {node.get("type") for node in schema.iterfind("segmentType/sequence/element", IN)} <= set(written)
