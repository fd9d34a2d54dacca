"""How long the searching tests search: a moment in `make test`, long in `make soak`, where they tell more."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
Tell = Callable[[str], None]

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


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Prints a line of what was done and found, in a soak run alone."""

    def line(text: str) -> None:
        if TIMES > 1:
            with capsys.disabled():
                print(f"\n  {text}")

    return line
