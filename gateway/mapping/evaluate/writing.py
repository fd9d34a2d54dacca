"""Writing by interpreting a plan: the part that is the same for every format.

Own values create segments, objects and cells; then what was kept in `ext` is put back; defaults and the
values of outer records only fill what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from itertools import islice
from typing import Generic, Protocol, TypeVar

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import BlockPlan, Plan, RowPlan, SayingPlan
from gateway.mapping.codecs import CodecError
from gateway.mapping.evaluate.authors import Authors, MarksPlaces
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.holders import (
    Holder,
    is_empty,
    items_of,
    leaves_of,
    passes,
    pointer_to,
    pointers_to,
)
from gateway.mapping.evaluate.trace import Trace
from gateway.mapping.pairs.model import SILENT, PairTrace
from gateway.mapping.plan import Here

__all__ = ["MarksPlaces", "Put", "Refusal", "WriteAdapter", "write_with"]

Scope = TypeVar("Scope")
Record = msgspec.Struct


class Put(Enum):
    """What became of a value: written, without a segment or object to fill, or without room."""

    DONE = auto()
    NOTHING_TO_FILL = auto()
    TAKEN = auto()


class Refusal(msgspec.Struct, frozen=True):
    """A value the adapter refuses for a reason of its own."""

    code: str
    value: str
    details: Mapping[str, str]


class WriteAdapter(Protocol[Scope]):
    """What a format offers to the writer.

    An adapter that `MarksPlaces` too is explained place by place; of others nothing more is known.
    """

    def root(self) -> Scope:
        """The whole document."""

    def open(self, scope: Scope, block: BlockPlan) -> Scope:
        """A new occurrence of a block."""

    def close(self, outer: Scope, scope: Scope, block: BlockPlan) -> Refusal | None:
        """The occurrence is complete."""

    def put(self, scope: Scope, saying: SayingPlan, values: Sequence[object], *, fill: bool) -> Put | Refusal:
        """Writes the values of a row's places (one tuple for a repeated place or range)."""

    def put_back(self, scope: Scope, place: str, value: str | tuple[str, ...]) -> bool:
        """Writes what was kept from a place; False when it cannot stand there any more."""


def write_with(
    plan: Plan, document: Record, adapter: WriteAdapter[Scope], trace: PairTrace = SILENT
) -> tuple[bool, tuple[Finding, ...]]:
    """Writes a document through an adapter; whether it is good, and what was found."""
    findings = FindingList()
    shape: Record | None = document
    if plan.pair is not None:
        shape, refused = plan.pair.to_shape(document, trace, plan.parameters)
        findings.extend(refused)
    if shape is None or findings.has_errors:
        return False, findings.closed()
    traced = trace if isinstance(trace, Trace) and trace.details else None
    marking = adapter if traced is not None and isinstance(adapter, MarksPlaces) else None
    authors = Authors(marking.by, traced) if marking is not None and traced is not None else None
    writer = _Writer(plan, adapter, findings, authors)
    writer.write(plan.root, adapter.root(), (Holder(shape, ""),), computed=True)
    if marking is not None and traced is not None:
        traced.written = tuple(marking.written_places())
    return not findings.has_errors, findings.closed()


class _Writer(Generic[Scope]):
    def __init__(
        self, plan: Plan, adapter: WriteAdapter[Scope], findings: FindingList, authors: Authors | None
    ) -> None:
        self.plan = plan
        self.adapter = adapter
        self.findings = findings
        self.authors = authors

    def fault(self, code: str, pointer: str, value: object, **details: str) -> None:
        shown = None if value is None else _shown(value)
        self.findings.add(found(code, Location(pointer=pointer), shown, severity=None, **details))

    def write(
        self, block: BlockPlan, scope: Scope, holders: tuple[Holder, ...], *, computed: bool = False
    ) -> None:
        """Writes the last record by the rows and blocks of a block; `holders` are those around it."""
        self.own_values(block, scope, holders)
        self.blocks(block, scope, holders)
        if computed:
            self.derived(scope, holders[-1].record)
        if not isinstance(block.at, Here) or not block.target:
            self.kept(scope, holders[-1])
        self.fill_in(block, scope, holders)

    def own_values(self, block: BlockPlan, scope: Scope, holders: tuple[Holder, ...]) -> None:
        for row in block.rows:
            if row.constant is not None:
                self.check_constant(row, holders)
                if self.authors is not None:
                    self.authors.of_implied(row, holders)
                continue
            for saying in row.sayings:
                if not saying.writes or saying.fills:
                    continue
                values = self.values(row, saying, holders)
                if any(value is not None for value in values):
                    self.put(row, saying, values, scope, holders)
                elif self.authors is not None and saying.absent is not None:
                    self.authors.of_implied(row, holders)
                elif saying.required and not _has_default(saying):
                    self.missing(row, saying, holders)

    def fill_in(self, block: BlockPlan, scope: Scope, holders: tuple[Holder, ...]) -> None:
        """Values of outer records, and defaults where the record has none."""
        for row in block.rows:
            for saying in row.sayings:
                if not saying.writes or not (saying.fills or _has_default(saying)):
                    continue
                values = self.values(row, saying, holders)
                own = any(value is not None for value in values)
                if own and not saying.fills:
                    continue
                values = values if own else self.default(saying, holders)
                if any(value is not None for value in values):
                    filled = self.put(row, saying, values, scope, holders, fill=True, own=own)
                    if own and not filled and not any(field.up for field in row.fields):
                        self.left_out(row, saying, values, holders)
                elif saying.required and not saying.fills:
                    self.missing(row, saying, holders)

    def default(self, saying: SayingPlan, holders: tuple[Holder, ...]) -> tuple[object, ...]:
        if saying.default_compute is not None:
            return (saying.default_compute(holders[-1].record),)
        if saying.default_from is None:
            return (saying.default,)
        field = saying.default_from
        leaves = leaves_of(holders[-1 - field.up].record, field.steps)
        agreed = leaves[0] if leaves and all(leaf == leaves[0] for leaf in leaves) else None
        return (None if is_empty(agreed) else agreed,)

    def missing(self, row: RowPlan, saying: SayingPlan, holders: tuple[Holder, ...]) -> None:
        origin = str(saying.origin)
        pointer = pointer_to(holders, row)
        self.fault("mapping-required-missing", pointer, None, spot=saying.text, field=row.key, row=origin)

    def left_out(
        self, row: RowPlan, saying: SayingPlan, values: tuple[object, ...], holders: tuple[Holder, ...]
    ) -> None:
        details = {"spot": saying.text, "field": row.key, "row": str(saying.origin)}
        shown = next(value for value in values if value is not None)
        self.fault("nothing-to-fill", pointer_to(holders, row), shown, **details)

    def check_constant(self, row: RowPlan, holders: tuple[Holder, ...]) -> None:
        value = self.values(row, None, holders)[0]
        if value is not None and value != row.constant:
            pointer = pointer_to(holders, row)
            details = {"field": row.key, "other": str(row.constant), "row": str(row.origin)}
            self.fault("constant-differs", pointer, value, **details)

    def values(
        self, row: RowPlan, saying: SayingPlan | None, holders: tuple[Holder, ...]
    ) -> tuple[object, ...]:
        """The values of a row's fields; None where there is none, or what the format leaves out."""
        values = []
        for field in row.fields:
            leaves = leaves_of(holders[-1 - field.up].record, field.steps)
            value = leaves[0] if leaves else None
            differs = next((place for place, leaf in enumerate(leaves) if leaf != value), None)
            if differs is not None:
                other = leaves[differs]
                shown = "nothing" if value is None else _shown(value)
                details = {"field": row.key, "other": shown, "spot": saying.text if saying else ""}
                origin = saying.origin if saying else row.origin
                pointer = next(islice(pointers_to(holders[-1 - field.up], field.steps), differs, None))
                self.fault("lines-differ", pointer, other, row=str(origin), **details)
                value = None
            if saying is not None and saying.absent is not None and value == saying.absent:
                value = None
            values.append(None if is_empty(value) else value)
        return tuple(values)

    def put(
        self,
        row: RowPlan,
        saying: SayingPlan,
        values: tuple[object, ...],
        scope: Scope,
        holders: tuple[Holder, ...],
        *,
        fill: bool = False,
        own: bool = True,
    ) -> bool:
        """Writes values (`own` ones, or defaults); False where they had nothing to fill.

        What is refused is a finding.
        """
        pointer, origin = pointer_to(holders, row), str(saying.origin)
        try:
            written = saying.codec.write(*values)
        except CodecError as fault:
            details = {"spot": saying.text, "field": row.key, "row": origin, **fault.details}
            self.fault(fault.code, pointer, fault.value, **details)
            return True
        if saying.codec.pairs:
            assert isinstance(written, tuple)
            written, left = written
            if left:
                self.fault("no-room", pointer, ", ".join(left), spot=saying.text, field=row.key, row=origin)
        several = len(saying.spots) > 1 and not saying.repeated
        places = written if several and isinstance(written, tuple) else (written,)
        if all(place in (None, "", ()) for place in places):
            return True
        if self.authors is not None:
            self.authors.of_row(row, saying, values, holders, own=own)
        outcome = self.adapter.put(scope, saying, places, fill=fill)
        details = {"spot": saying.text, "field": row.key, "row": origin}
        if outcome is Put.TAKEN:
            self.fault("place-taken", pointer, values[0] if len(values) == 1 else places, **details)
        elif isinstance(outcome, Refusal):
            self.fault(outcome.code, pointer, outcome.value, **{**details, **outcome.details})
        return outcome is not Put.NOTHING_TO_FILL

    def derived(self, scope: Scope, record: Record) -> None:
        for item in self.plan.derived:
            value = item.compute(record)
            if value is None:
                continue
            written = item.saying.codec.write(value)
            if self.authors is not None:
                self.authors.of_derived(item)
            outcome = self.adapter.put(scope, item.saying, (written,), fill=False)
            if outcome is not Put.DONE:
                details = {"field": item.name, "spot": item.saying.text, "row": str(item.saying.origin)}
                self.fault("place-taken", "", value, **details)

    def kept(self, scope: Scope, holder: Holder) -> None:
        ext: object = getattr(holder.record, "ext", None)
        if not isinstance(ext, dict):
            return
        kept: Ext = ext.get(self.plan.format.kind.column, {})
        for place, value in kept.items():
            if self.authors is not None:
                self.authors.of_kept(holder.record, place)
            if not self.adapter.put_back(scope, place, value):
                pointer = child(child(f"{holder.pointer}/ext", self.plan.format.kind.column), place)
                shown = value if isinstance(value, str) else " ".join(value)
                self.fault("ext-not-placed", pointer, shown, spot=place)

    def blocks(self, block: BlockPlan, scope: Scope, holders: tuple[Holder, ...]) -> None:
        """Writes the lists and records inside; the blocks of one list share it, in the list's own order."""
        groups: dict[tuple[str, ...], list[BlockPlan]] = {}
        for inner in block.blocks:
            groups.setdefault(tuple(step.name for step in inner.target), []).append(inner)
        for group in groups.values():
            used: set[int] = set()
            items = items_of(holders[-1], group[0])
            if self.authors is not None and group[0].writes is not None:
                self.authors.of_items(group[0], holders[-1].record, [item.record for item in items])
            for item in items:
                accepting = next((inner for inner in group if passes(item.record, inner.test)), None)
                if accepting is None:
                    continue
                if id(accepting) in used and _holds_one(accepting):
                    spot = "." if isinstance(accepting.at, Here) else accepting.at.text
                    row = str(accepting.origin)
                    self.fault("several-items", item.pointer, None, field=accepting.key, spot=spot, row=row)
                    continue
                used.add(id(accepting))
                self.item(accepting, item, scope, holders)

    def item(self, inner: BlockPlan, item: Holder, scope: Scope, holders: tuple[Holder, ...]) -> None:
        if self.authors is not None:
            self.authors.of_block(inner, item.record)
        if isinstance(inner.at, Here):
            self.write(inner, scope, (*holders, item))
            return
        opened = self.adapter.open(scope, inner)
        self.write(inner, opened, (*holders, item))
        refusal = self.adapter.close(scope, opened, inner)
        if refusal is not None:
            details = {"field": inner.key, "row": str(inner.origin), **refusal.details}
            self.fault(refusal.code, item.pointer, refusal.value, **details)


def _has_default(saying: SayingPlan) -> bool:
    given = (saying.default, saying.default_from, saying.default_compute)
    return any(default is not None for default in given)


def _holds_one(block: BlockPlan) -> bool:
    return isinstance(block.at, Here) or getattr(block.at, "array", True) is False


def _shown(value: object) -> str:
    return value if isinstance(value, str) else str(value)
