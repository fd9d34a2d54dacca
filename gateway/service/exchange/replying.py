"""What is told beside a file that was dropped: that it was taken, or what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.agreements.channel import Replies
from gateway.service.exchange.plans import ArrivalPlan
from gateway.transports.folder.replies import reply

REPLY_TEXT = "reply"
"""The role of the reply among the bytes of an arrival."""
OK, ERR = "ok", "err"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, and the ending of its file."""

    ending: str
    data: bytes


def reply_of(plan: ArrivalPlan, replies: Replies) -> Reply:
    """The reply to an arrival: with one document that is not taken, all of what was found is told."""
    findings = (*plan.findings, *(finding for each in plan.documents for finding in each.findings))
    is_taken, data = reply(plan.arrived.file_name, plan.arrived.id, findings, replies)
    return Reply(OK if is_taken else ERR, data)
