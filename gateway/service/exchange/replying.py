"""What is told beside a file that was dropped: that it was taken, or what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.agreements.channel import Replies
from gateway.lifecycle import Event
from gateway.service.exchange.plans import ArrivalPlan

REPLY_TEXT = "reply"
"""The role of the reply among the bytes of an arrival."""
OK, ERR = "ok", "err"
REFUSING = frozenset((Event.IS_AT_FAULT, Event.CANNOT_BE_PLACED, Event.WE_FAILED))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, and the ending of its file."""

    ending: str
    data: bytes


def reply_of(plan: ArrivalPlan, replies: Replies) -> Reply:
    """The reply to an arrival: with one document that is not taken, all of what was found is told."""
    events = {plan.event, *(event for each in plan.documents for event in each.events)}
    findings = (*plan.findings, *(finding for each in plan.documents for finding in each.findings))
    is_taken = not events & REFUSING
    lines = [f"message {plan.arrived.id}", *(f"{each.message}. {each.remedy}" for each in findings)]
    return Reply(OK if is_taken else ERR, ("\n".join(lines) + "\n").encode())
