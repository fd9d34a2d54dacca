"""Which line of an order a line of the answer is about: by its number, else by what both call the item."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.documents import PurchaseOrder
from gateway.mapping.crossrefs.complete import value_at
from gateway.mapping.evaluate.holders import is_empty
from gateway.mapping.orders.model import OrderFill, OrderPlan

__all__ = ["line_number", "matching_lines"]


def matching_lines(
    entry: OrderPlan, line: msgspec.Struct, order: PurchaseOrder
) -> tuple[OrderFill | None, Sequence[int]]:
    """The positions of the lines of the order that a line fits, and the key that tells it: the first that
    fits just one, else the first that the line has. No key where the line has none of them."""
    told: OrderFill | None = None
    several: tuple[OrderFill, Sequence[int]] | None = None
    for key in entry.keys:
        own = value_at(line, key.own)
        if is_empty(own):
            continue
        told = told or key
        positions = [
            number for number, each in enumerate(order.lines) if _fits(own, value_at(each, key.theirs))
        ]
        if len(positions) == 1:
            return key, positions
        if positions and several is None:
            several = (key, positions)
    return several or (told, ())


def _fits(own: object, theirs: object) -> bool:
    if isinstance(own, dict) and isinstance(theirs, dict):
        common = own.keys() & theirs.keys()
        return bool(common) and all(own[key] == theirs[key] for key in common)
    return not is_empty(theirs) and line_number(own) == line_number(theirs)


def line_number(value: object) -> str:
    """The number of a line without the zeros in front of it."""
    return str(value).lstrip("0") or "0"
