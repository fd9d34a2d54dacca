"""Verdicts, service segments, and what bad input can do to the checks of a transaction set."""

from __future__ import annotations

import pytest

from gateway.findings import Finding, Severity
from gateway.formats.x12.definitions import Release
from gateway.formats.x12.model import TransactionSet
from gateway.report import Verdict
from gateway.schema.diagnose import MAX_FINDINGS_PER_SET
from gateway.schema.envelope import release_of
from gateway.schema.validator import Validator
from tests.schema.cases import Found, as_found
from tests.schema.definitions import envelope, release
from tests.schema.samples import ORDER, RECEIPT, checked, envelope_findings, interchange, only_set, validator


def changed(*changes: tuple[int, str]) -> list[str]:
    """The sample order with other segments at positions of the set (ST is 1)."""
    segments = list(ORDER)
    for position, text in changes:
        segments[position - 2] = text
    return segments


def codes(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


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


# --- The envelope


def test_a_good_envelope_has_no_finding() -> None:
    assert envelope_findings(interchange("850", ORDER)) == []


@pytest.mark.parametrize(
    ("element", "value"),
    [
        (1, "07"),
        (3, "02"),
        (5, "99"),
        (6, " " * 15),
        (7, "zz"),
        (8, " " * 15),
        (9, "260230"),
        (10, "2400"),
        (11, "X"),
        (13, "00000004X"),
        (14, "2"),
        (15, "X"),
    ],
)
def test_each_element_of_the_interchange_header_is_checked(element: int, value: str) -> None:
    (finding,) = envelope_findings(interchange("850", ORDER, isa=[f"{element}={value}"]))
    assert (finding.code, finding.severity) == ("interchange-element", Severity.ERROR)
    assert (finding.location.tag, finding.location.element, finding.location.byte) == ("ISA", element, 0)
    assert (finding.location.interchange, finding.location.segment) == (1, 1)
    assert finding.message.startswith(f"ISA{element:02d} is not valid: ")


def test_the_version_of_the_interchange_is_checked() -> None:
    (finding,) = envelope_findings(interchange("850", ORDER, isa=["12=00399"]))
    assert (finding.code, finding.value) == ("interchange-version-unknown", "00399")


def test_a_standards_identifier_where_a_repetition_separator_belongs_is_a_remark() -> None:
    (finding,) = envelope_findings(interchange("850", ORDER, isa=["11=U", "12=00501"]))
    assert (finding.code, finding.severity) == ("interchange-element", Severity.WARNING)
    assert finding.location.element == 11


def test_padding_of_the_interchange_header_is_not_looked_at_twice() -> None:
    assert (
        envelope_findings(interchange("850", ORDER, isa=["2=", "4=", "6=SENDER", "8=RECEIVER", "13=42"]))
        == []
    )


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        (1, "XX", "group-element"),
        (2, " ", "group-element"),
        (3, "R", "group-element"),
        (4, "260105", "group-element"),
        (5, "2500", "group-element"),
        (6, "7A", "gs06-invalid"),
        (6, "0123456789", "gs06-invalid"),
        (7, "Z", "group-element"),
        (8, "999999", "group-version-unknown"),
        (8, "00401", "group-version-unknown"),
    ],
)
def test_each_element_of_the_group_header_is_checked(element: int, value: str, code: str) -> None:
    (finding,) = envelope_findings(interchange("850", ORDER, gs=[f"{element}={value}"]))
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert (finding.location.tag, finding.location.element) == ("GS", element)
    assert (finding.location.group, finding.location.segment) == (1, 2)


def test_an_industry_suffix_uses_the_base_release_and_says_so() -> None:
    data = interchange("850", ORDER, gs=["8=004010VICS"])
    (finding,) = envelope_findings(data)
    assert (finding.code, finding.severity) == ("version-base-release", Severity.NOTE)
    assert finding.message == "GS08 holds 004010VICS; the base release 004010 is used"
    assert checked(data).verdict is Verdict.ACCEPTED


def test_the_date_of_an_old_group_has_six_digits() -> None:
    found = envelope_findings(interchange("850", ORDER, gs=["4=960105", "8=003040"]))
    assert codes(found) == ["group-version-unknown"]


def test_a_release_is_found_by_its_first_six_characters() -> None:
    releases = {"004010": release()}
    assert [
        release_of(releases, gs08) is not None for gs08 in ("004010", "004010X091", " 004010", "0040")
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_acknowledgment_segments_of_interchanges_are_checked() -> None:
    data = interchange("997", RECEIPT, gs=["1=FA"]).replace(b"GS*", b"TA1*42*260199*2512*Q*000~\nGS*")
    found = envelope_findings(data)
    told = [(finding.location.place, finding.severity) for finding in found]
    assert told == [
        ("TA101", Severity.WARNING),
        ("TA102", Severity.WARNING),
        ("TA103", Severity.WARNING),
        ("TA104", Severity.ERROR),
    ]


# --- Bad input


def test_many_findings_are_cut_off_and_the_verdict_is_not() -> None:
    lines = ["PID*F****A", *["REF*QQQ*1"] * (MAX_FINDINGS_PER_SET + 50), "DTM*064*20260230"]
    lines.remove("PID*F****A")
    segments = [*ORDER[:12], *lines, *ORDER[12:]]
    result = checked(interchange("850", segments))
    assert result.verdict is Verdict.REJECTED
    assert codes(result.findings).count("code-not-listed") == MAX_FINDINGS_PER_SET
    assert codes(result.findings).count("element-date") == 1
    assert codes(result.findings).count("findings-limit") == 1


def test_levels_in_a_circle_are_found_in_linear_time() -> None:
    count = 200_000
    levels = [f"HL*{number}*{number % count + 1}*O" for number in range(1, count + 1)]
    result = checked(interchange("856", ["BSN*00*77*20260110*1015", *levels], st02="0001"))
    assert result.verdict is Verdict.REJECTED
    first = result.findings[0]
    assert as_found(first) == Found("hl-parent", 3, "HL", 2, "HL", "2")
    assert codes(result.findings).count("hl-parent") == MAX_FINDINGS_PER_SET


def test_levels_nest_only_so_deep() -> None:
    levels = [f"HL*{number}*{number - 1 or ''}*Q" for number in range(1, 41)]
    result = checked(interchange("856", ["BSN*00*77*20260110*1015", *levels]))
    assert [as_found(finding) for finding in result.findings] == [
        Found("hl-too-deep", 35, "HL", 2, "HL", "32")
    ]


def test_the_parent_of_a_level_may_be_far_away() -> None:
    levels = ["HL*1**S", *(f"HL*{number}*1*O" for number in range(2, 5_000))]
    assert checked(interchange("856", ["BSN*00*77*20260110*1015", *levels])).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "junk",
    [
        "PID*F" + "*" * 9_000 + "X",
        "PO1*" + "9" * 100_000,
        "X" * 100_000,
        "*" * 9_000,
        "PO1*1*" + "-" * 50_000,
        "MEA*WT*G*1*" + ">" * 9_000,
        "SAC*A*C310***" + "1" * 5_000,
        "DTM*064*" + "2" * 50_000,
    ],
)
def test_junk_in_a_segment_gives_findings_and_nothing_else(junk: str) -> None:
    result = checked(interchange("850", [*ORDER[:6], junk, *ORDER[6:]]))
    assert result.verdict is Verdict.REJECTED
    assert 1 <= len(result.findings) <= 30
    assert all(len(finding.location.tag or "") <= 20 for finding in result.findings)
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    assert all(finding.location.segment_in_set in (8, 9) for finding in errors)


def test_thousands_of_separators_at_the_end_are_one_note() -> None:
    result = checked(interchange("850", changed((16, "PID*F****SAW" + "*" * 9_000))))
    assert [as_found(finding) for finding in result.findings] == [
        Found("segment-trailing-separator", 16, "PID", 6, "PO1/PID")
    ]
    assert result.verdict is Verdict.ACCEPTED


def test_a_set_that_is_wrong_everywhere_is_read_in_linear_time() -> None:
    segments = ["PID*Q", "BEG*00", "XX1*1", "HL*1", ""] * 8_000
    result = checked(interchange("850", segments))
    assert result.verdict is Verdict.REJECTED
    assert len(result.findings) <= 2 * MAX_FINDINGS_PER_SET + 1


def test_totals_of_monstrous_numbers_are_left_alone() -> None:
    segments = changed((13, "PO1*1*" + "9" * 6_000 + "*EA*1"), (17, "CTT*2*34"))
    assert codes(checked(interchange("850", segments)).findings) == ["element-too-long"]


def test_a_validator_without_releases_defines_nothing() -> None:
    only, group = only_set(interchange("850", ORDER))
    nothing: dict[str, Release] = {}
    result = Validator(nothing, envelope()).check_set(only, group.gs[8], group.gs[1])
    assert result.verdict is Verdict.NO_DEFINITION


def test_a_set_of_nothing_but_its_header_is_judged() -> None:
    only, _ = only_set(interchange("850", ORDER))
    bare = TransactionSet(
        segments=("ST",), delimiters=only.delimiters, location=only.location, raw="ST~", complete=False
    )
    result = validator().check_set(bare, "004010", "PO")
    assert result.verdict is Verdict.REJECTED
    assert codes(result.findings) == ["st01-invalid", "st02-invalid"]
