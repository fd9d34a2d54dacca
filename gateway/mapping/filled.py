"""Which places a table fills by default, and whether it filled them for lack of a value in a document."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.mapping.bound import BlockPlan, BoundStep, Plan, RowPlan, SayingPlan, StepKind
from gateway.mapping.evaluate.holders import is_empty, passes
from gateway.mapping.plan import Origin

__all__ = ["DefaultRow", "default_rows"]

Steps = tuple[BoundStep, ...]


class DefaultRow(msgspec.Struct, frozen=True):
    """A row with a default: the place that it fills, and the steps from the document to its field.

    `source` is the path of the field that the default is taken from, such as `lines[].order_number`; "" where
    it is another kind of default.
    """

    place: str
    origin: Origin
    steps: Steps
    source: str = ""

    def filled(self, document: msgspec.Struct, read_back: msgspec.Struct) -> bool:
        """Whether what was written says more values of the field than the document did."""
        return _count(read_back, self.steps) > _count(document, self.steps)


def default_rows(plan: Plan) -> tuple[DefaultRow, ...]:
    """The rows of a table that write a default of its own; what an agreement says is none.

    Those of records that are none of the document's are left out: a table with a shape of its own has such
    records; its outermost fields have the names of the document's.
    """
    other_shape = plan.root.record is not plan.document
    names = plan.document.__struct_fields__
    return tuple(
        row
        for row in _rows(plan.root, ((),))
        if not other_shape or (len(row.steps) == 1 and row.steps[0].name in names)
    )


def _rows(block: BlockPlan, ways: tuple[Steps, ...]) -> Iterator[DefaultRow]:
    """`ways` are the steps to the records around a row, the block's own last."""
    for row in block.rows:
        for saying in row.sayings:
            if saying.writes and _has_default(saying):
                place = "+".join(spot.text for spot in saying.spots)
                yield DefaultRow(place, saying.origin, _steps(row, ways), _source(saying, ways))
    for inner in block.blocks:
        yield from _rows(inner, (*ways, (*ways[-1], *_target(inner))))


def _steps(row: RowPlan, ways: tuple[Steps, ...]) -> Steps:
    (field,) = row.fields  # a default is for rows of one field
    return (*ways[-1 - field.up], *field.steps)


def _source(saying: SayingPlan, ways: tuple[Steps, ...]) -> str:
    field = saying.default_from
    if field is None:
        return ""
    steps = (*ways[-1 - field.up], *field.steps)
    return ".".join(step.name + ("[]" if step.kind is StepKind.ITEMS else "") for step in steps)


def _target(block: BlockPlan) -> Steps:
    if not block.many:
        return block.target
    *way, last = block.target
    return (*way, BoundStep(StepKind.ITEMS, last.name, block.record, block.test))


def _has_default(saying: SayingPlan) -> bool:
    given = (saying.default, saying.default_from, saying.default_compute)
    return not saying.agreed and any(default is not None for default in given)


def _count(value: object, steps: Steps, start: int = 0) -> int:
    """How many values a path leads to; as `leaves_of` finds them, without a list of them for each step."""
    for number in range(start, len(steps)):
        step = steps[number]
        if step.kind is StepKind.KEY:
            value = value.get(step.name) if isinstance(value, dict) else None
        elif step.kind is StepKind.ITEMS and step.test is not None:
            items, test = getattr(value, step.name, ()), step.test
            return sum(_count(item, steps, number + 1) for item in items if passes(item, test))
        else:
            value = getattr(value, step.name, None)
    return not is_empty(value)
