"""Which block takes an object of JSON."""

from __future__ import annotations

from gateway.mapping.bound import BlockPlan, BoundPath, JsonSpot
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.names import Names

__all__ = ["accepting"]


def accepting(names: Names, block: BlockPlan, part: str) -> list[str]:
    """When a block takes an object: what its filter says of the value that a row reads."""
    test = block.test
    rows = [row for row in block.rows if any(_is_own(field, test.field) for field in row.fields)]
    if not rows:
        return []
    saying = rows[0].sayings[0] if len(rows[0].sayings) == 1 else None
    spot = saying.spots[0] if saying is not None and len(saying.spots) == 1 else None
    if len(rows) > 1 or len(rows[0].fields) > 1 or saying is None or not isinstance(spot, JsonSpot):
        raise UnsupportedTableError(block.key)
    if saying.codec.name not in ("code", "text"):
        raise UnsupportedTableError(block.key)
    word = names.decoded(saying, ["word"]) if saying.codec.name == "code" else "word"
    sign = "==" if test.equal else "!="
    held = f"type(word := value_at({part}, {spot.keys})) is not str or not word"
    return [f"({held} or {word} {sign} {test.value!a})"]


def _is_own(field: BoundPath, name: str) -> bool:
    return bool(name) and not field.up and len(field.steps) == 1 and field.steps[0].name == name
