"""Both judgments agree on every case of the conformance tests, or the page says why not."""

from __future__ import annotations

import pytest

from gateway.second_opinion.engine import Pyx12
from tests.schema.cases import document
from tests.schema.samples import SETS, interchange
from tests.schema.test_conformance import CASES
from tests.second_opinion.compare import Disagreement, disagreements
from tests.second_opinion.page import CASE, SIDES, Reason, entries, reasons


def documents() -> dict[str, bytes]:
    """The good sets, and each case broken and kept, by the names that the page gives them."""
    found = {f"{CASE}{set_type} good": interchange(set_type, segments) for set_type, segments in SETS.items()}
    for case in CASES:
        name = f"{CASE}{case.set_type} {case.rule}"
        assert name not in found, f"two cases have the name {name}"
        found[name] = document(case, case.broken)
        found |= {f"{name}, kept {n}": document(case, edit) for n, edit in enumerate(case.fine, 1)}
    return found


@pytest.fixture(scope="module")
def found(pyx12: Pyx12) -> frozenset[Disagreement]:
    return frozenset(
        each for name, data in documents().items() for each in disagreements(name, data, pyx12.judge(data))
    )


def test_every_disagreement_about_a_case_is_explained(found: frozenset[Disagreement]) -> None:
    known = [entry for entry in entries() if entry.is_about_a_case]
    assert [each for each in sorted(found) if not any(entry.explains(each) for entry in known)] == []


def test_every_entry_about_a_case_explains_a_disagreement(found: frozenset[Disagreement]) -> None:
    known = [entry for entry in entries() if entry.is_about_a_case]
    assert [entry for entry in known if not any(entry.explains(each) for each in found)] == []


@pytest.mark.parametrize("reason", reasons(), ids=lambda reason: reason.title)
def test_every_reason_names_its_clause_and_the_side_that_is_right(reason: Reason) -> None:
    assert reason.clause.startswith("X12.")
    assert reason.right in SIDES
    assert reason.entries


def test_no_entry_stands_twice() -> None:
    assert len(set(entries())) == len(entries())
