"""The answer to a change, which comes from the writer's thread to the one that waits for it."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from gateway.attempt import Done, Failed

T = TypeVar("T")


class Promise(Generic[T]):
    """Given once. Much lighter than a `concurrent.futures.Future`, and nobody can cancel a change."""

    __slots__ = ("_closed", "_outcome")

    def __init__(self) -> None:
        self._closed = threading.Lock()
        self._closed.acquire()
        self._outcome: Done[T] | Failed | None = None

    @property
    def given(self) -> bool:
        """Whether it is there."""
        return self._outcome is not None

    def give(self, outcome: Done[T] | Failed) -> None:
        """Let those who wait go on. What is given later does not count."""
        if self._outcome is None:
            self._outcome = outcome
            self._closed.release()

    def result(self, timeout: float | None = None) -> T:
        """What the change gave, when it is durable. Raises what it raised, or `StoreError`.

        `TimeoutError` after `timeout` seconds without an answer; it may still come.
        """
        if not self._closed.acquire(timeout=-1 if timeout is None else timeout):
            raise TimeoutError("the change has got no answer yet")
        self._closed.release()
        outcome = self._outcome
        if isinstance(outcome, Done):
            return outcome.value
        if outcome is None:
            raise AssertionError("a lock that nobody holds has an answer behind it")
        raise outcome.error
