"""What a worker of the store answers: plain numbers, from which the figures are made."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

import msgspec


class Turn(msgspec.Struct, frozen=True):
    """One round of work: how much was done in how many seconds, and how long each took (milliseconds).

    `waits` is the median, the 99th percentile and the longest; zeros where nobody waited for a single one.
    """

    done: int
    seconds: float
    waits: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def rate(self) -> float:
        """How much was done in a second."""
        return self.done / self.seconds


class Draws(msgspec.Struct, frozen=True):
    """How long draws of one kind took, in milliseconds."""

    name: str
    warm: tuple[float, ...]
    cold: tuple[float, ...]
    combined: bool = False  # whether several things are looked for at once


class Searched(msgspec.Struct, frozen=True):
    """All ways of searching."""

    ways: tuple[Draws, ...]


class Memory(msgspec.Struct, frozen=True):
    """The greatest resident memory of the worker, in bytes."""

    peak: int


def waits(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Median, 99th percentile and longest, in milliseconds."""
    return median(seconds) * 1e3, quantiles(seconds, n=100)[-1] * 1e3, max(seconds) * 1e3
