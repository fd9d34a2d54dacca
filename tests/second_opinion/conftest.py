"""pyx12 with our maps, loaded once for all tests."""

from __future__ import annotations

import pytest

from gateway.schema.pyx12_maps import pyx12_maps
from gateway.second_opinion.engine import Pyx12
from gateway.second_opinion.folder import kept_maps
from tests.schema.definitions import envelope, release


@pytest.fixture(scope="session")
def pyx12(tmp_path_factory: pytest.TempPathFactory) -> Pyx12:
    folder = tmp_path_factory.mktemp("second_opinion") / "var" / "pyx12"
    known = release()
    return Pyx12({known.release: kept_maps(folder, pyx12_maps(envelope(), known))})
