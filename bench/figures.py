"""What a figure is: measured, held against what is required of it and aimed at, and shown as a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEADINGS = ("figure", "what", "required", "aim", "measured", "lowest to highest", "verdict")


class Bound(NamedTuple):
    """What a figure must come to, and what is aimed at; None for a figure that is only told."""

    required: float | None
    aim: float | None = None
    at_least: bool = True
    unit: str = ""

    def holds(self, value: float, limit: float) -> bool:
        """Whether the value keeps to the limit."""
        return value >= limit if self.at_least else value <= limit

    def shown(self, value: float) -> str:
        """The value with its unit."""
        digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
        return f"{value:,.{digits}f}{self.unit}"

    def limit(self, value: float | None) -> str:
        """The value as a limit, `-` for none."""
        return "-" if value is None else f"{'≥' if self.at_least else '≤'} {value:g}{self.unit}"


class Figure(NamedTuple):
    """One measured figure; `rounds` are the single values behind it. With a `fault` it does not count."""

    name: str
    title: str
    bound: Bound
    measured: float
    rounds: Sequence[float] = ()
    fault: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it is what is required."""
        required = self.bound.required
        return not self.fault and (required is None or self.bound.holds(self.measured, required))

    @property
    def verdict(self) -> str:
        """`met`, with the aim when that is reached too, or `NOT MET` and why it does not count."""
        if not self.is_met:
            return f"NOT MET: {self.fault}" if self.fault else "NOT MET"
        if self.bound.required is None:
            return "told only"
        aim = self.bound.aim
        return "met, aim reached" if aim is not None and self.bound.holds(self.measured, aim) else "met"


def shown(figures: Sequence[Figure]) -> list[str]:
    """The figures as lines of a table."""
    return aligned([HEADINGS, *(_row(figure) for figure in figures)])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts as lines with columns under each other, the first row underlined."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(
        1, "  ".join(("-" * len(text)).ljust(width) for text, width in zip(rows[0], widths, strict=True))
    )
    return [line.rstrip() for line in lines]


def _row(figure: Figure) -> tuple[str, ...]:
    bound = figure.bound
    spread = "-"
    if figure.rounds:
        spread = f"{bound.shown(min(figure.rounds))} to {bound.shown(max(figure.rounds))}"
    required, aim = bound.limit(bound.required), bound.limit(bound.aim)
    return figure.name, figure.title, required, aim, bound.shown(figure.measured), spread, figure.verdict
