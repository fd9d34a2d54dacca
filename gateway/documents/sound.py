"""Tells in microseconds that a document calls for no warning about its identifiers, units and windows.

It only accepts: where one of these says no, `identified` and `business` look for what there is to tell. They
say the same of every accepted document: a property test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.documents import (
    Document,
    Invoice,
    OrderAcknowledgment,
    OrderChangeAcknowledgment,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
    sscc,
)
from gateway.documents.identifiers import end_in_check_digits, flaw_of
from gateway.documents.invoice import InvoiceLine
from gateway.documents.order_acknowledgment import OrderAcknowledgmentLine
from gateway.documents.order_change_acknowledgment import OrderChangeAcknowledgmentLine
from gateway.documents.parts import Party, Window
from gateway.documents.purchase_order import PurchaseOrderLine
from gateway.documents.ship_notice import Carton, Pallet

__all__ = ["ITEM_NUMBERS", "NO_CODE", "PARTY_NUMBERS", "agrees", "has_sound_identifiers"]

ITEM_NUMBERS: Final = ("upc", "ean", "gtin", "isbn")
_OTHERS: Final = frozenset(ITEM_NUMBERS[1:])
PARTY_NUMBERS: Final = ("gln", "scac")
NO_CODE: Final = ":"  # in a unit that no code list knows: it keeps the name of its format

REMEMBERED: Final = 4096  # identifiers of a kind: the catalogue of a busy partner; full, it starts anew
REMEMBERED_LENGTH: Final = 40  # characters; longer ones are judged each time


class _Sound(dict[str, bool]):
    """Whether an identifier of one kind has no flaw, remembered: the same items come again and again."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, text: str) -> bool:
        sound = flaw_of(self._kind, text, strict=False) is None
        if len(text) <= REMEMBERED_LENGTH:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = sound
        return sound


_CURRENCIES, _COUNTRIES = _Sound("currency"), _Sound("country")
_UPCS, _EANS, _GTINS, _ISBNS = map(_Sound, ITEM_NUMBERS)
_GLNS, _SCACS = map(_Sound, PARTY_NUMBERS)


def has_sound_identifiers(document: Document) -> bool:
    """Whether `identified.suspicious_identifiers` has nothing to tell of an accepted document."""
    if not (_head(document) and _item_numbers([line.ids for line in document.lines])):
        return False
    for unit in {line.unit for line in document.lines}:
        if unit is not None and NO_CODE in unit:
            return False
    return _of_kind(document)


def _head(document: Document) -> bool:
    """Whether the currency, the carrier and the parties of a whole document have sound identifiers."""
    currency, carrier = document.currency, document.carrier
    if currency is not None and not _CURRENCIES[currency]:
        return False
    if carrier is not None and carrier.scac is not None and not _SCACS[carrier.scac]:
        return False
    return _parties(document.parties)


def _of_kind(document: Document) -> bool:
    """What lines of just this kind of document hold."""
    match document:
        case PurchaseOrder() | Invoice():
            return _line_parties(document.lines)
        case OrderAcknowledgment():
            return _answers(document.lines) and _line_parties(document.lines)
        case PurchaseOrderChange():
            return True
        case OrderChangeAcknowledgment():
            return _answers(document.lines)
        case ShipNotice():
            countries = {line.country_of_origin for line in document.lines}
            known = all(country is None or _COUNTRIES[country] for country in countries)
            return known and _serial_codes(document)


def _line_parties(lines: Iterable[PurchaseOrderLine | OrderAcknowledgmentLine | InvoiceLine]) -> bool:
    for line in lines:
        parties = line.parties
        if parties and not _parties(parties):
            return False
    return True


def _answers(lines: Iterable[OrderAcknowledgmentLine | OrderChangeAcknowledgmentLine]) -> bool:
    return _item_numbers([item.ids for line in lines for item in line.items])


def _item_numbers(all_ids: Sequence[Mapping[str, str]]) -> bool:
    kinds: set[str] = set().union(*all_ids)
    if "upc" in kinds and not _upcs([ids["upc"] for ids in all_ids if "upc" in ids]):
        return False
    return kinds.isdisjoint(_OTHERS) or all(map(_other_numbers, all_ids))


def _upcs(texts: Sequence[str]) -> bool:
    return end_in_check_digits(texts, 12) or all(map(_UPCS.__getitem__, texts))


def _other_numbers(ids: Mapping[str, str]) -> bool:
    return (
        ("ean" not in ids or end_in_check_digits((ids["ean"],), 13) or _EANS[ids["ean"]])
        and ("gtin" not in ids or end_in_check_digits((ids["gtin"],), 14) or _GTINS[ids["gtin"]])
        and ("isbn" not in ids or _ISBNS[ids["isbn"]])
    )


def _parties(parties: Iterable[Party]) -> bool:
    for party in parties:
        ids, country = party.ids, party.country
        if country is not None and not _COUNTRIES[country]:
            return False
        if "gln" in ids and not _GLNS[ids["gln"]]:
            return False
        if "scac" in ids and not _SCACS[ids["scac"]]:
            return False
    return True


def _serial_codes(notice: ShipNotice) -> bool:
    containers: tuple[Carton | Pallet, ...] = (*notice.cartons, *notice.pallets)
    marks = [mark.value for each in containers for mark in each.marks if mark.scheme == "sscc"]
    return sscc.are_sound(marks) or all(map(sscc.is_sound, marks))


def agrees(order: PurchaseOrder) -> bool:
    """Whether an accepted order calls for no warning: its identifiers and units are sound, no window is
    reversed, and no two lines have the same number.

    All in one pass: of every order that comes in this is asked.
    """
    if not (_head(order) and _windows(order.ship_window, order.delivery_window)):
        return False
    lines = order.lines
    upcs: list[str] = []
    numbers: set[str | None] = set()
    for line in lines:
        ids, unit, parties = line.ids, line.unit, line.parties
        ship, delivery = line.ship_window, line.delivery_window
        if "upc" in ids:
            upcs.append(ids["upc"])
        if ("ean" in ids or "gtin" in ids or "isbn" in ids) and not _other_numbers(ids):
            return False
        if unit is not None and NO_CODE in unit:
            return False
        if parties and not _parties(parties):
            return False
        if (ship is not None or delivery is not None) and not _windows(ship, delivery):
            return False
        numbers.add(line.number)
    return _upcs(upcs) and (len(numbers) == len(lines) or _differ(lines))


def _differ(lines: Sequence[PurchaseOrderLine]) -> bool:
    """Whether lines that have a number have each another one."""
    numbers = [line.number for line in lines if line.number is not None]
    return len(set(numbers)) == len(numbers)


def _windows(ship: Window | None, delivery: Window | None) -> bool:
    return (ship is None or _runs_forward(ship)) and (delivery is None or _runs_forward(delivery))


def _runs_forward(window: Window) -> bool:
    start, end = window.start, window.end
    if start is None or end is None:
        return True
    if start.date is not None:
        return end.date is None or start.date <= end.date
    return start.time is None or end.time is None or start.time <= end.time
