"""The elements of ISA, GS, TA1, GE and IEA, and the release that a group is written in."""

from __future__ import annotations

import pytest

from gateway.findings import Severity
from gateway.report import Verdict
from gateway.schema.envelope import release_of
from tests.schema.cases import codes
from tests.schema.definitions import release
from tests.schema.samples import ORDER, RECEIPT, checked, envelope_findings, interchange


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


@pytest.mark.parametrize(
    ("good", "written", "place", "code"),
    [
        ("GE*1*7", "GE*0000001*7", "GE01", "group-element"),
        ("GE*1*7", "GE*1*7*X", "GE03", "element-too-many"),
        ("IEA*1*", "IEA*0000000001*", "IEA01", "interchange-element"),
        ("IEA*1*000000042", "IEA*1*000000042*X", "IEA03", "element-too-many"),
    ],
)
def test_a_trailer_that_says_the_right_thing_wrongly_is_warned_of(
    good: str, written: str, place: str, code: str
) -> None:
    data = interchange("850", ORDER).replace(good.encode(), written.encode())
    (finding,) = envelope_findings(data)
    assert (finding.code, finding.location.place) == (code, place)
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("trailer", ["GE*2*7", "GE*1*8", "GE", "GE*1*007"])
def test_what_the_reader_says_of_a_trailer_is_not_said_twice(trailer: str) -> None:
    data = interchange("850", ORDER).replace(b"GE*1*7", trailer.encode())
    assert envelope_findings(data) == []


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
