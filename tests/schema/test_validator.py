"""Verdicts on transaction sets, and their service segments."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.report import Verdict
from tests.schema.cases import Found, as_found, changed, codes
from tests.schema.definitions import release
from tests.schema.samples import ORDER, checked, interchange

# --- Verdicts


def test_strict_refuses_a_set_for_one_wrong_element() -> None:
    result = checked(interchange("850", changed((6, "DTM*064*20260230"))))
    assert result.verdict is Verdict.REJECTED
    assert [finding.severity for finding in result.findings] == [Severity.ERROR]


def test_tolerant_notes_a_wrong_element() -> None:
    result = checked(interchange("850", changed((6, "DTM*064*20260230"))), tolerant=True)
    assert result.verdict is Verdict.ACCEPTED_WITH_ERRORS
    assert [finding.severity for finding in result.findings] == [Severity.WARNING]
    assert as_found(result.findings[0]) == Found("element-date", 6, "DTM", 2, value="20260230")


@pytest.mark.parametrize(
    ("segments", "other"),
    [
        (changed((6, "DTM*064*20260230"), (5, "XQQ*1")), "segment-unknown"),
        (changed((6, "DTM*064*20260230"), (8, "MEA*WT*G*5*LB****03")), "element-exclusion"),
        (changed((6, "DTM*064*20260230"))[1:], "segment-missing"),
    ],
)
def test_tolerant_refuses_when_anything_else_is_wrong(segments: list[str], other: str) -> None:
    result = checked(interchange("850", segments), tolerant=True)
    assert result.verdict is Verdict.REJECTED
    assert other in codes(result.findings)
    wrong_date = next(finding for finding in result.findings if finding.code == "element-date")
    assert wrong_date.severity is Severity.ERROR


def test_tolerant_refuses_a_wrong_segment_count() -> None:
    data = interchange("850", changed((6, "DTM*064*20260230"))).replace(b"SE*19*", b"SE*18*")
    result = checked(data, tolerant=True)
    assert result.verdict is Verdict.REJECTED
    assert codes(result.findings) == ["element-date", "se-segment-count"]


def test_tolerant_refuses_a_level_without_its_parent() -> None:
    segments = ["BSN*00*77*20260110*1015", "HL*1**S", "HL*2*9*O"]
    result = checked(interchange("856", segments), tolerant=True)
    assert (result.verdict, codes(result.findings)) == (Verdict.REJECTED, ["hl-parent"])


def test_a_code_outside_a_partial_list_is_a_remark() -> None:
    result = checked(interchange("850", changed((4, "REF*QQQ*V1234"))))
    assert result.verdict is Verdict.ACCEPTED
    assert [as_found(finding) for finding in result.findings] == [
        Found("code-not-listed", 4, "REF", 1, value="QQQ")
    ]


def test_findings_stand_in_the_order_of_the_file() -> None:
    segments = changed((16, "PID*Q****SAW"), (6, "DTM*064*20260230"), (2, "BEG*Q9*NE*1**2026"))
    findings = checked(interchange("850", segments)).findings
    places = [(finding.location.segment_in_set, finding.location.element) for finding in findings]
    assert places == [(2, 1), (2, 5), (6, 2), (16, 1)]


def test_rows_name_the_places_of_segments() -> None:
    result = checked(interchange("850", [*ORDER[:3], "XQQ*1", *ORDER[3:]]))
    rows = release().sets["850"].rows()
    assert [rows[row].tag if row >= 0 else "" for row in result.rows] == [
        values[0] if values[0] != "XQQ" else "" for values in result.elements
    ]
    assert [rows[row].path for row in result.rows[10:13]] == ["N1", "N1", "N1"]


# --- Service segments


def test_a_set_without_definition_is_never_valid() -> None:
    result = checked(interchange("864", ["BMG*00"]))
    assert result.verdict is Verdict.NO_DEFINITION
    assert [as_found(finding) for finding in result.findings] == [
        Found("no-definition", 1, "ST", 1, value="864")
    ]
    assert result.findings[0].message == "no definition of 864 in release 004010 is installed"
    assert list(result.rows) == [-1, -1, -1]


def test_a_tag_that_no_release_can_have_is_told_without_a_definition_too() -> None:
    result = checked(interchange("864", ["BMG*00", "TEST*1", "", "N1*ST", "mit*1"]))
    assert result.verdict is Verdict.NO_DEFINITION
    assert [as_found(finding) for finding in result.findings] == [
        Found("no-definition", 1, "ST", 1, value="864"),
        Found("segment-unknown", 3, "TEST", value="TEST"),
        Found("segment-empty", 4, ""),
        Found("segment-unknown", 6, "mit", value="mit"),
    ]


def test_a_set_of_an_unknown_release_is_never_valid() -> None:
    result = checked(interchange("850", ORDER, gs=["8=007030"]))
    assert (result.verdict, codes(result.findings)) == (Verdict.NO_DEFINITION, ["no-definition"])


@pytest.mark.parametrize("st01", ["", "85", "8500", "PO1", "85²"])
def test_a_set_identifier_has_three_digits(st01: str) -> None:
    result = checked(interchange(st01, ORDER))
    assert result.verdict is Verdict.REJECTED
    assert codes(result.findings) == ["st01-invalid"]
    assert as_found(result.findings[0])[1:4] == (1, "ST", 1)


@pytest.mark.parametrize("st02", ["", "001", "0123456789"])
def test_a_set_control_number_has_four_to_nine_characters(st02: str) -> None:
    for kind in ("850", "864"):
        result = checked(interchange(kind, ORDER, st02=st02, se02=st02))
        found = [as_found(finding) for finding in result.findings if finding.code != "no-definition"]
        assert found == [Found("st02-invalid", 1, "ST", 2, value=st02 or None)]


def test_a_set_stands_in_a_group_of_its_kind() -> None:
    result = checked(interchange("850", ORDER, gs=["1=IN"]))
    assert result.verdict is Verdict.REJECTED
    assert [as_found(finding) for finding in result.findings] == [
        Found("functional-id-mismatch", 1, "ST", 1, value="IN")
    ]
    assert "which belongs in PO" in result.findings[0].message


def test_a_count_that_is_no_number_is_told_once() -> None:
    data = interchange("850", ORDER).replace(b"SE*19*", b"SE*XIX*")
    assert codes(checked(data).findings) == ["se-segment-count"]


def test_a_trailer_that_is_missing_hides_nothing_else() -> None:
    data = interchange("850", changed((6, "DTM*064*20260230"))).replace(b"SE*19*0001~\n", b"")
    assert codes(checked(data).findings) == ["element-date", "se-missing"]
