"""Totals that a set states about its own lines: CTT01 and CTT02, TDS01 of an invoice, AMT of an order.

These are business checks, not part of the standard's syntax: what does not agree is a warning. Each total is
judged when everything that it alone is made of can be read, whatever else is wrong with the set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from itertools import product

import msgspec

from gateway.schema.elements import is_number
from gateway.schema.faults import Details, Fault

# Element 347 has ten digits; of a greater sum the standard keeps the last ones.
_HASH_MODULUS = 10**10

# Element 639: prices for one unit. Others are per hundred or per thousand, or net of something unsaid.
PRICES_OF_ONE = frozenset(("", "CA", "CP", "CT", "NT", "PE", "QE", "UM", "WE", "WH"))

# Amounts (elements 610, 782) have up to 18 digits; what is longer is a fault of its own.
_MAX_NUMBER_LENGTH = 18

_CENT = Decimal("0.01")

Segments = Sequence[Sequence[str]]


class Lines(msgspec.Struct, frozen=True):
    """What totals count, which element they hash, where a line has its price (0: nowhere), their tags.

    `needed`: the quantity is mandatory, so that a line without one is damaged.
    """

    counted: str
    hashed: str
    quantity: int
    price: int
    totals: frozenset[str]
    needed: bool = False


LINES = {
    "850": Lines("PO1", "PO1", 2, 4, frozenset(("CTT", "AMT"))),
    "855": Lines("PO1", "PO1", 2, 4, frozenset(("CTT",))),
    "860": Lines("POC", "POC", 3, 6, frozenset(("CTT",))),
    "865": Lines("POC", "POC", 3, 6, frozenset(("CTT",))),
    "856": Lines("HL", "SN1", 2, 0, frozenset(("CTT",)), needed=True),
    "810": Lines("IT1", "IT1", 2, 4, frozenset(("CTT", "TDS"))),
}


def counted_tags(set_type: str) -> frozenset[str]:
    """The tags of all segments that the totals of a set are made of; empty when its totals are not judged."""
    lines = LINES.get(set_type)
    return frozenset() if lines is None else _amount_tags(lines) | {lines.hashed}


def _amount_tags(lines: Lines) -> frozenset[str]:
    return lines.totals | {lines.counted, "SAC", "TXI"}


def sum_faults(set_type: str, segments: Segments, doubtful: Collection[str] = ()) -> Iterator[Fault]:
    """The totals of a set that do not agree with its lines.

    `segments` are cut into elements, each at a place where it may stand. `doubtful`: those `counted_tags`
    whose segments may be more, fewer or others than these.
    """
    lines = LINES.get(set_type)
    if lines is None:
        return
    for index in range(len(segments) - 1, 0, -1):
        tag = segments[index][0]
        if tag in lines.totals:
            for judge, needs in _judges(lines, tag):
                if needs.isdisjoint(doubtful):
                    yield from judge(lines, segments, index)
        elif tag == lines.hashed:
            return  # totals stand behind the lines


def _judges(lines: Lines, tag: str) -> tuple[tuple[_Judge, frozenset[str]], ...]:
    """What judges the totals of a segment, each with the tags of what it is made of."""
    if tag == "CTT":
        return (_line_count, frozenset((tag, lines.counted))), (_hash_total, frozenset((tag, lines.hashed)))
    return ((_order_total if tag == "AMT" else _invoice_total, _amount_tags(lines)),)


def _line_count(lines: Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """CTT01: the number of lines."""
    stated = segments[index]
    actual = [values[0] for values in segments].count(lines.counted)
    if _element(stated, 1) != str(actual) and _whole_number(stated, 1) not in (None, actual):
        details: Details = (("actual", actual), ("counted", lines.counted))
        yield Fault(code="total-lines", index=index, element=1, value=stated[1], details=details)


def _hash_total(lines: Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """CTT02: the sum of the quantities of the lines."""
    stated, place = segments[index], lines.quantity
    if not _element(stated, 2):
        return
    all_quantities = [_element(values, place) for values in segments if values[0] == lines.hashed]
    quantities = [quantity for quantity in all_quantities if quantity]
    if lines.needed and len(quantities) < len(all_quantities):
        return
    total = _disagreeing_sum(quantities, stated[2])
    if total is not None:
        details: Details = (("actual", total), ("counted", f"{lines.hashed}{place:02d}"))
        yield Fault(code="total-hash", index=index, element=2, value=stated[2], details=details)


def _disagreeing_sum(quantities: list[str], stated: str) -> str | None:
    """The sum of quantities that a hash total does not agree with; None when it does, or cannot be judged.

    The standard hashes the digits and leaves out points and signs; many add up the quantities. Both will do.
    """
    if stated == _sum_of_whole_numbers(quantities):
        return None
    hashed, numbers = _decimal(stated), [_decimal(quantity) for quantity in quantities]
    if hashed is None or None in numbers:
        return None
    total = sum(number for number in numbers if number is not None)
    digits = sum(int("".join(c for c in quantity if c.isdecimal())) for quantity in quantities)
    return None if hashed in (total, digits % _HASH_MODULUS) else f"{total:f}"


def _sum_of_whole_numbers(quantities: list[str]) -> str | None:
    """The usual case, without decimals; None when the quantities are not all short and whole."""
    text = "".join(quantities)
    if text.isascii() and text.isdecimal() and max(map(len, quantities)) <= _MAX_NUMBER_LENGTH:
        return str(sum(map(int, quantities)))
    return None


def _invoice_total(lines: Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """TDS01 has two implied decimals."""
    stated = _whole_number(segments[index], 1)
    if stated is not None:
        yield from _amount(lines, segments, index, 1, stated * _CENT)


def is_order_total(before: Sequence[str], segment: Sequence[str]) -> bool:
    """Whether AMT is the total of the transaction: behind CTT, with qualifier TT. Lines have amounts too."""
    return before[0] == "CTT" and "TT" in segment[1:2]


def _order_total(lines: Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """AMT02, where it is the total of the order."""
    stated = _number(segments[index], 2)
    if stated is not None and is_order_total(segments[index - 1], segments[index]):
        yield from _amount(lines, segments, index, 2, stated)


_Judge = Callable[[Lines, Segments, int], Iterator[Fault]]


def _amount(lines: Lines, segments: Segments, index: int, element: int, stated: Decimal) -> Iterator[Fault]:
    """The sum of the lines, with or without charges and taxes of the lines and of the whole.

    Each line may have been rounded to a cent, so that a cent a line is allowed.
    """
    amounts = [_line_amount(lines, values) for values in segments if values[0] == lines.counted]
    read = [amount for amount in amounts if amount is not None]
    if not amounts or len(read) < len(amounts):
        return
    missing, allowed = stated - sum(read), _CENT * (len(read) + 1)
    if abs(missing) <= allowed:
        return
    charges = _charges(lines, segments)
    if charges is None:
        return
    for chosen in product((0, 1), repeat=len(charges)):
        taken = sum(charge for charge, use in zip(charges, chosen, strict=True) if use)
        if abs(missing - taken) <= allowed:
            return
    value, details = segments[index][element], (("actual", f"{stated - missing:f}"),)
    yield Fault(code="total-amount", index=index, element=element, value=value, details=details)


def _line_amount(lines: Lines, values: Sequence[str]) -> Decimal | None:
    if _element(values, lines.price + 1) not in PRICES_OF_ONE:
        return None
    quantity, price = _number(values, lines.quantity), _number(values, lines.price)
    return None if quantity is None or price is None else quantity * price


def _charges(lines: Lines, segments: Segments) -> list[Decimal] | None:
    """Charges and allowances (SAC) and taxes (TXI) before, in and behind the lines, added up for each.

    None when one of them cannot be added up.
    """
    area = "before"
    charges: dict[tuple[str, str], Decimal] = {}
    for values in segments:
        tag = values[0]
        if tag == lines.counted:
            area = "in"
        elif tag in lines.totals:
            area = "behind"
        elif tag in ("SAC", "TXI"):
            amount = _charge(values) if tag == "SAC" else _number(values, 2)
            if amount is None:
                return None
            charges[tag, area] = charges.get((tag, area), Decimal(0)) + amount
    return list(charges.values())


def _charge(values: Sequence[str]) -> Decimal | None:
    """SAC05 (two implied decimals), negative for an allowance.

    None when only a rate is given, and for a promotion, service or request (SAC01 P, S, Q, R): the standard
    does not say that its amount is part of a total, or with which sign.
    """
    kind, amount = _element(values, 1), _whole_number(values, 5)
    if kind == "N":
        return Decimal(0)  # neither charge nor allowance
    if amount is None or kind not in ("A", "C"):
        return None
    return -amount * _CENT if kind == "A" else amount * _CENT


def _number(values: Sequence[str], position: int) -> Decimal | None:
    text = _element(values, position)
    return _decimal(text) if text else None


def _whole_number(values: Sequence[str], position: int) -> Decimal | None:
    """An element of type N, which has no decimal point."""
    return None if "." in _element(values, position) else _number(values, position)


def _decimal(text: str) -> Decimal | None:
    plain = text.replace(".", "", 1)
    if len(text) <= _MAX_NUMBER_LENGTH and plain.isascii() and plain.isdecimal():
        return Decimal(text)
    return Decimal(text) if is_number(text, 1, _MAX_NUMBER_LENGTH, "R") else None


def _element(values: Sequence[str], position: int) -> str:
    return values[position] if 0 < position < len(values) else ""
