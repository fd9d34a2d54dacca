"""Writes the TA1, the interchange acknowledgment: whether the envelope of an interchange was in order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from gateway.acknowledgments import copying
from gateway.acknowledgments.received import ReceivedInterchange
from gateway.codes import CATALOGUE
from gateway.findings import Finding, Severity, has_errors

NO_ERROR = "000"
INVALID_STRUCTURE = "022"
INVALID_CONTENT = "024"

# TA105 for an element of the interchange's control segments that has no valid value (element I18).
ELEMENT_NOTES = MappingProxyType(
    {
        ("ISA", 1): "010",
        ("ISA", 2): "011",
        ("ISA", 3): "012",
        ("ISA", 4): "013",
        ("ISA", 5): "005",
        ("ISA", 6): "006",
        ("ISA", 7): "007",
        ("ISA", 8): "008",
        ("ISA", 9): "014",
        ("ISA", 10): "015",
        ("ISA", 11): "016",
        ("ISA", 12): "017",
        ("ISA", 13): "018",
        ("ISA", 14): "019",
        ("ISA", 15): "020",
        ("ISA", 16): "027",
        ("ISE", 1): "028",
        ("ISE", 2): "029",
        ("ISE", 3): "030",
        ("ISB", 1): "031",
        ("IEA", 1): "021",
        ("IEA", 2): "001",
    }
)


class InterchangeCode(StrEnum):
    """TA104: what became of the envelope."""

    ACCEPTED = "A"
    ERRORS_NOTED = "E"
    REFUSED = "R"


class InterchangeJudgment(msgspec.Struct, frozen=True):
    """TA104 and TA105, the interchange note code."""

    code: InterchangeCode
    note: str


def judge(interchange: ReceivedInterchange) -> InterchangeJudgment:
    """What TA104 and TA105 say of the envelope.

    Every error of the interchange level refuses it: a wrong count, a control number that differs or
    comes twice, a control segment that is missing, out of place or has an invalid element each leave in doubt
    what was sent, or by whom. A finding lowered to a warning or a note is told with E and refuses nothing. Of
    several faults the first that refuses is told, since TA105 has room for one. Where all is well but a group
    has a GS that no 997 can name, the TA1 is the only answer that can tell: R with 024, or E when another
    group of the interchange has a 997 of its own, for R would have that sent again too.
    """
    noted = [(note, finding) for finding in interchange.findings if (note := note_code(finding))]
    for note, finding in noted:
        if finding.severity is Severity.ERROR:
            return InterchangeJudgment(InterchangeCode.REFUSED, note)
    named = [group.can_be_named for group in interchange.groups]
    if not all(named):
        code = InterchangeCode.ERRORS_NOTED if any(named) else InterchangeCode.REFUSED
        return InterchangeJudgment(code, INVALID_CONTENT)
    if noted:
        return InterchangeJudgment(InterchangeCode.ERRORS_NOTED, noted[0][0])
    return InterchangeJudgment(InterchangeCode.ACCEPTED, NO_ERROR)


def is_refused(interchange: ReceivedInterchange) -> bool:
    """Whether a fault of the interchange level refuses all that is in it."""
    return has_errors(interchange.findings)


def note_code(finding: Finding) -> str | None:
    """TA105 for a finding; None for a remark that the code list of element I18 has nothing for.

    Faults of all elements of the envelope have one code in the catalogue: the place tells which one it is.
    """
    if CATALOGUE[finding.code].ta105:
        return CATALOGUE[finding.code].ta105
    if finding.severity is not Severity.ERROR and finding.code != "interchange-element":
        return None
    return ELEMENT_NOTES.get((finding.location.tag or "", finding.location.element or 0), INVALID_STRUCTURE)


def interchange_acknowledgment(interchange: ReceivedInterchange, at: datetime) -> tuple[str, ...] | None:
    """The TA1 segment for an interchange (X12.5), as a tuple of its elements with the tag first.

    TA101 to TA103 repeat ISA13, ISA09 and ISA10; `at` stands in for a date or time that is none. None when
    ISA was not whole, and for an interchange that carries TA1 segments and no group: an acknowledgment is not
    acknowledged.
    """
    if not interchange.can_be_answered or (interchange.carries_ta1 and not interchange.groups):
        return None
    judgment = judge(interchange)
    return (
        "TA1",
        copying.interchange_control_number(interchange.isa[13]),
        copying.interchange_date(interchange.isa[9].strip(), at),
        copying.interchange_time(interchange.isa[10].strip(), at),
        judgment.code,
        judgment.note,
    )
