"""Which answers are owed, and their envelopes."""

from __future__ import annotations

import msgspec
import pytest

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.answered import (
    AcknowledgedGroup,
    AcknowledgedInterchange,
    AcknowledgedSet,
    Identity,
    Parties,
    SegmentFault,
)
from gateway.acknowledgments.read import read_acknowledgments
from gateway.acknowledgments.received import ControlNumbers, GroupAnswer, ReceivedInterchange
from gateway.findings import Severity
from gateway.formats.x12.model import Delimiters
from gateway.formats.x12.reader import read
from gateway.report import Verdict
from tests.acknowledgments.samples import AT, fault, group, interchange, order

ISA_OF_ANSWER = (
    "ISA*00*          *00*          *08*9254110060     *ZZ*BUYER          "
    "*260304*0506*U*00401*000000001*0*P*>~"
)


def answers(
    *received: ReceivedInterchange,
    kind: AnswerKind = AnswerKind.AUTO,
    numbers: ControlNumbers = ControlNumbers(),  # noqa: B008  # frozen, so one for all calls does no harm
    delimiters: Delimiters | None = None,
    usage: str | None = None,
) -> list[str]:
    written = acknowledge(
        received, kind=kind, control_numbers=numbers, at=AT, delimiters=delimiters, usage=usage
    )
    return [one.decode("ascii") for one in written]


def kinds(*received: ReceivedInterchange, kind: AnswerKind = AnswerKind.AUTO) -> list[str]:
    """`ta1` or the number of 997s of each interchange written."""
    return ["ta1" if "~TA1*" in one else str(one.count("~ST*997*")) for one in answers(*received, kind=kind)]


def test_a_997_in_full() -> None:
    assert answers(interchange(group(order("0001")))) == [
        ISA_OF_ANSWER + "GS*FA*SELLERAPP*BUYERAPP*20260304*0506*1*X*004010~"
        "ST*997*0001~AK1*PO*77~AK2*850*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*1~IEA*1*000000001~"
    ]


def test_a_ta1_in_full() -> None:
    assert answers(interchange(group(order("0001"))), kind=AnswerKind.TA1) == [
        ISA_OF_ANSWER + "TA1*000000042*260301*1015*A*000~IEA*0*000000001~"
    ]


def test_auto_answers_with_997_alone_when_the_envelope_is_in_order() -> None:
    assert kinds(interchange(group(order("0001")))) == ["1"]


def test_auto_adds_a_ta1_when_the_sender_asks_for_one() -> None:
    assert kinds(interchange(group(order("0001")), e14="1")) == ["ta1", "1"]


def test_auto_adds_a_ta1_when_the_envelope_is_refused() -> None:
    received = interchange(
        group(order("0001"), e6="1"), group(e6="2"), findings=(fault("iea-control-number"),)
    )
    assert kinds(received) == ["ta1", "2"]


def test_in_a_refused_interchange_no_group_is_accepted() -> None:
    received = interchange(group(order("0001")), findings=(fault("iea-control-number"),))
    (ta1, functional) = answers(received)
    assert "TA1*000000042*260301*1015*R*001~" in ta1
    assert "AK2*850*0001~AK5*R~AK9*R*1*1*0~" in functional


def test_auto_sends_no_ta1_for_what_is_only_noted() -> None:
    lowered = msgspec.structs.replace(fault("iea-group-count"), severity=Severity.WARNING)
    assert kinds(interchange(group(order("0001")), findings=(lowered,))) == ["1"]


def test_a_group_that_no_997_can_name_is_answered_by_a_ta1() -> None:
    assert kinds(interchange(group(order("0001"), e1=""), group(order("0001")))) == ["ta1", "1"]


def test_acknowledgments_are_not_acknowledged() -> None:
    assert kinds(interchange(group(e1="FA"))) == []
    assert kinds(interchange(carries_ta1=True, e14="1")) == []
    assert kinds(interchange(carries_ta1=True, findings=(fault("iea-missing"),)), kind=AnswerKind.TA1) == []
    assert kinds(interchange(group(e1="FA"), e14="1")) == ["ta1"]
    assert kinds(interchange(group(e1="FA"), group(order("0001")))) == ["1"]


def test_an_interchange_without_groups_has_no_997() -> None:
    assert kinds(interchange(), kind=AnswerKind.FUNCTIONAL) == []
    assert kinds(interchange(e14="1")) == ["ta1"]


def test_without_a_whole_isa_nothing_can_be_answered() -> None:
    received = msgspec.structs.replace(interchange(group(order("0001"))), isa=("ISA", "00"))
    assert [answers(received, kind=kind) for kind in AnswerKind] == [[], [], [], []]


@pytest.mark.parametrize(("kind", "written"), [(AnswerKind.TA1, ["ta1"]), (AnswerKind.FUNCTIONAL, ["1"])])
def test_the_kind_asked_for_is_the_only_one_written(kind: AnswerKind, written: list[str]) -> None:
    refused = interchange(group(order("0001")), findings=(fault("iea-missing"),), e14="1")
    assert kinds(refused, kind=kind) == written
    assert kinds(interchange(group(order("0001"))), kind=kind) == written


def test_groups_of_the_same_parties_and_version_share_a_group() -> None:
    received = interchange(
        group(order("0001"), e6="1"),
        group(order("0001", st01="855"), e1="PR", e6="2"),
        group(order("0001"), e6="3", e2="OTHERAPP"),
        group(order("0001"), e6="4", e8="004010VICS"),
        group(order("0001"), e6="5"),
    )
    (written,) = answers(received, numbers=ControlNumbers(interchange=9, group=20, set=300))
    segments = written.split("~")
    assert [one for one in segments if one[:3] in ("GS*", "ST*", "AK1", "GE*", "IEA")] == [
        "GS*FA*SELLERAPP*BUYERAPP*20260304*0506*20*X*004010",
        *("ST*997*0300", "AK1*PO*1", "ST*997*0301", "AK1*PR*2", "ST*997*0304", "AK1*PO*5", "GE*3*20"),
        "GS*FA*SELLERAPP*OTHERAPP*20260304*0506*21*X*004010",
        *("ST*997*0302", "AK1*PO*3", "GE*1*21"),
        "GS*FA*SELLERAPP*BUYERAPP*20260304*0506*22*X*004010VICS",
        *("ST*997*0303", "AK1*PO*4", "GE*1*22"),
        "IEA*3*000000009",
    ]


def test_control_numbers_go_on_over_interchanges_and_begin_again_after_the_highest() -> None:
    numbers = ControlNumbers(interchange=999_999_999, group=999_999_999, set=999_999_999)
    received = interchange(group(order("0001")), e14="1")
    written = answers(received, received, numbers=numbers)
    assert [one.split("~")[0].split("*")[13] for one in written] == [
        *("999999999", "000000001", "000000002", "000000003"),
    ]
    assert "GE*1*999999999~" in written[1]
    assert "GE*1*1~" in written[3]
    assert "ST*997*999999999~" in written[1]
    assert "ST*997*0001~" in written[3]


@pytest.mark.parametrize(
    ("version", "date"), [("003040", "260304"), ("004010", "20260304"), ("005010", "20260304")]
)
def test_version_and_form_of_the_date_follow_the_group(version: str, date: str) -> None:
    (written,) = answers(interchange(group(order("0001"), e8=version)))
    assert f"GS*FA*SELLERAPP*BUYERAPP*{date}*0506*1*X*{version}~" in written


@pytest.mark.parametrize(
    ("received", "answered"),
    [
        ("004010VICS", "004010VICS"),
        ("", "004010"),
        ("850", "004010"),
        ("4010", "004010"),
        ("004010TOOLONG", "004010"),
    ],
)
def test_gs08_is_mirrored_where_it_is_a_version(received: str, answered: str) -> None:
    assert f"*X*{answered}~" in answers(interchange(group(order("0001"), e8=received)))[0]


@pytest.mark.parametrize(
    ("elements", "isa12", "isa11"),
    [
        ({}, "00401", "U"),
        ({"e12": "00200"}, "00200", "U"),
        ({"e12": "00402"}, "00402", "^"),
        ({"e12": "00501", "e11": "U"}, "00501", "^"),
        ({"e12": "ABCDE"}, "00401", "U"),
    ],
)
def test_the_interchange_version_is_mirrored(elements: dict[str, str], isa12: str, isa11: str) -> None:
    received = interchange(group(order("0001")), e14="1")
    isa = list(received.isa)
    for name, value in elements.items():
        isa[int(name[1:])] = value
    (written, _) = answers(msgspec.structs.replace(received, isa=tuple(isa)))
    header = written.split("~")[0].split("*")
    assert (header[12], header[11]) == (isa12, isa11)


@pytest.mark.parametrize(
    ("received", "wanted", "written"), [("P", None, "P"), ("T", None, "T"), ("X", None, "T"), ("P", "T", "T")]
)
def test_the_usage_indicator_is_mirrored(received: str, wanted: str | None, written: str) -> None:
    (answer,) = answers(interchange(group(order("0001")), e15=received), usage=wanted)
    assert answer.split("~")[0].split("*")[15] == written


def test_passwords_are_not_sent_back() -> None:
    (written,) = answers(
        interchange(group(order("0001")), e1="03", e2="SECRETUSER", e3="01", e4="SECRETWORD")
    )
    assert "SECRET" not in written
    assert written.startswith("ISA*00*          *00*          *")


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters("|", ":", "\n"),
        Delimiters("*", ":", "'", line_end="\r\n"),
        Delimiters("\x1d", "\x1f", "\x1c"),
        Delimiters("*", "^", "~"),
    ],
)
def test_separators_and_line_ends_are_mirrored(delimiters: Delimiters) -> None:
    received = interchange(group(order("0001")), delimiters=delimiters, e16=delimiters.component)
    (written,) = answers(received)
    end = delimiters.segment + delimiters.line_end
    assert written[3] == delimiters.element
    assert written[104 : 105 + len(end)] == delimiters.component + end
    assert written.count(end) == 10
    assert written.endswith("000000001" + end)


@pytest.mark.parametrize(
    "delimiters",
    [
        Delimiters("*", "*", "~"),
        Delimiters("*", "B", "~"),
        Delimiters("*", " ", "~"),
        Delimiters("§", ">", "~"),
        Delimiters("*", "U", "~"),
        Delimiters("*", "\n", "~"),
    ],
)
def test_separators_that_cannot_separate_are_not_mirrored(delimiters: Delimiters) -> None:
    received = interchange(group(order("0001")), delimiters=delimiters, e16=delimiters.component)
    assert answers(received)[0].startswith(ISA_OF_ANSWER)


def test_a_component_separator_the_sender_did_not_declare_is_not_mirrored() -> None:
    received = interchange(group(order("0001")), delimiters=Delimiters("*", "\x1f", "~"), e16="")
    assert answers(received)[0].startswith(ISA_OF_ANSWER)


def test_a_separator_inside_an_identity_is_not_mirrored() -> None:
    received = interchange(group(order("0001"), e2="BUYER:1"), delimiters=Delimiters("*", ":", "~"), e16=":")
    (written,) = answers(received)
    assert written.startswith(ISA_OF_ANSWER)
    assert "GS*FA*SELLERAPP*BUYER:1*" in written


def test_separators_handed_in_are_used() -> None:
    wanted = Delimiters("|", "<", "~", line_end="\n")
    (written,) = answers(interchange(group(order("0001"))), delimiters=wanted)
    assert written.startswith(ISA_OF_ANSWER.replace("*", "|").replace(">~", "<~\n"))


def test_parties_that_are_missing_or_do_not_fit() -> None:
    received = interchange(group(order("0001"), e2="", e3="X"), e5="  ", e6="B\x00UYER".ljust(15))
    (written,) = answers(received)
    assert "*08*9254110060     *ZZ*BUYER          *" in written
    assert "GS*FA*X *BUYER*" in written
    (nameless,) = answers(interchange(group(order("0001"), e2=""), e6=" " * 15))
    assert "GS*FA*SELLERAPP*00*" in nameless


def test_what_was_written_is_read_back() -> None:
    bad = (
        fault("element-code", 7, "LDT", 3, "XX", component=2, loop="PO1/LS/LDT", number="355"),
        fault("segment-missing", 9, "CTT"),
        fault("se-segment-count", 10, "SE", 1, "99"),
    )
    noted = msgspec.structs.replace(fault("isa13-duplicate"), severity=Severity.WARNING)
    received = interchange(
        group(order("0001"), order("0002", *bad), e6="1"),
        group(order("0001"), findings=(fault("ge-set-count"),), e6="2"),
        findings=(noted,),
        e14="1",
    )
    parties = Parties(sender=Identity("08", "9254110060"), receiver=Identity("ZZ", "BUYER"))
    applications = msgspec.structs.replace(
        parties, application_sender="SELLERAPP", application_receiver="BUYERAPP"
    )
    events = read(one.encode() for one in answers(received))
    assert list(read_acknowledgments(events)) == [
        AcknowledgedInterchange(
            parties=parties,
            control_number="000000042",
            date="260301",
            time="1015",
            verdict=Verdict.ACCEPTED_WITH_ERRORS,
            note="025",
        ),
        AcknowledgedGroup(
            parties=applications,
            functional_identifier="PO",
            control_number="1",
            verdict=Verdict.PARTIALLY_ACCEPTED,
            included=2,
            received=2,
            accepted=1,
            sets=(
                AcknowledgedSet(st01="850", st02="0001", verdict=Verdict.ACCEPTED),
                AcknowledgedSet(
                    st01="850",
                    st02="0002",
                    verdict=Verdict.REJECTED,
                    codes=("4", "5"),
                    faults=(
                        SegmentFault(
                            position=7,
                            tag="LDT",
                            loop="LDT",
                            segment_code="8",
                            element=3,
                            component=2,
                            element_number="355",
                            element_code="7",
                            data="XX",
                        ),
                        SegmentFault(position=9, tag="CTT", segment_code="3"),
                    ),
                ),
            ),
        ),
        AcknowledgedGroup(
            parties=applications,
            functional_identifier="PO",
            control_number="2",
            verdict=Verdict.REJECTED,
            included=1,
            received=1,
            accepted=0,
            codes=("5",),
            sets=(AcknowledgedSet(st01="850", st02="0001", verdict=Verdict.REJECTED),),
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "agreed", "version", "told"),
    [
        (AnswerKind.AUTO, GroupAnswer.IMPLEMENTATION, "004010", "997"),
        (AnswerKind.AUTO, GroupAnswer.IMPLEMENTATION, "005010", "999"),
        (AnswerKind.AUTO, GroupAnswer.IMPLEMENTATION, "005010X231A1", "999"),
        (AnswerKind.AUTO, GroupAnswer.FUNCTIONAL, "005010", "997"),
        (AnswerKind.FUNCTIONAL, GroupAnswer.IMPLEMENTATION, "005010", "997"),
        (AnswerKind.IMPLEMENTATION, GroupAnswer.FUNCTIONAL, "005010", "999"),
        (AnswerKind.IMPLEMENTATION, GroupAnswer.IMPLEMENTATION, "004010", "997"),
        (AnswerKind.AUTO, GroupAnswer.IMPLEMENTATION, "", "997"),
    ],
)
def test_the_999_is_for_groups_from_005010_on_unless_the_997_was_agreed(
    kind: AnswerKind, agreed: GroupAnswer, version: str, told: str
) -> None:
    received = interchange(group(order("0001"), e8=version), e12="00501", e11="^")
    (written,) = acknowledge([received], kind=kind, control_numbers=ControlNumbers(), at=AT, agreed=agreed)
    (answer,) = read_acknowledgments(read([written]))
    assert isinstance(answer, AcknowledgedGroup)
    assert (answer.kind, answer.verdict, answer.findings) == (told, Verdict.ACCEPTED, ())
