"""Totals of sets of one fold as lines of generated code: as `gateway.schema.sums_agree` judges them, while
the segments are at hand."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.formats.x12.shapes import Fold
from gateway.schema.sums import LINES, PRICES_OF_ONE, Lines
from gateway.schema.sums_agree import ALLOWED, CENT, Totals, ten_thousandths

__all__ = ["FoldTotals", "Spot"]


class Spot(msgspec.Struct, frozen=True):
    """A segment of a fold: its tag and length, its step, and the stem of the names of its elements."""

    tag: str
    length: int
    step: int
    stem: str


class FoldTotals:
    """The lines that judge the totals of sets of a fold, whose segments are these; they return None where the
    totals are in doubt. They may raise `IndexError` and `ValueError`, where a number is not so simple."""

    def __init__(self, totals: Totals, fold: Fold, spots: Sequence[Spot], names: dict[str, object]) -> None:
        self._lines = LINES.get(totals.set_type)
        self._fold = fold
        last = max((n for n, spot in enumerate(spots) if self._is_line(spot)), default=-1)
        self._stated = [
            spot
            for n, spot in enumerate(spots[last + 1 :], last + 1)
            if self._lines is not None and spot.tag in self._lines.totals and self._is_total(spots, n)
        ]
        self._counted = [spot for spot in spots if self._is_line(spot)]
        self._by_amount = any(spot.tag != "CTT" for spot in self._stated)
        names |= {"WHOLE": totals.whole, "ONE": PRICES_OF_ONE, "ten_thousandths": ten_thousandths}

    def _is_line(self, spot: Spot) -> bool:
        return self._lines is not None and spot.tag == self._lines.hashed

    def _is_total(self, spots: Sequence[Spot], number: int) -> bool:
        return spots[number].tag != "AMT" or spots[number - 1].tag == "CTT"

    @property
    def can_be_judged(self) -> bool:
        """Whether there are lines for all totals; without, the totals have to be judged by other means."""
        lines = self._lines
        if lines is None or not self._stated:
            return True
        needed = lines.price if self._by_amount else lines.quantity
        long_enough = all(spot.length > needed for spot in self._counted)
        return lines.counted == lines.hashed and long_enough and (lines.price > 0 or not self._by_amount)

    @property
    def begin(self) -> list[str]:
        """What stands before all segments."""
        return ["quantity = cents = more = 0"] if self._stated else []

    def of(self, spot: Spot) -> list[str]:
        """What stands behind the checks of a segment."""
        lines = self._lines
        if lines is None or not self._stated:
            return []
        if self._is_line(spot):
            return self._line(lines, spot)
        return self._total(spot) if spot in self._stated else []

    def _line(self, lines: Lines, spot: Spot) -> list[str]:
        found = [f"quantity += (ordered := WHOLE[{spot.stem}{lines.quantity}])"]
        if self._by_amount:
            price, unit = f"{spot.stem}{lines.price}", lines.price + 1
            if spot.length > unit:
                found.append(f"if {spot.stem}{unit} not in ONE: return None")
            found += [
                f"if {price}[-3:-2] == '.': cents += ordered * int({price}.replace('.', ''))",
                f"else: more += ordered * ten_thousandths({price})",  # fewer prices are written like this
            ]
        return found

    def _total(self, spot: Spot) -> list[str]:
        stated = f"{spot.stem}{1 if spot.tag != 'AMT' else 2}"
        if spot.tag == "CTT":
            found = [f"if int({stated}) != {self._count}: return None"]
            if spot.length > 2:
                found.append(f"if {spot.stem}2 and {spot.stem}2 != str(quantity): return None")
            return found
        total = f"ten_thousandths({stated})" if spot.tag == "AMT" else f"int({stated}) * {CENT}"
        differs = f"abs({total} - more - cents * {CENT}) > {ALLOWED} * ({self._count} + 1)"
        of_order = f"{spot.stem}1 == 'TT' and " if spot.tag == "AMT" else ""
        return [f"if {of_order}{differs}: return None"]

    @property
    def _count(self) -> str:
        """How many lines there are."""
        times = [f"c{spot.step}" if self._fold[spot.step].repeats else "1" for spot in self._counted]
        return " + ".join(times) or "0"
