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
    """The lines, with or without charges and taxes of the lines and of the whole.

    Each line may have been rounded to a cent, so that a cent a line is allowed.
    """
    parts = _Parts(lines)
    if not all(parts.add(values) for values in segments) or not parts.count:
        return
    allowed = _CENT * (parts.count + 1)
    for chosen in product((0, 1), repeat=len(parts.extras)):
        total = parts.lines + sum(
            part for part, taken in zip(parts.extras.values(), chosen, strict=True) if taken
        )
        if abs(total - stated) <= allowed:
            return
    details = (("actual", f"{parts.lines:f}"),)
    yield Fault(
        code="total-amount", index=index, element=element, value=segments[index][element], details=details
    )


class _Parts:
    """What a total may be made of: the lines, and charges (SAC) and taxes (TXI) before, in or behind them."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        self._area = "before"
        self.count = 0
        self.lines = Decimal(0)
        self.extras: dict[tuple[str, str], Decimal] = {}

    def add(self, values: Sequence[str]) -> bool:
        """Count a segment in; false when what it says cannot be counted."""
        tag = values[0]
        amount: Decimal | None = Decimal(0)
        if tag == self._lines.counted:
            self._area = "in"
            self.count += 1
            quantity, price = _number(values, self._lines.quantity), _number(values, self._lines.price)
            if (
                quantity is None
                or price is None
                or _element(values, self._lines.price + 1) not in _PRICES_OF_ONE
            ):
                return False
            self.lines += quantity * price
        elif tag in ("TDS", "CTT"):
            self._area = "behind"
        elif tag in ("SAC", "TXI"):
            amount = _charge(values) if tag == "SAC" else _number(values, 2)
            key = (tag, self._area)
            self.extras[key] = self.extras.get(key, Decimal(0)) + (amount or 0)
        return amount is not None


def _charge(values: Sequence[str]) -> Decimal | None:
    """SAC05 (two implied decimals), negative for an allowance; None when only a rate is given."""
    amount = _number(values, 5)
    kind = _element(values, 1)
    if kind == "N":
        return Decimal(0)
    if amount is None:
        return None
    return -amount * _CENT if kind == "A" else amount * _CENT


def _number(values: Sequence[str], position: int) -> Decimal | None:
    text = _element(values, position)
    return _decimal(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if is_number(text, 1, _LONGEST_NUMBER, "R") else None


def _element(values: Sequence[str], position: int) -> str:
    return values[position] if 0 < position < len(values) else ""
