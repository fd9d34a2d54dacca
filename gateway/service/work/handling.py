"""What does the work of a step: the port between the workers and what they work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.store.queue.steps import Leased
from gateway.store.writing.transaction import Change

Handler = Callable[[Leased], Change[object]]
"""Does the work of a step, and gives what is to be written when it ends. May raise `Retry`."""


class Retry(Exception):  # noqa: N818 - it is a request to come again, not a fault
    """A step cannot be done now, such as when the other side is away; it is tried again later."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        """`after` is the least time to wait, where the other side asked for one."""
        self.after = after
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Together:
    """How steps of a kind are done together, up to `most` of them in one change.

    When that fails, each is done alone.
    """

    work: Callable[[Sequence[Leased]], Change[object]]
    most: int = 500
