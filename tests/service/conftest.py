"""Workspaces with a store, listeners in this process, and the stores of `tests.store`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.service.around import real_surroundings
from gateway.service.starting import make
from tests.service.listeners import Listening
from tests.store.conftest import database, doubts, parts, store

__all__ = ["database", "doubts", "listening", "parts", "pristine", "root", "store"]


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which nothing has happened; it is only copied."""
    folder = tmp_path_factory.mktemp("pristine") / "workspace"
    make(folder, real_surroundings())
    return folder


@pytest.fixture
def root(pristine: Path, tmp_path: Path) -> Path:
    """A workspace of a test's own."""
    return Path(shutil.copytree(pristine, tmp_path / "workspace"))


@pytest.fixture
def listening(root: Path) -> Iterator[Listening]:
    """The listener of a workspace, which soon loses its patience."""
    with Listening(root) as made:
        yield made
