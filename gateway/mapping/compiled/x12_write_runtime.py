"""What generated X12 writers call where rows may share a segment, as the evaluator's writer has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gateway.mapping.compiled.doubt import Doubt
from gateway.mapping.evaluate.sources import X12Target

__all__ = ["X12Target", "put_each", "put_one"]

Held: TypeAlias = list[tuple[int, list[str]]]
"""Segments of one row of the definition, each with the order in which the table names it."""

Wanted: TypeAlias = Sequence[tuple[int, str]]
"""Elements and their texts."""

Slot: TypeAlias = tuple[str, int, int, int | None, Wanted]
"""What is known of new segments: tag, length, order, how many there may be, qualifiers."""


def put_one(held: Held, slot: Slot, element: int, texts: Sequence[str], fill: bool) -> bool:
    """Writes texts from an element on; whether there was something to fill."""
    filled = [(element + number, text) for number, text in enumerate(texts) if text]
    return _put(held, 0, slot, filled, fill) >= 0


def put_each(
    held: Held,
    slot: Slot,
    places: tuple[Sequence[int], Sequence[Wanted]],
    texts: Sequence[str | None],
    fill: bool,
) -> bool:
    """Writes texts at elements of one segment after another; whether there was something to fill.

    `places`: the elements, and what a segment may not say, since it would be another row's.
    """
    elements, unwanted = places
    start, size = 0, len(elements)
    for number in range(0, len(texts), size):
        group = texts[number : number + size]
        filled = [(element, text) for element, text in zip(elements, group, strict=False) if text]
        said = dict(filled)
        if any(all(said.get(element) == text for element, text in other) for other in unwanted):
            raise Doubt
        position = _put(held, start, slot, filled, fill)
        if position < 0:
            return False
        start = position + 1
    return True


def _put(held: Held, start: int, slot: Slot, filled: Wanted, fill: bool) -> int:
    """The position of the segment that took the elements; -1 where none is there to fill."""
    tag, length, order, limit, wanted = slot
    for position in range(start, len(held)):
        segment = held[position][1]
        free = not any(segment[element] for element, _ in filled)
        if free and all(segment[element] in ("", value) for element, value in wanted):
            break
    else:
        if fill:
            return -1
        if limit is not None and len(held) >= limit:
            raise Doubt
        position, segment = len(held), [tag, *[""] * (length - 1)]
        held.append((order, segment))
    for element, text in (*wanted, *filled):
        segment[element] = text
    return position
