"""The tree that HL segments make: numbers, parents, depth, child codes, and levels of a ship notice.

What the standard demands (X12.22, notes to HL) is that HL01 is unique in the set and that HL02 names the
level above. A level that comes later, or the level itself, cannot be the one above, so that no cycle can
arise and one pass in the order of the segments is enough. The order of levels is free in the standard: an
unusual one is only a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from gateway.schema.faults import Fault

# Ship notices have five levels; a tree many times as deep is damage, and those who walk it may recurse.
MAX_HL_DEPTH = 32

# S shipment, O order, T tare (pallet), P pack (carton), I item: what ship notices use, from the top down.
_SHIP_NOTICE = ("SOPI", "SOIP", "SPOI", "SOTI", "SOTPI", "SOTIP", "STOI", "STOPI", "STPOI", "SOI")
_LEVELS = frozenset("SOTPI")
_PATHS = {"856": frozenset(path for structure in _SHIP_NOTICE for path in accumulate(structure))}
_UNJUDGED = "?"


class _Level(msgspec.Struct, gc=False):
    """A level that was read: its index in the set, depth from 1, and path such as `SOT`."""

    index: int
    depth: int
    path: str
    child_code: str
    has_children: bool = False


def hierarchy_faults(set_type: str, levels: Iterable[tuple[int, Sequence[str]]]) -> list[Fault]:
    """The faults of the HL segments of a set, each given as its index and its elements (tag first)."""
    tree = _Tree(_PATHS.get(set_type))
    for index, values in levels:
        tree.add(index, values)
    return tree.finished()


class _Tree:
    def __init__(self, paths: frozenset[str] | None) -> None:
        self._paths = paths
        self._levels: dict[str, _Level] = {}
        self._faults: list[Fault] = []
        self._sound = True

    def add(self, index: int, values: Sequence[str]) -> None:
        number, parent_number, kind, child_code = (*values[1:5], "", "", "", "")[:4]
        if number in self._levels:
            self._fault("hl-id", index, 1, number, "an earlier level has the same number")
        above = self._above(index, number, parent_number)
        level = _Level(index, above.depth + 1 if above else 1, self._path(index, kind, above), child_code)
        if level.depth == MAX_HL_DEPTH + 1:
            self._sound = False
            self._faults.append(
                Fault(
                    code="hl-too-deep",
                    index=index,
                    element=2,
                    value=parent_number,
                    details=(("limit", MAX_HL_DEPTH),),
                )
            )
        if number:
            self._levels.setdefault(number, level)

    def finished(self) -> list[Fault]:
        """All faults. Child codes are judged only in a sound tree, else they would repeat its faults."""
        if self._sound:
            for level in self._levels.values():
                if level.child_code == ("0" if level.has_children else "1"):
                    actual = "has levels below it" if level.has_children else "has none below it"
                    self._faults.append(
                        Fault(
                            code="hl-child-flag",
                            index=level.index,
                            element=4,
                            value=level.child_code,
                            details=(("actual", actual),),
                        )
                    )
        return sorted(self._faults, key=lambda fault: fault.place)

    def _above(self, index: int, number: str, parent_number: str) -> _Level | None:
        if not parent_number:
            return None
        above = self._levels.get(parent_number)
        if above is not None and parent_number != number:
            above.has_children = True
            return above
        problem = "no earlier level has this number"
        if parent_number == number:
            problem = "a level cannot stand below itself"
        self._fault("hl-parent", index, 2, parent_number, problem)
        return None

    def _path(self, index: int, kind: str, above: _Level | None) -> str:
        """The kinds of levels from the top; not judged where a level above was not, or is of another kind."""
        path = (above.path if above is not None else "") + kind
        if self._paths is None or kind not in _LEVELS or _UNJUDGED in path or not self._sound:
            return _UNJUDGED
        if path in self._paths:
            return path
        where = f"below {'-'.join(path[:-1])}" if above is not None else "at the top"
        self._faults.append(
            Fault(code="hl-level", index=index, element=3, value=kind, details=(("where", where),))
        )
        return _UNJUDGED

    def _fault(self, code: str, index: int, element: int, value: str, problem: str) -> None:
        self._sound = False
        self._faults.append(
            Fault(code=code, index=index, element=element, value=value, details=(("problem", problem),))
        )
