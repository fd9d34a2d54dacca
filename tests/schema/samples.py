"""Good transaction sets of our own, and interchanges around them; tests damage them a fault at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gateway.findings import Finding
from gateway.formats.x12.model import (
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.reader import read
from gateway.schema.checker import CheckedSet
from gateway.schema.validator import Validator
from tests.schema.definitions import RELEASES, envelope, release

GROUPS = {
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "810": "IN",
    "860": "PC",
    "865": "CA",
    "997": "FA",
    "999": "FA",
}

# Without ST and SE, which `interchange` adds: segment 2 of the set comes first.
ORDER = (
    "BEG*00*NE*4500012345**20260105",
    "CUR*BY*USD",
    "REF*CR*V1234",
    "FOB*CC",
    "DTM*064*20260112",
    "DTM*063*20260119",
    "N9*L1*NOTE",
    "MSG*DELIVER TO DOCK 4",
    "N1*ST*DEPOT WEST*92*PHX3",
    "N3*1 MILL LANE",
    "N4*PHOENIX*AZ*85001*US",
    "PO1*1*24*EA*3.5*PE*UP*012345678905*VN*A-100",
    "PID*F****HAMMER",
    "PO1*2*10*CA*12*PE*UP*012345678912*VN*B-200",
    "PID*F****SAW",
    "CTT*2*34",
    "AMT*TT*204",
)
ACKNOWLEDGMENT = (
    "BAK*00*AD*4500012345*20260105",
    "REF*CR*V1234",
    "PO1*1*24*EA*3.5*PE*UP*012345678905",
    "ACK*IA*20*EA*068*20260112",
    "ACK*IB*4*EA*068*20260202",
    "PO1*2*10*CA*12*PE*UP*012345678912",
    "ACK*R2*10*CA",
    "CTT*2",
)
ORDER_CHANGE = (
    "BCH*04*CP*4500012345**2*20260105*****20260108",
    "REF*CR*V1234",
    "DTM*063*20260119",
    "N9*L1*NOTE",
    "MSG*HALF OF THE HAMMERS",
    "N1*ST*DEPOT WEST*92*PHX3",
    "POC*1*QD*12*12*EA*3.5*PE*UP*012345678905*VN*A-100",
    "PID*F****HAMMER",
    "POC*2*DI",
    "POC*3*AI*6*6*CA*9*PE*VN*C-300",
    "DTM*002*20260126",
    "CTT*3*18",
)
CHANGE_ACKNOWLEDGMENT = (
    "BCA*06*AC*4500012345**2*20260105***SO-77*20260109*20260108",
    "REF*CR*V1234",
    "POC*1*QD*12*12*EA*3.5*PE*UP*012345678905",
    "ACK*IA*12*EA*068*20260112",
    "POC*3*AI*6*6*CA*9*PE*VN*C-300",
    "ACK*IA*2*CA*068*20260112",
    "ACK*IB*4*CA",
    "DTM*067*20260202",
    "CTT*2",
)
SHIP_NOTICE = (
    "BSN*00*SHP-77*20260110*1015*0001",
    "HL*1**S*1",
    "TD1*CTN25*2****G*40*LB",
    "TD5*B*2*ACRN*M",
    "REF*BM*BOL-1234567",
    "DTM*011*20260110",
    "N1*SF*ACORN WORKS*92*V1234",
    "HL*2*1*O*1",
    "PRF*4500012345",
    "HL*3*2*P*1",
    "MAN*GM*000012345678901234",
    "HL*4*3*I*0",
    "LIN**UP*012345678905",
    "SN1**24*EA",
    "HL*5*2*P*1",
    "MAN*GM*000012345678901241",
    "HL*6*5*I*0",
    "LIN**UP*012345678912",
    "SN1**10*CA",
    "CTT*6*34",
)
INVOICE = (
    "BIG*20260115*INV-9*20260105*4500012345***DI",
    "CUR*SE*USD",
    "N1*RE*ACORN WORKS*92*V1234",
    "ITD*01*3*2**10**30",
    "IT1*1*24*EA*3.5*PE*UP*012345678905",
    "IT1*2*10*CA*12*PE*UP*012345678912",
    "TDS*21400",
    "TXI*ST*5",
    "SAC*C*D240***500",
    "CTT*2",
)
RECEIPT = (
    "AK1*PO*17",
    "AK2*850*0001",
    "AK3*PO1*13*PO1*8",
    "AK4*2*330*6*1O",
    "AK5*R*5",
    "AK2*850*0002",
    "AK5*A",
    "AK9*P*2*2*1",
)
IMPLEMENTATION_RECEIPT = (
    "AK1*PO*17*005010",
    "AK2*850*0001*GUIDE-1",
    "IK3*PO1*13*PO1*8",
    "CTX*PO101>2^LINE>2*PO1*13*PO1*2>1>1*330>355",
    "IK4*2*330*6*1O",
    "CTX*NOTE",
    "IK5*R*5",
    "AK2*850*0002",
    "IK5*A",
    "AK9*P*2*2*1",
)
SETS = {
    "850": ORDER,
    "855": ACKNOWLEDGMENT,
    "860": ORDER_CHANGE,
    "865": CHANGE_ACKNOWLEDGMENT,
    "856": SHIP_NOTICE,
    "810": INVOICE,
    "997": RECEIPT,
    "999": IMPLEMENTATION_RECEIPT,
}


def interchange(
    set_type: str,
    segments: Sequence[str],
    *,
    isa: Sequence[str] = (),
    gs: Sequence[str] = (),
    st02: str = "0001",
    se02: str = "0001",
) -> bytes:
    """One interchange with one set; `segments` are those between ST and SE.

    `isa` and `gs` are `11=^`-like changes of elements of the envelope.
    """
    parties = f"ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}"
    header = f"ISA*00*{'':10}*00*{'':10}*{parties}*260105*1200*U*00401*000000042*0*P*>"
    group = f"GS*{GROUPS.get(set_type, 'PO')}*SENDER*RECEIVER*20260105*1200*7*X*004010"
    lines = [
        _changed(header, isa),
        _changed(group, gs),
        f"ST*{set_type}*{st02}",
        *segments,
        f"SE*{len(segments) + 2}*{se02}",
        "GE*1*7",
        "IEA*1*000000042",
    ]
    return "".join(line + "~\n" for line in lines).encode()


def _changed(segment: str, changes: Sequence[str]) -> str:
    elements = segment.split("*")
    for change in changes:
        position, value = change.split("=", 1)
        elements[int(position)] = value
    return "*".join(elements)


@cache
def validator() -> Validator:
    return Validator({name: release(name) for name in RELEASES}, envelope())


def only_set(data: bytes) -> tuple[TransactionSet, GroupStart]:
    """The one set of an interchange, and its group."""
    events = list(read([data]))
    (group,) = [event for event in events if isinstance(event, GroupStart)]
    (only,) = [event for event in events if isinstance(event, TransactionSet)]
    return only, group


def checked(data: bytes, *, tolerant: bool = False) -> CheckedSet:
    """What comes of the one set of an interchange."""
    only, group = only_set(data)
    return validator().check_set(only, group.gs[8], group.gs[1], tolerant)


def envelope_findings(data: bytes) -> list[Finding]:
    """What is found in the elements of ISA, GS, TA1, GE and IEA."""
    found: list[Finding] = []
    for event in read([data]):
        if isinstance(event, InterchangeStart):
            found += validator().check_interchange(event)
        elif isinstance(event, InterchangeNote):
            found += validator().check_note(event)
        elif isinstance(event, GroupStart):
            found += validator().check_group(event)
        elif isinstance(event, GroupEnd | InterchangeEnd):
            found += validator().check_trailer(event)
    return found
