"""A file as the exchange takes it: every document in it with its verdict, and what is to be answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from gateway.acknowledgments.read import ANSWERS
from gateway.acknowledgments.received import ReceivedInterchange
from gateway.findings import Finding, Severity
from gateway.formats.detect import Format
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.received import Answer
from gateway.pipeline.sources import receive
from gateway.pipeline.tables import Sourced
from gateway.pipeline.x12_files import MAX_TRANSLATED_BYTES, X12Stream
from gateway.report import FileReport, SetReport, Verdict

Place = tuple[int, int, int]
"""Interchange, group and set; of other files 0, 0 and the number of the document."""


class ReadDocument(msgspec.Struct, frozen=True):
    """One document of a file. `sourced` is None when it was refused, or could not be made canonical."""

    place: int
    report: SetReport
    findings: tuple[Finding, ...]
    sourced: Sourced | None

    @property
    def is_good(self) -> bool:
        """Whether the standard, and as much of the guide as rejects, lets it through."""
        return self.report.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)

    @property
    def has_errors(self) -> bool:
        """Whether anything found of it is an error."""
        return any(each.severity is Severity.ERROR for each in self.findings)


class ReadFile(msgspec.Struct, frozen=True):
    """A whole file. `interchanges` are what acknowledgments are made from, `answers` those that came in it.

    `findings` are about the file and its envelopes: of no document alone.
    """

    format: Format
    report: FileReport
    documents: tuple[ReadDocument, ...]
    findings: tuple[Finding, ...] = ()
    interchanges: Sequence[ReceivedInterchange] = ()
    answers: tuple[Answer, ...] = ()


def read_file(name: str, chunks: Iterable[bytes], form: Format, knowledge: Knowledge) -> ReadFile:
    """Read a file of a known format. Of X12, 64 MiB of sets are made canonical; all of it is judged."""
    if form is Format.X12:
        stream = X12Stream(knowledge, MAX_TRANSLATED_BYTES)
        sourced = stream.let_through(chunks, lambda each: each)
        report = stream.intake.report(name)
        interchanges, answers = stream.intake.interchanges, stream.answers
    else:
        received = receive(name, chunks, form, knowledge)
        sourced, report = [*received.documents], received.report
        interchanges, answers = (), ()
    of_documents = {_place(each): each for each in sourced}
    findings = _by_place(report.findings)
    documents = tuple(
        ReadDocument(number, each, tuple(findings.pop(place, ())), of_documents.get(place))
        for number, (place, each) in enumerate(_documents(report), 1)
    )
    rest = tuple(finding for each in findings.values() for finding in each)
    return ReadFile(form, report, documents, rest, interchanges, answers)


def _documents(report: FileReport) -> Iterable[tuple[Place, SetReport]]:
    """The sets that carry documents: acknowledgments are receipts."""
    for each in report.sets:
        if each.type not in ANSWERS:
            yield (each.interchange, each.group, each.set), each


def _place(sourced: Sourced) -> Place:
    place = sourced.location
    return place.interchange or 0, place.group or 0, place.set or 0


def _by_place(findings: Iterable[Finding]) -> dict[Place, list[Finding]]:
    placed: dict[Place, list[Finding]] = defaultdict(list)
    for each in findings:
        place = each.location
        placed[place.interchange or 0, place.group or 0, place.set or 0].append(each)
    return placed
