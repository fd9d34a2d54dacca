"""When to look at drop folders: at once when names in one changed, and every second in any case.

The time of a folder's last change is asked a few times a second, which costs microseconds and needs nothing
of the system; network drives, which tell no events, are served alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

HINT_SECONDS = 0.25
EVERY_SECONDS = 1.0
SHARE = 10  # a folder that takes long to look at is looked at more seldom: at most this part of the time


class _Folder(NamedTuple):
    changed: int | None = None
    looked: float = -math.inf
    again: bool = False
    every: float = EVERY_SECONDS


class Watching:
    """Tells which folders are due. `changed` gives the time of a folder's last change, None when unknown."""

    def __init__(self, changed: Callable[[str], int | None], every: float = EVERY_SECONDS) -> None:
        self._changed = changed
        self._every = every
        self._folders: dict[str, _Folder] = {}

    def due(self, paths: Mapping[str, str], now: float) -> list[str]:
        """The channels to look at now, of channel ids with their folders. `now` never goes back."""
        self._folders = {each: self._folders.get(each, _Folder(every=self._every)) for each in paths}
        due = []
        for channel, path in paths.items():
            known, changed = self._folders[channel], self._changed(path)
            stirred = changed != known.changed
            if stirred or known.again or now - known.looked >= known.every:
                # once more after each change: another in the same tick of the clock would not show
                self._folders[channel] = known._replace(changed=changed, looked=now, again=stirred)
                due.append(channel)
        return due

    def took(self, channel: str, seconds: float) -> None:
        """A look at the folder took so long."""
        known = self._folders.get(channel)
        if known is not None:
            self._folders[channel] = known._replace(every=max(self._every, SHARE * seconds))


def last_change(path: str) -> int | None:
    """When names in the folder last changed, in nanoseconds; None when it cannot be asked."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None
