"""How long the searching tests search: a moment in `make test`, long in `make soak`, where they tell more.

Of a test with many cases that cost much, `@pytest.mark.one_in(n)` leaves every n-th case to `make test`, the
first among them; `make test-all` and a soak run try each.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")
Tell = Callable[[str], None]

TIMES = int(os.environ.get("GATEWAY_SOAK_TIMES", "1"))
EACH_CASE = TIMES > 1 or "GATEWAY_EACH_CASE" in os.environ

SHARE = 3  # of what a search is meant to try, `make test` tries one in so many


def examples(count: int) -> int:
    """A third of so many random examples, or as many times more of all of them as a soak run asks for."""
    return -(-count // SHARE) if TIMES == 1 else count * TIMES


def a_share(items: Sequence[T], one_in: int = SHARE) -> Sequence[T]:
    """One of so many in `make test`, all in a soak run."""
    return items[:: either(one_in, 1)]


def either(count: int, soak: int) -> int:
    """So many in `make test`, and so many in a soak run."""
    return count if TIMES == 1 else soak


def either_of(few: Sequence[T], soak: Sequence[T]) -> Sequence[T]:
    """These in `make test`, and those in a soak run."""
    return few if TIMES == 1 else soak


# A busy machine is no fault of what is tested; time is judged where a test says how long something may take.
settings.register_profile("unhurried", deadline=None, max_examples=examples(100))
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "one_in(n): every n-th case in `make test`, each in `make test-all`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that `make test` leaves to `make test-all`."""
    if EACH_CASE:
        return
    cases: defaultdict[str, int] = defaultdict(int)
    left_out = []
    for item in items:
        mark = item.get_closest_marker("one_in")
        if mark is None:
            continue
        test = item.nodeid.partition("[")[0]
        if cases[test] % mark.args[0]:
            left_out.append(item)
        cases[test] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        out = set(left_out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Prints a line of what was done and found, in a soak run alone."""

    def line(text: str) -> None:
        if TIMES > 1:
            with capsys.disabled():
                print(f"\n  {text}")

    return line
