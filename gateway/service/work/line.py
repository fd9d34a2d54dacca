"""Steps that wait for the workers of their priorities."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from gateway.ports import Clock
from gateway.service.work.appetite import Appetite
from gateway.store.queue.steps import Leased

Job = tuple[Leased, ...]
"""What one worker does in one go."""


class Line:
    """Steps of some priorities: those in hand, and those of them that nobody has begun."""

    def __init__(self, priorities: tuple[int, ...], workers: int, most: int, clock: Clock) -> None:
        self.priorities = priorities
        self.workers = workers
        self._clock = clock
        self.appetite = Appetite(2 * workers, most)
        self.jobs: deque[Job] = deque()
        self.in_hand: dict[int, Leased] = {}

    def room(self) -> int:
        """How many steps more to take."""
        return self.appetite.room(len(self.in_hand), self._clock.monotonic())

    def forget(self, steps: Sequence[Leased]) -> bool:
        """These are no longer in hand; gives whether that made room."""
        had = len(self.in_hand)
        for step in steps:
            self.in_hand.pop(step.n, None)
        return len(self.in_hand) < had and self.room() > 0
