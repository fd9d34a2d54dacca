"""One rule of the standard after another, broken and kept, each finding at its full address."""

from __future__ import annotations

import pytest

from gateway.codes import CATALOGUE, Severity
from gateway.report import Verdict
from tests.schema.cases import Case, address_problems, as_found, document
from tests.schema.cases_of_005010 import RELEASE_005010, REPEATING
from tests.schema.cases_of_changes import CHANGES
from tests.schema.cases_of_elements import ELEMENTS
from tests.schema.cases_of_structure import LEVELS, STRUCTURE
from tests.schema.cases_of_totals import TOTALS
from tests.schema.samples import SETS, checked, envelope_findings, interchange

CASES = (*ELEMENTS, *CHANGES, *STRUCTURE, *LEVELS, *TOTALS, *RELEASE_005010)


def ids(case: Case) -> str:
    return case.rule.replace(" ", "-")


@pytest.mark.parametrize("set_type", sorted(SETS))
def test_the_samples_are_good(set_type: str) -> None:
    newer = set_type == "999"
    isa, gs = (REPEATING, ("8=005010",)) if newer else ((), ())
    result = checked(interchange(set_type, SETS[set_type], isa=isa, gs=gs))
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


@pytest.mark.parametrize(("release", "codes"), [("005010", ()), ("004010", ("element-too-many",))])
def test_st03_names_a_guide_from_005010_on(release: str, codes: tuple[str, ...]) -> None:
    data = interchange("997", SETS["997"], gs=(f"8={release}",)).replace(
        b"ST*997*0001", b"ST*997*0001*GUIDE-1"
    )
    assert tuple(finding.code for finding in checked(data).findings) == codes


@pytest.mark.parametrize("version", ["005010X231A1", "005010VICS"])
def test_a_guide_of_an_industry_is_judged_by_its_base_release(version: str) -> None:
    data = interchange("999", SETS["999"], isa=REPEATING, gs=(f"8={version}",))
    assert checked(data).verdict is Verdict.ACCEPTED
    (found,) = envelope_findings(data)
    assert (found.code, found.severity, found.value) == ("version-base-release", Severity.NOTE, version)
    assert dict(found.details)["release"] == "005010"
