"""The tree that HL segments make: numbers, parents, depth, child codes, and levels of a ship notice.

What the standard demands (X12.22, notes to HL) is that HL01 is unique in the set and that HL02 names the
level above. A level that comes later, or the level itself, cannot be the one above, so that no cycle can
arise and one pass in the order of the segments is enough. The order of levels is free in the standard: an
unusual one is only a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

import msgspec

from gateway.schema.faults import Fault

# Ship notices have five levels; a tree many times as deep is damage, and those who walk it may recurse.
MAX_HL_DEPTH = 32

# S shipment, O order, T tare (pallet), P pack (carton), I item: what ship notices use, from the top down.
_SHIP_NOTICE = ("SOPI", "SOIP", "SPOI", "SOTI", "SOTPI", "SOTIP", "STOI", "STOPI", "STPOI", "SOI")
_LEVELS = frozenset("SOTPI")
_PATHS = {"856": frozenset(path for structure in _SHIP_NOTICE for path in accumulate(structure))}
_NUMBERS = {1: "628", 2: "734"}  # of the elements, for AK402
_WITH_CODE = 5  # elements of an HL that has a child code, the tag among them
_TRUE_CODES = frozenset(((True, "1"), (True, ""), (False, "0"), (False, "")))  # by whether levels are below
_UNJUDGED, _UNUSUAL = "?", "!"  # in the place of a path


_Below: TypeAlias = dict[str, "_Below"]
"""The kinds of levels that may stand below another, each with what may stand below it."""


def _paths_as_steps(paths: Iterable[str]) -> _Below:
    top: _Below = {}
    for path in paths:
        steps = top
        for kind in path:
            steps = steps.setdefault(kind, {})
    return top


_BELOW = {"856": _paths_as_steps(_SHIP_NOTICE)}


class _Level(msgspec.Struct, gc=False):
    """A level that was read: its index in the set, depth from 1, and path such as `SOT`."""

    index: int
    depth: int
    path: str
    child_code: str
    has_children: bool = False


def hierarchy_faults(set_type: str, levels: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Fault]:
    """The faults of the HL segments of a set, each given as its index and its elements (tag first)."""
    tree = _Tree(_PATHS.get(set_type))
    for index, values in levels:
        yield from tree.add(index, values)
    yield from tree.child_codes()


def levels_agree(set_type: str, levels: Sequence[Sequence[str]]) -> bool:
    """Whether `hierarchy_faults` would surely have nothing to say of these HL segments: of ship notices whose
    levels are in one of the usual orders, and numbered as they should be."""
    if not levels:
        return True
    below = {"": _BELOW.get(set_type, {})}  # what may stand below each level, by its number
    try:
        _, numbers, parents, kinds, codes = _columns(levels)
        for number, parent, kind in zip(numbers, parents, kinds, strict=True):
            below[number] = below[parent][kind]
    except (LookupError, ValueError):
        return False
    if len(below) <= len(levels):  # a number is missing, or comes again
        return False
    return _TRUE_CODES.issuperset(zip(map(set(parents).__contains__, numbers), codes, strict=True))


def _columns(levels: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The elements of HL segments by their positions; raises `ValueError` where they are not as many as may
    be: most have the child code."""
    if len(levels[0]) != _WITH_CODE or len(levels[-1]) != _WITH_CODE:
        levels = [[*values, ""] if len(values) < _WITH_CODE else values for values in levels]
    return zip(*levels, strict=True)


class _Tree:
    """The levels read so far; `sound` until a number or a parent is wrong."""

    def __init__(self, paths: frozenset[str] | None) -> None:
        self._paths = paths
        self._levels: dict[str, _Level] = {}
        self._sound = True

    def add(self, index: int, values: Sequence[str]) -> Iterator[Fault]:
        """Take the next level in."""
        number, parent_number, kind, child_code = (*values[1:5], "", "", "", "")[:4]
        if number in self._levels:
            yield self._unsound("hl-id", index, 1, number, problem="an earlier level has the same number")
        above = self._levels.get(parent_number) if parent_number != number else None
        if above is None and parent_number:
            itself = parent_number == number
            problem = "a level cannot stand below itself" if itself else "no earlier level has this number"
            yield self._unsound("hl-parent", index, 2, parent_number, problem=problem)
        level = _Level(index, above.depth + 1 if above else 1, self._path(kind, above), child_code)
        if above is not None:
            above.has_children = True
        if level.depth == MAX_HL_DEPTH + 1:
            yield self._unsound("hl-too-deep", index, 2, parent_number, limit=MAX_HL_DEPTH)
        if level.path == _UNUSUAL:
            where = f"below {'-'.join(above.path)}" if above is not None else "at the top"
            details = (("where", where),)
            yield Fault(code="hl-level", index=index, element=3, value=kind, details=details)
        if number:
            self._levels.setdefault(number, level)

    def child_codes(self) -> Iterator[Fault]:
        """Child codes that are not true; in a tree that is not sound they would repeat its faults."""
        if not self._sound:
            return
        for level in self._levels.values():
            if level.child_code == ("0" if level.has_children else "1"):
                actual = "has levels below it" if level.has_children else "has none below it"
                yield Fault(
                    code="hl-child-flag",
                    index=level.index,
                    element=4,
                    value=level.child_code,
                    details=(("actual", actual),),
                )

    def _path(self, kind: str, above: _Level | None) -> str:
        """The kinds of levels from the top; not judged below a level that was unusual or of another kind."""
        path = (above.path if above is not None else "") + kind
        if self._paths is None or kind not in _LEVELS or path[0] in (_UNJUDGED, _UNUSUAL) or not self._sound:
            return _UNJUDGED
        return path if path in self._paths else _UNUSUAL

    def _unsound(self, code: str, index: int, element: int, value: str, **details: object) -> Fault:
        self._sound = False
        every = (("number", _NUMBERS[element]), *details.items())
        return Fault(code=code, index=index, element=element, value=value, details=every)
