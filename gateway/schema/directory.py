"""Reads `segments.yaml`: segments and composites, each a list of elements with syntax notes among them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.errors import Mistake
from gateway.formats.x12.definitions import Composite, Element, ElementUse, Requirement, Segment, SyntaxNote
from gateway.schema.lines import Line
from gateway.suggestions import suggestion

REQUIREMENTS = {requirement.value: requirement for requirement in Requirement}

_USE = re.compile(r"(\S+) ([MOX])(?: x([1-9][0-9]{0,3}))?")
_NOTE = re.compile(r"([PRECL])((?:[0-9]{2}){2,})")
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def read_segments(
    file: str,
    section: Line,
    elements: Mapping[str, Element],
    composites: Mapping[str, Composite],
    mistakes: list[Mistake],
) -> dict[str, Segment]:
    """Segments by tag: `name`, `elements` such as `353 M, 92 M, 324 M x3`, `notes` such as `P0304, C0807`."""
    segments: dict[str, Segment] = {}
    for line in section.children:
        if not _TAG.fullmatch(line.text):
            text = f"has {line.text!r} for the tag of a segment; a tag is two or three capitals or digits"
            mistakes.append((file, line.number, text))
        name = _name(file, line, "elements", mistakes)
        uses = _uses(file, line, "elements", {**elements, **composites}, mistakes)
        segments[line.text] = Segment(line.text, name, uses, _notes(file, line, len(uses), mistakes))
    return segments


def read_composites(
    file: str, section: Line, elements: Mapping[str, Element], mistakes: list[Mistake]
) -> dict[str, Composite]:
    """Composites by number: `name`, `components` such as `128 M, 127 M`, `notes` among the components."""
    composites: dict[str, Composite] = {}
    for line in section.children:
        name = _name(file, line, "components", mistakes)
        uses = _uses(file, line, "components", elements, mistakes)
        composites[line.text] = Composite(line.text, name, uses, _notes(file, line, len(uses), mistakes))
    return composites


def _name(file: str, line: Line, parts: str, mistakes: list[Mistake]) -> str:
    for child in line.children:
        if child.text not in ("name", parts, "notes"):
            text = f"has the unknown key {child.text!r}; keys are name, {parts} and notes"
            mistakes.append((file, child.number, text))
    name = line.find("name")
    if name is None or not name.value:
        mistakes.append((file, line.number, f"gives {line.text} no name"))
        return line.text
    return name.value


def _uses(
    file: str,
    line: Line,
    key: str,
    known: Mapping[str, Element] | Mapping[str, Element | Composite],
    mistakes: list[Mistake],
) -> tuple[ElementUse, ...]:
    part = line.find(key)
    if part is None:
        mistakes.append((file, line.number, f"gives {line.text} no `{key}:`"))
        return ()
    uses: list[ElementUse] = []
    for number, text in _listed(part):
        match = _USE.fullmatch(text)
        if match is None:
            problem = f"has {text!r}; write element and requirement M, O or X, such as `353 M` or `353 O x3`"
            mistakes.append((file, number, problem))
            continue
        content = known.get(match[1])
        if content is None:
            problem = f"uses element {match[1]}, which is not defined{suggestion(match[1], known)}"
            mistakes.append((file, number, problem))
            continue
        uses.append(ElementUse(content, REQUIREMENTS[match[2]], int(match[3] or 1)))
    return tuple(uses)


def _notes(file: str, line: Line, count: int, mistakes: list[Mistake]) -> tuple[SyntaxNote, ...]:
    part = line.find("notes")
    notes: list[SyntaxNote] = []
    for number, text in _listed(part) if part else ():
        match = _NOTE.fullmatch(text)
        if match is None:
            problem = f"has the note {text!r}; write P, R, E, C or L and positions, such as P0304"
            mistakes.append((file, number, problem))
            continue
        digits = match[2]
        positions = tuple(int(digits[at : at + 2]) for at in range(0, len(digits), 2))
        problem = ""
        if len(set(positions)) < len(positions):
            problem = f"names a position twice in the note {text}"
        elif not all(1 <= position <= count for position in positions):
            problem = f"has the note {text}, but {line.text} has positions 01 to {count:02d}"
        if problem:
            mistakes.append((file, number, problem))
        else:
            notes.append(SyntaxNote(match[1], positions))
    return tuple(notes)


def _listed(part: Line) -> list[tuple[int, str]]:
    return [(number, " ".join(word.split())) for number, text in part.texts() for word in text.split(",")]
