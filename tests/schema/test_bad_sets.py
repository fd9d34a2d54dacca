"""What bad input can do to the checks of a transaction set: findings, and nothing else."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.formats.x12.definitions import Release
from gateway.formats.x12.model import TransactionSet
from gateway.report import Verdict
from gateway.schema.faults import MAX_FAULTS_PER_SET
from gateway.schema.validator import Validator
from tests.schema.cases import Found, as_found, changed, codes
from tests.schema.definitions import envelope
from tests.schema.samples import ORDER, checked, interchange, only_set, validator


def test_many_findings_are_cut_off_and_the_verdict_is_not() -> None:
    lines = ["PID*F****A", *["REF*QQQ*1"] * (MAX_FAULTS_PER_SET + 50), "DTM*064*20260230"]
    lines.remove("PID*F****A")
    segments = [*ORDER[:12], *lines, *ORDER[12:]]
    result = checked(interchange("850", segments))
    assert result.verdict is Verdict.REJECTED
    assert codes(result.findings).count("code-not-listed") == MAX_FAULTS_PER_SET
    assert codes(result.findings).count("element-date") == 1
    assert codes(result.findings).count("findings-limit") == 1


def test_levels_in_a_circle_are_found_in_linear_time() -> None:
    count = 200_000
    levels = [f"HL*{number}*{number % count + 1}*O" for number in range(1, count + 1)]
    result = checked(interchange("856", ["BSN*00*77*20260110*1015", *levels], st02="0001"))
    assert result.verdict is Verdict.REJECTED
    first = result.findings[0]
    assert as_found(first) == Found("hl-parent", 3, "HL", 2, "HL", "2")
    assert codes(result.findings).count("hl-parent") == MAX_FAULTS_PER_SET


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
    assert len(result.findings) <= 2 * MAX_FAULTS_PER_SET + 1


def test_totals_of_monstrous_numbers_are_left_alone() -> None:
    segments = changed((13, "PO1*1*" + "9" * 6_000 + "*EA*1"), (17, "CTT*2*34"))
    assert codes(checked(interchange("850", segments)).findings) == ["element-too-long"]


@pytest.mark.parametrize("count", [2, 20_000])
def test_totals_that_stand_ever_again_are_not_added_up_ever_again(count: int) -> None:
    lines = [ORDER[11]] * 5_000
    result = checked(interchange("850", [*ORDER[:11], *lines, *["CTT*1*1"] * count]))
    assert set(codes(result.findings)) <= {"loop-too-many", "findings-limit"}


def test_a_total_is_not_judged_when_not_every_fault_is_told() -> None:
    segments = [*ORDER[:5], *["XQQ*1"] * (MAX_FAULTS_PER_SET + 1), *ORDER[5:-2], "CTT*3"]
    assert set(codes(checked(interchange("850", segments)).findings)) == {"segment-unknown", "findings-limit"}


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
