"""Totals that a set states about its own lines: CTT01 and CTT02, TDS01 of an invoice, AMT of an order.

These are business checks, not part of the standard's syntax: what does not agree is a warning. A total is
only judged when everything it is made of can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

import msgspec

from gateway.schema.elements import is_number
from gateway.schema.faults import Details, Fault

# Element 347 has ten digits; of a greater sum the standard keeps the last ones.
_HASH_LIMIT = 10**10

# Element 639: prices for one unit. Others are per hundred or per thousand, or net of something unsaid.
_PRICES_OF_ONE = frozenset(("", "CA", "CP", "CT", "NT", "PE", "QE", "UM", "WE", "WH"))

# Amounts (elements 610, 782) have up to 18 digits; what is longer is a fault of its own.
_LONGEST_NUMBER = 18

_CENT = Decimal("0.01")

Segments = Sequence[Sequence[str]]


class _Lines(msgspec.Struct, frozen=True):
    """What totals count, which element they hash, where a line has its price (0: nowhere), their tags."""

    counted: str
    hashed: str
    quantity: int
    price: int
    totals: frozenset[str]


_LINES = {
    "850": _Lines("PO1", "PO1", 2, 4, frozenset(("CTT", "AMT"))),
    "855": _Lines("PO1", "PO1", 2, 4, frozenset(("CTT",))),
    "856": _Lines("HL", "SN1", 2, 0, frozenset(("CTT",))),
    "810": _Lines("IT1", "IT1", 2, 4, frozenset(("CTT", "TDS"))),
}


def sum_faults(set_type: str, segments: Segments) -> Iterator[Fault]:
    """The totals of a set that do not agree with its lines. `segments`: cut into elements, in good order."""
    lines = _LINES.get(set_type)
    if lines is None:
        return
    for index in range(len(segments) - 2, 0, -1):
        tag = segments[index][0]
        if tag in lines.totals:
            yield from _JUDGES[tag](lines, segments, index)
        elif tag == lines.hashed:
            return  # totals stand behind the lines


def _transaction_totals(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """CTT: the number of lines, and the hash total of their quantities."""
    stated = segments[index]
    actual = [values[0] for values in segments].count(lines.counted)
    if _element(stated, 1) != str(actual) and _number(stated, 1) not in (None, actual):
        details: Details = (("actual", actual), ("counted", lines.counted))
        yield Fault(code="total-lines", index=index, element=1, value=stated[1], details=details)
    if not _element(stated, 2):
        return
    place = lines.quantity
    quantities = [v[place] for v in segments if v[0] == lines.hashed and len(v) > place and v[place]]
    total = _disagreeing_sum(quantities, stated[2])
    if total is not None:
        details = (("actual", total), ("counted", f"{lines.hashed}{place:02d}"))
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
    return None if hashed in (total, digits % _HASH_LIMIT) else f"{total:f}"


def _sum_of_whole_numbers(quantities: list[str]) -> str | None:
    """The usual case, without decimals; None when the quantities are not all short and whole."""
    text = "".join(quantities)
    if text.isascii() and text.isdecimal() and max(map(len, quantities)) <= _LONGEST_NUMBER:
        return str(sum(map(int, quantities)))
    return None


def _invoice_total(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """TDS01 has two implied decimals."""
    stated = _number(segments[index], 1)
    if stated is not None:
        yield from _amount(lines, segments, index, 1, stated * _CENT)


def _order_total(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """AMT behind CTT with qualifier TT, the total of the transaction; a line has amounts of its own."""
    stated = _number(segments[index], 2)
    if stated is not None and segments[index][1] == "TT" and segments[index - 1][0] == "CTT":
        yield from _amount(lines, segments, index, 2, stated)


_JUDGES = {"CTT": _transaction_totals, "AMT": _order_total, "TDS": _invoice_total}


def _amount(lines: _Lines, segments: Segments, index: int, element: int, stated: Decimal) -> Iterator[Fault]:
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


def _line_amount(lines: _Lines, values: Sequence[str]) -> Decimal | None:
    if _element(values, lines.price + 1) not in _PRICES_OF_ONE:
        return None
    quantity, price = _number(values, lines.quantity), _number(values, lines.price)
    return None if quantity is None or price is None else quantity * price


def _charges(lines: _Lines, segments: Segments) -> list[Decimal] | None:
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
    kind, amount = _element(values, 1), _number(values, 5)
    if kind == "N":
        return Decimal(0)  # neither charge nor allowance
    if amount is None or kind not in ("A", "C"):
        return None
    return -amount * _CENT if kind == "A" else amount * _CENT


def _number(values: Sequence[str], position: int) -> Decimal | None:
    text = _element(values, position)
    return _decimal(text) if text else None


def _decimal(text: str) -> Decimal | None:
    plain = text.replace(".", "", 1)
    if len(text) <= _LONGEST_NUMBER and plain.isascii() and plain.isdecimal():
        return Decimal(text)
    return Decimal(text) if is_number(text, 1, _LONGEST_NUMBER, "R") else None


def _element(values: Sequence[str], position: int) -> str:
    return values[position] if 0 < position < len(values) else ""
