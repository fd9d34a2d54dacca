"""Limits that a file of X12 came to: what was passed over, and where the reading stopped."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

CODES = (
    Code(
        code="duplicate-check-limit",
        severity=Severity.NOTE,
        title="Not all control numbers were compared",
        message="only the first {limit} control numbers were remembered; later duplicates may go unseen",
        why="Remembering numbers without a limit would let one file fill the memory.",
        remedy="Ask the sender to split the file.",
    ),
    Code(
        code="file-too-many-envelopes",
        severity=Severity.ERROR,
        title="Too many envelopes in a file",
        message=(
            "the reading stopped here: a file may have {limit} interchanges, groups, transaction sets and "
            "segments between them"
        ),
        why="Each is remembered until the file is answered; the limit keeps the gateway up.",
        remedy="Ask the sender to split the file.",
        ends_reading=True,
    ),
    Code(
        code="file-too-large",
        severity=Severity.ERROR,
        title="File too large",
        message="the reading stopped here: a file may have {limit}",
        why="Data without end would keep the gateway busy for ever.",
        remedy="Ask the sender to split the file; if it is not that large, see what keeps on sending.",
        ends_reading=True,
    ),
    Code(
        code="set-not-translated",
        severity=Severity.ERROR,
        title="Too many transaction sets to translate at once",
        message=(
            "the transaction set {st02} was checked but not translated: those of a file may have {limit} "
            "together"
        ),
        why="What is translated is held in memory until all of it can be written.",
        remedy="Ask the sender to split the file.",
    ),
    Code(
        code="interchange-not-found",
        severity=Severity.ERROR,
        title="No interchange in very much data",
        message="the reading stopped: from this place on {limit} hold no interchange",
        why="Padding or data of another kind without end would keep the gateway busy for ever.",
        remedy="Check that this is an X12 file and not a device; remove the padding and send the file again.",
        ends_reading=True,
    ),
    Code(
        code="envelope-without-end",
        severity=Severity.ERROR,
        title="Data without end in an interchange",
        message=(
            "the reading stopped: from this place on {limit} came without the end of a transaction set or "
            "another functional group"
        ),
        why="A set or padding without end would keep the gateway busy for ever.",
        remedy="Send the interchange again; if it is whole at the sender's, split its largest document.",
        ends_reading=True,
        ta105="023",
    ),
    Code(
        code="set-too-large",
        severity=Severity.ERROR,
        title="Transaction set too large",
        message="the transaction set {st02} is larger than {limit}",
        why="A set is held in memory while it is checked; the limit keeps the gateway up.",
        remedy="Ask the sender to split the document.",
        ak502="5",
    ),
)
