"""Whether the totals of a set agree with its lines, in whole numbers: the fast way, which only accepts.

Amounts are counted in ten-thousandths. Where the totals do not agree at first sight, or a number is written
in another way than most are, `gateway.schema.sums` has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.schema.sums import LINES, PRICES_OF_ONE, Lines, is_order_total

_DECIMALS = 4
_ZEROS = tuple("0" * (_DECIMALS - count) for count in range(_DECIMALS + 1))  # by decimals that are written
CENT = 100  # ten-thousandths
ALLOWED = CENT  # for each line, which may have been rounded, and for the whole
_MOST_NUMBERS = 2_000

Segments = Sequence[Sequence[str]]
Counted = Sequence[tuple[int, Sequence[str]]]
"""Lines, each behind its quantity."""

_NOTHING: Sequence[str] = ("",)  # stands before the first segment


class _WholeNumbers(dict[str, int]):
    """Quantities by how they are written: few are large, so that most come again and again."""

    def __missing__(self, text: str) -> int:
        number = int(text)
        if len(self) < _MOST_NUMBERS:
            self[text] = number
        return number


class Totals:
    """Judges the totals of sets of one type."""

    def __init__(self, set_type: str) -> None:
        self._lines = LINES.get(set_type)
        self.set_type = set_type
        self.whole = _WholeNumbers()

    def tell_only(self, totals: Segments, number: int) -> bool:
        """Whether the totals of a set say no more than how many lines it has, and are right; those of most
        ship notices are such."""
        if not totals:
            return True
        total = totals[0]
        return len(totals) == 1 and total[0] == "CTT" and total[1:] == [str(number)]

    def agree(self, segments: Segments) -> bool:
        """Whether `sum_faults` would surely have nothing to say of a set in which all else is right.

        Of the segments only those of `counted_tags` need to be there.
        """
        lines = self._lines
        if lines is None:
            return True
        place, line, kinds, whole = lines.quantity, lines.hashed, lines.totals, self.whole
        hashed: list[tuple[int, Sequence[str]]] = []
        totals: list[Sequence[str]] = []
        quantity, before = 0, _NOTHING
        try:
            for values in segments:
                tag = values[0]
                if tag == line:
                    number = whole[values[place]]
                    hashed.append((number, values))
                    quantity += number
                    totals = []  # they stand behind the lines
                elif tag in kinds and (tag != "AMT" or is_order_total(before, values)):
                    totals.append(values)
                before = values
            for total in totals:
                if not self._agrees(lines, total, segments, hashed, quantity):
                    return False
        except (IndexError, ValueError):
            return False
        return True

    def _agrees(
        self, lines: Lines, total: Sequence[str], segments: Segments, hashed: Counted, quantity: int
    ) -> bool:
        """Whether one total agrees with the lines, whose quantities come to `quantity`.

        Raises `IndexError` or `ValueError` where a number is not so simple.
        """
        if total[0] == "AMT":
            return _come_to(lines, ten_thousandths(total[2]), hashed)
        if total[0] != "CTT":
            return _come_to(lines, int(total[1]) * CENT, hashed)
        counted = len(hashed)
        if lines.counted != lines.hashed:
            counted = [values[0] for values in segments].count(lines.counted)
        return self.whole[total[1]] == counted and (len(total) < 3 or total[2] == str(quantity))


def _come_to(lines: Lines, amount: int, hashed: Counted) -> bool:
    """Whether the lines come to an amount, when each may have been rounded to a cent."""
    place, unit = lines.price, lines.price + 1
    missing, cents = amount, 0
    for quantity, values in hashed:
        if len(values) > unit and values[unit] not in PRICES_OF_ONE:
            return False
        price = values[place]
        if len(price) > 2 and price[-3] == ".":  # most prices are; the others take longer
            cents += quantity * int(price.replace(".", ""))
        else:
            missing -= quantity * ten_thousandths(price)
    return abs(missing - cents * CENT) <= ALLOWED * (len(hashed) + 1)


def ten_thousandths(text: str) -> int:
    """An amount in ten-thousandths. Raises `IndexError` or `ValueError` where it is not so simple."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals + _ZEROS[len(decimals)])
