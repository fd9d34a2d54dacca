"""How long the searching tests search: a moment in `make test`, long in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

TIMES = int(os.environ.get("GATEWAY_SOAK_TIMES", "1"))


def examples(count: int) -> int:
    """So many random examples, or as many times more as a soak run asks for."""
    return count * TIMES


def either(count: int, soak: int) -> int:
    """So many in `make test`, and so many in a soak run."""
    return count if TIMES == 1 else soak


def either_of(few: Sequence[T], soak: Sequence[T]) -> Sequence[T]:
    """These in `make test`, and those in a soak run."""
    return few if TIMES == 1 else soak
