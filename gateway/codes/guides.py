"""Faults against the guide of a partner: the standard allows what it does not.

They carry the codes of 997 that the same fault of the standard has. A statement that is not verified tells
the same code as a warning.
"""

from __future__ import annotations

from gateway.codes.model import Code, Severity

WHY = "Partners refuse, or charge for, what their guide does not allow."
STATEMENT = "which the guide asks for ({statement}){doubt}"

CODES = (
    Code(
        code="guide-segment-missing",
        severity=Severity.ERROR,
        title="Segment missing that the guide requires",
        message="{what} is missing, " + STATEMENT,
        why=WHY,
        remedy="Add the segment, or correct the guide where the partner does not ask for it.",
        ak304="3",
        guide=True,
    ),
    Code(
        code="guide-segment-not-used",
        severity=Severity.ERROR,
        title="Segment that the guide does not use",
        message="{what} is sent, which the guide does not use ({statement}){doubt}",
        why="The partner does not read it, or refuses a document with it.",
        remedy="Leave the segment out, or correct the guide where the partner does take it.",
        ak304="2",
        guide=True,
    ),
    Code(
        code="guide-segment-too-many",
        severity=Severity.ERROR,
        title="Segment more often than the guide allows",
        message="{what} is sent more than {max} times, as often as the guide allows ({statement}){doubt}",
        why=WHY,
        remedy="Send it less often, or correct the guide where the partner takes more.",
        ak304="5",
        guide=True,
    ),
    Code(
        code="guide-loop-too-many",
        severity=Severity.ERROR,
        title="Loop more often than the guide allows",
        message="the loop {what} is sent more than {max} times, as often as the guide allows "
        "({statement}){doubt}",
        why=WHY,
        remedy="Send it less often, or correct the guide where the partner takes more.",
        ak304="4",
        guide=True,
    ),
    Code(
        code="guide-element-missing",
        severity=Severity.ERROR,
        title="Element missing that the guide requires",
        message="{place} ({name}) is missing, " + STATEMENT,
        why=WHY,
        remedy="Send the element, or correct the guide where the partner does not ask for it.",
        ak304="8",
        ak403="1",
        guide=True,
    ),
    Code(
        code="guide-element-not-used",
        severity=Severity.ERROR,
        title="Element that the guide does not use",
        message="{place} ({name}) holds {value}, but the guide does not use it ({statement}){doubt}",
        why="The partner does not read it, or refuses a document with it.",
        remedy="Leave the element out, or correct the guide where the partner does take it.",
        ak304="8",
        ak403="3",
        guide=True,
    ),
    Code(
        code="guide-element-too-short",
        severity=Severity.ERROR,
        title="Element shorter than the guide allows",
        message="{place} ({name}) holds {value}, with {length} characters; the guide wants at least {min} "
        "({statement}){doubt}",
        why=WHY,
        remedy="Send the full value, or correct the guide where the partner takes a shorter one.",
        ak304="8",
        ak403="4",
        guide=True,
    ),
    Code(
        code="guide-element-too-long",
        severity=Severity.ERROR,
        title="Element longer than the guide allows",
        message="{place} ({name}) holds {value}, with {length} characters; the guide allows at most {max} "
        "({statement}){doubt}",
        why="The partner may cut the value off or refuse it.",
        remedy="Shorten the value, or correct the guide where the partner takes a longer one.",
        ak304="8",
        ak403="5",
        guide=True,
    ),
    Code(
        code="guide-element-code",
        severity=Severity.ERROR,
        title="Value that the guide does not allow",
        message="{place} ({name}) holds {value}, and the guide allows only {allowed} ({statement}){doubt}",
        why="The partner knows only the values that its guide names.",
        remedy="Send a value of the guide, or correct the guide where the partner takes this one.",
        ak304="8",
        ak403="7",
        guide=True,
    ),
    Code(
        code="guide-element-repetitions",
        severity=Severity.ERROR,
        title="Element repeated more often than the guide allows",
        message="{place} ({name}) repeats {count} times, and the guide allows at most {max} "
        "({statement}){doubt}",
        why=WHY,
        remedy="Remove the surplus repetitions, or correct the guide where the partner takes more.",
        ak304="8",
        ak403="12",
        guide=True,
    ),
)
