"""Which row of a table is meant to fill a place of what it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.mapping.bound import BlockPlan, JsonAt, JsonSpot, Plan
from gateway.mapping.plan import Here, Origin

__all__ = ["origin_of_pointer"]

Keys = tuple[str, ...]

_INDEX = re.compile(r"[0-9]+")


def origin_of_pointer(plan: Plan, pointer: str) -> Origin | None:
    """The row or block that writes to this place of a JSON document, else the nearest one around it.

    None where no row goes near it.
    """
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    wanted = tuple("[]" if _INDEX.fullmatch(part) else part for part in parts)
    near = [(keys, origin) for keys, origin in _places(plan.root, ()) if _is_near(keys, wanted)]
    return max(near, key=lambda place: _closeness(place[0], wanted))[1] if near else None


def _places(block: BlockPlan, path: Keys) -> Iterator[tuple[Keys, Origin]]:
    for row in block.rows:
        for saying in row.sayings:
            for spot in saying.spots:
                if saying.writes and isinstance(spot, JsonSpot):
                    yield (*path, *spot.keys), saying.origin
    for inner in block.blocks:
        at = inner.at
        if isinstance(at, JsonAt):
            keys = (*path, *at.keys, *(("[]",) if at.array else ()))
            yield keys, inner.origin
            yield from _places(inner, keys)
        elif isinstance(at, Here):
            yield from _places(inner, path)


def _is_near(keys: Keys, wanted: Keys) -> bool:
    shared = min(len(keys), len(wanted))
    return shared > 0 and keys[:shared] == wanted[:shared]


def _closeness(keys: Keys, wanted: Keys) -> tuple[bool, int]:
    """A row inside the place is as good as one at it; else the longer its path the nearer it is."""
    return len(keys) >= len(wanted), -len(keys) if len(keys) >= len(wanted) else len(keys)
