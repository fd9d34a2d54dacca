"""Reads the file of one transaction set: its segments and loops in the order of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gateway.errors import Mistake
from gateway.formats.x12.definitions import Loop, Segment, SegmentUse, SetDefinition
from gateway.schema.directory import REQUIREMENTS
from gateway.schema.lines import Line
from gateway.suggestions import suggestion

AREAS = ("heading", "detail", "summary")
UNLIMITED = ">1"

_SEGMENT = re.compile(r"(\S+) ([0-9]{3,4}|-) ([MO]) (>1|[1-9][0-9]{0,6})")
_LOOP = re.compile(r"(\S+) loop ([MO]) (>1|[1-9][0-9]{0,6})")


def read_set(
    file: str, root: Line, release: str, segments: Mapping[str, Segment], mistakes: list[Mistake]
) -> SetDefinition:
    """`set`, `name` and `group`, then the areas with lines such as `BEG 020 M 1` and `N1 loop O 200:`."""
    header = {key: _value(file, root, key, mistakes) for key in ("set", "name", "group")}
    members: list[SegmentUse | Loop] = []
    areas: list[tuple[str, int]] = []
    for area in root.children:
        if area.text in AREAS:
            found = tuple(_members(file, area, segments, mistakes))
            members += found
            areas.append((area.text, len(found)))
        elif area.text not in header:
            text = f"has the unknown key {area.text!r}; keys are set, name, group, {', '.join(AREAS)}"
            mistakes.append((file, area.number, text))
    mistakes.extend(_frame(file, members))
    used = {tag: segments[tag] for tag in _tags(members) if tag in segments}
    return SetDefinition(
        header["set"], header["name"], header["group"], release, tuple(members), used, tuple(areas)
    )


def _value(file: str, root: Line, key: str, mistakes: list[Mistake]) -> str:
    line = root.find(key)
    if line is None or not line.value:
        mistakes.append((file, line.number if line else 0, f"must say `{key}:`"))
        return ""
    return line.value


def _members(
    file: str, parent: Line, segments: Mapping[str, Segment], mistakes: list[Mistake]
) -> Iterator[SegmentUse | Loop]:
    for line in parent.children:
        member = _loop(file, line, segments, mistakes) if line.opens else _use(file, line, segments, mistakes)
        if member is not None:
            yield member


def _use(
    file: str, line: Line, segments: Mapping[str, Segment], mistakes: list[Mistake]
) -> SegmentUse | None:
    match = _SEGMENT.fullmatch(line.text)
    if match is None or not line.item:
        text = f"has {line.text!r}; write tag, position, M or O, and how often, such as `- BEG 020 M 1`"
        mistakes.append((file, line.number, text))
        return None
    if match[1] not in segments:
        text = f"uses segment {match[1]}, which is not defined{suggestion(match[1], segments)}"
        mistakes.append((file, line.number, text))
    position = "" if match[2] == "-" else match[2]
    return SegmentUse(position, match[1], REQUIREMENTS[match[3]], _maximum(match[4]))


def _loop(file: str, line: Line, segments: Mapping[str, Segment], mistakes: list[Mistake]) -> Loop | None:
    match = _LOOP.fullmatch(line.text)
    members = tuple(_members(file, line, segments, mistakes))
    problem, number = "", line.number
    if match is None or not line.item:
        problem = f"has {line.text!r}; write tag, `loop`, M or O, and how often, such as `- N1 loop O 200:`"
    elif not members:
        problem = f"opens loop {match[1]} without members; list its segments under it, {match[1]} first"
    elif isinstance(members[0], Loop) or members[0].tag != match[1]:
        problem = f"opens loop {match[1]}, so its first member must be the segment {match[1]}"
    elif members[0].requirement is not REQUIREMENTS["M"] or members[0].maximum != 1:
        problem = f"opens loop {match[1]}, so it is `M 1`; requirement and repeats stand with the loop"
        number = line.children[0].number
    if problem or match is None:
        mistakes.append((file, number, problem))
        return None
    return Loop(REQUIREMENTS[match[2]], _maximum(match[3]), members)


def _maximum(text: str) -> int | None:
    return None if text == UNLIMITED else int(text)


def _frame(file: str, members: list[SegmentUse | Loop]) -> Iterator[Mistake]:
    tags = [member.tag if isinstance(member, SegmentUse) else "" for member in members]
    if not tags or tags[0] != "ST":
        yield file, 0, "must begin with the segment ST"
    if not tags or tags[-1] != "SE":
        yield file, 0, "must end with the segment SE"


def _tags(members: list[SegmentUse | Loop] | tuple[SegmentUse | Loop, ...]) -> Iterator[str]:
    for member in members:
        if isinstance(member, Loop):
            yield from _tags(member.members)
        else:
            yield member.tag
