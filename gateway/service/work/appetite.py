"""How many steps to have in hand: as many as are worked off in a moment.

What is in hand cannot be overtaken by what is more urgent, and is suspected when the process dies; but each
time that more is taken costs a commit.
"""

from __future__ import annotations

MOST = 500
MOMENT = 0.1  # seconds


class Appetite:
    """It doubles when what was taken is worked off within a moment, and is halved when it takes longer."""

    def __init__(self, least: int, most: int = MOST) -> None:
        """Never fewer than `least`, never more than `most`."""
        self._least = least
        self._most = max(least, most)
        self._whole = least
        self._taken_at: float | None = None

    def room(self, in_hand: int, now: float) -> int:
        """How many more to take; 0 until half of what may be in hand is worked off. `now` in seconds."""
        if 2 * in_hand > self._whole:
            return 0
        if self._taken_at is not None:
            quick = now - self._taken_at < MOMENT
            self._whole = min(2 * self._whole, self._most) if quick else max(self._whole // 2, self._least)
            self._taken_at = None
        return self._whole - in_hand

    def took(self, steps: int, now: float) -> None:
        """So many were taken. When there was room for more, it tells nothing of their speed."""
        self._taken_at = now if 2 * steps >= self._whole else None
