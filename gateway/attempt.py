"""The one place that takes every exception: what is wrong with one piece of work must not reach the others.

The writer commits the changes of many together, and the queue goes on when a step fails. Both try each piece
by `attempt`, hand its error to whoever asked for it, and are not ended by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a piece of work gave."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a piece of work gave nothing."""

    error: Exception


def attempt(work: Callable[[], T]) -> Done[T] | Failed:
    """Do a piece of work, whatever may be wrong with it. What ends a process still ends it."""
    try:
        return Done(work())
    except Exception as error:  # noqa: BLE001 - this is that place
        return Failed(error)
