"""A clock and a randomness that a test holds in its hands."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands where it was put; with a `tick`, each time of day that is read lies so much behind the last."""

    def __init__(
        self, now: datetime = NOON, monotonic: float = 0.0, *, tick: timedelta = timedelta(0)
    ) -> None:
        if now.utcoffset() != timedelta(0):
            raise ValueError(f"the time of a clock is aware and in UTC, which {now!r} is not")
        self._now = now
        self._monotonic = monotonic
        self._tick = tick
        self._one_at_a_time = threading.Lock()

    def now(self) -> datetime:
        """The time of day."""
        with self._one_at_a_time:
            self._pass(self._tick)
            return self._now

    def monotonic(self) -> float:
        """Seconds that no jump moves."""
        with self._one_at_a_time:
            return self._monotonic

    def advance(self, seconds: float) -> None:
        """Time passes."""
        if seconds < 0:
            raise ValueError(f"time does not pass backwards: {seconds}; a clock that is set back jumps")
        with self._one_at_a_time:
            self._pass(timedelta(seconds=seconds))

    def jump(self, by: timedelta) -> None:
        """Somebody sets the clock, forward or back; no time passes."""
        with self._one_at_a_time:
            self._now += by

    def freeze(self) -> None:
        """Reading no longer moves it."""
        with self._one_at_a_time:
            self._tick = timedelta(0)

    def _pass(self, span: timedelta) -> None:
        self._now += span
        self._monotonic += span.total_seconds()


class SeededRandomness:
    """The same numbers at every run; nothing for keys that are to be kept."""

    def __init__(self, seed: int = 0) -> None:
        self._source = random.Random(seed)

    def bytes(self, count: int) -> bytes:
        """So many bytes."""
        return self._source.randbytes(count)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return self._source.randrange(limit)
