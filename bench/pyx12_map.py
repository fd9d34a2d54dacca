"""Our definitions as map files of pyx12, so that it can judge the same documents by the same rules.

pyx12 comes with maps for health care only. A folder with its envelope, its element dictionary with ours
added, and one map for each of our sets is all it needs (`map_path`). What differs from our own rules:

- Its reader takes ISA12 00401 and 00501 only.
- It takes the codes of a mandatory identifier in element 01 for a qualifier that tells segments of one tag
  apart, so those lists are left out. Partial code lists are left out everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ElementTree, SubElement, fromstring

from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Release,
    Requirement,
    Segment,
    SegmentUse,
    SetDefinition,
    SyntaxNote,
)

INTERCHANGE_VERSION = "00401"
ENVELOPE_SOURCE = "834.4010.X095.A1.xml"  # its group holds the sets where the walker looks for them
CONTROL_MAP = "x12.control.00401.xml"
CODES = "codes.xml"
DICTIONARY = "dataele.xml"
RESTRICTED = ("ISA05", "ISA07", "GS01", "GS08")  # listed for health care only
UNLIMITED = ">1"
GAP = 10  # between positions, as the standard numbers them


def write_maps(folder: Path, release: Release, sets: Iterable[str]) -> None:
    """Writes into `folder` what `x12n_document(map_path=folder)` needs for these sets of the release."""
    shipped = files("pyx12") / "map"
    (folder / CODES).write_bytes((shipped / CODES).read_bytes())
    control = fromstring((shipped / CONTROL_MAP).read_bytes())
    _lift_restrictions(control)
    _write(folder / CONTROL_MAP, control)
    dictionary = fromstring((shipped / DICTIONARY).read_bytes())
    _add_elements(dictionary, release.elements.values())
    _write(folder / DICTIONARY, dictionary)
    index = Node("maps")
    version = SubElement(index, "version", icvn=INTERCHANGE_VERSION)
    for identifier in sets:
        definition = release.sets[identifier]
        name = f"{identifier}.{release.release}.xml"
        entry = {"vriic": release.release, "fic": definition.group, "abbr": identifier}
        SubElement(version, "map", entry).text = name
        envelope = fromstring((shipped / ENVELOPE_SOURCE).read_bytes())
        _write(folder / name, _map(envelope, definition))
    _write(folder / "maps.xml", index)


def _map(root: Node, definition: SetDefinition) -> Node:
    root.set("xid", definition.set)
    _text(root, "name").text = definition.name
    _lift_restrictions(root)
    place = root.find(".//loop[@xid='ST_LOOP']")
    if place is None:
        raise LookupError(f"{ENVELOPE_SOURCE} of pyx12 has no ST_LOOP")
    for child in [*place.findall("segment"), *place.findall("loop")]:
        place.remove(child)
    place.extend(_members(definition.members, definition))
    return root


def _members(members: Iterable[SegmentUse | Loop], definition: SetDefinition) -> Iterator[Node]:
    for number, member in enumerate(members, 1):
        if isinstance(member, Loop):
            yield _loop(member, number * GAP, definition)
        else:
            yield _segment(definition.segments[member.tag], member, number * GAP)


def _loop(loop: Loop, position: int, definition: SetDefinition) -> Node:
    node = Node("loop", xid=f"{loop.name}_LOOP")
    _describe(node, f"{loop.name} loop", loop.requirement, position)
    _add(node, "repeat", _limit(loop.maximum))
    opening, *rest = _members(loop.members, definition)
    _text(opening, "usage").text = "R"  # in the loop it opens, a segment is always there, and once
    maximum = opening.find("max_use")
    if maximum is not None:
        maximum.text = "1"
    node.extend([opening, *rest])
    return node


def _segment(segment: Segment, use: SegmentUse, position: int) -> Node:
    node = Node("segment", xid=segment.tag)
    _describe(node, segment.name, use.requirement, position)
    _add(node, "max_use", _limit(use.maximum))
    _add_notes(node, segment.notes)
    node.extend(_element(element, f"{segment.tag}{n:02d}", n) for n, element in enumerate(segment.uses, 1))
    return node


def _element(use: ElementUse, reference: str, number: int) -> Node:
    content = use.content
    if isinstance(content, Composite):
        node = Node("composite", xid=reference)
        _describe_element(node, content, use, number)
        _add_notes(node, content.notes)
        parts = enumerate(content.components, 1)
        node.extend(_element(part, f"{reference}-{n:02d}", n) for n, part in parts)
        return node
    node = Node("element", xid=reference)
    _describe_element(node, content, use, number)
    is_qualifier = number == 1 and content.type == "ID" and use.requirement is Requirement.MANDATORY
    if content.codes and content.codes.whole and not is_qualifier:
        codes = SubElement(node, "valid_codes")
        for code in content.codes.codes:
            _add(codes, "code", code)
    return node


def _describe_element(node: Node, content: Element | Composite, use: ElementUse, number: int) -> None:
    _add(node, "data_ele", content.number)
    _add(node, "name", content.name)
    _add(node, "usage", _usage(use.requirement))
    _add(node, "seq", f"{number:02d}")


def _describe(node: Node, name: str, requirement: Requirement, position: int) -> None:
    _add(node, "name", name)
    _add(node, "usage", _usage(requirement))
    _add(node, "pos", f"{position:03d}")


def _add_elements(dictionary: Node, elements: Iterable[Element]) -> None:
    """Ours take the place of those that pyx12 has under the same number."""
    known = {node.get("ele_num"): node for node in dictionary}
    for element in elements:
        if element.number in known:
            dictionary.remove(known[element.number])
        description = {"ele_num": element.number, "data_type": element.type, "name": element.name}
        lengths = {"min_len": str(element.minimum), "max_len": str(element.maximum)}
        SubElement(dictionary, "data_ele", description | lengths)


def _add_notes(node: Node, notes: Iterable[SyntaxNote]) -> None:
    for note in notes:
        _add(node, "syntax", str(note))


def _lift_restrictions(root: Node) -> None:
    for reference in RESTRICTED:
        for element in root.iterfind(f".//element[@xid='{reference}']"):
            for codes in element.findall("valid_codes"):
                element.remove(codes)


def _usage(requirement: Requirement) -> str:
    return "R" if requirement is Requirement.MANDATORY else "S"


def _limit(maximum: int | None) -> str:
    return UNLIMITED if maximum is None else str(maximum)


def _add(parent: Node, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _text(parent: Node, tag: str) -> Node:
    found = parent.find(tag)
    return SubElement(parent, tag) if found is None else found


def _write(path: Path, root: Node) -> None:
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
