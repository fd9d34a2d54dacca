"""What a long search tells as it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.thoroughness import TIMES

Tell = Callable[[str], None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Prints a line of what was done and found, in `make soak-faults` alone."""

    def line(text: str) -> None:
        if TIMES > 1:
            with capsys.disabled():
                print(f"\n  {text}")

    return line
