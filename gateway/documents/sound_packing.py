"""Tells in microseconds that a ship notice calls for no warning about what it packs.

It only accepts: where it says no, `business` looks for what there is to tell. A property test holds the two
together.
"""

from __future__ import annotations

from decimal import Decimal

from gateway.documents.ship_notice import Carton, ShipNotice, ShipNoticeLine

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
    return _marks_differ(cartons) and _is_packed(lines, cartons)


def _marks_differ(cartons: tuple[Carton, ...]) -> bool:
    """Whether no two SSCCs are the same, with or without the application identifier before them."""
    codes = [mark.value[-SSCC_DIGITS:] for each in cartons for mark in each.marks if mark.scheme == "sscc"]
    return len(set(codes)) == len(codes)


def _is_packed(lines: dict[str, ShipNoticeLine], cartons: tuple[Carton, ...]) -> bool:
    """Whether cartons hold of each line what is shipped of it, in its unit; or nothing of any line."""
    packed: dict[str, Decimal] = {}
    for carton in cartons:
        for content in carton.contents:
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
