"""Totals of X12 documents that do not follow from their lines: business checks, in no acknowledgment."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="total-lines",
        severity=Severity.WARNING,
        title="Number of lines does not agree",
        message="CTT01 says {value}, but the set has {actual} {counted} segments",
        why="A line may have been lost before the document was sent.",
        remedy="Compare the document with the sender's; the lines that came are used as they are.",
    ),
    Code(
        code="total-hash",
        severity=Severity.WARNING,
        title="Hash total does not agree",
        message="CTT02 says {value}, but the quantities ({counted}) add up to {actual}",
        why="A quantity may have been changed on the way, or a line lost.",
        remedy="Compare the document with the sender's; the lines that came are used as they are.",
    ),
    Code(
        code="total-amount",
        severity=Severity.WARNING,
        title="Total amount does not agree",
        message=(
            "{place} says {value}, but the lines add up to {actual}, and no charges, allowances or taxes "
            "explain the difference"
        ),
        why="What is paid or booked by the total differs from what the lines say.",
        remedy="Compare the document with the sender's before it is paid or shipped.",
    ),
)
