"""Work that may hang, such as that in a folder of the network, in threads that nobody has to wait for.

A call into such a folder cannot be broken off: it ends when the network comes back, or never. So it has a
thread of its own, and who asked for it goes on when that takes too long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.attempt import Done, Failed, attempt

T = TypeVar("T")


class _Hand(Generic[T]):
    """One piece of work. `over` is set when it has ended, and when it is not waited for any more."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.overdue = False
        self.outcome: Done[T] | Failed | None = None


class Hands(Generic[T]):
    """Of each kind of work one piece is in hand at a time, however many threads ask."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._hands: dict[str, _Hand[T]] = {}

    def hangs(self, kind: str) -> bool:
        """Whether work of this kind is in hand that nobody waits for any more."""
        with self._guard:
            hand = self._hands.get(kind)
            return hand is not None and hand.overdue and hand.outcome is None

    def do(self, kind: str, work: Callable[[], T], patience: float) -> Done[T] | Failed | None:
        """Do a piece of work after those of its kind before it, and wait up to `patience` seconds for it.

        None when it is not done by then, and at once when one before it hangs: then it is not begun. How a
        piece failed that nobody waited for is told to who comes next, whose own is not begun either.
        """
        hand = _Hand[T]()
        while True:
            with self._guard:
                before = self._hands.setdefault(kind, hand)
                if before is hand:
                    break
                if before.outcome is not None:
                    del self._hands[kind]
                    return before.outcome
                if before.overdue:
                    return None
            before.over.wait()
        threading.Thread(target=self._run, args=(kind, hand, work), name=f"hand-{kind}", daemon=True).start()
        hand.over.wait(patience)
        with self._guard:
            hand.overdue = hand.outcome is None
            hand.over.set()
            return hand.outcome

    def _run(self, kind: str, hand: _Hand[T], work: Callable[[], T]) -> None:
        outcome = attempt(work)
        with self._guard:
            hand.outcome = outcome
            if not (hand.overdue and isinstance(outcome, Failed)):
                del self._hands[kind]
            hand.over.set()
