"""Where the columns of a table stand in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeAlias

__all__ = ["Getter", "Header"]

Getter: TypeAlias = Callable[[Sequence[str]], tuple[str, ...]]
"""Makes a row of a layout from the cells of a row of a file."""


class Header:
    """Finds the columns of a layout; what it found in the last file is remembered."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = frozenset(known)
        self._last: tuple[tuple[str, ...], Getter, tuple[str, ...]] | None = None

    def of(self, columns: tuple[str, ...], layout: Sequence[str]) -> tuple[Getter, tuple[str, ...]]:
        """What makes the rows, and the columns no row of the table names; those stand behind the layout."""
        last = self._last
        if last is None or last[0] != columns:
            unknown = tuple(column for column in columns if column not in self._known)
            last = self._last = (columns, _getter(columns, [*layout, *unknown]), unknown)
        return last[1], last[2]


def _getter(columns: Sequence[str], wanted: Sequence[str]) -> Getter:
    positions = {column: number for number, column in enumerate(columns)}
    places = [positions.get(column, -1) for column in wanted]
    if -1 not in places and len(places) > 1:
        return itemgetter(*places)
    # a column the file lacks is blank; two more places, since one alone would give no tuple
    chosen = itemgetter(*places, -1, -1)
    return lambda cells: chosen((*cells, ""))[:-2]
