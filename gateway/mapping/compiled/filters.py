"""Which cell the filter of a block looks at."""

from __future__ import annotations

from gateway.mapping.bound import BlockPlan, BoundPath, SayingPlan
from gateway.mapping.compiled.doubt import UnsupportedTableError

__all__ = ["filtering"]

_KNOWN = frozenset({"code", "text"})


def filtering(block: BlockPlan) -> SayingPlan | None:
    """The cell (of one place) that gives an item the field its block's filter tests; None where none does."""
    rows = [row for row in block.rows if any(_is_own(field, block.test.field) for field in row.fields)]
    if not rows:
        return None
    if len(rows) > 1 or len(rows[0].fields) > 1 or len(rows[0].sayings) != 1:
        raise UnsupportedTableError(block.key)
    saying = rows[0].sayings[0]
    if len(saying.spots) > 1 or saying.codec.name not in _KNOWN:
        raise UnsupportedTableError(block.key)
    return saying


def _is_own(field: BoundPath, name: str) -> bool:
    return bool(name) and not field.up and len(field.steps) == 1 and field.steps[0].name == name
