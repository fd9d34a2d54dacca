"""What the queue speaks of: a step to come, one that was handed out, and the rules by which one waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from gateway.errors import StoreError
from gateway.ports import Randomness
from gateway.store.columns import storable
from gateway.store.ids import is_id

Body = Mapping[str, object]
State = Literal["waiting", "behind", "leased", "done", "dead", "parked", "cancelled"]

FOREGROUND = (2, 1, 0, -1)
"""The priorities of what is soon done; 2 goes before all. They are few: each can be looked at alone."""
BACKGROUND = -2
"""The priority of what may take long: it is worked one by one beside all else, and holds nothing up."""
PRIORITIES = (*FOREGROUND, BACKGROUND)
MOST_HARMS = 3
"""So often a step may take its process down, or run into a fault of ours, until a person must look at it."""
LONGEST_ERROR = 2000
LONGEST_NAME = 300
MICROSECOND = timedelta(microseconds=1)


class LeaseLostError(StoreError):
    """A step was given to somebody else, cancelled or ended meanwhile; what was done for it is not kept."""


@dataclass(frozen=True, slots=True)
class NewStep:
    """Work to do later, once.

    `body` is what JSON can say. Of steps with the same `dedupe` only the first is taken. Those of a `lane`
    are worked one after the other, in the order in which they came. `run_at` is the earliest time, None for
    at once. `message` is the id of the message that it is about. Raises `ValueError` for
    what no step can have.
    """

    kind: str
    body: Body = field(default_factory=dict)
    dedupe: str | None = None
    lane: str | None = None
    priority: int = 0
    run_at: datetime | None = None
    message: str | None = None

    def __post_init__(self) -> None:
        for name, text in (("kind", self.kind), ("dedupe", self.dedupe), ("lane", self.lane)):
            if text is not None and not _fit(text):
                raise ValueError(
                    f"{text!r} cannot be the {name} of a step: it has 1 to {LONGEST_NAME} characters, all of "
                    f"them Unicode and none of them NUL"
                )
        if self.priority not in PRIORITIES:
            raise ValueError(f"{self.priority} is no priority of a step; there are {sorted(PRIORITIES)}")
        if self.message is not None and not is_id(self.message):
            raise ValueError(f"{self.message!r} is not the id of a message")


@dataclass(frozen=True, slots=True)
class Leased:
    """A step that was handed out. `lease` counts how often it was: only the last one may end it.

    `tries` and `harms` say how often it failed before, `deaths` how often a process ended with it in hand.
    """

    n: int
    id: str
    kind: str
    body: Body
    dedupe: str | None
    lane: str | None
    priority: int
    run_at: datetime
    message: str | None
    tries: int
    harms: int
    deaths: int
    lease: int


@dataclass(frozen=True, slots=True)
class Hand:
    """What a lease gave. `following` is the earliest time of those that still wait; None when none does."""

    steps: tuple[Leased, ...]
    now: datetime
    following: datetime | None


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a step waits before it is tried again, and how often it is tried at most."""

    tries: int = 10
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)

    def wait(self, tries: int, random: Randomness, after: timedelta | None = None) -> timedelta:
        """How long to wait after so many failures, the last one included.

        It doubles up to the longest; by chance between half of it and all of it, so that what failed together
        does not come again together. `after` is what the other side asked for: it is the least then.
        """
        doubled = self.first_wait * (1 << min(tries - 1, 20))
        whole = min(doubled, self.longest_wait) // MICROSECOND
        own = whole // 2 + random.below(whole - whole // 2 + 1)
        return min(max(own * MICROSECOND, after or timedelta(0)), self.longest_wait)


def _fit(text: str) -> bool:
    """Whether every database can keep and index a text as it is."""
    return 0 < len(text) <= LONGEST_NAME and text == storable(text)


def kept_error(error: str) -> str:
    """An error as it is kept: short, and with nothing that a database refuses."""
    return storable(error[:LONGEST_ERROR])
