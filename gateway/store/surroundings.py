"""The real clock and the real randomness."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from some start; they never go back."""
        return time.monotonic()


class SystemRandomness:
    """The randomness of the operating system."""

    def bytes(self, count: int) -> bytes:
        """So many random bytes, fit for keys."""
        return secrets.token_bytes(count)

    def below(self, limit: int) -> int:
        """A random number from 0 to `limit` - 1."""
        return secrets.randbelow(limit)
