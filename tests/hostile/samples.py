"""Small interchanges to spoil, and what the gateway makes of bytes, in process and under a watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.findings import Finding
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport
from gateway.schema.validator import Validator
from tests.schema.definitions import envelope, release

ORDER = (
    "BEG*00*SA*4711**20261122",
    "PO1*1*12*EA*3.5**BP*4006381333931",
    "PO1*2*4*CA*20**BP*4006381333948",
    "CTT*2*16",
)
SHIP_NOTICE = (
    "BSN*00*SHIP1*20261122*1305*0001",
    "HL*1**S*1",
    "HL*2*1*O*1",
    "PRF*4711",
    "HL*3*2*I*0",
    "LIN**BP*4006381333931",
    "SN1**12*EA",
)


class Taken(msgspec.Struct, frozen=True):
    """What the gateway made of a file."""

    report: FileReport
    interchanges: tuple[ReceivedInterchange, ...]


@cache
def validator() -> Validator:
    return Validator({"004010": release()}, envelope())


def take(*chunks: bytes, tolerant: bool = False) -> Taken:
    return take_chunks(chunks, tolerant=tolerant)


def take_chunks(chunks: Iterable[bytes], *, tolerant: bool = False) -> Taken:
    intake = Intake(validator(), tolerant=tolerant)
    for event in read(chunks):
        intake.take(event)
    return Taken(intake.report("hostile"), tuple(intake.interchanges))


def isa(number: int = 1) -> str:
    return (
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
        f"*261122*1305*U*00401*{number:09d}*0*P*>~"
    )


def transaction_set(segments: Sequence[str] = ORDER, kind: str = "850", number: str = "0001") -> str:
    return "".join(
        f"{each}~" for each in (f"ST*{kind}*{number}", *segments, f"SE*{len(segments) + 2}*{number}")
    )


def group(*sets: str, number: int = 1, identifier: str = "PO", version: str = "004010") -> str:
    header = f"GS*{identifier}*SENDER*RECEIVER*20261122*1305*{number}*X*{version}~"
    return f"{header}{''.join(sets)}GE*{len(sets)}*{number}~"


def interchange(*groups: str, number: int = 1) -> str:
    return f"{isa(number)}{''.join(groups)}IEA*{len(groups)}*{number:09d}~"


def order_file() -> str:
    return interchange(group(transaction_set()))


def ship_notice_file(segments: Sequence[str] = SHIP_NOTICE) -> str:
    return interchange(group(transaction_set(segments, "856"), identifier="SH"))


def addresses(findings: Iterable[Finding]) -> list[tuple[str, dict[str, int | str]]]:
    """Each finding by its code and its whole address."""
    return [(finding.code, msgspec.to_builtins(finding.location)) for finding in findings]
