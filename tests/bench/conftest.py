"""A workspace as the bench makes it, for all tests of the bench."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import workspace
from bench.ours import Ours


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace.make(tmp_path_factory.mktemp("bench") / "workspace")


@pytest.fixture(scope="session")
def ours(place: Path) -> Ours:
    return Ours(place)
