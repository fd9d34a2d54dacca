"""Whether the totals of a set agree with its lines, in whole numbers: the fast way, which only accepts.

Amounts are counted in ten-thousandths. Where the totals do not agree at first sight, or a number is written
in another way than most are, `gateway.schema.sums` has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.schema.sums import LINES, PRICES_OF_ONE, Lines, is_order_total

_DECIMALS = 4
_ZEROS = tuple("0" * (_DECIMALS - count) for count in range(_DECIMALS + 1))  # by decimals that are written
_CENT = 100  # ten-thousandths

Segments = Sequence[Sequence[str]]


def sums_agree(set_type: str, segments: Segments) -> bool:
    """Whether `sum_faults` would surely have nothing to say of a set in which all else is right."""
    lines = LINES.get(set_type)
    if lines is None:
        return True
    totals = _totals(lines, segments)
    if not totals:
        return True
    hashed = [values for values in segments if values[0] == lines.hashed]
    try:
        quantities = [int(values[lines.quantity]) for values in hashed]
        for stated in totals:
            if stated[0] == "CTT":
                agrees = _counts_agree(lines, segments, quantities, stated)
            else:
                amount = _amount(stated[2]) if stated[0] == "AMT" else int(stated[1]) * _CENT
                agrees = _amounts_agree(lines, hashed, quantities, amount)
            if not agrees:
                return False
    except (IndexError, ValueError):
        return False
    return True


def _totals(lines: Lines, segments: Segments) -> list[Sequence[str]]:
    """The totals behind the lines, those that are judged."""
    totals = []
    for index in range(len(segments) - 1, 0, -1):
        tag = segments[index][0]
        if tag == lines.hashed:
            break
        if tag in lines.totals and (tag != "AMT" or is_order_total(segments, index)):
            totals.append(segments[index])
    return totals


def _counts_agree(lines: Lines, segments: Segments, quantities: list[int], stated: Sequence[str]) -> bool:
    counted = len(quantities)
    if lines.counted != lines.hashed:
        counted = [values[0] for values in segments].count(lines.counted)
    return stated[1] == str(counted) and (len(stated) == 2 or stated[2] == str(sum(quantities)))


def _amounts_agree(lines: Lines, hashed: Segments, quantities: list[int], stated: int) -> bool:
    """Whether the lines come to an amount, when each may have been rounded to a cent."""
    if not PRICES_OF_ONE.issuperset([values[lines.price + 1] for values in hashed]):
        return False
    amount, price = 0, lines.price
    for quantity, values in zip(quantities, hashed, strict=True):
        whole, _, decimals = values[price].partition(".")  # as in `_amount`, without a call for each line
        amount += quantity * int(whole + decimals + _ZEROS[len(decimals)])
    return abs(stated - amount) <= _CENT * (len(quantities) + 1)


def _amount(text: str) -> int:
    """An amount in ten-thousandths. Raises `IndexError` or `ValueError` where it is not so simple."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals + _ZEROS[len(decimals)])
