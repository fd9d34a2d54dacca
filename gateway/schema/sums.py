"""Totals that a set states about its own lines: CTT01 and CTT02, TDS01 of an invoice, AMT of an order.

These are business checks, not part of the standard's syntax: what does not agree is a warning. A total is
only judged when everything it is made of can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    """What a total counts, which element it hashes, and where a line has its price, if it does."""

    counted: str
    hashed: str
    quantity: int
    price: int = 0


_LINES = {
    "850": _Lines("PO1", "PO1", 2, 4),
    "855": _Lines("PO1", "PO1", 2, 4),
    "856": _Lines("HL", "SN1", 2),
    "810": _Lines("IT1", "IT1", 2, 4),
}


def sum_faults(set_type: str, segments: Segments) -> Iterator[Fault]:
    """The totals of a set that do not agree with its lines; `segments` are cut into elements."""
    lines = _LINES.get(set_type)
    if lines is None:
        return
    for index in range(len(segments) - 2, 0, -1):
        judge = _JUDGES.get((set_type, segments[index][0]))
        if judge is not None:
            yield from judge(lines, segments, index)
        elif segments[index][0] == lines.hashed:
            return  # totals stand behind the lines


def _transaction_totals(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """CTT: the number of lines, and the hash total of their quantities.

    The standard hashes the digits and leaves out points and signs; many add up the quantities. Both will do.
    """
    stated = segments[index]
    count = _number(stated, 1)
    actual = sum(1 for values in segments if values[0] == lines.counted)
    if count is not None and count != actual:
        details: Details = (("actual", actual), ("counted", lines.counted))
        yield Fault(code="total-lines", index=index, element=1, value=stated[1], details=details)
    hashed = _number(stated, 2)
    quantities = [_element(values, lines.quantity) for values in segments if values[0] == lines.hashed]
    numbers = [_decimal(quantity) for quantity in quantities if quantity]
    if hashed is None or None in numbers:
        return
    total = sum(number for number in numbers if number is not None)
    digits = sum(int("".join(c for c in quantity if c.isdecimal())) for quantity in quantities if quantity)
    if hashed not in (total, Decimal(digits % _HASH_LIMIT)):
        place = f"{lines.hashed}{lines.quantity:02d}"
        details = (("actual", f"{total:f}"), ("counted", place))
        yield Fault(code="total-hash", index=index, element=2, value=stated[2], details=details)


def _invoice_total(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """TDS01 has two implied decimals."""
    stated = _number(segments[index], 1)
    if stated is not None:
        yield from _amount(lines, segments, index, 1, stated * _CENT)


def _order_total(lines: _Lines, segments: Segments, index: int) -> Iterator[Fault]:
    """AMT with qualifier TT, the total of the transaction."""
    stated = _number(segments[index], 2)
    if stated is not None and segments[index][1] == "TT":
        yield from _amount(lines, segments, index, 2, stated)


_Judge = Callable[[_Lines, Segments, int], Iterator[Fault]]
_JUDGES: dict[tuple[str, str], _Judge] = {
    ("850", "CTT"): _transaction_totals,
    ("850", "AMT"): _order_total,
    ("855", "CTT"): _transaction_totals,
    ("856", "CTT"): _transaction_totals,
    ("810", "CTT"): _transaction_totals,
    ("810", "TDS"): _invoice_total,
}


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
