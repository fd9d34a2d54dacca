"""Sets judged by the guide of a partner: each kind of statement both ways, with its full address."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from gateway.findings import Severity
from gateway.report import Verdict
from tests.schema.guides import FILE, FIRST_LINE, changed, checked, judge, told
from tests.schema.samples import ORDER, SETS, interchange, only_set


class Case(NamedTuple):
    """A statement, a set that keeps it, one that does not, and the finding about that one."""

    statement: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    code: str
    segment: int
    place: str
    loop: str | None = None


TWICE = (*ORDER[:3], "REF*CR*V9", *ORDER[3:])
CASES = {
    "segment-required": Case(
        "PER required",
        (*ORDER[:3], "PER*BD*ANN", *ORDER[3:]),
        ORDER,
        "guide-segment-missing",
        5,
        "PER",
    ),
    "segment-required-with-a-qualifier": Case(
        "REF[CR] required",
        ORDER,
        changed("850", s3="REF*PD*9"),
        "guide-segment-missing",
        5,
        "REF",
    ),
    "segment-required-in-every-loop": Case(
        "PO1/PID required",
        ORDER,
        changed("850", s15=None),
        "guide-segment-missing",
        16,
        "PID",
        "PO1/PID",
    ),
    "segment-required-in-a-qualified-loop": Case(
        "N1[ST]/N3 required",
        (*ORDER[:8], "N1*BT*BUYER*92*B1", *ORDER[8:]),
        changed("850", s10=None),
        "guide-segment-missing",
        11,
        "N3",
        "N1",
    ),
    "loop-required": Case(
        "N1[ST] required",
        ORDER,
        changed("850", s9="N1*BT*DEPOT WEST*92*PHX3"),
        "guide-segment-missing",
        13,
        "N1",
        "N1",
    ),
    "segment-required-at-a-level": Case(
        "HL[03=P]/MAN[GM] required",
        SETS["856"],
        changed("856", s16="MAN*CP*1Z7"),
        "guide-segment-missing",
        18,
        "MAN",
        "HL",
    ),
    "segment-not-used": Case(
        "CUR not used", changed("850", s2=None), ORDER, "guide-segment-not-used", 3, "CUR"
    ),
    "segment-not-used-with-a-qualifier": Case(
        "DTM[037] not used",
        ORDER,
        changed("850", s6="DTM*037*20260119"),
        "guide-segment-not-used",
        7,
        "DTM",
    ),
    "segment-at-most": Case("REF at most 1", ORDER, TWICE, "guide-segment-too-many", 5, "REF"),
    "segment-at-most-with-a-qualifier": Case(
        "REF[CR] at most 1",
        (*ORDER[:3], "REF*PD*9", *ORDER[3:]),
        TWICE,
        "guide-segment-too-many",
        5,
        "REF",
    ),
    "loop-at-most": Case(
        "PO1 at most 1",
        (*ORDER[:13], "CTT*1*24"),
        (*ORDER[:15], "CTT*2*34"),
        "guide-loop-too-many",
        15,
        "PO1",
        "PO1",
    ),
    "element-required": Case(
        "PO104 required",
        ORDER,
        changed("850", s12="PO1*1*24*EA***UP*012345678905", s17=None),
        "guide-element-missing",
        13,
        "PO104",
        "PO1",
    ),
    "element-required-where-qualified": Case(
        "N1[ST]02 required",
        (*ORDER[:8], "N1*BT**92*B1", *ORDER[8:]),
        changed("850", s9="N1*ST**92*PHX3"),
        "guide-element-missing",
        10,
        "N102",
        "N1",
    ),
    "element-not-used": Case(
        "PO108 not used",
        changed("850", s12="PO1*1*24*EA*3.5*PE*UP*012345678905", s14="PO1*2*10*CA*12*PE*UP*012345678912"),
        changed("850", s14="PO1*2*10*CA*12*PE*UP*012345678912"),
        "guide-element-not-used",
        13,
        "PO108",
        "PO1",
    ),
    "element-too-short": Case(
        "BEG03 length 8/10",
        ORDER,
        changed("850", s1="BEG*00*NE*4500012**20260105"),
        "guide-element-too-short",
        2,
        "BEG03",
    ),
    "element-too-long": Case(
        "BEG03 length 8/10",
        ORDER,
        changed("850", s1="BEG*00*NE*45000123456**20260105"),
        "guide-element-too-long",
        2,
        "BEG03",
    ),
    "element-length-of-a-number": Case(
        "PO104 length 1/3",
        changed("850", s12="PO1*1*24*EA*-3.55*PE*UP*012345678905", s17=None),
        changed("850", s12="PO1*1*24*EA*-33.55*PE*UP*012345678905", s17=None),
        "guide-element-too-long",
        13,
        "PO104",
        "PO1",
    ),
    "element-codes": Case(
        "BEG02 codes NE RO",
        ORDER,
        changed("850", s1="BEG*00*CN*4500012345**20260105"),
        "guide-element-code",
        2,
        "BEG02",
    ),
    "element-fixed-in-a-loop": Case(
        "N1/N401 is PHOENIX",
        ORDER,
        changed("850", s11="N4*TUCSON*AZ*85001*US"),
        "guide-element-code",
        12,
        "N401",
        "N1",
    ),
    "component": Case(
        "REF04-01 codes CR",
        (*ORDER[:3], "REF*PD*9**CR>4", *ORDER[3:]),
        (*ORDER[:3], "REF*PD*9**ZZ>4", *ORDER[3:]),
        "guide-element-code",
        5,
        "REF04-01",
    ),
    "component-required": Case(
        "REF04-03 required",
        (*ORDER[:3], "REF*PD*9**CR>4>ZZ>5", *ORDER[3:]),
        (*ORDER[:3], "REF*PD*9**CR>4", *ORDER[3:]),
        "guide-element-missing",
        5,
        "REF04-03",
    ),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def set_of(case: Case) -> str:
    return "856" if case.good[0].startswith("BSN") else "850"


@every_case
def test_what_keeps_the_guide_has_no_finding(case: Case) -> None:
    result = checked(set_of(case), case.good, case.statement)
    assert (told(result), result.verdict) == ([], Verdict.ACCEPTED)


@every_case
def test_what_breaks_it_is_told_with_its_place_and_the_statement(case: Case) -> None:
    result = checked(set_of(case), case.bad, case.statement)
    assert told(result) == [(case.code, "error", case.segment, case.place, case.loop)]
    assert result.verdict is Verdict.ACCEPTED_WITH_ERRORS
    assert f"({FILE.format(set_of(case))}:{FIRST_LINE})" in result.findings[0].message


@every_case
def test_an_agreement_may_let_it_reject(case: Case) -> None:
    assert checked(set_of(case), case.bad, case.statement, rejects=True).verdict is Verdict.REJECTED


@every_case
def test_what_is_not_verified_warns_and_never_rejects(case: Case) -> None:
    statement = f"{case.statement} // unverified: heard once"
    result = checked(set_of(case), case.bad, statement, rejects=True)
    assert told(result) == [(case.code, "warning", case.segment, case.place, case.loop)]
    assert result.verdict is Verdict.ACCEPTED
    assert result.findings[0].message.endswith("; not verified: heard once")


@every_case
def test_both_paths_say_the_same(case: Case) -> None:
    guide = judge(set_of(case), case.statement)
    for segments in (case.good, case.bad):
        only, _ = only_set(interchange(set_of(case), segments))
        standard = checked(set_of(case), segments, "ST02 length 4/9")
        assert guide.judge(standard, only) == guide.explain(standard, only)


def test_repetitions_are_judged_one_by_one() -> None:
    segments = changed("850", s3="REF*CR*V1^V2345")
    only, _ = only_set(interchange("850", segments, isa=("11=^", "12=00402")))
    standard = checked("850", ORDER, "ST02 length 4/9")
    elements = only.split()
    guide = judge("850", "REF02 length 1/3")
    result = guide.judge(type(standard)(standard.verdict, (), standard.rows, only, elements), only)
    (finding,) = result.findings
    place = finding.location
    assert (finding.code, place.place, place.repetition) == ("guide-element-too-long", "REF02", 2)
    assert finding.value == "V2345"


def test_the_standard_comes_first_and_is_not_told_twice() -> None:
    segments = changed("850", s1="BEG*00*XX*4500012345**20260105", s3="REF*PD*9")
    result = checked("850", segments, "BEG02 codes NE", "REF[CR] required", rejects=True)
    assert told(result) == [
        ("element-code", "error", 2, "BEG02", None),
        ("guide-segment-missing", "error", 5, "REF", None),
    ]
    assert result.verdict is Verdict.REJECTED


def test_where_the_order_is_in_doubt_nothing_is_missing_for_the_guide() -> None:
    segments = changed("850", s1=None, s2="CUR*BY*CAD")
    result = checked("850", segments, "REF[ZZ] required", "REF at most 1", "CUR02 is USD")
    assert [each.code for each in result.findings] == ["segment-missing", "guide-element-code"]
    assert result.findings[1].location.place == "CUR02"


def test_a_condition_in_words_is_shown_and_never_judged() -> None:
    result = checked("850", ORDER, "FOB01 // note: CC where Amazon pays the freight")
    assert told(result) == []


def test_faults_beyond_the_limit_are_counted_out() -> None:
    lines = [f"PO1*{n}*1*EA*3.5*PE*UP*012345678905" for n in range(1, 1500)]
    segments = (*ORDER[:11], *lines, "CTT*1499*1499")
    result = checked("850", segments, "PO106 codes BP")
    assert len(result.findings) == 1001
    assert result.findings[-1].code == "findings-limit"
    assert {each.severity for each in result.findings[:-1]} == {Severity.ERROR}


def test_an_error_behind_many_warnings_still_rejects() -> None:
    lines = [f"PO1*{n}*1*EA*3.5*PE*UP*012345678905" for n in range(1, 1500)]
    segments = (*ORDER[:11], *lines, "CTT*1499*1498")
    result = checked("850", segments, "PO106 codes BP // unverified: so", "CTT03 required", rejects=True)
    assert result.verdict is Verdict.REJECTED
    errors = [each.code for each in result.findings if each.severity is Severity.ERROR]
    assert errors == ["guide-element-missing"]
    assert result.findings[-1].code == "findings-limit"
