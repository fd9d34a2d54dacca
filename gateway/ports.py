"""What inner code needs of the world outside, as small protocols; `bootstrap` chooses the real ones."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time of day, aware and in UTC; it may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds from some start; they never go back."""
        ...


class Randomness(Protocol):
    """Gives what nobody can foresee."""

    def bytes(self, count: int) -> bytes:
        """So many random bytes, fit for keys."""
        ...

    def below(self, limit: int) -> int:
        """A random number from 0 to `limit` - 1."""
        ...
