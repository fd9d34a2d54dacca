"""Every fault of a set against a guide: slow and complete. The rows are those that the standard placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.formats.x12.model import Delimiters
from gateway.schema.faults import Details, Fault
from gateway.schema.guides.model import Condition, Kind
from gateway.schema.guides.narrow import SET, Bound, Narrowed
from gateway.schema.structure import NO_ROW


class Broken(msgspec.Struct, frozen=True):
    """A statement and the fault against it."""

    bound: Bound
    fault: Fault


class _Open(msgspec.Struct):
    """A loop while its segments come: the row and the index of its opener, where it ends, what it holds."""

    row: int
    end: int
    index: int
    held: list[tuple[int, int]]  # index and row of each segment in it
    counts: dict[int, int]  # number of the statement -> segments that it counts


def guide_faults(
    narrowed: Narrowed,
    rows: Sequence[int],
    elements: Sequence[Sequence[str]],
    marks: Delimiters,
    ordered: bool,
) -> Iterator[Broken]:
    """The faults. `ordered`: every segment is where it belongs, so that it is known what is missing."""
    walk = _Walk(narrowed, elements, marks, ordered)
    for index, row in enumerate(rows):
        if row != NO_ROW:
            yield from walk.take(index, row)
    yield from walk.end(len(rows) - 1)


def holds(values: Sequence[str], condition: Condition | None) -> bool:
    """Whether the elements of a segment are those that a condition asks for."""
    if condition is None:
        return True
    return len(values) > condition.element and values[condition.element] == condition.value


class _Walk:
    """The walk through one set."""

    def __init__(
        self, narrowed: Narrowed, elements: Sequence[Sequence[str]], marks: Delimiters, ordered: bool
    ) -> None:
        self._elements = elements
        self._marks = marks
        self._ordered = ordered
        self._ends = {spot.row: spot.end for spot in narrowed.spots if spot.end > spot.row + 1}
        self._of_row: dict[int, list[tuple[int, Bound]]] = {}
        self._required: dict[int, list[tuple[int, Bound]]] = {}  # by the row of the loop
        for number, bound in enumerate(narrowed.bound):
            for row in bound.rows:
                self._of_row.setdefault(row, []).append((number, bound))
            if bound.statement.kind is Kind.REQUIRED and not bound.statement.place.element:
                self._required.setdefault(bound.loop, []).append((number, bound))
        self._open = [_Open(SET, len(narrowed.spots), 0, [], {})]

    def take(self, index: int, row: int) -> Iterator[Broken]:
        while len(self._open) > 1 and not self._open[-1].row < row < self._open[-1].end:
            yield from self._close(index)
        self._open[-1].held.append((index, row))
        values = self._elements[index]
        for number, bound in self._of_row.get(row, ()):
            statement = bound.statement
            if not holds(values, statement.place.segment.condition) or not self._is_meant(bound):
                continue
            if statement.place.element:
                for fault in _element_faults(bound, values, self._marks):
                    yield Broken(bound, msgspec.structs.replace(fault, index=index))
            else:
                yield from self._counted(number, bound, index)
        if row in self._ends:
            self._open.append(_Open(row, self._ends[row], index, [], {}))

    def end(self, index: int) -> Iterator[Broken]:
        while self._open:
            yield from self._close(index)

    def _is_meant(self, bound: Bound) -> bool:
        opened = {each.row: each.index for each in self._open}
        return all(  # a loop whose opener is missing is not known to be meant
            row in opened and holds(self._elements[opened[row]], condition)
            for row, condition in bound.conditions
        )

    def _counted(self, number: int, bound: Bound, index: int) -> Iterator[Broken]:
        statement = bound.statement
        counts = self._open[-1].counts
        counts[number] = counts.get(number, 0) + 1
        tag = statement.place.segment.tag
        if statement.kind is Kind.NOT_USED:
            fault = Fault(code="guide-segment-not-used", index=index, tag=tag, details=_what(bound))
            yield Broken(bound, fault)
        elif statement.kind is Kind.AT_MOST and counts[number] == statement.most + 1 and self._ordered:
            code = "guide-loop-too-many" if bound.opens_loop else "guide-segment-too-many"
            details = (*_what(bound), ("max", statement.most))
            yield Broken(bound, Fault(code=code, index=index, tag=tag, details=details))

    def _close(self, index: int) -> Iterator[Broken]:
        """The innermost loop has ended before the segment `index`."""
        for number, bound in self._required.get(self._open[-1].row, ()) if self._ordered else ():
            if number not in self._open[-1].counts and self._is_meant(bound):
                row = max(bound.rows)
                behind = (at for at, held in self._open[-1].held if held > row)
                tag = bound.statement.place.segment.tag
                place = next(behind, index)
                fault = Fault(
                    code="guide-segment-missing", index=place, tag=tag, row=row, details=_what(bound)
                )
                yield Broken(bound, fault)
        self._open.pop()


def _what(bound: Bound) -> Details:
    segment = bound.statement.place.segment
    condition = segment.condition
    if condition is None:
        return (("what", segment.tag),)
    return (("what", f"{segment.tag} with {condition.value} in {segment.tag}{condition.element:02d}"),)


def _element_faults(bound: Bound, values: Sequence[str], marks: Delimiters) -> Iterator[Fault]:
    place, kind = bound.statement.place, bound.statement.kind
    text = values[place.element] if place.element < len(values) else ""
    several = marks.repetition is not None and marks.repetition in text
    repeated = text.split(marks.repetition) if several and marks.repetition is not None else [text]
    if kind is Kind.AT_MOST:
        if len(repeated) > bound.statement.most:
            details = (("count", len(repeated)), ("max", bound.statement.most))
            yield _fault(bound, "guide-element-repetitions", repeated[bound.statement.most], *details)
        return
    if place.component and not text:
        return  # what a composite must hold is asked where it is sent
    for number, whole in enumerate(repeated, 1):
        value = part(whole, place.component, marks.component) if place.component else whole
        for fault in _value_faults(bound, value):
            yield msgspec.structs.replace(fault, repetition=number) if several else fault


def part(text: str, component: int, separator: str) -> str:
    """A component of a composite, "" where it is not sent."""
    parts = text.split(separator)
    return parts[component - 1] if component <= len(parts) else ""


def _value_faults(bound: Bound, value: str) -> Iterator[Fault]:
    statement = bound.statement
    if not value:
        if statement.kind is Kind.REQUIRED:
            yield _fault(bound, "guide-element-missing", None)
        return
    match statement.kind:
        case Kind.NOT_USED:
            yield _fault(bound, "guide-element-not-used", value)
        case Kind.LENGTH:
            length = length_of(value, bound.numeric)
            if length < statement.least:
                details = (("length", length), ("min", statement.least))
                yield _fault(bound, "guide-element-too-short", value, *details)
            elif length > statement.most:
                details = (("length", length), ("max", statement.most))
                yield _fault(bound, "guide-element-too-long", value, *details)
        case Kind.CODES | Kind.IS:
            if value not in statement.values:
                yield _fault(bound, "guide-element-code", value, ("allowed", ", ".join(statement.values)))
        case _:
            pass


def length_of(value: str, numeric: bool) -> int:
    """The length of a value as the standard counts it: of a number without sign, point and exponent mark."""
    return len(value) - value.count("-") - value.count(".") - value.count("E") if numeric else len(value)


def _fault(bound: Bound, code: str, value: str | None, *details: tuple[str, object]) -> Fault:
    place = bound.statement.place
    named: Details = (("name", bound.name), ("number", bound.number), *details)
    return Fault(
        code=code, element=place.element, component=place.component or None, value=value, details=named
    )
