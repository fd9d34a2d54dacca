"""Functions of generated X12 readers that read one occurrence of a loop, when all of it is claimed.

A ship notice has thousands of them. The plain reader takes them all; of a document with something left over
the exact one takes those that the plain reader would, and reads no more than the others itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.bound import BlockPlan, Plan
from gateway.mapping.compiled.x12_layout import Group, Place, grouped, layout_of
from gateway.mapping.places_x12 import ENVELOPE
from gateway.mapping.plan import Here

__all__ = ["Loops", "loops_of", "reader_of", "table_of"]

MOST_ROWS = 256  # of a definition, so that each fits into a byte

Loops = Mapping[Place, str]
"""The loops that have a function, each with its name: `read(segments, rows, start)` gives the record and the
position behind the occurrence, or doubts."""


def loops_of(plan: Plan, definition: SetDefinition) -> Loops:
    """The loops whose occurrences say nothing but records of one list that keep what is left over; for pairs,
    which take a list of all levels of a document."""
    blocks = plan.root.blocks
    if plan.pair is None or any(isinstance(inner.at, Here) for inner in blocks):
        return {}
    rows = definition.rows()
    if rows[-1].tag != ENVELOPE[1] or len(rows) > MOST_ROWS:
        return {}
    if any(field.fans_out for row in plan.root.rows for field in row.fields):
        return {}
    layout = layout_of(plan, plan.root)
    groups = grouped(blocks)
    return {
        place: f"read_loop{place[1]}"
        for place, group in groups.items()
        if group.at.loop
        and not place[0]
        and not layout.goes_into((place[1],))
        and all(map(_stands_alone, group.blocks))
        and len({_filled(inner) for inner in group.blocks}) == 1
        and not any(_filled(group.blocks[0]) == _filled(other) for other in _others(groups.values(), group))
    }


def table_of(loops: Loops) -> str:
    """The readers by the row of the segment that opens the loop, as program text."""
    return f"{{{', '.join(f'{row}: {reader_of(name)}' for (_, row), name in loops.items())}}}"


def reader_of(function: str) -> str:
    """The name of the reader of the loop that has this function."""
    return f"{function}_by_form"


def _others(groups: Iterable[Group], group: Group) -> Iterator[BlockPlan]:
    for other in groups:
        if other is not group:
            yield from other.blocks


def _filled(block: BlockPlan) -> tuple[str, ...]:
    return tuple(step.name for step in block.target)


def _stands_alone(block: BlockPlan) -> bool:
    """Whether a block of the set gives items that keep their leftovers, and nothing to the set itself."""
    return block.many and block.ext and len(block.target) == 1 and _stays_inside(block, 1)


def _stays_inside(block: BlockPlan, depth: int) -> bool:
    """Whether no row of a block fills a field of the record around all, `depth` levels above."""
    rows = all(field.up < depth for row in block.rows for field in row.fields)
    return rows and all(_stays_inside(inner, depth + 1) for inner in block.blocks)
