"""A set as a guide leaves it, for people: `gateway schemas show 850 --partner amazon`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.formats.x12.definitions import Loop, Requirement, SegmentUse, SetDefinition
from gateway.schema.guides.model import Guide, Kind, Statement
from gateway.schema.guides.narrow import Narrowed
from gateway.schema.show import GAP, set_text

_Member = SegmentUse | Loop
_Changes = Mapping[int, list[Statement]]  # by row


def narrowed_text(narrowed: Narrowed) -> str:
    """The set with the segments that are left, then every statement with its sources, then the sources."""
    guide = narrowed.guide
    lines = [
        set_text(merged(narrowed)),
        "",
        f"{guide.about or 'guide'} ({guide.direction.value}), {guide.file}",
    ]
    lines.extend(_statement_lines(guide))
    if guide.sources:
        lines += ["", "sources"]
        names = max(map(len, guide.sources)) + GAP
        lines.extend(f"  {name:<{names}}{words}" for name, words in guide.sources.items())
    return "\n".join(lines)


def statements_json(guide: Guide) -> list[dict[str, object]]:
    """Every statement for programs."""
    return [
        {
            "place": str(each.place),
            "asks": each.words,
            "line": each.line,
            "sources": list(each.sources),
            "unverified": each.unverified or None,
            "note": each.note or None,
        }
        for each in guide.statements
    ]


def merged(narrowed: Narrowed) -> SetDefinition:
    """The set with what verified statements about whole segments and loops leave of it.

    Statements about elements, and those that hold only where a segment has a certain value, change no segment
    position. Its rows are not those of the standard: a set is judged by the standard and then by the guide.
    """
    changes: dict[int, list[Statement]] = {}
    for bound in narrowed.bound:
        place = bound.statement.place
        plain = not bound.conditions and place.segment.condition is None and not place.element
        if plain and not bound.statement.unverified:
            for row in bound.rows:
                changes.setdefault(row, []).append(bound.statement)
    definition = narrowed.definition
    members: list[_Member] = []
    areas: list[tuple[str, int]] = []
    rest = iter(_numbered(definition.members, 0))
    for area, count in definition.areas:
        left = [kept for kept in (_left(*next(rest), changes) for _ in range(count)) if kept is not None]
        members += left
        areas.append((area, len(left)))
    return msgspec.structs.replace(definition, members=tuple(members), areas=tuple(areas))


def _numbered(members: tuple[_Member, ...], row: int) -> Iterator[tuple[_Member, int]]:
    """The members of a set or loop, each with its first row."""
    for member in members:
        yield member, row
        row += _size(member)


def _size(member: _Member) -> int:
    return sum(map(_size, member.members)) if isinstance(member, Loop) else 1


def _left(member: _Member, row: int, changes: _Changes) -> _Member | None:
    requirement, maximum = member.requirement, member.maximum
    for statement in changes.get(row, ()):
        if statement.kind is Kind.NOT_USED:
            return None
        if statement.kind is Kind.REQUIRED:
            requirement = Requirement.MANDATORY
        elif statement.kind is Kind.AT_MOST:
            maximum = statement.most
    if isinstance(member, Loop):
        (opener, _), *inner = _numbered(member.members, row)
        kept = (_left(each, number, changes) for each, number in inner)
        members = (opener, *(each for each in kept if each is not None))
        return Loop(requirement, maximum, members)
    return msgspec.structs.replace(member, requirement=requirement, maximum=maximum)


def _statement_lines(guide: Guide) -> Iterator[str]:
    said = [f"{each.place} {each.words}".strip() for each in guide.statements]
    width = min(max(map(len, said), default=0), 40) + GAP
    for each, words in zip(guide.statements, said, strict=True):
        yield f"  {words:<{width}}{', '.join(each.sources)}".rstrip()
        if each.unverified:
            yield f"      not verified: {each.unverified}"
        if each.note:
            yield f"      {each.note}"
