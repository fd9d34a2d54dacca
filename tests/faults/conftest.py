"""One zygote for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kills.services import Zygote


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()
