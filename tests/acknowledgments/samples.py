"""Received interchanges for the tests of acknowledgments, built without a reader."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.acknowledgments.received import ReceivedGroup, ReceivedInterchange, ReceivedSet
from gateway.findings import Finding, Location, found
from gateway.formats.x12.model import Delimiters
from gateway.report import Verdict

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
DELIMITERS = Delimiters()


def isa(**elements: str) -> tuple[str, ...]:
    """ISA of a buyer's interchange; `e15="P"` sets ISA15."""
    usual = [
        *("ISA", "00", " " * 10, "00", " " * 10, "ZZ", "BUYER".ljust(15), "08", "9254110060".ljust(15)),
        *("260301", "1015", "U", "00401", "000000042", "0", "P", ">"),
    ]
    for name, value in elements.items():
        usual[int(name[1:])] = value
    return tuple(usual)


def gs(**elements: str) -> tuple[str, ...]:
    """GS of a group of purchase orders; `e8="005010"` sets GS08."""
    usual = ["GS", "PO", "BUYERAPP", "SELLERAPP", "20260301", "1015", "77", "X", "004010"]
    for name, value in elements.items():
        usual[int(name[1:])] = value
    return tuple(usual)


def order(st02: str, *findings: Finding, verdict: Verdict | None = None, st01: str = "850") -> ReceivedSet:
    """A purchase order with findings: rejected when it has any and nothing else is said."""
    usual = Verdict.REJECTED if findings else Verdict.ACCEPTED
    return ReceivedSet(st01=st01, st02=st02, verdict=verdict or usual, findings=findings)


def group(*sets: ReceivedSet, findings: tuple[Finding, ...] = (), **elements: str) -> ReceivedGroup:
    """A group whose GE01 tells the right number of sets."""
    return ReceivedGroup(gs=gs(**elements), ge01=str(len(sets)), sets=sets, findings=findings)


def interchange(
    *groups: ReceivedGroup,
    findings: tuple[Finding, ...] = (),
    delimiters: Delimiters = DELIMITERS,
    carries_ta1: bool = False,
    **elements: str,
) -> ReceivedInterchange:
    """An interchange with these groups; `e14="1"` asks for a TA1."""
    return ReceivedInterchange(
        isa=isa(**elements), delimiters=delimiters, groups=groups, findings=findings, carries_ta1=carries_ta1
    )


def fault(
    code: str,
    segment_in_set: int | None = None,
    tag: str | None = None,
    element: int | None = None,
    value: str | None = None,
    *,
    component: int | None = None,
    repetition: int | None = None,
    loop: str | None = None,
    number: str = "",
) -> Finding:
    """A finding at a place in a set; `number` is the data element's."""
    place = Location(
        segment_in_set=segment_in_set,
        tag=tag,
        element=element,
        component=component,
        repetition=repetition,
        loop=loop,
    )
    return found(code, place, value, severity=None, number=number)
