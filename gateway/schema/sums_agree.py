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
    totals = None if lines is None else _totals(lines, segments)
    if lines is None or not totals:
        return True
    tag, place = lines.hashed, lines.quantity
    hashed = [values for values in segments if values[0] == tag]
    try:
        quantities = [int(values[place]) for values in hashed]
        for stated in totals:
            if stated[0] == "CTT":
                counted = len(quantities)
                if lines.counted != tag:
                    counted = [values[0] for values in segments].count(lines.counted)
                if stated[1] != str(counted) or (len(stated) > 2 and stated[2] != str(sum(quantities))):
                    return False
            else:
                amount = _amount(stated[2]) if stated[0] == "AMT" else int(stated[1]) * _CENT
                if not _amounts_agree(lines, hashed, quantities, amount):
                    return False
    except (IndexError, ValueError):
        return False
    return True


def _totals(lines: Lines, segments: Segments) -> list[Sequence[str]]:
    """The totals behind the lines, those that are judged."""
    totals = []
    tags, last = lines.totals, lines.hashed
    for index in range(len(segments) - 1, 0, -1):
        tag = segments[index][0]
        if tag == last:
            break
        if tag in tags and (tag != "AMT" or is_order_total(segments, index)):
            totals.append(segments[index])
    return totals


def _amounts_agree(lines: Lines, hashed: Segments, quantities: list[int], stated: int) -> bool:
    """Whether the lines come to an amount, when each may have been rounded to a cent."""
    place, missing = lines.price, stated
    for quantity, values in zip(quantities, hashed, strict=True):
        if values[place + 1] not in PRICES_OF_ONE:
            return False
        whole, _, decimals = values[place].partition(".")  # as in `_amount`, without a call for each line
        missing -= quantity * int(whole + decimals + _ZEROS[len(decimals)])
    return abs(missing) <= _CENT * (len(quantities) + 1)


def _amount(text: str) -> int:
    """An amount in ten-thousandths. Raises `IndexError` or `ValueError` where it is not so simple."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals + _ZEROS[len(decimals)])
