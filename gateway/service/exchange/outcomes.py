"""What findings and what was agreed make of an arrival and of each document in it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.agreements.agreement import Acknowledge, Agreement, OnDuplicate, Rejects, Undefined
from gateway.exchange.duplicates import (
    Kind,
)
from gateway.exchange.reading import ReadFile
from gateway.findings import Finding, Severity, found, has_errors
from gateway.formats.detect import Format
from gateway.lifecycle import Event
from gateway.report import Verdict

AWAITED = ("crossref-", "order-missing")
"""The beginnings of codes of what may come yet."""
REPEATED = {
    OnDuplicate.REJECT: Event.IS_AT_FAULT,
    OnDuplicate.HOLD: Event.IS_KEPT_BACK,
    OnDuplicate.DROP: Event.CAME_BEFORE,
}


def repeated(by: Kind, value: str | None, earlier: str, action: OnDuplicate) -> Finding:
    """That something came before: an error where it is refused for that."""
    severity = Severity.ERROR if action is OnDuplicate.REJECT else Severity.WARNING
    return found(f"duplicate-{by}", value=value, severity=severity, earlier=earlier)


def undefined(policy: Acknowledge) -> Event:
    """What happens to a transaction set that has no definition."""
    return Event.IS_AT_FAULT if policy.undefined is Undefined.REJECT else Event.CANNOT_BE_PLACED


def is_awaited(findings: Sequence[Finding]) -> bool:
    """Whether all that is wrong is what did not come yet: an order, or a row of a cross-reference."""
    errors = [each.code for each in findings if has_errors((each,))]
    return bool(errors) and all(each.startswith(AWAITED) for each in errors)


def not_made(findings: Sequence[Finding], incoming: Sequence[Agreement]) -> Event:
    """What happens to a document of which nothing was made: one that waits for something is held.

    Where it was agreed that what it says may reject it, that is its sender's fault, and else ours to solve.
    """
    if is_awaited(findings):
        return Event.IS_KEPT_BACK
    rejects = any(each.acknowledge.rejects is Rejects.BUSINESS for each in incoming)
    return Event.IS_AT_FAULT if rejects else Event.WE_FAILED


def first_error(findings: Sequence[Finding]) -> str:
    """The code of the first error, or of the first finding: what it is kept for, in one word."""
    errors = [each.code for each in findings if has_errors((each,))]
    return (errors or [each.code for each in findings] or ["rejected"])[0]


def format_of(incoming: Sequence[Agreement], kind: str) -> str:
    """The format that the agreements about a document have; files of other formats than X12 do not tell."""
    return next((each.format for each in incoming if each.document == kind), "")


def event_of(read: ReadFile, has_contents: bool, is_foreign: bool, is_told: bool) -> tuple[Event, str | None]:
    """What happens to the arrival itself, which has documents or receipts in it, or none that count.

    It is rejected only where its sender is told so; else it waits for a person, who is.
    """
    if has_contents:
        return Event.WAS_SPLIT, None
    if is_foreign:
        return Event.CANNOT_BE_PLACED, "identity-mismatch"
    if read.report.verdict is Verdict.UNREADABLE or has_errors(read.findings):
        at_fault = is_told and read.format is not Format.UNKNOWN
        event = Event.IS_AT_FAULT if at_fault else Event.CANNOT_BE_PLACED
        return event, first_error(read.findings)
    return Event.WAS_SPLIT, None
