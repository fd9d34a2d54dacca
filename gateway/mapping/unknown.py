"""What a table leaves out of a document because it is bound without an agreement that tells a parameter.

The rows are known when the table is bound; whether a document has anything for them is seen here, beside the
evaluator and the compiled functions, so that both keep in step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import (
    BlockPlan,
    JsonSpot,
    LeftOut,
    Plan,
    RowPlan,
    SayingPlan,
    Spot,
    StepKind,
    X12Spot,
)
from gateway.mapping.evaluate.holders import Holder, is_empty, items_of, leaves_of, passes, pointer_to
from gateway.mapping.pairs.model import SILENT
from gateway.mapping.plan import FormatKind, Origin
from gateway.mapping.scopes import contradict

__all__ = ["lacks_parameters", "unread", "unwritten"]

_TAG = re.compile(r"[A-Z0-9/]*[A-Z0-9](?=[0-9]{2}\*?$|[0-9]{2}-|\[)")  # of a place such as `REF[CR]02`

Holders = tuple[Holder, ...]
Missed = tuple[str, str, str, Origin]  # parameter, JSON pointer, what became of it, the row


def lacks_parameters(plan: Plan) -> bool:
    """Whether a row or a default of the table is left out for want of a parameter."""
    return any(
        block.left_out or any(saying.default_unknown for row in block.rows for saying in row.sayings)
        for block in _blocks(plan.root)
    )


def unwritten(plan: Plan, document: msgspec.Struct) -> tuple[Finding, ...]:
    """A warning for each unknown parameter that keeps something of this document from being written."""
    return tuple(
        found("parameter-unknown", Location(pointer=pointer), what=what, parameter=parameter, row=str(row))
        for parameter, pointer, what, row in _first_of_each(plan, document, _unwritten)
    )


def unread(plan: Plan, document: msgspec.Struct, place: Location) -> tuple[Finding, ...]:
    """A warning for each unknown parameter that kept something of the source, at `place`, from being read."""
    return tuple(
        found("parameter-unknown", place, what=what, parameter=parameter, row=str(row))
        for parameter, _, what, row in _first_of_each(plan, document, _unread)
    )


_Look = Callable[[Plan, BlockPlan, Holders], Iterator[Missed]]


def _first_of_each(plan: Plan, document: msgspec.Struct, look: _Look) -> Iterator[Missed]:
    shape: msgspec.Struct | None = document
    if plan.pair is not None:
        shape, _ = plan.pair.to_shape(document, SILENT, plan.parameters)
    if shape is None:
        return
    told: set[str] = set()
    for block, holders in _items(plan.root, (Holder(shape, ""),)):
        for missed in look(plan, block, holders):
            if missed[0] not in told:
                told.add(missed[0])
                yield missed


def _items(block: BlockPlan, holders: Holders) -> Iterator[tuple[BlockPlan, Holders]]:
    """Every record that a block of the table is for, with those around it."""
    yield block, holders
    for inner in block.blocks:
        for item in items_of(holders[-1], inner):
            if passes(item.record, inner.test):
                yield from _items(inner, (*holders, item))


def _blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    yield block
    for inner in block.blocks:
        yield from _blocks(inner)


def _unwritten(plan: Plan, block: BlockPlan, holders: Holders) -> Iterator[Missed]:
    for row in block.left_out:
        held = leaves_of(holders[-1 - row.map.up].record, row.map.steps)[0] if row.writes else None
        for key in _keys_without_row(held, row, block):
            pointer = child(f"{holders[-1].pointer}/{'/'.join(step.name for step in row.map.steps)}", key)
            what = f"{row.map.text}.{key} was not written"
            yield row.parameter, pointer, what, row.origin
    for each in block.rows:
        for saying in each.sayings:
            if saying.default_unknown and saying.writes and _stays_empty(block, each, saying, holders):
                what = f"{saying.text} stays without {each.key.lstrip('^')}"
                yield saying.default_unknown, pointer_to(holders, each), what, saying.origin


def _keys_without_row(held: object, left_out: LeftOut, block: BlockPlan) -> list[str]:
    """The keys of a map that no other row of the block writes."""
    if not isinstance(held, dict):
        return []
    written: set[str] = set()
    for row in block.rows:
        for field in row.fields:
            if field.up != left_out.map.up or not any(saying.writes for saying in row.sayings):
                continue
            if field.steps == left_out.map.steps:
                return []
            if field.steps[:-1] == left_out.map.steps and field.steps[-1].kind is StepKind.KEY:
                written.add(field.steps[-1].name)
    return [key for key in held if key not in written]


def _stays_empty(block: BlockPlan, row: RowPlan, saying: SayingPlan, holders: Holders) -> bool:
    """Whether a place that the agreement would fill is part of something that other rows write."""
    if _has_value(row, holders):
        return False
    others = ((other, each) for other in block.rows for each in other.sayings if each is not saying)
    return any(
        each.writes
        and not each.fills
        and _stand_together(saying.spots[0], each.spots[0])
        and _has_value(other, holders)
        for other, each in others
    )


def _has_value(row: RowPlan, holders: Holders) -> bool:
    return any(
        not is_empty(leaf)
        for field in row.fields
        for leaf in leaves_of(holders[-1 - field.up].record, field.steps)
    )


def _stand_together(place: Spot, other: Spot) -> bool:
    """Whether writing the other place makes the segment, object or row that this one is a part of."""
    if isinstance(place, JsonSpot) and isinstance(other, JsonSpot):
        return other.keys[: len(place.keys) - 1] == place.keys[:-1]
    if isinstance(place, X12Spot) and isinstance(other, X12Spot):
        return place.row == other.row and not contradict(place.qualifiers, other.qualifiers)
    return True


def _unread(plan: Plan, block: BlockPlan, holders: Holders) -> Iterator[Missed]:
    for row in block.left_out:
        for place in row.read_places:
            if any(_is_kept(plan, holder, place) for holder in holders):
                what = f"{place} was not read as {row.map.text} but kept as it is"
                yield row.parameter, holders[-1].pointer, what, row.origin


def _is_kept(plan: Plan, holder: Holder, place: str) -> bool:
    """Whether something from this place stands in `ext`; X12 may keep a segment whole."""
    ext: object = getattr(holder.record, "ext", None)
    kept: object = ext.get(plan.format.kind.column) if isinstance(ext, dict) else None
    if not isinstance(kept, dict):
        return False
    return place in kept or (plan.format.kind is FormatKind.X12 and _tag(place) in kept)


def _tag(place: str) -> str:
    tag = _TAG.match(place)
    return tag.group() if tag is not None else place
