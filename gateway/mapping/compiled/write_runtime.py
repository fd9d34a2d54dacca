"""What generated writers call: values that must agree, and the evaluator's own writers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.json_pointer import child
from gateway.mapping.bound import BoundStep, RowPlan, SayingPlan
from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.evaluate.holders import is_empty, leaves_of
from gateway.mapping.evaluate.writing import Put, WriteAdapter

__all__ = ["agreed", "agreed_or_none", "left_out", "put", "put_back"]

Scope = TypeVar("Scope")


def agreed(record: msgspec.Struct, steps: Sequence[BoundStep]) -> object:
    """The value that every item has at the end of a path."""
    leaves = leaves_of(record, steps)
    value = leaves[0] if leaves else None
    if any(leaf != value for leaf in leaves):
        raise Doubt
    return value


def agreed_or_none(record: msgspec.Struct, steps: Sequence[BoundStep]) -> object:
    """The same; None where items differ, or there is nothing."""
    leaves = leaves_of(record, steps)
    value = leaves[0] if leaves and all(leaf == leaves[0] for leaf in leaves) else None
    return None if is_empty(value) else value


def left_out(
    row: RowPlan, saying: SayingPlan, pointer: Sequence[str | int], values: Sequence[object]
) -> Finding:
    """The remark that a value found nothing to complete; the one thing a writer says by itself, for it is
    common."""
    place = ""
    for part in pointer:
        place = child(place, part)
    shown = next(value for value in values if value is not None)
    details = {"spot": saying.text, "field": row.key, "row": str(saying.origin)}
    return found("nothing-to-fill", Location(pointer=place), str(shown), severity=None, **details)


def put(
    writer: WriteAdapter[Scope], scope: Scope, saying: SayingPlan, values: Sequence[object], fill: bool
) -> bool:
    """Writes the values of a row's places; whether there was something to fill."""
    if all(value in (None, "", ()) for value in values):
        return True
    outcome = writer.put(scope, saying, values, fill=fill)
    if outcome is Put.NOTHING_TO_FILL:
        return False
    if outcome is not Put.DONE:
        raise Doubt
    return True


def put_back(writer: WriteAdapter[Scope], scope: Scope, record: msgspec.Struct, column: str) -> None:
    """Writes what a record keeps of this format."""
    ext: object = getattr(record, "ext", None)
    kept = ext.get(column, {}) if isinstance(ext, dict) else {}
    for place, value in kept.items():
        if not writer.put_back(scope, place, value):
            raise Doubt
