"""Definitions as rows and as text for people: `gateway schemas show 850`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Requirement,
    Segment,
    SegmentUse,
    SetDefinition,
)

GAP = 2  # columns between a name and what follows it


class SetRow(msgspec.Struct, frozen=True):
    """One segment position of a set. `loop` is the path of its loops, such as PO1/SLN, "" in none.

    The row that opens a loop has requirement and maximum of the loop too. A maximum of None is without limit.
    """

    area: str
    position: str
    tag: str
    name: str
    requirement: Requirement
    maximum: int | None
    loop: str
    opens_loop: bool
    loop_requirement: Requirement | None = None
    loop_maximum: int | None = None


class ElementRow(msgspec.Struct, frozen=True):
    """One element or component. `place` is BEG01 or AK401-01; `codes` whole, partial or "" without a list."""

    place: str
    element: str
    name: str
    requirement: Requirement
    type: str
    minimum: int
    maximum: int
    codes: str
    count: int


def set_rows(definition: SetDefinition) -> tuple[SetRow, ...]:
    """Every segment position of a set in order, with its area."""
    return tuple(_area_rows(definition))


def element_rows(segment: Segment) -> tuple[ElementRow, ...]:
    """Every element of a segment; a composite is followed by its components."""
    rows: list[ElementRow] = []
    for position, use in enumerate(segment.uses, 1):
        place = f"{segment.tag}{position:02d}"
        rows.append(_element_row(place, use))
        if isinstance(use.content, Composite):
            parts = enumerate(use.content.components, 1)
            rows.extend(_element_row(f"{place}-{component:02d}", part) for component, part in parts)
    return tuple(rows)


def set_text(definition: SetDefinition) -> str:
    """The set as a table of lines, loops indented."""
    title = f"{definition.set} {definition.name} (release {definition.release}, group {definition.group})"
    lines = [title]
    area = ""
    rows = set_rows(definition)
    names = max(len(row.name) for row in rows) + GAP
    for row in rows:
        if row.area != area:
            area = row.area
            lines.append(f"\n{area}")
        depth = row.loop.count("/") + 1 if row.loop else 0
        if row.opens_loop:
            often = _times(row.loop_requirement, row.loop_maximum)
            lines.append(f"{'  ' * depth}loop {row.loop.rpartition('/')[2]}, {often}")
        tag = f"{'  ' * (depth + 1)}{row.tag}"
        lines.append(f"{tag:<14}{row.position:<5}{row.name:<{names}}{_times(row.requirement, row.maximum)}")
    return "\n".join(lines)


def segment_text(segment: Segment) -> str:
    """The segment with its elements, their lengths and code lists, and its syntax notes in words."""
    lines = [f"{segment.tag} {segment.name}", ""]
    rows = element_rows(segment)
    names = max((len(row.name) for row in rows), default=0) + GAP
    for row in rows:
        codes = f"{row.count} codes, {row.codes} list" if row.codes else ""
        kind = f"{row.type} {row.minimum}/{row.maximum}" if row.type else "composite"
        line = f"{row.place:<10}{row.element:<6}{row.requirement.value}  {kind:<10}{row.name:<{names}}{codes}"
        lines.append(line.rstrip())
    lines.extend(note_texts(segment))
    for use in segment.uses:
        if isinstance(use.content, Composite):
            lines.extend(f"{use.content.number} {text}" for text in note_texts(use.content))
    return "\n".join(lines)


def codes_text(element: Element) -> str:
    """The codes of an element with our words, and whether the list is whole."""
    if element.codes is None:
        return f"{element.number} {element.name} has no code list"
    kind = "whole" if element.codes.whole else "partial"
    lines = [f"{element.number} {element.name}, {kind} list of {len(element.codes.codes)} codes", ""]
    lines.extend(f"{code:<6}{words}".rstrip() for code, words in element.codes.codes.items())
    return "\n".join(lines)


def note_texts(owner: Segment | Composite) -> Iterator[str]:
    """The syntax notes in words, such as `P0304: 03 and 04 are sent together or not at all`."""
    for note in owner.notes:
        first, *rest = [f"{position:02d}" for position in note.positions]
        words = {
            "P": f"{_list([first, *rest], 'and')} are sent together or not at all",
            "R": f"at least one of {_list([first, *rest], 'and')} is sent",
            "E": f"at most one of {_list([first, *rest], 'and')} is sent",
            "C": f"with {first} also {_list(rest, 'and')} must be sent",
            "L": f"with {first} at least one of {_list(rest, 'and')} must be sent",
        }
        yield f"{note}: {words[note.kind]}"


def _area_rows(definition: SetDefinition) -> Iterator[SetRow]:
    start = 0
    for area, count in definition.areas:
        yield from _member_rows(definition, area, definition.members[start : start + count], "")
        start += count


def _member_rows(
    definition: SetDefinition, area: str, members: Iterable[SegmentUse | Loop], path: str
) -> Iterator[SetRow]:
    for member in members:
        if isinstance(member, SegmentUse):
            yield _set_row(definition, area, member, path)
            continue
        inner = f"{path}/{member.name}" if path else member.name
        rows = _member_rows(definition, area, member.members, inner)
        opener = next(rows)
        yield msgspec.structs.replace(
            opener, opens_loop=True, loop_requirement=member.requirement, loop_maximum=member.maximum
        )
        yield from rows


def _set_row(definition: SetDefinition, area: str, use: SegmentUse, path: str) -> SetRow:
    name = definition.segments[use.tag].name
    return SetRow(area, use.position, use.tag, name, use.requirement, use.maximum, path, opens_loop=False)


def _element_row(place: str, use: ElementUse) -> ElementRow:
    content = use.content
    if isinstance(content, Composite):
        return ElementRow(place, content.number, content.name, use.requirement, "", 0, 0, "", 0)
    kind = "" if content.codes is None else "whole" if content.codes.whole else "partial"
    return ElementRow(
        place,
        content.number,
        content.name,
        use.requirement,
        content.type,
        content.minimum,
        content.maximum,
        kind,
        len(content.codes.codes) if content.codes else 0,
    )


def _times(requirement: Requirement | None, maximum: int | None) -> str:
    need = "mandatory" if requirement is Requirement.MANDATORY else "optional"
    if maximum is None:
        return f"{need}, any number"
    return f"{need}, once" if maximum == 1 else f"{need}, up to {maximum}"


def _list(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]
