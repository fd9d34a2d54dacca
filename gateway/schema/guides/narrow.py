"""Binds the statements of a guide to a set of the standard, and refuses those that widen it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.errors import Mistake
from gateway.formats.x12.definitions import (
    Composite,
    Element,
    ElementUse,
    Loop,
    Requirement,
    SegmentUse,
    SetDefinition,
)
from gateway.schema.guides.model import Condition, Guide, Kind, Place, Statement
from gateway.suggestions import suggestion

SHOWN = 80  # characters of a value in a message
SET = 0  # the row of ST, which stands for the set as the loop around everything


class Spot(msgspec.Struct, frozen=True):
    """A row of a set with the loop it is counted in.

    `around` are the rows that open the loops around it, outermost first; a row that opens a loop has the
    requirement and the maximum of the loop.
    """

    row: int
    path: tuple[str, ...]
    around: tuple[int, ...]
    mandatory: bool
    maximum: int | None
    end: int  # the row behind its loop, or behind itself


class Bound(msgspec.Struct, frozen=True):
    """A statement with the rows it is about. `loop` is the row whose loop they are counted in.

    `conditions` are those of the loops around, by the row that opens the loop. `name` and `number` are
    those of the element; the length of a `numeric` one leaves out sign and point.
    """

    statement: Statement
    rows: frozenset[int]
    loop: int
    conditions: tuple[tuple[int, Condition], ...]
    name: str = ""
    number: str = ""
    numeric: bool = False
    opens_loop: bool = False


class Narrowed(msgspec.Struct, frozen=True):
    """A set of the standard with what a guide leaves of it."""

    guide: Guide
    definition: SetDefinition
    bound: tuple[Bound, ...]
    spots: tuple[Spot, ...]


def narrowed(guide: Guide, definition: SetDefinition) -> tuple[Narrowed, list[Mistake]]:
    """The guide over one set, and every statement that the set does not let it make."""
    found = tuple(spots(definition))
    mistakes: list[Mistake] = []
    bound: list[Bound] = []
    for statement in guide.statements:
        own, problem = _bind(statement, definition, found)
        bound += own
        if problem:
            mistakes.append((guide.file, statement.line, problem))
    for line, problem in _contradictions(guide.statements):
        mistakes.append((guide.file, line, problem))
    return Narrowed(guide, definition, tuple(bound), found), mistakes


def spots(definition: SetDefinition) -> Iterator[Spot]:
    """Every row of a set, in order."""
    yield from _spots(definition.members, 0, (), ())


def _spots(
    members: Sequence[SegmentUse | Loop], row: int, path: tuple[str, ...], around: tuple[int, ...]
) -> Iterator[Spot]:
    for member in members:
        mandatory = member.requirement is Requirement.MANDATORY
        if isinstance(member, SegmentUse):
            yield Spot(row, (*path, member.tag), around, mandatory, member.maximum, row + 1)
            row += 1
            continue
        own = (*path, member.name)
        inner = list(_spots(member.members[1:], row + 1, own, (*around, row)))
        end = row + 1 + len(inner)
        yield Spot(row, own, around, mandatory, member.maximum, end)
        yield from inner
        row = end


def _bind(
    statement: Statement, definition: SetDefinition, found: tuple[Spot, ...]
) -> tuple[list[Bound], str]:
    place = statement.place
    own = [spot for spot in found if spot.path == place.path]
    if not own:
        return [], _unknown_path(place, definition, found)
    use, problem = _element(place, definition)
    problem = problem or next(_conditions(place, definition), "")
    if not problem:
        segments = _of_segment(statement, own) if use is None else _of_element(statement, use)
        problem = next(segments, "")
    if problem:
        return [], problem
    loops = sorted({spot.around for spot in own})
    return [_bound(statement, use, around, own) for around in loops], ""


def _bound(statement: Statement, use: ElementUse | None, around: tuple[int, ...], own: list[Spot]) -> Bound:
    steps = zip(around, statement.place.loops, strict=True)
    here = [spot for spot in own if spot.around == around]
    content = use.content if use is not None else None
    return Bound(
        statement,
        frozenset(spot.row for spot in here),
        around[-1] if around else SET,
        tuple((row, step.condition) for row, step in steps if step.condition is not None),
        name=content.name if content is not None else "",
        number=content.number if content is not None else "",
        numeric=isinstance(content, Element) and content.type[0] in "NR",
        opens_loop=here[0].end > here[0].row + 1,
    )


def _unknown_path(place: Place, definition: SetDefinition, found: tuple[Spot, ...]) -> str:
    path = "/".join(place.path)
    known = {"/".join(spot.path) for spot in found}
    elsewhere = sorted(each for each in known if each.endswith(f"/{place.segment.tag}"))
    if place.path[:-1] in {spot.path for spot in found} and place.path[-2:-1] == place.path[-1:]:
        hint = f"; {place.segment.tag} opens that loop, so write `{'/'.join(place.path[:-1])}` for it"
    elif elsewhere:
        hint = f"; did you mean `{elsewhere[0]}`?"
    else:
        hint = suggestion(path, known)
    said = f"names {path[:SHOWN]}, which the {definition.set} of {definition.release} does not have{hint}"
    return f"{said}; `gateway schemas show {definition.set}` shows its segments"


def _element(place: Place, definition: SetDefinition) -> tuple[ElementUse | None, str]:
    if not place.element:
        return None, ""
    tag = place.segment.tag
    uses = definition.segments[tag].uses
    if place.element > len(uses):
        return None, f"names {tag}{place.element:02d}, but {tag} has elements 01 to {len(uses):02d}"
    use = uses[place.element - 1]
    if not place.component:
        return use, ""
    if not isinstance(use.content, Composite):
        return None, f"names a component of {tag}{place.element:02d}, which is no composite; leave it out"
    parts = use.content.components
    if place.component > len(parts):
        name = f"{tag}{place.element:02d}"
        return None, f"names {name}-{place.component:02d}, but {name} has components 01 to {len(parts):02d}"
    return parts[place.component - 1], ""


def _conditions(place: Place, definition: SetDefinition) -> Iterator[str]:
    """What is wrong with the values in brackets."""
    for step in (*place.loops, place.segment):
        if step.condition is None:
            continue
        uses = definition.segments[step.tag].uses
        number = step.condition.element
        name = f"{step.tag}{number:02d}"
        if not 1 <= number <= len(uses):
            yield f"asks for {name}, but {step.tag} has elements 01 to {len(uses):02d}"
        elif isinstance(content := uses[number - 1].content, Composite):
            yield f"asks for {name}, which is a composite; name a plain element in the brackets"
        elif problem := _value_problem(name, content, step.condition.value):
            yield problem
        elif step is place.segment and place.element == number:
            yield f"asks for {name} in brackets and speaks of {name} too; write `{name}` alone"


def _of_segment(statement: Statement, own: list[Spot]) -> Iterator[str]:
    place, kind = statement.place, statement.kind
    always = place.segment.condition is None
    if kind in (Kind.LENGTH, Kind.CODES, Kind.IS):
        said = f"says {statement.words[:SHOWN]!r} of the segment {place}"
        yield f"{said}; name one of its elements, such as {place}01"
    elif kind is Kind.OPTIONAL:
        yield _optional(place, any(spot.mandatory for spot in own) and always)
    elif kind is Kind.NOT_USED and always and any(spot.mandatory for spot in own):
        yield f"says {place} is not used, which the standard makes mandatory; no document could keep both"
    elif kind is Kind.AT_MOST:
        most = max((spot.maximum or statement.most for spot in own), default=0)
        if statement.most > most:
            yield _wider(f"allows {place} {statement.most} times", f"the standard at most {most}", str(most))


def _of_element(statement: Statement, use: ElementUse) -> Iterator[str]:
    place, kind, content = statement.place, statement.kind, use.content
    mandatory = use.requirement is Requirement.MANDATORY
    if kind is Kind.OPTIONAL:
        yield _optional(place, mandatory)
    elif kind is Kind.NOT_USED and mandatory:
        yield f"says {place} is not used, which the standard makes mandatory; no document could keep both"
    elif kind is Kind.AT_MOST and place.component:
        yield f"says how often {place} repeats, but components do not repeat; name the whole element"
    elif kind is Kind.AT_MOST and statement.most > use.repeats:
        allowed = f"the standard at most {use.repeats}"
        yield _wider(f"allows {place} {statement.most} times", allowed, str(use.repeats))
    elif kind in (Kind.LENGTH, Kind.CODES, Kind.IS):
        if isinstance(content, Composite):
            yield f"says {kind.value!r} of {place}, a composite; name a component, such as {place}-01"
        elif kind is Kind.LENGTH:
            yield from _length(statement, content)
        elif content.type[0] in "NR":
            yield f"fixes {place}, a number, which can be written in many ways; fix texts and codes alone"
        else:
            problems = (_value_problem(str(place), content, value) for value in statement.values)
            yield from (problem for problem in problems if problem)


def _length(statement: Statement, element: Element) -> Iterator[str]:
    least, most = statement.least, statement.most
    if least > most:
        yield f"gives {statement.place} lengths {least}/{most}; write the shortest, then the longest"
    elif least < element.minimum or most > element.maximum:
        allowed = f"{element.minimum}/{element.maximum}"
        said = f"widens: it gives {statement.place} lengths {least}/{most}, the standard {allowed}"
        yield f"{said}; a guide can only narrow, so write lengths within these"


def _value_problem(name: str, element: Element, value: str) -> str:
    """Why the standard does not let an element hold this value; "" when it does."""
    codes = element.codes
    if codes is not None and codes.whole and value not in codes.codes:
        hint = suggestion(value, codes.codes)
        return (
            f"widens: {name} holds {value[:SHOWN]}, which is no code of element {element.number} in the "
            f"standard{hint}; `gateway schemas show {element.number}` prints the list"
        )
    if not element.minimum <= len(value) <= element.maximum:
        lengths = f"{element.minimum}/{element.maximum}"
        return (
            f"widens: {name} holds {value[:SHOWN]}, and the standard gives it lengths {lengths}; correct it"
        )
    return ""


def _optional(place: Place, mandatory: bool) -> str:
    if mandatory:
        return (
            f"widens: it makes {place} optional, which the standard makes mandatory; leave the statement out"
        )
    return f"says {place} is optional, as the standard does; leave the statement out"


def _wider(said: str, allowed: str, remedy: str) -> str:
    return f"widens: it {said}, {allowed}; a guide can only narrow, so write {remedy} or less"


def _contradictions(statements: Sequence[Statement]) -> Iterator[tuple[int, str]]:
    first: dict[tuple[Place, Kind], int] = {}
    for statement in statements:
        place, kind = statement.place, statement.kind
        before = first.setdefault((place, kind), statement.line)
        if before != statement.line and kind is not Kind.NOTE:
            yield (
                statement.line,
                f"says {kind.value!r} of {place} again, as line {before} does; keep one of them",
            )
        other = {Kind.REQUIRED: Kind.NOT_USED, Kind.NOT_USED: Kind.REQUIRED}.get(kind)
        if other is not None and (line := first.get((place, other))) is not None:
            text = f"says {kind.value!r} of {place}, and line {line} says {other.value!r}; keep one of them"
            yield statement.line, text
