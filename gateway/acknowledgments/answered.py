"""What others answered about what we sent: values that a sent message can be matched with."""

from __future__ import annotations

import msgspec

from gateway.findings import Finding
from gateway.report import Verdict


class Identity(msgspec.Struct, frozen=True):
    """One side of an interchange: qualifier and identifier of ISA05/06 or ISA07/08, blanks taken off."""

    qualifier: str = ""
    identifier: str = ""


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers whom, as the answer's envelope says: its sender is the receiver of what we sent."""

    sender: Identity = Identity()
    receiver: Identity = Identity()
    application_sender: str = ""
    application_receiver: str = ""


class SegmentFault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault told of a set of ours: an AK3 (IK3), with one of its AK4 (IK4) when it has any.

    `position` counts segments with ST as 1 and is None when AK302 was no number; `element`, `component` and
    `repetition` are None where they were not told. `data` is the copy of what was wrong, "" when not sent;
    `context` has the names and values that CTX adds in a 999, such as `PO101 2`.
    """

    position: int | None
    tag: str
    loop: str = ""
    segment_code: str = ""
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    element_number: str = ""
    element_code: str = ""
    data: str = ""
    context: tuple[str, ...] = ()


class AcknowledgedSet(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one set of ours. The verdict is `unreadable` when the answer does not tell.

    `guide` is ST03 of the set as AK203 repeats it.
    """

    st01: str
    st02: str
    guide: str = ""
    verdict: Verdict
    codes: tuple[str, ...] = ()
    faults: tuple[SegmentFault, ...] = ()


class AcknowledgedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one functional group of ours: the content of one 997 or 999 (`kind`).

    `functional_identifier` and `control_number` are GS01 and GS06 of the group we sent; `included`,
    `received` and `accepted` are the counts of AK9, None when it has none. `findings` are the faults of the
    answer itself; one of severity error means that it should be looked at before it is believed.
    """

    kind: str = "997"
    parties: Parties
    functional_identifier: str
    control_number: str
    verdict: Verdict
    included: int | None = None
    received: int | None = None
    accepted: int | None = None
    codes: tuple[str, ...] = ()
    sets: tuple[AcknowledgedSet, ...] = ()
    findings: tuple[Finding, ...] = ()

    def answers(self, gs01: str, gs06: str) -> bool:
        """Whether this is about the group sent with these values; leading zeros make no difference."""
        return self.functional_identifier == gs01 and same_number(self.control_number, gs06)

    def verdict_of(self, st01: str, st02: str) -> Verdict:
        """What became of one set of the group, which need not be named in the answer.

        A verdict on the whole group holds for each set. In a group accepted in part a set that is not named
        is accepted only when the rejected ones that are named make up all that were rejected; else the
        answer does not tell, and the verdict is `unreadable`.
        """
        if self.verdict in (Verdict.REJECTED, Verdict.UNREADABLE):
            return self.verdict
        named = [one.verdict for one in self.sets if one.st01 == st01 and same_number(one.st02, st02)]
        if named:
            return Verdict.REJECTED if Verdict.REJECTED in named else named[0]
        if self.verdict is not Verdict.PARTIALLY_ACCEPTED:
            return self.verdict
        rejected = sum(one.verdict is Verdict.REJECTED for one in self.sets)
        if self.received is None or self.accepted is None or self.received - self.accepted != rejected:
            return Verdict.UNREADABLE
        return Verdict.ACCEPTED


class AcknowledgedInterchange(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the envelope of one interchange of ours: the content of one TA1.

    `control_number`, `date` and `time` are ISA13, ISA09 (YYMMDD) and ISA10 (HHMM) of the interchange we sent;
    `note` is TA105, 000 for none.
    """

    parties: Parties
    control_number: str
    date: str
    time: str
    verdict: Verdict
    note: str
    findings: tuple[Finding, ...] = ()

    def answers(self, isa13: str) -> bool:
        """Whether this is about the interchange that was sent with this number."""
        return same_number(self.control_number, isa13)


Acknowledged = AcknowledgedGroup | AcknowledgedInterchange


def same_number(one: str, other: str) -> bool:
    """Whether two control numbers are the same: a program that takes them for numbers drops leading zeros."""
    return one == other or (one.lstrip("0") == other.lstrip("0") and one.isdigit() and other.isdigit())
