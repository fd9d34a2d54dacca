"""Faults of acknowledgments that others send about what we sent (997, TA1)."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="acknowledgment-segment-missing",
        severity=Severity.ERROR,
        title="Acknowledgment lacks a segment",
        message="the acknowledgment has no {missing} where one must stand",
        why="Without it the acknowledgment does not tell what it is about, or what became of it.",
        remedy="Ask the partner for the acknowledgment again; until then what was sent is not answered.",
    ),
    Code(
        code="acknowledgment-segment-unexpected",
        severity=Severity.ERROR,
        title="Segment not expected in an acknowledgment",
        message="{place} has no meaning at this place of an acknowledgment and was passed over",
        why="What it was meant to say is lost.",
        remedy="Ask the partner to correct its acknowledgments.",
    ),
    Code(
        code="acknowledgment-element",
        severity=Severity.ERROR,
        title="Acknowledgment element invalid",
        message="{place} holds {value}, which is no {expected}",
        why="The acknowledgment cannot be matched with what was sent, or its judgment cannot be known.",
        remedy="Ask the partner what was meant; until then what was sent is not answered.",
    ),
    Code(
        code="acknowledgment-contradiction",
        severity=Severity.WARNING,
        title="Acknowledgment contradicts itself",
        message="{place} holds {value}, but {problem}",
        why="One part says that a document was accepted where another says that it was not.",
        remedy="Ask the partner which of the two is meant before anything is sent again.",
    ),
)
