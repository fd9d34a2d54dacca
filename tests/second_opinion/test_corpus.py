"""Both judgments agree on every file of the corpus, or the page says why not."""

from __future__ import annotations

import pytest

from gateway.second_opinion.engine import Pyx12
from tests.corpus.files import samples
from tests.second_opinion.compare import Disagreement, disagreements
from tests.second_opinion.page import entries

KNOWN = [entry for entry in entries() if not entry.is_about_a_case]


@pytest.fixture(scope="module")
def found(pyx12: Pyx12) -> frozenset[Disagreement]:
    return frozenset(
        each
        for sample in samples()
        for each in disagreements(sample.file, sample.data, pyx12.judge(sample.data))
    )


def test_every_disagreement_about_a_file_is_explained(found: frozenset[Disagreement]) -> None:
    assert [each for each in sorted(found) if not any(entry.explains(each) for entry in KNOWN)] == []


def test_every_entry_about_a_file_explains_a_disagreement(found: frozenset[Disagreement]) -> None:
    assert [entry for entry in KNOWN if not any(entry.explains(each) for each in found)] == []
