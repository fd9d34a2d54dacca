"""Our definitions as the map files of pyx12, so that another program can judge by the same rules.

Pure: texts out, nothing is written. The form is that of pyx12's own `map.xsd`, `dataele.xsd` and `codes.xsd`.
What it cannot say, and what pyx12 does not read of it, stands in `docs/second-opinion.md`.

Code lists are written as lists of their own (`external`), never into a segment: pyx12 takes the codes written
into a mandatory first element for what tells two segments of one tag apart, and so a wrong code for another
segment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, indent, tostring

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
)

INDEX = "maps.xml"
ELEMENTS = "dataele.xml"
CODES = "codes.xml"
VERSIONS = ("00401", "00501")  # the values of ISA12 that pyx12 reads: ISA11 is a code, or a separator

_FIRST_RELEASE_OF_THE_SECOND = "004020"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_UNLIMITED = ">1"
_GAP = 10  # between positions, so that they look like those of the standard
_SEPARATORS = ("I15", "I65")  # they are no data, and so not bound to characters that data may have
_ANY_BYTES = "B"
_VERSION = 12
_REPETITION = 11


def control_map_name(version: str) -> str:
    """The file with the envelope of interchanges of this ISA12, one of `VERSIONS`."""
    return f"x12.control.{version}.xml"


def set_map_name(set_id: str, release: str) -> str:
    """The file of a transaction set."""
    return f"{set_id}.{release}.xml"


def pyx12_maps(envelope: Release, release: Release) -> dict[str, str]:
    """All files that pyx12 needs for the sets of a release, by name: a folder for its `map_path`."""
    elements = dict(envelope.elements) | dict(release.elements)
    texts = {
        INDEX: _text(_index(release)),
        ELEMENTS: _text(_dictionary(elements.values())),
        CODES: _text(_codes(elements.values())),
    }
    for version in VERSIONS:
        texts[control_map_name(version)] = _text(_transaction("ISA", "Envelope", envelope, version, None))
    second = release.release >= _FIRST_RELEASE_OF_THE_SECOND
    for set_id, definition in release.sets.items():
        node = _transaction(set_id, definition.name, envelope, VERSIONS[second], definition)
        texts[set_map_name(set_id, release.release)] = _text(node)
    return texts


def _index(release: Release) -> Node:
    root = Node("maps")
    for version in VERSIONS:
        node = SubElement(root, "version", icvn=version)
        for set_id, definition in release.sets.items():
            entry = {"vriic": release.release, "fic": definition.group, "abbr": set_id}
            SubElement(node, "map", entry).text = set_map_name(set_id, release.release)
    return root


def _dictionary(elements: Iterable[Element]) -> Node:
    root = Node("data_elements")
    for element in elements:
        attributes = {
            "ele_num": element.number,
            "data_type": _ANY_BYTES if element.number in _SEPARATORS else element.type,
            "min_len": str(element.minimum),
            "max_len": str(element.maximum),
            "name": element.name,
        }
        SubElement(root, "data_ele", attributes)
    return root


def _codes(elements: Iterable[Element]) -> Node:
    root = Node("codesets")
    for element in elements:
        if element.codes is None or not element.codes.whole:
            continue
        node = SubElement(root, "codeset")
        _add(node, id=element.number, name=element.name, data_ele=element.number)
        version = SubElement(node, "version")
        for code in element.codes.codes:
            _add(version, code=code)
    return root


def _transaction(
    name: str, title: str, envelope: Release, version: str, definition: SetDefinition | None
) -> Node:
    """A map from ISA to IEA; without a set it holds the envelope alone."""
    root = Node("transaction", xid=name)
    _add(root, name=title)
    interchange = _wrapper(root, "ISA_LOOP", "Interchange", "R", 1)
    header = _segment(_interchange_header(envelope, version), "R", 1, 1)
    # pyx12 takes the version of a map, and with it the characters that text may have, from here
    _add(SubElement(header.findall("element")[_VERSION - 1], "valid_codes"), code=version)
    interchange.append(header)
    _service(interchange, envelope.segments["ISB"], "S", 2, 1)
    _service(interchange, envelope.segments["ISE"], "S", 3, 1)
    _service(interchange, envelope.segments["TA1"], "S", 4, None)
    group = _wrapper(interchange, "GS_LOOP", "Functional group", "S", 5)
    _service(interchange, envelope.segments["IEA"], "R", 6, 1)
    _service(group, envelope.segments["GS"], "R", 1, 1)
    if definition is not None:
        content = _wrapper(group, "ST_LOOP", "Transaction set", "S", 2)
        content.extend(_members(definition.members, definition, ""))
    _service(group, envelope.segments["GE"], "R", 3, 1)
    return root


def _interchange_header(envelope: Release, version: str) -> Segment:
    header = envelope.segments["ISA"]
    if version == VERSIONS[0]:
        return header
    uses = list(header.uses)
    uses[_REPETITION - 1] = ElementUse(envelope.elements["I65"], Requirement.MANDATORY)
    return Segment(header.tag, header.name, tuple(uses), header.notes)


def _wrapper(parent: Node, name: str, title: str, usage: str, place: int) -> Node:
    node = SubElement(parent, "loop", xid=name, type="explicit")
    _add(node, name=title, usage=usage, pos=_position(place), repeat=_UNLIMITED)
    return node


def _service(parent: Node, segment: Segment, usage: str, place: int, most: int | None) -> None:
    parent.append(_segment(segment, usage, place, most))


def _members(members: Iterable[SegmentUse | Loop], definition: SetDefinition, path: str) -> Iterator[Node]:
    """Members of a set or loop. Each loop of a set has a name of its own: pyx12 counts by names."""
    seen: Counter[str] = Counter()
    for place, member in enumerate(members, 1):
        if isinstance(member, Loop):
            seen[member.name] += 1
            again = f"_{seen[member.name]}" if seen[member.name] > 1 else ""
            inner = f"{path}{member.name}{again}_"
            node = Node("loop", xid=f"{inner}LOOP")
            usage, most = _usage(member.requirement), _limit(member.maximum)
            _add(node, name=f"{member.name} loop", usage=usage, pos=_position(place), repeat=most)
            node.extend(_members(member.members, definition, inner))
            yield node
        else:
            usage = "R" if path and place == 1 else _usage(member.requirement)
            yield _segment(definition.segments[member.tag], usage, place, member.maximum)


def _segment(segment: Segment, usage: str, place: int, most: int | None) -> Node:
    node = Node("segment", xid=segment.tag)
    _add(node, name=segment.name, usage=usage, pos=_position(place), max_use=_limit(most))
    for note in segment.notes:
        _add(node, syntax=str(note))
    for number, use in enumerate(segment.uses, 1):
        node.append(_element(use, f"{segment.tag}{number:02d}", number))
    return node


def _element(use: ElementUse, reference: str, number: int) -> Node:
    content = use.content
    node = Node("composite" if isinstance(content, Composite) else "element", xid=reference)
    usage = _usage(use.requirement)
    _add(node, data_ele=content.number, name=content.name, usage=usage, seq=f"{number:02d}")
    if isinstance(content, Composite):
        for note in content.notes:
            _add(node, syntax=str(note))
    if use.repeats > 1:
        _add(node, repeat=str(use.repeats))
    if isinstance(content, Composite):
        for place, part in enumerate(content.components, 1):
            node.append(_element(part, f"{reference}-{place:02d}", place))
    elif content.codes is not None and content.codes.whole and content.number != "I11":
        SubElement(node, "valid_codes", external=content.number)
    return node


def _usage(requirement: Requirement) -> str:
    return "R" if requirement is Requirement.MANDATORY else "S"


def _limit(most: int | None) -> str:
    return _UNLIMITED if most is None else str(most)


def _position(place: int) -> str:
    return f"{place * _GAP:03d}"


def _add(parent: Node, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _text(root: Node) -> str:
    indent(root)
    return f"{_DECLARATION}\n{tostring(root, encoding='unicode')}\n"
