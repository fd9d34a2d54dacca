"""Documents completed from cross-references: before a table writes them, and after it has read them.

It stands before and after the evaluator and the compiled functions, so that both see the same document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gateway.documents import Document
from gateway.documents.parts import Moment
from gateway.findings import Finding, Location, Severity, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import BoundPath, BoundStep, CompletionPlan, FieldKind, Plan, StepKind, Value
from gateway.mapping.crossrefs.model import CrossReference, CrossRow, valid_rows
from gateway.mapping.crossrefs.values import UnfitCellError, key_text, value_of
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.holders import is_empty, passes
from gateway.mapping.orders.model import OrderPlace
from gateway.mapping.plan import Direction, Origin

__all__ = ["Completed", "Completer", "CrossReferences", "Filling", "value_at", "with_value"]

CrossReferences = Callable[[str], Sequence[CrossReference]]
"""The files of a cross-reference by its name: a partner's own first, then that for all partners."""


class Filling(msgspec.Struct, frozen=True):
    """One value that a document got. `pointer` leads to it; `row` is that of the cross-reference (None: a
    default), `completion` the line of the table. `keys` lead to the values that found the row. What was taken
    from an order has its place there instead of a row."""

    pointer: str
    value: Value
    row: Origin | None
    completion: Origin
    keys: tuple[str, ...] = ()
    order: OrderPlace | None = None


class Completed(msgspec.Struct, frozen=True):
    """A document with what cross-references or orders fill in; one that is `held` goes no further, as
    findings tell."""

    document: Document
    held: bool = False
    findings: tuple[Finding, ...] = ()
    fillings: tuple[Filling, ...] = ()


class Completer:
    """Completes the documents of one table."""

    def __init__(self, plan: Plan, crossrefs: CrossReferences) -> None:
        self._plan = plan
        self._crossrefs = crossrefs
        self._layers: dict[str, Sequence[CrossReference]] = {}
        self._of = {
            way: tuple(each for each in plan.completions if each.direction in (Direction.BOTH, way))
            for way in (Direction.READ, Direction.WRITE)
        }

    def asks_for_any(self, way: Direction) -> bool:
        """Whether the table names a cross-reference for this way."""
        return bool(self._of[way])

    def completed(self, document: Document, way: Direction) -> Completed:
        """A document that was read, or one that is to be written. Its own date tells which rows hold."""
        completions = self._of[way]
        if not completions:
            return Completed(document)
        day = self._day(document.date)
        findings = FindingList()
        fillings: list[Filling] = []
        record: msgspec.Struct = document
        for completion in completions:
            layers = self._layers_of(completion.crossref)
            run = _Run(completion, layers, day, findings)
            record = run.within(record, completion.steps, "")
            run.tell_misses()
            fillings += run.fillings
        assert isinstance(record, Document)
        return Completed(record, findings.has_errors, findings.closed(), tuple(fillings))

    def _layers_of(self, name: str) -> Sequence[CrossReference]:
        if name not in self._layers:
            self._layers[name] = self._crossrefs(name)
        return self._layers[name]

    def _day(self, moment: Moment) -> str:
        if moment.time is None:
            return str(moment.date)
        return moment.time.astimezone(self._plan.parameters.zone).date().isoformat()


class _Run:
    """One completion at work on one document."""

    def __init__(
        self,
        completion: CompletionPlan,
        layers: Sequence[CrossReference],
        day: str,
        findings: FindingList,
    ) -> None:
        self.completion = completion
        self.layers = layers
        self.day = day
        self.findings = findings
        self.fillings: list[Filling] = []
        self.first_missed: tuple[str, str] | None = None  # pointer and key
        self.missed_count = 0

    def within(self, record: msgspec.Struct, steps: Sequence[BoundStep], pointer: str) -> msgspec.Struct:
        """The record with all records that the steps lead to completed; itself when nothing is filled."""
        if not steps:
            return self.completed(record, pointer)
        step, held = steps[0], getattr(record, steps[0].name)
        place = child(pointer, step.name)
        if isinstance(held, msgspec.Struct):
            inner: object = self.within(held, steps[1:], place)
        elif isinstance(held, tuple) and step.test is not None:
            items = [
                self.within(item, steps[1:], child(place, number)) if passes(item, step.test) else item
                for number, item in enumerate(held)
            ]
            changed = any(new is not old for new, old in zip(items, held, strict=True))
            inner = tuple(items) if changed else held
        else:
            return record
        return record if inner is held else msgspec.structs.replace(record, **{step.name: inner})

    def completed(self, record: msgspec.Struct, pointer: str) -> msgspec.Struct:
        """One record with the fields that a row fills."""
        fills = self.completion.fills
        missing = is_empty(value_at(record, fills[0][0]))
        used, rows, keys = self.rows(record)
        if not rows:
            return self.without_row(record, pointer, used) if missing else record
        wanted = [name for _, name in fills]
        if len(rows) > 1 and any(
            [row.cells.get(name) for name in wanted] != [rows[0].cells.get(name) for name in wanted]
            for row in rows[1:]
        ):
            if missing:
                self.ambiguous(pointer, used, rows)
            return record
        if missing and fills[0][1] not in rows[0].cells:
            record = self.without_row(record, pointer, used)
        return self.filled(record, pointer, rows[0], keys)

    def rows(self, record: msgspec.Struct) -> tuple[str, list[CrossRow], Sequence[BoundPath]]:
        """The values of the first key that finds rows (or of the first that the record has), the rows, and
        the fields of the key that found them."""
        used = ""
        for paths, columns in self.completion.keys:
            values = tuple(key_text(value_at(record, path)) for path in paths)
            if not any(values):
                continue
            used = used or " + ".join(value for value in values if value)
            rows = valid_rows(self.layers, columns, values, self.day)
            if rows:
                return " + ".join(value for value in values if value), rows, paths
        return used, [], ()

    def filled(
        self, record: msgspec.Struct, pointer: str, row: CrossRow, keys: Sequence[BoundPath]
    ) -> msgspec.Struct:
        for path, column in self.completion.fills:
            cell = row.cells.get(column)
            if cell is None:
                continue
            own = value_at(record, path)
            try:
                value = value_of(cell, path)
            except UnfitCellError as fault:
                if is_empty(own):
                    self.tell(
                        "crossref-value", pointer, path, cell, reason=str(fault), crossrow=str(row.origin)
                    )
                continue
            if is_empty(own):
                record = self.put(record, pointer, path, value, row.origin, keys)
            elif own != value and _is_compared(path):
                other = key_text(value)
                self.tell(
                    "crossref-differs", pointer, path, key_text(own), other=other, crossrow=str(row.origin)
                )
        return record

    def put(
        self,
        record: msgspec.Struct,
        pointer: str,
        path: BoundPath,
        value: Value,
        row: Origin | None,
        keys: Sequence[BoundPath] = (),
    ) -> msgspec.Struct:
        found_by = tuple(_pointer(pointer, key) for key in keys)
        filling = Filling(_pointer(pointer, path), value, row, self.completion.origin, found_by)
        self.fillings.append(filling)
        return with_value(record, path.steps, value)

    def without_row(self, record: msgspec.Struct, pointer: str, used: str) -> msgspec.Struct:
        """What the table says of a record that no row completes."""
        completion = self.completion
        path = completion.fills[0][0]
        if completion.hold:
            self.tell("crossref-missed", pointer, path, used or None, what="so the document is held")
            return record
        if completion.default is not None or used:
            self.missed_count += 1
            self.first_missed = self.first_missed or (pointer, used)
        if completion.default is not None:
            return self.put(record, pointer, path, completion.default, None)
        return record

    def tell_misses(self) -> None:
        """One note for all records that found no row and go on without."""
        if self.first_missed is None:
            return
        default = self.completion.default
        what = "so it is left out" if default is None else f"so it is {default}"
        if self.missed_count > 1:
            what += f"; so with {self.missed_count - 1:,} more"
        pointer, used = self.first_missed
        path = self.completion.fills[0][0]
        self.tell("crossref-missed", pointer, path, used or None, Severity.NOTE, what=what)

    def ambiguous(self, pointer: str, used: str, rows: Sequence[CrossRow]) -> None:
        path = self.completion.fills[0][0]
        places = " and ".join(str(row.origin) for row in rows[:2])
        severity = Severity.ERROR if self.completion.hold else Severity.WARNING
        self.tell("crossref-ambiguous", pointer, path, used, severity, rows=places)

    def tell(
        self,
        code: str,
        pointer: str,
        path: BoundPath,
        value: str | None,
        severity: Severity | None = None,
        **details: str,
    ) -> None:
        place = Location(pointer=_pointer(pointer, path))
        named = {"field": path.text, "crossref": self.completion.crossref, "day": self.day}
        row = str(self.completion.origin)
        self.findings.add(found(code, place, value, severity=severity, row=row, **named, **details))


def value_at(record: object, path: BoundPath) -> object:
    """What stands at the end of a path; None where nothing does."""
    for step in path.steps:
        if step.kind is StepKind.KEY:
            return record.get(step.name) if isinstance(record, Mapping) else None
        record = getattr(record, step.name, None)
    return record


def with_value(record: msgspec.Struct, steps: Sequence[BoundStep], value: object) -> msgspec.Struct:
    """The record with a value at the end of a path; records on the way are made where they are missing."""
    step = steps[0]
    held: object = getattr(record, step.name)
    if len(steps) == 1:
        return msgspec.structs.replace(record, **{step.name: value})
    if steps[1].kind is StepKind.KEY:
        kept = held if isinstance(held, dict) else {}
        return msgspec.structs.replace(record, **{step.name: {**kept, steps[1].name: value}})
    if not isinstance(held, msgspec.Struct):
        assert step.record is not None, "a path goes on below a record or a map"
        held = step.record()
    return msgspec.structs.replace(record, **{step.name: with_value(held, steps[1:], value)})


def _pointer(pointer: str, path: BoundPath) -> str:
    for step in path.steps:
        pointer = child(pointer, step.name)
    return pointer


def _is_compared(path: BoundPath) -> bool:
    """Identifiers and numbers say one thing; a name or an address is written in many ways."""
    return path.steps[-1].kind is StepKind.KEY or path.kind in (FieldKind.DECIMAL, FieldKind.INTEGER)
