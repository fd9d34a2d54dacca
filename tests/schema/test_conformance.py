"""One rule of the standard after another, broken and kept, each finding at its full address."""

from __future__ import annotations

import pytest

from gateway.codes import CATALOGUE, Severity
from gateway.report import Verdict
from tests.schema.cases import Case, address_problems, as_found, document
from tests.schema.cases_of_elements import ELEMENTS
from tests.schema.cases_of_structure import LEVELS, STRUCTURE
from tests.schema.cases_of_totals import TOTALS
from tests.schema.samples import SETS, checked, interchange

CASES = (*ELEMENTS, *STRUCTURE, *LEVELS, *TOTALS)


def ids(case: Case) -> str:
    return case.rule.replace(" ", "-")


@pytest.mark.parametrize("set_type", sorted(SETS))
def test_the_samples_are_good(set_type: str) -> None:
    result = checked(interchange(set_type, SETS[set_type]))
    assert (result.verdict, result.findings) == (Verdict.ACCEPTED, ())
    assert result.rows[0] == 0
    assert min(result.rows) == 0


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_a_broken_rule_is_found_at_its_place(case: Case) -> None:
    data = document(case, case.broken)
    result = checked(data)
    assert tuple(as_found(finding) for finding in result.findings) == case.found
    assert [address_problems(finding, data) for finding in result.findings] == [[]] * len(case.found)
    assert all(finding.message and "{" not in finding.message for finding in result.findings)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_verdict_follows_from_the_severity(case: Case) -> None:
    severe = any(CATALOGUE[found.code].severity is Severity.ERROR for found in case.found)
    verdict = checked(document(case, case.broken)).verdict
    assert verdict is (Verdict.REJECTED if severe else Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("case", "number"),
    [pytest.param(case, n, id=f"{ids(case)}-{n}") for case in CASES for n in range(len(case.fine))],
)
def test_a_kept_rule_is_not_complained_of(case: Case, number: int) -> None:
    result = checked(document(case, case.fine[number]))
    assert (result.findings, result.verdict) == ((), Verdict.ACCEPTED)
