"""Whose document a row belongs to whose cells are too few, too many or damaged."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TypeAlias

import msgspec

from gateway.formats.delimited import FaultyRow

__all__ = ["Key", "Unowned", "owner_of"]

Key: TypeAlias = tuple[str, ...]
"""What tells a document from the others of its file: the texts in the columns of its key."""


class Unowned(msgspec.Struct, frozen=True):
    """Why it cannot be told whose document a row belongs to, to end a sentence with."""

    reason: str


def owner_of(row: FaultyRow, width: int, positions: Sequence[int], known: Container[Key]) -> Key | Unowned:
    """The document that a faulty row belongs to, one of those `known` by rows that can be read.

    `width`: how many columns the header names; `positions`: where those of the key stand, from 0. A row taken
    for one of another document would let its own go without it, so that every doubt counts.
    """
    if not row.one:
        return Unowned("it may be two rows that lost the line end between them")
    if len(row.cells) <= max(positions, default=-1):
        return Unowned("it is too short")
    texts = [row.cells[position] for position in positions]
    key = tuple(text.strip() for text in texts if text is not None)
    if len(key) < len(texts):
        return Unowned("what stands there is damaged")
    if key not in known:
        return Unowned(f"no row that can be read has {' + '.join(key) or 'nothing'} there")
    for other in _shifted(row.cells, len(row.cells) - width, positions):
        if other != key and other in known:
            return Unowned(
                f"with its cells shifted it has {' + '.join(other)} there, the key of another document"
            )
    return key


def _shifted(cells: Sequence[str | None], extra: int, positions: Sequence[int]) -> Iterator[Key]:
    """The keys it would have if cells came in, or went missing, before its key or within it."""
    for shift in range(min(extra, 0), max(extra, 0) + 1):
        for start in positions if shift else ():
            places = [place + shift if place >= start else place for place in positions]
            if min(places) >= 0 and max(places) < len(cells):
                yield tuple((cells[place] or "").strip() for place in places)
