"""One zygote and one new workspace for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.services import Zygote


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


@pytest.fixture(scope="module")
def template(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace nobody has used."""
    root = tmp_path_factory.mktemp("kills") / "ws"
    root.mkdir()
    zygote.start(root, "init", str(root))
    assert zygote.end().status == 0
    return root
