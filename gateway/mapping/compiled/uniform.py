"""Tables whose generated functions do the same with all documents of one outline.

The plain functions ask of a document which fields it gives, of some fields what they hold (which items a
block takes), and of codecs what they make of a value; of nothing else. So two documents of one outline, with
the values of those fields in it, are written into trees of one form, and these are read into documents of one
outline, as long as every codec gives something, and gives back what it was given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from gateway.documents.outline import Telling
from gateway.mapping.bound import BlockPlan, BoundPath, BoundStep, JsonAt, Plan, SayingPlan
from gateway.mapping.compiled.json_write import keys_written
from gateway.mapping.plan import Direction, FormatKind

__all__ = ["shared_of", "telling_of"]

Leaf = tuple[type[msgspec.Struct], str]
"""A field of a record, by its path where it stands further in."""


def telling_of(plan: Plan) -> Telling | None:
    """The fields whose values steer what a table does; None where other things may steer it too."""
    if plan.format.kind is not FormatKind.JSON or plan.derived:
        return None
    if plan.pair is not None and plan.pair.telling is None:
        return None
    blocks = [block for block, _ in _within(plan.root, ())]
    sayings = [saying for block in blocks for row in block.rows for saying in row.sayings]
    if not all(map(_is_plain, sayings)) or not all(map(_stands_alone, blocks)):
        return None
    asked = {(block.test.record, block.test.field) for block in blocks if block.test.field}
    asked |= {
        (step.test.record, step.test.field)
        for step in (*_steps(blocks), *(step for block in blocks for step in block.target))
        if step.test is not None and step.test.field
    }
    return frozenset(asked) | (plan.pair.telling or frozenset() if plan.pair is not None else frozenset())


def shared_of(plan: Plan, telling: Telling) -> frozenset[int]:
    """The rows, by their `id`, whose values decide what becomes of others: those of telling fields, those
    that fill in for another field, and those of a field that stands at several places."""
    leaves = [
        (_leaf(field, records), row)
        for block, records in _within(plan.root, ())
        for row in block.rows
        for field in row.fields
        for _ in row.sayings or (None,)
    ]
    sources = {
        _leaf(saying.default_from, records)
        for block, records in _within(plan.root, ())
        for row in block.rows
        for saying in row.sayings
        if saying.default_from is not None
    }
    count = Counter(leaf for leaf, _ in leaves)
    return frozenset(id(row) for leaf, row in leaves if leaf in telling or leaf in sources or count[leaf] > 1)


def _within(
    block: BlockPlan, around: tuple[type[msgspec.Struct], ...]
) -> Iterator[tuple[BlockPlan, tuple[type[msgspec.Struct], ...]]]:
    """Every block, and the records it is in, its own last."""
    records = (*around, block.record)
    yield block, records
    for inner in block.blocks:
        yield from _within(inner, records)


def _leaf(field: BoundPath, records: tuple[type[msgspec.Struct], ...]) -> Leaf:
    record, names = records[-1 - field.up], []
    for step in field.steps:
        names.append(step.name)
        if step.record is not None:
            record, names = step.record, []
    return record, ".".join(names)


def _is_plain(saying: SayingPlan) -> bool:
    """Whether only the value of its own field decides what a cell does."""
    values_decide = (
        saying.codec.pairs
        or saying.default_compute is not None
        or saying.absent is not None
        or (saying.default_from is not None and saying.default_from.fans_out)
    )
    return saying.direction is Direction.BOTH and not values_decide


def _stands_alone(block: BlockPlan) -> bool:
    """Whether no place of a block is filled by two rows, or by two blocks."""
    ats = [inner.at.keys for inner in block.blocks if isinstance(inner.at, JsonAt)]
    places = Counter([*keys_written(block), *ats])
    return block.writes is None and all(count == 1 for count in places.values())


def _steps(blocks: list[BlockPlan]) -> Iterator[BoundStep]:
    for block in blocks:
        for row in block.rows:
            for field in row.fields:
                yield from field.steps
