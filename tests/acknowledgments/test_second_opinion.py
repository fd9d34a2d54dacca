"""pyx12 finds what is planted, and has nothing against what we write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers, ReceivedInterchange
from gateway.codes import CATALOGUE
from gateway.formats.x12.model import Delimiters
from gateway.report import Verdict
from tests.acknowledgments.samples import AT, fault, group, interchange, order
from tests.acknowledgments.second_opinion import SecondOpinion

SOUND = (
    "ISA*00*          *00*          *08*9254110060     *ZZ*BUYER          "
    "*260304*0506*U*00401*000000001*0*P*>~"
    "GS*FA*SELLERAPP*BUYERAPP*20260304*0506*1*X*004010~ST*997*0001~AK1*PO*77~AK2*850*0001~AK3*PO1*7**8~"
    "AK4*3>1*355*7*XX~AK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*1~IEA*1*000000001~"
)


def test_a_sound_997_passes(second_opinion: SecondOpinion) -> None:
    assert second_opinion.faults(SOUND.encode()) == []


@pytest.mark.parametrize(
    ("sound", "broken", "told"),
    [
        ("AK5*R*5~", "", "(AK5) missing"),
        ("AK9*R*1", "AK9**1", "AK9"),
        ("AK5*R*5", "AK5*R*99", "AK502"),
        ("AK2*850*0001", "AK2*850*1", "(AK202) is too short"),
        ("AK1*PO*77", "AK1*PO*SEVEN", "AK102"),
        ("*7*XX~", "*7*X^X~", "(AK404) is type AN, contains an invalid character"),
        ("AK3*PO1*7", "AK3*PO1*1234567", "(AK302) is too long"),
        ("SE*8*0001", "SE*9*0001", "SE count of 9"),
        ("GE*1*1", "GE*2*1", "GE count of 2"),
        ("IEA*1*000000001", "IEA*1*000000002", "IEA id=000000002"),
        ("GS*FA*SELLERAPP", "GS*FA*S", "(GS02) is too short"),
        ("*0*P*>", "*0*X*>", "ISA15"),
        ("ISA*00*", "ISB*00*", "without a reason"),
    ],
)
def test_a_planted_fault_is_found(second_opinion: SecondOpinion, sound: str, broken: str, told: str) -> None:
    assert SOUND.count(sound) == 1
    faults = second_opinion.faults(SOUND.replace(sound, broken).encode())
    assert any(told in one for one in faults), faults


def test_one_opinion_does_not_colour_the_next(second_opinion: SecondOpinion) -> None:
    assert second_opinion.faults(SOUND.replace("AK5*R*5~", "").encode()) != []
    assert second_opinion.faults(SOUND.encode()) == []


def received_interchanges() -> Iterator[ReceivedInterchange]:
    """Clean ones, bad ones and ugly ones."""
    everything = [fault(code, 3, "PO1", 2, "V", component=1, number="355") for code in CATALOGUE]
    nowhere = tuple(fault(code) for code in CATALOGUE)
    ugly = [
        fault("element-code", 7, "PO1", 3, value)
        for value in ("A>B", "A*B", "A~B", "\x00", "Ü", "^`", "A" * 200, "  ", " lead", "x\ny")
    ]
    tags = [fault("segment-unknown", 9, tag) for tag in ("", "B", "TOOLONG", "\x08TXI", "po1", "*", None)]
    sets = (
        order("0001"),
        order("1", *everything),
        order("", *nowhere),
        order("1234567890", *ugly, *tags),
        order("A B", fault("segment-unknown", 2_000_000, "ZZZ"), verdict=Verdict.ACCEPTED_WITH_ERRORS),
    )
    yield interchange(group(*sets))
    yield interchange(group(*sets, findings=nowhere), findings=nowhere)
    for number in ("", "ABC", "1234567890"):
        yield interchange(group(*sets, e6=number), e13=number.ljust(9)[:9])
    for version in ("003040", "004010VICS", "005010", "", "850"):
        yield interchange(group(*sets, e8=version), e12="00501" if version == "005010" else "00401", e11="U")
    yield interchange(group(*sets, e2="", e3=""), group(*sets, e1="PR"), e6=" " * 15, e5="  ")
    yield interchange(group(*sets, e2="A>B"), e14="1", e15="X")
    yield interchange(group(*sets), delimiters=Delimiters("|", ":", "\n"), e16=":")
    yield interchange(
        group(*sets), delimiters=Delimiters("\x1d", "\x1f", "\x1c", line_end="\r\n"), e16="\x1f"
    )
    yield interchange(group(*sets), delimiters=Delimiters("*", "^", "~"), e16="^")
    yield interchange(group(*sets), delimiters=Delimiters("*", "*", "~"), e16="*")
    yield interchange(group(), e14="1")


@pytest.mark.parametrize("received", list(received_interchanges()))
@pytest.mark.parametrize("kind", list(AnswerKind))
def test_pyx12_has_nothing_against_what_we_write(
    second_opinion: SecondOpinion, received: ReceivedInterchange, kind: AnswerKind
) -> None:
    written = list(acknowledge([received], kind=kind, control_numbers=ControlNumbers(), at=AT))
    assert written or kind is AnswerKind.AUTO
    for one in written:
        assert second_opinion.faults(one) == [], one.decode()


SOUND_999 = (
    "ISA*00*          *00*          *08*9254110060     *ZZ*BUYER          "
    "*260304*0506*^*00501*000000001*0*P*>~"
    "GS*FA*SELLERAPP*BUYERAPP*20260304*0506*1*X*005010~ST*999*0001~AK1*PO*77*005010~AK2*850*0001~"
    "IK3*PO1*7**8~IK4*3>1*355*7*XX~IK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*1~IEA*1*000000001~"
)


def test_a_sound_999_passes(second_opinion: SecondOpinion) -> None:
    assert second_opinion.faults(SOUND_999.encode()) == []


@pytest.mark.parametrize(
    ("sound", "broken", "told"),
    [
        ("IK5*R*5~", "", "(IK5) missing"),
        ("IK5*R*5", "IK5*R*99", "IK502"),
        ("IK5*R*5~", "AK5*R*5~", "AK5"),
        ("IK3*PO1*7**8", "IK3*PO1*7**I5", "IK304"),
        ("*355*7*XX", "*355*99*XX", "IK403"),
        ("AK2*850*0001", "AK2*850*1", "(AK202) is too short"),
        ("IK3*PO1*7", "IK3*PO1*SEVEN", "IK302"),
        ("SE*8*0001", "SE*9*0001", "SE count of 9"),
    ],
)
def test_a_fault_planted_in_a_999_is_found(
    second_opinion: SecondOpinion, sound: str, broken: str, told: str
) -> None:
    assert SOUND_999.count(sound) == 1
    faults = second_opinion.faults(SOUND_999.replace(sound, broken).encode())
    assert any(told in one for one in faults), faults
