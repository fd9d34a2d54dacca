"""Tells in microseconds that a ship notice calls for no warning about what it packs.

It only accepts: where it says no, `business` looks for what there is to tell. A property test holds the two
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gateway.documents.ship_notice import Carton, Content, ShipNotice, ShipNoticeLine

__all__ = ["packing_agrees"]

SSCC_DIGITS = 18


def packing_agrees(notice: ShipNotice) -> bool:
    """Whether an accepted notice surely packs what it ships: in cartons alone, each with numbers and marks of
    its own. The caller's decimal context must add numbers of a document without rounding."""
    cartons = notice.cartons
    if notice.pallets or (cartons and notice.carton_count not in (None, len(cartons))):
        return False
    lines = {line.number: line for line in notice.lines}
    if len(lines) < len(notice.lines) or len({carton.number for carton in cartons}) < len(cartons):
        return False
    contents = [content for carton in cartons for content in carton.contents]
    return _marks_differ(cartons) and (_one_by_one(lines, contents) or _is_packed(lines, contents))


def _marks_differ(cartons: tuple[Carton, ...]) -> bool:
    """Whether no two SSCCs are the same, with or without the application identifier before them."""
    codes = [mark.value[-SSCC_DIGITS:] for each in cartons for mark in each.marks if mark.scheme == "sscc"]
    return len(set(codes)) == len(codes)


def _one_by_one(lines: dict[str, ShipNoticeLine], contents: Sequence[Content]) -> bool:
    """Whether each line is packed whole, in the order of the lines, as those of most notices are."""
    shipped = lines.values()
    return (
        [each.line for each in contents] == [*lines]
        and [each.unit for each in contents] == [line.unit for line in shipped]
        and [each.quantity for each in contents] == [line.quantity for line in shipped]
    )


def _is_packed(lines: dict[str, ShipNoticeLine], contents: Sequence[Content]) -> bool:
    """Whether contents are of each line what is shipped of it, in its unit; or there is nothing of any."""
    packed: dict[str, Decimal] = {}
    for content in contents:
        number = content.line
        if number not in lines or content.unit != lines[number].unit:
            return False
        quantity = content.quantity
        packed[number] = packed[number] + quantity if number in packed else quantity
    if not packed:
        return True
    for number, line in lines.items():
        if number not in packed or packed[number] != line.quantity:
            return False
    return True
