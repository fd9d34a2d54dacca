"""Records in the making: fields are set in any order, and the frozen record is made at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.findings import Location, found
from gateway.mapping.bound import BoundStep, BoundTest, StepKind
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.trace import Source, Trace
from gateway.mapping.plan import Origin
from gateway.mapping.records import Field

__all__ = ["Builder", "Draft", "Ext", "reached", "set_value"]

RecordType = type[msgspec.Struct]
Ext = dict[str, str | tuple[str, ...]]


class Draft:
    """A record in the making. `own`: a row has found a value for it (constants do not count).

    `location` and `origin`: where it stands in the source, and the block of the table that makes it.
    `refused`: fields whose value was there and could not be read, which is told already.
    """

    def __init__(self, record: RecordType, location: Location, origin: Origin) -> None:
        self.record = record
        self.location = location
        self.origin = origin
        self.values: dict[str, object] = {}
        self.own = False
        self.refused: set[str] = set()
        self.ext: Ext = {}
        self.sources: dict[str, list[Source]] = {}

    def inner(self, name: str, record: RecordType) -> Draft:
        """The record inside a field, made when it is not there yet."""
        held = self.values.get(name)
        if not isinstance(held, Draft):
            held = self.values[name] = Draft(record, self.location, self.origin)
        return held

    def items(self, name: str) -> list[Draft]:
        """The items of a list field so far."""
        held = self.values.setdefault(name, [])
        assert isinstance(held, list)
        return held


def reached(draft: Draft, steps: tuple[BoundStep, ...], *, make: bool) -> Iterator[tuple[Draft, BoundStep]]:
    """Every record that holds the leaf of a path, with the last step; `make`: records inside are created.

    The key of a map is reached at the record that holds the map.
    """
    step = steps[0]
    if len(steps) == 1 or steps[1].kind is StepKind.KEY:
        yield draft, step
    elif step.kind is StepKind.ITEMS and step.test is not None:
        for item in draft.items(step.name):
            if _passes(item, step.test):
                yield from reached(item, steps[1:], make=make)
    elif step.record is not None and (make or isinstance(draft.values.get(step.name), Draft)):
        yield from reached(draft.inner(step.name, step.record), steps[1:], make=make)


def _is_refused(draft: Draft, name: str) -> bool:
    """Whether the value of a field, or a value of the record in it, was there and could not be read."""
    held = draft.values.get(name)
    return name in draft.refused or (isinstance(held, Draft) and bool(held.refused))


def _passes(item: Draft, test: BoundTest) -> bool:
    if item.record is not test.record:
        return False
    return not test.field or (item.values.get(test.field) == test.value) is test.equal


def set_value(holder: Draft, steps: tuple[BoundStep, ...], value: object) -> object:
    """Sets a leaf; gives the value that stands there already when it is another one, else None."""
    name = steps[-1].name if steps[-1].kind is not StepKind.KEY else steps[-2].name
    additions: object = {steps[-1].name: value} if steps[-1].kind is StepKind.KEY else value
    if isinstance(additions, dict):
        held = holder.values.setdefault(name, {})
        assert isinstance(held, dict)
        for key, new in additions.items():
            if held.setdefault(key, new) != new:
                other: object = held[key]
                return other
        return None
    other = holder.values.setdefault(name, value)
    return None if other == value else other


class Builder:
    """Makes frozen records of drafts; what they must have and lack is a finding."""

    def __init__(
        self,
        fields: Mapping[RecordType, Mapping[str, Field]],
        column: str,
        trace: Trace | None,
        findings: FindingList,
    ) -> None:
        self.fields = fields
        self.column = column
        self.trace = trace
        self.findings = findings

    def record(self, draft: Draft, path: str = "") -> msgspec.Struct | None:
        """The record, or None when it lacks a field it must have."""
        values: dict[str, object] = {}
        fields = self.fields[draft.record]
        for name, field in fields.items():
            value = self.value(draft.values.get(name), f"{path}.{name}" if path else name, field)
            if value is not None:
                values[name] = value
            elif field.awaited:
                values[name] = None
            elif field.required and not _is_refused(draft, name):
                where = f"{path}.{name}" if path else name
                row = str(draft.origin)
                self.findings.add(found("mapping-field-missing", draft.location, field=where, row=row))
        if draft.ext and "ext" in fields:
            values["ext"] = {self.column: draft.ext}
        if any(field.required and name not in values for name, field in fields.items()):
            return None
        made = draft.record(**values)
        if self.trace is not None:
            self.trace.made(made, draft.sources, draft.location)
        return made

    def value(self, held: object, path: str, field: Field) -> object:
        """A draft, or a list of them, as records; empty lists and maps are None. `path` leads to it."""
        if isinstance(held, Draft):
            return self.record(held, path) if held.values or held.ext else None
        if isinstance(held, list):
            items = [self.record(item, f"{path}[{number}]") for number, item in enumerate(held)]
            return (items if field.is_list else tuple(items)) if items else None
        return held or None if isinstance(held, dict) else held
