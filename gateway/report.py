"""What reading and checking one file came to: its findings, and a verdict for each part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from gateway.findings import Finding, has_errors


class Verdict(StrEnum):
    """The judgment on a transaction set, or on a whole file."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTIALLY_ACCEPTED = "partially_accepted"
    REJECTED = "rejected"
    NO_DEFINITION = "no_definition"
    UNREADABLE = "unreadable"


_FAULTY = frozenset((Verdict.PARTIALLY_ACCEPTED, Verdict.REJECTED, Verdict.NO_DEFINITION, Verdict.UNREADABLE))


class SetReport(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction set (or one document of another format) and its verdict.

    `set` counts them: in their group, or in a file of another format. `type` is ST01, or the kind of document
    such as Invoice, "" where it cannot be told. A document of another format has a `number`, a refused one
    too as far as it can be read, and none of what envelopes tell.
    """

    set: int
    type: str
    verdict: Verdict
    interchange: int = 0
    group: int = 0
    version: str = ""
    isa13: str = ""
    gs06: str = ""
    st02: str = ""
    number: str = ""


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found in one file. `complete` is false when a limit stopped the reading early.

    `sets` may be very many, and made while they are gone through.
    """

    file: str
    format: str
    verdict: Verdict
    complete: bool
    sets: Sequence[SetReport] = ()
    findings: tuple[Finding, ...] = ()

    def with_findings(self, more: tuple[Finding, ...]) -> FileReport:
        """The report with findings of a later step after its own."""
        return msgspec.structs.replace(self, findings=self.findings + more)

    @property
    def has_errors(self) -> bool:
        """Whether the command that made this report ends with exit code 1.

        The verdict counts beside the findings: the one that it rests on may stand beyond a limit of them.
        """
        return self.verdict in _FAULTY or has_errors(self.findings)


def file_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a file from those of its sets; a file without any set is unreadable.

    A set without a definition beside a good one makes the file partially accepted: it was not checked, so the
    file as a whole must not pass for valid.
    """
    seen = set(verdicts)
    if not seen:
        return Verdict.UNREADABLE
    if len(seen) == 1:
        return seen.pop()
    if seen & {Verdict.REJECTED, Verdict.NO_DEFINITION}:
        return Verdict.PARTIALLY_ACCEPTED
    if Verdict.ACCEPTED_WITH_ERRORS in seen:
        return Verdict.ACCEPTED_WITH_ERRORS
    return Verdict.ACCEPTED
