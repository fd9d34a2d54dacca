"""Our definition of a transaction set as a schema of StAEDI, so that it judges by the same rules.

Pure: a text out, nothing is written. The form is that of StAEDI's `EDISchema-v4.xsd`. ST and SE are left to
the control schema that StAEDI brings with it, as is the envelope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from types import MappingProxyType
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, indent, tostring

from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Requirement,
    Segment,
    SegmentUse,
    SetDefinition,
    SyntaxNote,
)

NAMESPACE = "http://xlate.io/EDISchema/v4"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
UNLIMITED = 999_999_999
OF_CONTROL = ("ST", "SE")
BASES = MappingProxyType(
    {"AN": "string", "ID": "identifier", "R": "decimal", "DT": "date", "TM": "time", "B": "binary"}
)
NOTES = MappingProxyType({"P": "paired", "R": "required", "E": "exclusion", "C": "conditional", "L": "list"})


def staedi_schema(definition: SetDefinition) -> str:
    """The schema of a transaction set."""
    root = Node("schema", xmlns=NAMESPACE)
    transaction = SubElement(SubElement(root, "transaction"), "sequence")
    transaction.extend(_members(definition.members, "loop"))
    segments = [each for tag, each in definition.segments.items() if tag not in OF_CONTROL]
    contents = list(_contents(use for segment in segments for use in segment.uses))
    composites = {each.number: each for each in contents if isinstance(each, Composite)}
    parts = _contents(use for composite in composites.values() for use in composite.components)
    elements = {each.number: each for each in chain(contents, parts) if isinstance(each, Element)}
    root.extend(_element(elements[number]) for number in sorted(elements))
    root.extend(_composite(composites[number]) for number in sorted(composites))
    root.extend(_segment(segment) for segment in segments)
    indent(root)
    return f"{DECLARATION}\n{tostring(root, encoding='unicode')}\n"


def _members(members: Iterable[SegmentUse | Loop], path: str) -> Iterator[Node]:
    """Members of the set or of a loop; each loop has a code of its own, which no segment has."""
    seen: Counter[str] = Counter()
    for member in members:
        occurs = _occurs(member.requirement, member.maximum)
        if isinstance(member, Loop):
            seen[member.name] += 1
            code = f"{path}-{member.name}.{seen[member.name]}"
            node = Node("loop", {"code": code} | occurs)
            SubElement(node, "sequence").extend(_members(member.members, code))
            yield node
        elif member.tag not in OF_CONTROL:
            yield Node("segment", {"type": member.tag} | occurs)


def _contents(uses: Iterable[ElementUse]) -> Iterator[Element | Composite]:
    return (use.content for use in uses)


def _element(element: Element) -> Node:
    lengths = {"minLength": str(element.minimum), "maxLength": str(element.maximum)}
    node = Node("elementType", {"name": _name(element), "base": _base(element)} | lengths)
    if element.type[0] == "N" and element.type[1:] != "0":
        node.set("scale", element.type[1:])
    if element.codes is not None and element.codes.whole:
        values = SubElement(node, "enumeration")
        for code in element.codes.codes:
            SubElement(values, "value").text = code
    return node


def _base(element: Element) -> str:
    return BASES.get(element.type, "numeric")


def _composite(composite: Composite) -> Node:
    node = Node("compositeType", name=composite.number)
    _fill(node, composite.components, composite.notes)
    return node


def _segment(segment: Segment) -> Node:
    node = Node("segmentType", name=segment.tag)
    _fill(node, segment.uses, segment.notes)
    return node


def _fill(node: Node, uses: Iterable[ElementUse], notes: Iterable[SyntaxNote]) -> None:
    sequence = SubElement(node, "sequence")
    for use in uses:
        kind = "composite" if isinstance(use.content, Composite) else "element"
        SubElement(sequence, kind, {"type": _name(use.content)} | _occurs(use.requirement, use.repeats))
    for note in notes:
        syntax = SubElement(node, "syntax", type=NOTES[note.kind])
        for position in note.positions:
            SubElement(syntax, "position").text = str(position)


def _name(content: Element | Composite) -> str:
    return content.number if isinstance(content, Composite) else f"E{content.number}"


def _occurs(requirement: Requirement, most: int | None) -> dict[str, str]:
    least = requirement is Requirement.MANDATORY
    return {"minOccurs": str(int(least)), "maxOccurs": str(UNLIMITED if most is None else most)}
