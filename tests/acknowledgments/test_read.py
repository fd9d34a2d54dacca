"""Acknowledgments of others: what they say, and what is wrong with them."""

from __future__ import annotations

import pytest

from gateway.acknowledgments.answered import (
    Acknowledged,
    AcknowledgedGroup,
    AcknowledgedInterchange,
    AcknowledgedSet,
    Identity,
    Parties,
    SegmentFault,
    same_number,
)
from gateway.acknowledgments.read import read_acknowledgments
from gateway.acknowledgments.read_elements import MAX_FINDINGS
from gateway.findings import Finding, Location, Severity, found
from gateway.formats.x12.model import (
    Delimiters,
    Event,
    GroupStart,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.reader import read as x12_events
from gateway.report import Verdict
from tests.acknowledgments.samples import DELIMITERS, gs, isa

START = Location(
    interchange=1, group=1, set=1, isa13="000000042", gs06="77", st02="0001", segment=3, byte=200
)


def events(*segments: str, findings: tuple[Finding, ...] = (), complete: bool = True) -> list[Event]:
    """What the reader hands over for one 997; ST and SE are put around the segments."""
    texts = ("ST*997*0001", *segments, f"SE*{len(segments) + 2}*0001")
    place = Location(interchange=1)
    return [
        InterchangeStart(isa=isa(), delimiters=DELIMITERS, location=place),
        GroupStart(gs=gs(e1="FA"), location=place),
        TransactionSet(
            segments=texts,
            delimiters=DELIMITERS,
            location=START,
            raw="~".join(texts),
            findings=findings,
            complete=complete,
        ),
    ]


def group_of(*segments: str, findings: tuple[Finding, ...] = ()) -> AcknowledgedGroup:
    (read,) = read_acknowledgments(events(*segments, findings=findings))
    assert isinstance(read, AcknowledgedGroup)
    return read


def interchange_of(*elements: str) -> AcknowledgedInterchange:
    place = Location(interchange=1, segment=2, byte=106)
    note = InterchangeNote(segment=("TA1", *elements), location=place)
    start = InterchangeStart(isa=isa(), delimiters=DELIMITERS, location=Location(interchange=1))
    (read,) = read_acknowledgments([start, note])
    assert isinstance(read, AcknowledgedInterchange)
    return read


def told(read: Acknowledged) -> list[tuple[str, str, str | None]]:
    """Code, place and value of each finding."""
    return [(one.code, one.location.place, one.value) for one in read.findings]


def test_everything_a_997_says() -> None:
    read = group_of(
        "AK1*PO*77",
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK3*LDT*8*LDT*8",
        "AK4*3>1>2*355*7*XX",
        "AK4*5**1",
        "AK3*CTT*9**3",
        "AK5*R*5*4",
        "AK9*P*3*2*1*5*1",
    )
    assert read == AcknowledgedGroup(
        parties=Parties(
            sender=Identity("ZZ", "BUYER"),
            receiver=Identity("08", "9254110060"),
            application_sender="BUYERAPP",
            application_receiver="SELLERAPP",
        ),
        functional_identifier="PO",
        control_number="77",
        verdict=Verdict.PARTIALLY_ACCEPTED,
        included=3,
        received=2,
        accepted=1,
        codes=("5", "1"),
        sets=(
            AcknowledgedSet(st01="850", st02="0001", verdict=Verdict.ACCEPTED),
            AcknowledgedSet(
                st01="850",
                st02="0002",
                verdict=Verdict.REJECTED,
                codes=("5", "4"),
                faults=(
                    SegmentFault(
                        position=8,
                        tag="LDT",
                        loop="LDT",
                        segment_code="8",
                        element=3,
                        component=1,
                        repetition=2,
                        element_number="355",
                        element_code="7",
                        data="XX",
                    ),
                    SegmentFault(
                        position=8, tag="LDT", loop="LDT", segment_code="8", element=5, element_code="1"
                    ),
                    SegmentFault(position=9, tag="CTT", segment_code="3"),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("A", Verdict.ACCEPTED),
        ("E", Verdict.ACCEPTED_WITH_ERRORS),
        ("P", Verdict.PARTIALLY_ACCEPTED),
        *((code, Verdict.REJECTED) for code in "RMWX"),
    ],
)
def test_group_verdicts(code: str, verdict: Verdict) -> None:
    read = group_of("AK1*PO*77", f"AK9*{code}*1*1*1")
    assert (read.verdict, read.findings) == (verdict, ())


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("A", Verdict.ACCEPTED),
        ("E", Verdict.ACCEPTED_WITH_ERRORS),
        *((code, Verdict.REJECTED) for code in "RMWX"),
    ],
)
def test_set_verdicts(code: str, verdict: Verdict) -> None:
    read = group_of("AK1*PO*77", "AK2*850*0001", f"AK5*{code}", "AK9*P*1*1*0")
    assert (read.sets[0].verdict, read.findings) == (verdict, ())


def test_an_unknown_verdict_is_never_taken_for_acceptance() -> None:
    read = group_of("AK1*PO*77", "AK2*850*0001", "AK5*P", "AK9*Z*1*1*1")
    assert (read.verdict, read.sets[0].verdict) == (Verdict.UNREADABLE, Verdict.UNREADABLE)
    assert told(read) == [("acknowledgment-element", "AK501", "P"), ("acknowledgment-element", "AK901", "Z")]
    assert read.findings[0].location == Location(
        interchange=1, group=1, set=1, isa13="000000042", gs06="77", st02="0001",
        segment=6, segment_in_set=4, byte=235, tag="AK5", element=1,
    )  # fmt: skip
    assert read.findings[0].message == "AK501 holds P, which is no acknowledgment code"


def test_missing_segments() -> None:
    read = group_of("AK2*850*0001", "AK3*BEG*2**8", "AK2*850*0002")
    assert told(read) == [
        ("acknowledgment-segment-missing", "AK5", None),
        ("acknowledgment-segment-missing", "AK5", None),
        ("acknowledgment-segment-missing", "AK9", None),
        ("acknowledgment-segment-missing", "AK1", None),
    ]
    assert [one.verdict for one in read.sets] == [Verdict.UNREADABLE] * 2
    assert read.sets[0].faults == (SegmentFault(position=2, tag="BEG", segment_code="8"),)
    assert (read.verdict, read.functional_identifier, read.control_number) == (Verdict.UNREADABLE, "", "")
    assert (read.included, read.received, read.accepted) == (None, None, None)


def test_misplaced_segments_are_named_and_passed_over() -> None:
    read = group_of(
        *("AK1*PO*77", "AK4*1**7", "AK3*BEG*2**8", "AK5*R", "AK1*PO*78"),
        *("AK2*850*0001", "AK4*1**7", "XYZ*1", "AK5*A", "AK9*A*1*1*1", "AK2*850*0002", "AK9*R*1*1*0"),
    )
    assert told(read) == [
        ("acknowledgment-segment-unexpected", tag, None)
        for tag in ("AK4", "AK3", "AK5", "AK1", "AK4", "XYZ", "AK2", "AK9")
    ]
    assert [one.location.segment_in_set for one in read.findings] == [3, 4, 5, 6, 8, 9, 12, 13]
    assert (read.control_number, read.verdict, len(read.sets)) == ("77", Verdict.ACCEPTED, 1)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "²", "12345678901"])
def test_counts_and_numbers_that_are_none(text: str) -> None:
    read = group_of(
        f"AK1*PO*{text}", "AK2*850*0001", f"AK3*BEG*{text}", f"AK4*{text}", "AK5*A", f"AK9*A*{text}*1*1"
    )
    place = [("AK102", text or None), ("AK902", text or None)]
    assert told(read) == [("acknowledgment-element", name, value) for name, value in place]
    assert read.included is None
    assert read.sets[0].faults[0].position is None
    assert read.sets[0].faults[0].element is None


def test_contradictions_are_remarked() -> None:
    read = group_of("AK1*PO*77", "AK2*850*0001", "AK5*R", "AK9*A*1*1*2")
    assert told(read) == [
        ("acknowledgment-contradiction", "AK901", "A"),
        ("acknowledgment-contradiction", "AK904", "2"),
    ]
    assert {one.severity for one in read.findings} == {Severity.WARNING}
    assert read.verdict_of("850", "0001") is Verdict.REJECTED


def test_faults_the_reader_found_are_passed_on() -> None:
    known = found("se-missing", START, st02="0001")
    assert group_of("AK1*PO*77", "AK9*A*1*1*1", findings=(known,)).findings == (known,)


def test_the_findings_of_one_answer_have_an_end() -> None:
    read = group_of("AK1*PO*77", *["XYZ"] * 5_000, "AK9*A*1*1*1")
    assert len(read.findings) == MAX_FINDINGS + 1
    assert read.findings[-1].code == "findings-limit"


def test_a_ta1() -> None:
    read = interchange_of("000000042", "260301", "1015", "R", "025")
    assert read == AcknowledgedInterchange(
        parties=Parties(sender=Identity("ZZ", "BUYER"), receiver=Identity("08", "9254110060")),
        control_number="000000042",
        date="260301",
        time="1015",
        verdict=Verdict.REJECTED,
        note="025",
    )
    assert read.answers("42")
    assert not read.answers("43")


def test_a_faulty_ta1() -> None:
    read = interchange_of("ABC", "260301", "1015", "P")
    assert told(read) == [
        ("acknowledgment-element", "TA101", "ABC"),
        ("acknowledgment-element", "TA104", "P"),
        ("acknowledgment-element", "TA105", None),
    ]
    assert read.findings[0].location == Location(interchange=1, segment=2, byte=106, tag="TA1", element=1)
    assert read.verdict is Verdict.UNREADABLE


def test_what_is_no_acknowledgment_is_passed_over() -> None:
    place = Location(interchange=1)
    order = TransactionSet(segments=("ST*850*0001",), delimiters=Delimiters(), location=START, raw="")
    nothing = TransactionSet(segments=("",), delimiters=Delimiters(), location=START, raw="")
    note = InterchangeNote(segment=("ISB", "1"), location=place)
    start = InterchangeStart(isa=("ISA",), delimiters=DELIMITERS, location=place)
    assert (
        list(read_acknowledgments([start, note, GroupStart(gs=("GS",), location=place), order, nothing]))
        == []
    )


@pytest.mark.parametrize(
    ("trailer", "verdict"),
    [
        ("AK9*A*3*3*3", Verdict.ACCEPTED),
        ("AK9*E*3*3*3", Verdict.ACCEPTED_WITH_ERRORS),
        ("AK9*R*3*3*0", Verdict.REJECTED),
        ("AK9*Z*3*3*3", Verdict.UNREADABLE),
        ("AK9*P*3*3*2", Verdict.ACCEPTED),
        ("AK9*P*3*3*1", Verdict.UNREADABLE),
        ("AK9*P*3*3", Verdict.UNREADABLE),
    ],
)
def test_the_verdict_of_a_set_that_is_not_named(trailer: str, verdict: Verdict) -> None:
    named = ("AK2*850*0002", "AK5*R") if "*P*" in trailer else ()
    read = group_of("AK1*PO*77", *named, trailer)
    assert read.verdict_of("850", "0001") is verdict


def test_the_verdict_of_a_set_that_is_named() -> None:
    read = group_of(
        *("AK1*PO*77", "AK2*850*0001", "AK5*E", "AK2*850*0002", "AK5*A", "AK2*850*0002", "AK5*R"),
        "AK9*P*3*3*2",
    )
    assert read.verdict_of("850", "1") is Verdict.ACCEPTED_WITH_ERRORS
    assert read.verdict_of("850", "0002") is Verdict.REJECTED
    assert read.answers("PO", "0077")
    assert not read.answers("PR", "77")
    assert not read.answers("PO", "770")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0001", "1", True),
        ("0", "000", True),
        ("A1", "A1", True),
        ("0A1", "A1", False),
        ("", "0", False),
        ("1", "10", False),
    ],
)
def test_same_number(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


def test_everything_a_999_says() -> None:
    """The same as a 997, with the guide of a set and the context of a fault besides."""
    segments = (
        "AK1*PO*77*005010",
        "AK2*850*0002*GUIDE-1",
        "IK3*PO1*8*PO1*8",
        "CTX*PO101>2^VENDOR*PO1*8",
        "IK4*3>1>2*355*I12*XX",
        "CTX*SITUATIONAL TRIGGER*CUR*3**2",
        "IK4*5**1",
        "IK3*CTT*9**I6",
        "IK5*R*5*I5",
        "AK9*R*1*1*0",
    )
    header = "*".join(isa(e11="^", e12="00501")) + "~" + "*".join(gs(e1="FA", e8="005010"))
    body = "~".join(segments)
    data = f"{header}~ST*999*0001~{body}~SE*{len(segments) + 2}*0001~GE*1*77~IEA*1*000000042~".encode()
    (answer,) = read_acknowledgments(x12_events([data]))
    assert isinstance(answer, AcknowledgedGroup)
    assert (answer.kind, answer.findings, answer.verdict) == ("999", (), Verdict.REJECTED)
    (one,) = answer.sets
    assert (one.guide, one.verdict, one.codes) == ("GUIDE-1", Verdict.REJECTED, ("5", "I5"))
    assert [(each.position, each.tag, each.segment_code) for each in one.faults] == [
        (8, "PO1", "8"),
        (8, "PO1", "8"),
        (9, "CTT", "I6"),
    ]
    assert [(each.element, each.component, each.repetition, each.element_code) for each in one.faults] == [
        (3, 1, 2, "I12"),
        (5, None, None, "1"),
        (None, None, None, ""),
    ]
    assert [each.context for each in one.faults] == [
        ("PO101 2", "VENDOR", "SITUATIONAL TRIGGER"),
        ("PO101 2", "VENDOR"),
        (),
    ]


@pytest.mark.parametrize(("st01", "stranger"), [("997", "IK5*A"), ("999", "AK5*A"), ("997", "CTX*A")])
def test_a_segment_of_the_other_acknowledgment_is_unexpected(st01: str, stranger: str) -> None:
    envelope = "*".join(isa()) + "~" + "*".join(gs(e1="FA"))
    body = f"AK1*PO*77~AK2*850*0001~{stranger}~AK9*A*1*1*1"
    data = f"{envelope}~ST*{st01}*0001~{body}~SE*6*0001~GE*1*77~IEA*1*000000042~"
    (answer,) = read_acknowledgments(x12_events([data.encode()]))
    code = "acknowledgment-segment-unexpected"
    unexpected = [one.location.place for one in answer.findings if one.code == code]
    assert unexpected == [stranger.split("*", maxsplit=1)[0]]
