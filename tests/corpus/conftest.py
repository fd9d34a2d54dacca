"""pyx12, with its maps prepared once for all tests of the corpus."""

from __future__ import annotations

import pytest

from tests.acknowledgments.second_opinion import SecondOpinion


@pytest.fixture(scope="session")
def second_opinion(tmp_path_factory: pytest.TempPathFactory) -> SecondOpinion:
    return SecondOpinion(tmp_path_factory.mktemp("pyx12"))
