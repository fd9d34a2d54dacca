"""Canonical paths resolved against record types: a name that is no field of a record reaches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from gateway.documents.parts import Moment
from gateway.mapping.bound import BoundPath, BoundStep, BoundTest, FieldKind, StepKind, Value
from gateway.mapping.cells import CellError
from gateway.mapping.parameters import PARAMETERS, Parameters
from gateway.mapping.plan import Each, Filter, Parameter, Path, Step, Word
from gateway.mapping.records import Field, fields_of, kind_of_map_values
from gateway.suggestions import suggestion

__all__ = ["AbsentParameterError", "PathResolver", "Target"]

RecordType = type[msgspec.Struct]

_MAPS = (FieldKind.MAP, FieldKind.MOMENTS)
_TRUTH = {"true": True, "false": False}


class AbsentParameterError(CellError):
    """The path names a parameter this agreement does not have, so its row is left out."""


class Target(msgspec.Struct, frozen=True):
    """What a block fills: the steps from the outer record, and which items of a list (or the record)."""

    steps: tuple[BoundStep, ...]
    test: BoundTest
    many: bool


class PathResolver:
    """Resolves paths; remembers the fields of each record type it met."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.known: dict[RecordType, Mapping[str, Field]] = {}

    def fields(self, record: RecordType) -> Mapping[str, Field]:
        """The fields of a record type by name."""
        if record not in self.known:
            self.known[record] = fields_of(record)
        return self.known[record]

    def field(self, record: RecordType, name: str) -> Field:
        """One field of a record type; `CellError` with the nearest name when it has no such field."""
        field = self.fields(record).get(name)
        if field is None or name == "ext":
            known = [name for name in self.fields(record) if name != "ext"]
            raise CellError(f"{record.__name__} has no field `{name[:40]}`{suggestion(name, known)}")
        return field

    def parameter(self, name: str) -> str | None:
        """The value the agreement gives, None when it gives none; `CellError` for a name nobody knows."""
        if name not in PARAMETERS:
            raise CellError(f"there is no parameter `${name}`{suggestion(name, PARAMETERS)}")
        return self.parameters.values.get(name)

    def leaf(self, path: Path, records: Sequence[RecordType]) -> BoundPath:
        """A row's path. `records`: those of the blocks around it, outermost first, its own last."""
        up = self.up(path, records)
        record: RecordType | None = records[-1 - up]
        steps: list[BoundStep] = []
        field: Field | None = None
        for step in path.steps:
            if record is None and field is not None and field.kind in _MAPS:
                steps.append(BoundStep(StepKind.KEY, self.key(step, path)))
                return self.finished(path, steps, kind_of_map_values(field.kind), up)
            if record is None:
                raise CellError(f"`{path}`: nothing stands below `{steps[-1].name}`")
            if step.parameter:
                raise CellError(f"`{path}`: a parameter names the key of a map, not a field")
            field = self.field(record, step.name)
            bound = self.step(step, field, path)
            steps.append(bound)
            record = bound.record
        if field is None or record is not None or field.kind in (FieldKind.RECORD, FieldKind.RECORDS):
            inner = f": {', '.join(self.fields(record))}" if record else ""
            raise CellError(f"`{path}` is a record; name one of its fields{inner}")
        return self.finished(path, steps, field.kind, up, field.allowed)

    def up(self, path: Path, records: Sequence[RecordType]) -> int:
        """How many blocks further out the path starts: each `^` goes to the next record with such a field."""
        outer = range(1, len(records))
        having = [up for up in outer if path.steps[0].name in self.fields(records[-1 - up])]
        if path.up > len(having):
            raise CellError(f"`{path}`: no block around this one has a field `{path.steps[0].name[:40]}`")
        return having[path.up - 1] if path.up else 0

    def finished(
        self, path: Path, steps: list[BoundStep], kind: FieldKind, up: int, allowed: tuple[str, ...] = ()
    ) -> BoundPath:
        """The path to a leaf; `CellError` when steps are left below it."""
        if len(steps) < len(path.steps):
            raise CellError(f"`{path}`: nothing stands below `{steps[-1].name}`")
        return BoundPath(str(path), tuple(steps), kind, up, allowed)

    def key(self, step: Step, path: Path) -> str:
        """The key of a map; `AbsentParameterError` when it is a parameter that the agreement lacks."""
        if step.items is not None:
            raise CellError(f"`{path}`: a key of a map has no brackets")
        if not step.parameter:
            return step.name
        value = self.parameter(step.name)
        if value is None:
            raise AbsentParameterError(f"the agreement has no `${step.name}`")
        return value

    def step(self, step: Step, field: Field, path: Path) -> BoundStep:
        """One step to a field; `CellError` when brackets stand where no list is, or are missing."""
        if field.kind is FieldKind.RECORDS:
            if step.items is None:
                raise CellError(f"`{step.name}` is a list; write `{step.name}[]` in `{path}`")
            test = self.test(step, field)
            return BoundStep(StepKind.ITEMS, step.name, test.record, test)
        if step.items is not None:
            raise CellError(f"`{step.name}` is no list of records, so it takes no brackets in `{path}`")
        record = field.records[0] if field.kind is FieldKind.RECORD else None
        return BoundStep(StepKind.FIELD, step.name, record)

    def test(self, step: Step, field: Field) -> BoundTest:
        """Which items of a list a step means; `CellError` for a type, field or value it never has."""
        items = step.items
        if isinstance(items, Each) and items.type:
            types = {record.__name__: record for record in field.records}
            if items.type not in types:
                hint = suggestion(items.type, types)
                raise CellError(f"`{step.name}` holds no `{items.type}`{hint}")
            return BoundTest(types[items.type])
        if len(field.records) > 1:
            types_text = ", ".join(f"[{record.__name__}]" for record in field.records)
            raise CellError(f"`{step.name}` is a list of several types; write one of {types_text}")
        record = field.records[0]
        if not isinstance(items, Filter):
            return BoundTest(record)
        tested = self.field(record, items.field)
        if tested.kind is not FieldKind.TEXT:
            raise CellError(f"a filter tests a field that holds a text, and `{items.field}` does not")
        if tested.allowed and items.value not in tested.allowed:
            raise CellError(
                f"`{items.field}` is never `{items.value}`{suggestion(items.value, tested.allowed)}"
            )
        return BoundTest(record, items.field, items.value, items.equal)

    def target(self, path: Path, record: RecordType) -> Target:
        """What a block's key names, from the record of the block around it."""
        if path.up:
            raise CellError(f"`{path}`: a block fills the record it stands in, so `^` has no place here")
        steps: list[BoundStep] = []
        inner: RecordType | None = record
        for number, step in enumerate(path.steps):
            if inner is None:
                raise CellError(f"`{path}`: nothing stands below `{steps[-1].name}`")
            bound = self.step(step, self.field(inner, step.name), path)
            if bound.kind is StepKind.ITEMS and number < len(path.steps) - 1:
                raise CellError(f"`{path}`: give `{step.name}` a block of its own")
            steps.append(bound)
            inner = bound.record
        if inner is None:
            raise CellError(f"`{path}` holds a single value; a block fills a record or a list of records")
        test = steps[-1].test or BoundTest(inner)
        return Target(tuple(steps), test, steps[-1].kind is StepKind.ITEMS)

    def value(self, word: Word | None, path: BoundPath) -> Value:
        """A value of the table, as the field holds it; None where the agreement lacks the parameter."""
        if word is None:
            return None
        text = self.parameter(word.name) if isinstance(word, Parameter) else word.text
        if text is None:
            return None
        if path.allowed and text not in path.allowed:
            raise CellError(f"`{path.text}` is never `{text[:40]}`{suggestion(text, path.allowed)}")
        return _typed(text, path)


def _typed(text: str, path: BoundPath) -> Value:
    try:
        if path.kind is FieldKind.TEXT:
            return text
        if path.kind is FieldKind.DECIMAL:
            return Decimal(text)
        if path.kind is FieldKind.INTEGER:
            return int(text)
        if path.kind is FieldKind.BOOLEAN:
            return _TRUTH[text]
        if path.kind is FieldKind.DATE:
            return date.fromisoformat(text)
        if path.kind is FieldKind.MOMENT:
            return Moment(date=date.fromisoformat(text))
    except (ValueError, KeyError, InvalidOperation) as fault:
        raise CellError(f"`{text[:40]}` is no {path.kind.value}, which `{path.text}` holds") from fault
    raise CellError(f"`{path.text}` holds a {path.kind.value}; it takes no value from the table")
