"""Reading by interpreting a plan: the part that is the same for every format.

An adapter finds values, instances of blocks and what no row claimed; this module decides which field they
fill. It is slow and explains; the compiled reader is fast and only accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from gateway.findings import Finding, Location, found
from gateway.mapping.bound import BlockPlan, BoundPath, Plan, RowPlan, SayingPlan, Spot, StepKind
from gateway.mapping.codec import Listing
from gateway.mapping.codecs import CodecError
from gateway.mapping.derived import same
from gateway.mapping.evaluate.bounded import MAX_FINDINGS, FindingList
from gateway.mapping.evaluate.drafts import Builder, Draft, Ext, reached, set_value
from gateway.mapping.evaluate.found import Details, Found, TellsPlaces
from gateway.mapping.evaluate.trace import Kind, Source, Trace
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.plan import Here, Origin

__all__ = ["Found", "Instance", "ReadAdapter", "TellsPlaces", "read_with"]

Scope = TypeVar("Scope")


class Instance(msgspec.Struct, Generic[Scope], frozen=True):
    """One occurrence of a block; `position` orders those of several blocks that fill one list."""

    scope: Scope
    position: tuple[int, ...]
    location: Location


class ReadAdapter(Protocol[Scope]):
    """What a format offers to the reader. It appends to `findings` what it finds wrong by itself.

    An adapter that `TellsPlaces` too is explained place by place; of others only the first place is known.
    """

    findings: FindingList

    def root(self) -> Instance[Scope]:
        """The whole document."""

    def fetch(self, scope: Scope, spots: tuple[Spot, ...], *, repeated: bool) -> Found:
        """What stands at the places of a row."""

    def claim(self, scope: Scope, found: Found, used: Sequence[int] | None) -> None:
        """A field was filled from these places; of a range or repeated place only from `used` positions."""

    def instances(self, scope: Scope, block: BlockPlan) -> Sequence[Instance[Scope]]:
        """The occurrences of a block that no other block has taken."""

    def take(self, scope: Scope, block: BlockPlan, instance: Instance[Scope]) -> None:
        """The block takes this occurrence."""

    def leftovers(self, scope: Scope, block: BlockPlan) -> Ext:
        """What no row claimed in the scope of a block, by place."""

    def lifted(self, block: BlockPlan, number: int, key: str) -> str:
        """The place of a leftover of occurrence `number` (from 0), as the block around it sees it."""


def read_with(
    plan: Plan, adapter: ReadAdapter[Scope], trace: Trace | None = None
) -> tuple[msgspec.Struct | None, tuple[Finding, ...]]:
    """The document an adapter's source holds, or None when a finding is an error."""
    telling = adapter if trace is not None and trace.details and isinstance(adapter, TellsPlaces) else None
    reader = _Reader(plan, adapter, None if telling is None else Details(telling))
    root = adapter.root()
    draft = Draft(plan.root.record, root.location, plan.root.origin)
    reader.fill(plan.root, root.scope, (draft,))
    totals = [(item, reader.total(item.saying.spots, root.scope)) for item in plan.derived]
    draft.ext = adapter.leftovers(root.scope, plan.root) | draft.ext
    reader.keep(draft, plan.root)
    findings = adapter.findings
    shape = Builder(plan.fields, plan.format.kind.column, trace, findings).record(draft)
    if shape is None or findings.has_errors:
        return None, findings.closed()
    if trace is not None and telling is not None:
        for item, held in totals:
            places = tuple(place for place in telling.places(held) if place is not None)
            if places:
                at = places[0].location
                trace.checked.append(Source(item.saying.text, at, item.saying.origin, places))
    for item, held in totals:
        computed = item.compute(shape)
        if held.present and computed is not None and not same(held.values[0], computed):
            shown, row = str(held.values[0]), str(item.saying.origin)
            details = {"spot": item.saying.text, "other": str(computed), "row": row}
            findings.add(found("total-differs", held.location, shown, severity=None, **details))
    if plan.pair is None:
        return shape, findings.closed()
    document, refused = plan.pair.to_document(shape, trace or SILENT, plan.parameters)
    findings.extend(refused)
    return (None if findings.has_errors else document), findings.closed()


class _Reader(Generic[Scope]):
    def __init__(self, plan: Plan, adapter: ReadAdapter[Scope], details: Details | None) -> None:
        self.plan = plan
        self.adapter = adapter
        self.details = details
        self.unlisted: set[tuple[int, str]] = set()

    def total(self, spots: tuple[Spot, ...], scope: Scope) -> Found:
        held = self.adapter.fetch(scope, spots, repeated=False)
        if held.present:
            self.adapter.claim(scope, held, None)
        return held

    def fill(self, block: BlockPlan, scope: Scope, drafts: tuple[Draft, ...]) -> None:
        """Fills the last draft from the rows and blocks of a block; `drafts` are those around it."""
        later = []
        for row in block.rows:
            for saying in row.sayings:
                if not saying.reads:
                    continue
                if any(field.fans_out for field in row.fields):
                    later.append((row, saying))
                else:
                    self.read(row, saying, scope, drafts)
        self.children(block, scope, drafts)
        for row, saying in later:
            self.read(row, saying, scope, drafts)
        self.fill_in(block, drafts)
        if block.test.field and block.test.equal and block.test.field not in drafts[-1].values:
            drafts[-1].values[block.test.field] = block.test.value
            self.set_by(drafts[-1], block.test.field, "", block.origin)

    def read(self, row: RowPlan, saying: SayingPlan, scope: Scope, drafts: tuple[Draft, ...]) -> None:
        held = self.adapter.fetch(scope, saying.spots, repeated=saying.repeated)
        values, used = self.decoded(row, saying, held, drafts) if held.present else ((), None)
        if not values and not held.present and saying.must_be_read:
            details = {"spot": saying.text, "field": row.key, "row": str(saying.origin)}
            self.adapter.findings.add(
                found("mapping-required-missing", held.location, severity=None, **details)
            )
        was_set = [
            self.put(row, field, value, self.sources(saying, field, value, held, used), drafts)
            for field, value in zip(row.fields, values, strict=False)
            if value is not None
        ]
        if any(was_set):
            self.adapter.claim(scope, held, used)

    def decoded(
        self, row: RowPlan, saying: SayingPlan, held: Found, drafts: tuple[Draft, ...]
    ) -> tuple[tuple[object, ...], Sequence[int] | None]:
        """A value for each field, none when the codec refuses; and the positions it used of a range."""
        used: Sequence[int] | None = None
        try:
            result = saying.codec.read(*held.values)
        except CodecError as fault:
            self.refused(row, saying, held.location, fault, drafts)
            return (), None
        if saying.codec.pairs:
            assert isinstance(result, tuple)
            result, used = result
            result = result or None
        values = result if len(row.fields) > 1 and isinstance(result, tuple) else (result,)
        if saying.codec.listing is not None:
            self.check_listed(row, saying, saying.codec.listing, held)
        for field, value in zip(row.fields, values, strict=True):
            if field.allowed and value is not None and value not in field.allowed:
                reason = f"it is none of {', '.join(field.allowed)}"
                no_word = CodecError("mapping-value", value, reason=reason)
                self.refused(row, saying, held.location, no_word, drafts)
                return (), None
        return values, used

    def check_listed(self, row: RowPlan, saying: SayingPlan, listing: Listing, held: Found) -> None:
        """Warns of a code that the list of the row does not know, once for a document."""
        value = held.values[0]
        told = (saying.order, str(value))
        if listing.knows(value) or told in self.unlisted or len(self.unlisted) >= MAX_FINDINGS:
            return
        self.unlisted.add(told)
        details = {"field": row.key, "row": str(saying.origin), **listing.details(value)}
        self.adapter.findings.add(
            found("flat-code-unknown", held.location, str(value), severity=None, **details)
        )

    def refused(
        self,
        row: RowPlan,
        saying: SayingPlan,
        location: Location,
        fault: CodecError,
        drafts: tuple[Draft, ...],
    ) -> None:
        for field in row.fields:
            for holder, step in reached(drafts[-1 - field.up], field.steps, make=True):
                holder.refused.add(step.name)
        details = {"spot": saying.text, "field": row.key, "row": str(saying.origin), **fault.details}
        self.adapter.findings.add(found(fault.code, location, fault.value, severity=None, **details))

    def sources(
        self, saying: SayingPlan, field: BoundPath, value: object, held: Found, used: Sequence[int] | None
    ) -> tuple[Source, ...]:
        source = Source(saying.text, held.location, saying.origin)
        return (
            (source,) if self.details is None else self.details.of(source, saying, field, value, held, used)
        )

    def set_by(self, draft: Draft, field: str, key: str, origin: Origin) -> None:
        """A constant of the table stands in a field."""
        if self.details is not None:
            source = Source("", draft.location, origin, key=key, kind=Kind.CONSTANT)
            draft.sources.setdefault(field, []).append(source)

    def keep(self, draft: Draft, block: BlockPlan) -> list[Source]:
        """Notes where that stood which the adapter has just left over in the scope of a block."""
        kept = [] if self.details is None else self.details.kept(draft.location, block)
        if kept and block.ext:
            draft.sources.setdefault("ext", []).extend(kept)
        return kept

    def put(
        self,
        row: RowPlan,
        field: BoundPath,
        value: object,
        sources: tuple[Source, ...],
        drafts: tuple[Draft, ...],
    ) -> bool:
        """Sets a field, wherever its path leads; whether it led anywhere."""
        start = drafts[-1 - field.up]
        holders = list(reached(start, field.steps, make=True))
        for holder, step in holders:
            other = set_value(holder, field.steps, value)
            if other is not None:
                details = {"other": str(other), "field": row.key, "row": str(sources[0].row)}
                self.adapter.findings.add(
                    found("places-differ", sources[0].location, str(value), severity=None, **details)
                )
            holder.own = True
            holder.sources.setdefault(step.name, []).extend(sources)
        if holders and not field.fans_out:
            start.own = True
        return bool(holders)

    def fill_in(self, block: BlockPlan, drafts: tuple[Draft, ...]) -> None:
        """Constants, and what rows give where the format is silent; neither makes a record inside."""
        for row in block.rows:
            field = row.fields[0]
            absent = next((saying.absent for saying in row.sayings if saying.reads), None)
            value = row.constant if row.constant is not None else absent
            if value is None:
                continue
            for holder, step in reached(drafts[-1 - field.up], field.steps, make=False):
                keyed = field.steps[-1].kind is StepKind.KEY
                if keyed or holder.values.get(step.name) is None:
                    self.fill_leaf(holder, field, value)
                    self.set_by(holder, step.name, field.steps[-1].name if keyed else "", row.origin)

    def fill_leaf(self, holder: Draft, field: BoundPath, value: object) -> None:
        if field.steps[-1].kind is StepKind.KEY:
            held = holder.values.setdefault(field.steps[-2].name, {})
            assert isinstance(held, dict)
            held.setdefault(field.steps[-1].name, value)
        else:
            holder.values[field.steps[-1].name] = value

    def children(self, block: BlockPlan, scope: Scope, drafts: tuple[Draft, ...]) -> None:
        lists: dict[tuple[str, ...], list[tuple[tuple[int, ...], Draft]]] = {}
        for inner in block.blocks:
            names = tuple(step.name for step in inner.target)
            for position, item in self.occurrences(inner, scope, drafts):
                drafts[-1].own = True
                if inner.many:
                    lists.setdefault(names, []).append((position, item))
            if inner.many and names in lists:
                holder = _holder(drafts[-1], inner)
                ordered = sorted(lists[names], key=lambda entry: entry[0])
                holder.values[names[-1]] = [item for _, item in ordered]

    def occurrences(
        self, inner: BlockPlan, scope: Scope, drafts: tuple[Draft, ...]
    ) -> list[tuple[tuple[int, ...], Draft]]:
        """The items a block makes, with their positions."""
        if isinstance(inner.at, Here):
            item = self.draft(inner, drafts[-1].location, drafts[-1])
            self.fill(inner, scope, (*drafts, item))
            if not item.own:
                item.values.clear()
            return [((), item)] if item.own else []
        items: list[tuple[tuple[int, ...], Draft]] = []
        for instance in self.adapter.instances(scope, inner):
            if not self.accepts(inner, instance.scope):
                continue
            self.adapter.take(scope, inner, instance)
            item = self.draft(inner, instance.location, drafts[-1])
            self.fill(inner, instance.scope, (*drafts, item))
            ext = self.adapter.leftovers(instance.scope, inner) | item.ext
            kept = self.keep(item, inner)
            if inner.ext:
                item.ext = ext
            else:
                item.ext = {}
                names = {key: self.adapter.lifted(inner, len(items), key) for key in ext}
                drafts[-1].ext = drafts[-1].ext | {name: ext[key] for key, name in names.items()}
                drafts[-1].sources.setdefault("ext", []).extend(
                    msgspec.structs.replace(source, key=names.get(source.key, source.key)) for source in kept
                )
            items.append((instance.position, item))
            if not inner.many:
                break
        return items

    def draft(self, inner: BlockPlan, location: Location, outer: Draft) -> Draft:
        """A new item; for a single record the one that rows may have begun."""
        if inner.many:
            return Draft(inner.record, location, inner.origin)
        holder = _holder(outer, inner)
        return holder.inner(inner.target[-1].name, inner.record)

    def accepts(self, block: BlockPlan, scope: Scope) -> bool:
        """Whether the block's filter lets this occurrence pass, as far as a row reads the tested field."""
        test = block.test
        for row in block.rows if test.field else ():
            index = next((n for n, field in enumerate(row.fields) if _is_own(field, test.field)), None)
            for saying in row.sayings if index is not None else ():
                held = self.adapter.fetch(scope, saying.spots, repeated=saying.repeated)
                value = _peeked(saying, held, len(row.fields), index or 0) if held.present else None
                if value is not None:
                    return (value == test.value) is test.equal
        return True


def _is_own(field: BoundPath, name: str) -> bool:
    return not field.up and len(field.steps) == 1 and field.steps[0].name == name


def _peeked(saying: SayingPlan, held: Found, fields: int, index: int) -> object:
    try:
        result = saying.codec.read(*held.values)
    except CodecError:
        return None
    return result[index] if fields > 1 and isinstance(result, tuple) else result


def _holder(draft: Draft, inner: BlockPlan) -> Draft:
    for step in inner.target[:-1]:
        if step.record is not None:
            draft = draft.inner(step.name, step.record)
    return draft
