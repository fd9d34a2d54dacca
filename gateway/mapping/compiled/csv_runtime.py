"""What generated readers of delimited files call, as `gateway.mapping.evaluate.read_csv` has it.

A row is a tuple of texts as they stand: those of the layout, then those of columns the table does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.formats.delimited import DelimitedRow
from gateway.mapping.compiled.csv_header import Getter
from gateway.mapping.compiled.doubt import Doubt

__all__ = ["NONE_KEPT", "agreed_cells", "groups_of", "kept_in", "left_in_rows", "rows_of"]

Ext: TypeAlias = dict[str, str | tuple[str, ...]]
Row: TypeAlias = tuple[str, ...]
Rows: TypeAlias = Sequence[Row]

NONE_KEPT: frozenset[str] = frozenset()


def rows_of(rows: Sequence[DelimitedRow], getter: Getter) -> Rows:
    """The rows of one document, in the order of the layout."""
    return [getter(row.cells) for row in rows]


def agreed_cells(rows: Rows, start: int, end: int) -> list[str]:
    """The cells of an item, without the blanks around them; all its rows say the same."""
    first = rows[0][start:end]
    cells = [cell.strip() for cell in first]
    for row in rows:
        held = row[start:end]
        if held != first and [cell.strip() for cell in held] != cells:
            raise Doubt
    return cells


def groups_of(
    rows: Rows, start: int, end: int, keys: Sequence[int], otherwise: Sequence[int]
) -> list[list[Row]]:
    """The rows that say something of a block, by its key, or by others where that is blank."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if not any(map(str.strip, row[start:end])):
            continue
        key = tuple([row[position].strip() for position in keys])
        if otherwise and not any(key):
            key += tuple([row[position].strip() for position in otherwise])
        if not any(key):
            raise Doubt
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def kept_in(rows: Rows, size: int, unknown: Sequence[str], kept: frozenset[str]) -> frozenset[str]:
    """The unknown columns that these rows agree on, and those kept before; `size` is that of the layout."""
    return kept.union(column for number, column in enumerate(unknown, size) if _agree(rows, number))


def left_in_rows(
    rows: Rows, size: int, unknown: Sequence[str], kept: frozenset[str], *, innermost: bool
) -> Ext:
    """What an item keeps of unknown columns: what its rows agree on, the innermost item all."""
    ext: Ext = {}
    for number, column in enumerate(unknown, size):
        if column in kept:
            continue
        if _agree(rows, number):
            if text := rows[0][number].strip():
                ext[column] = text
        elif innermost:
            ext[column] = tuple([row[number].strip() for row in rows])
    return ext


def _agree(rows: Rows, number: int) -> bool:
    return len({row[number].strip() for row in rows}) == 1
