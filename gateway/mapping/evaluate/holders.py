"""Records of a document on their way out: the values a bound path leads to, and the pointers to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.formats.json_pointer import child
from gateway.mapping.bound import BlockPlan, BoundStep, BoundTest, RowPlan, StepKind

__all__ = ["Holder", "is_empty", "items_of", "leaves_of", "passes", "pointer_to", "pointers_to"]


class Holder(msgspec.Struct, frozen=True):
    """A record of the document, and the JSON pointer to it."""

    record: msgspec.Struct
    pointer: str


def is_empty(value: object) -> bool:
    """Whether there is nothing to write: None, or an empty text, list or map."""
    return value is None or value in ("", (), {})


def passes(record: msgspec.Struct, test: BoundTest) -> bool:
    """Whether an item of a list is one of those a block or path takes."""
    if not isinstance(record, test.record):
        return False
    return not test.field or (getattr(record, test.field) == test.value) is test.equal


def leaves_of(record: object, steps: Sequence[BoundStep]) -> list[object]:
    """The values a path leads to: one, or one for each item of the lists on its way."""
    found_values: list[object] = [record]
    for step in steps:
        inner: list[object] = []
        for value in found_values:
            if step.kind is StepKind.KEY:
                inner.append(value.get(step.name) if isinstance(value, dict) else None)
            elif step.kind is StepKind.ITEMS and step.test is not None and isinstance(value, msgspec.Struct):
                items = getattr(value, step.name)
                inner += [item for item in items if passes(item, step.test)]
            else:
                inner.append(getattr(value, step.name) if isinstance(value, msgspec.Struct) else None)
        found_values = inner
    return found_values


def items_of(holder: Holder, block: BlockPlan) -> list[Holder]:
    """The items of the list (or the one record) a block's target leads to, or those its function gives."""
    record: object = holder.record
    pointer = holder.pointer
    for step in block.target:
        record = getattr(record, step.name) if isinstance(record, msgspec.Struct) else None
        pointer = child(pointer, step.name)
    if block.writes is not None:
        record = block.writes(holder.record)
    if isinstance(record, msgspec.Struct):
        return [Holder(record, pointer)]
    items = record if isinstance(record, tuple | list) else ()
    return [Holder(item, child(pointer, number)) for number, item in enumerate(items)]


def pointer_to(holders: tuple[Holder, ...], row: RowPlan) -> str:
    """The JSON pointer to the (first) field of a row, in the first of the items that it leads to."""
    field = row.fields[0]
    return next(pointers_to(holders[-1 - field.up], field.steps))


def pointers_to(holder: Holder, steps: Sequence[BoundStep]) -> Iterator[str]:
    """The JSON pointer to each of the values of `leaves_of`; to the list where it has no such item."""
    record: object = holder.record
    pointer = holder.pointer
    for number, step in enumerate(steps):
        pointer = child(pointer, step.name)
        inner = getattr(record, step.name, None) if isinstance(record, msgspec.Struct) else None
        if step.kind is StepKind.ITEMS and step.test is not None:
            items = [
                Holder(item, child(pointer, place))
                for place, item in enumerate(inner or ())
                if passes(item, step.test)
            ]
            for item in items:
                yield from pointers_to(item, steps[number + 1 :])
            if not items:
                yield pointer
            return
        record = inner
    yield pointer
