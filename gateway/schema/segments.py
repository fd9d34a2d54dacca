"""Every fault in the elements of one segment: slow and complete (X12.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.formats.x12.definitions import Composite, Element, ElementUse, Requirement, Segment, SyntaxNote
from gateway.formats.x12.model import Delimiters
from gateway.schema.elements import value_fault
from gateway.schema.faults import Details, Fault

_RULES = {
    "P": "{all} together or not at all",
    "R": "one of {all}",
    "C": "{others} whenever {first} is sent",
    "L": "one of {others} whenever {first} is sent",
}


class Syntax(msgspec.Struct, frozen=True):
    """How elements are read. `exponent`: numbers of type R may have one in this release."""

    delimiters: Delimiters
    exponent: bool


def segment_faults(segment: Segment, values: Sequence[str], syntax: Syntax) -> list[Fault]:
    """All faults of a segment, in the order of its elements. `values[0]` is the tag."""
    faults = [*_surplus(segment, values)]
    missing = set()
    for position, use in enumerate(segment.uses, 1):
        if position < len(values) and values[position]:
            faults += _repeated_faults(use, position, values[position], syntax)
        elif use.requirement is Requirement.MANDATORY:
            missing.add(position)
            faults.append(Fault(code="element-missing", element=position, details=_named(use.content)))
    faults += _notes_faults(segment, values[1:], segment.tag, missing)
    faults += _trailing(values, missing)
    return sorted(faults, key=lambda fault: fault.place)


def _named(content: Element | Composite, *more: tuple[str, object]) -> Details:
    return (("name", content.name), ("number", content.number), *more)


def _trailing(values: Sequence[str], missing: set[int]) -> Iterator[Fault]:
    """Separators behind the last element, unless something that should be there is missing between them."""
    last = len(values) - 1
    while last > 0 and not values[last]:
        last -= 1
    count = len(values) - 1 - last
    if count and missing.isdisjoint(range(last + 1, len(values))):
        code = "segment-trailing-separator"
        yield Fault(code=code, element=last + 1, details=(("count", count),))


def _surplus(segment: Segment, values: Sequence[str]) -> Iterator[Fault]:
    most = len(segment.uses)
    surplus = next((position for position in range(most + 1, len(values)) if values[position]), None)
    if surplus is not None:
        yield Fault(code="element-too-many", element=surplus, value=values[surplus], details=(("max", most),))


def _repeated_faults(use: ElementUse, position: int, text: str, syntax: Syntax) -> Iterator[Fault]:
    mark = syntax.delimiters.repetition
    if not mark or mark not in text:
        for fault in _content_faults(use.content, text, syntax):
            yield msgspec.structs.replace(fault, element=position)
        return
    repetitions = text.split(mark)
    if len(repetitions) > use.repeats:
        yield Fault(
            code="element-repetitions",
            element=position,
            repetition=use.repeats + 1,
            value=repetitions[use.repeats],
            details=_named(use.content, ("count", len(repetitions)), ("max", use.repeats)),
        )
    for number, repetition in enumerate(repetitions[: use.repeats], 1):
        for fault in _content_faults(use.content, repetition, syntax) if repetition else ():
            yield msgspec.structs.replace(fault, element=position, repetition=number)


def _content_faults(content: Element | Composite, text: str, syntax: Syntax) -> Iterator[Fault]:
    """The faults of one value; which element it is the caller adds."""
    if isinstance(content, Composite):
        yield from _composite_faults(content, text, syntax)
        return
    count = len(_parts(text, syntax))
    if count > 1:
        details = _named(content, ("count", count), ("max", 1))
        yield Fault(code="element-components", value=text, details=details)
        return
    fault = value_fault(content, text, syntax.exponent)
    if fault is not None:
        details = _named(content, *fault.details)
        yield Fault(code=fault.code, value=text, details=details)


def _composite_faults(composite: Composite, text: str, syntax: Syntax) -> Iterator[Fault]:
    parts = _parts(text, syntax)
    most = len(composite.components)
    if any(parts[most:]):
        details = _named(composite, ("count", len(parts)), ("max", most))
        yield Fault(code="element-components", component=most + 1, value=text, details=details)
    missing = set()
    for number, use in enumerate(composite.components, 1):
        part = parts[number - 1] if number <= len(parts) else ""
        if part and isinstance(use.content, Element):
            problem = value_fault(use.content, part, syntax.exponent)
            if problem is not None:
                details = _named(use.content, *problem.details)
                yield Fault(code=problem.code, component=number, value=part, details=details)
        elif not part and use.requirement is Requirement.MANDATORY:
            missing.add(number)
            details = _named(use.content)
            yield Fault(code="element-missing", component=number, details=details)
    for fault in _notes_faults(composite, parts, "component ", missing):
        yield msgspec.structs.replace(fault, component=fault.element)
    yield from _trailing(["", *parts], missing)


def _parts(text: str, syntax: Syntax) -> list[str]:
    component = syntax.delimiters.component
    return text.split(component) if component else [text]


def _notes_faults(
    owner: Segment | Composite, values: Sequence[str], prefix: str, missing: set[int]
) -> Iterator[Fault]:
    """The faults against the syntax notes. What they find missing is added to `missing`, and told once."""
    uses = owner.uses if isinstance(owner, Segment) else owner.components
    sent = {position for position, value in enumerate(values, 1) if value}
    for note in owner.notes:
        if note.kind == "E":
            there = sorted(position for position in note.positions if position in sent)
            for position in there[1:]:
                details = _named(uses[position - 1].content, ("other", _places(there[:1], prefix)))
                value = values[position - 1]
                yield Fault(code="element-exclusion", element=position, value=value, details=details)
            continue
        for position in _wanting(note, sent):
            if position not in missing:
                missing.add(position)
                details = _named(uses[position - 1].content, ("rule", _rule(note, prefix)))
                yield Fault(code="element-conditional-missing", element=position, details=details)


def _wanting(note: SyntaxNote, sent: set[int]) -> list[int]:
    """The positions that a note of kind P, R, C or L wants and that are not sent."""
    first, *others = note.positions
    absent = [position for position in note.positions if position not in sent]
    match note.kind:
        case "P" if len(absent) < len(note.positions):
            return absent
        case "R" if len(absent) == len(note.positions):
            return [first]
        case "C" if first in sent:
            return absent
        case "L" if first in sent and len(absent) == len(others):
            return others[:1]
        case _:
            return []


def _rule(note: SyntaxNote, prefix: str) -> str:
    first, *others = note.positions
    every = _places(note.positions, prefix)
    text = _RULES[note.kind].format(all=every, first=_places([first], prefix), others=_places(others, prefix))
    return f"{note} wants {text}"


def _places(positions: Sequence[int], prefix: str) -> str:
    return ", ".join(f"{prefix}{position:02d}" for position in positions)
