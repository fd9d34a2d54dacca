"""Which block takes an object of JSON."""

from __future__ import annotations

from gateway.mapping.bound import BlockPlan, JsonSpot
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.filters import filtering
from gateway.mapping.compiled.names import Names

__all__ = ["accepting"]


def accepting(names: Names, block: BlockPlan, part: str) -> list[str]:
    """When a block takes an object: what its filter says of the value that a row reads."""
    test, saying = block.test, filtering(block)
    if saying is None:
        return []
    spot = saying.spots[0]
    if not isinstance(spot, JsonSpot):
        raise UnsupportedTableError(block.key)
    word = names.decoded(saying, ["word"]) if saying.codec.name == "code" else "word"
    sign = "==" if test.equal else "!="
    held = f"type(word := value_at({part}, {spot.keys})) is not str or not word"
    return [f"({held} or {word} {sign} {test.value!a})"]
