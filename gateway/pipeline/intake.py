"""X12 as it comes in: each transaction set is judged, then its group, then its interchange.

A fault of an envelope may be known only at its end, after its sets. So the verdict of a set stands when its
interchange has ended, and `Intake.take` hands out the sets of an interchange then.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.acknowledgments.received import ReceivedGroup, ReceivedInterchange, ReceivedSet
from gateway.findings import NOWHERE, Finding, Location, Severity, found, has_errors
from gateway.formats.x12.limits import MAX_SET_BYTES, MEBIBYTE
from gateway.formats.x12.model import (
    Event,
    FileNote,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.pipeline.told import MAX_FINDINGS, Told
from gateway.report import FileReport, SetReport, Verdict, file_verdict
from gateway.schema.checker import CheckedSet
from gateway.schema.validator import Validator

MAX_ANSWERED_FINDINGS = 1_000  # of one set; a 997 with more tells its reader nothing new
MAX_KEPT_BYTES = MAX_SET_BYTES  # of sets to translate; cut into elements they need some 20 times as much


class ReceivedDocument(msgspec.Struct, frozen=True):
    """A transaction set that its interchange let through, ready for a mapping table to read."""

    report: SetReport
    checked: CheckedSet
    transaction_set: TransactionSet


class _Group:
    """A functional group while its sets come in."""

    def __init__(self, start: GroupStart) -> None:
        self.gs = start.gs
        self.ge01 = ""
        self.findings: list[Finding] = []
        self.refused = False
        self.reports: list[SetReport] = []
        self.received: list[ReceivedSet] = []
        self.kept: list[tuple[int, CheckedSet, TransactionSet]] = []


class _Interchange:
    """An interchange while its groups come in."""

    def __init__(self, start: InterchangeStart) -> None:
        self.start = start
        self.findings: list[Finding] = []
        self.refused = False
        self.groups: list[_Group] = []
        self.carries_ta1 = False


class Intake:
    """Judges the events of one file: `take` each of them, then ask for the `report`.

    With `keep_sets`, `take` returns the sets of an interchange that may be translated, when it ends.
    `interchanges` is what acknowledgments are written from; it holds findings, never documents. Once it is
    `stopped`, by a limit of the reader or by too many faults, further events are passed over.
    """

    def __init__(self, validator: Validator, *, tolerant: bool = False, keep_sets: bool = False) -> None:
        self._validator = validator
        self._tolerant = tolerant
        self._keep_sets = keep_sets
        self._open: _Interchange | None = None
        self._sets: list[SetReport] = []
        self._told = Told()
        self._room = MAX_FINDINGS  # for findings to answer with
        self._kept_bytes = 0
        self.stopped = False
        self.interchanges: list[ReceivedInterchange] = []

    def take(self, event: Event) -> tuple[ReceivedDocument, ...]:
        """Judge one event; at the end of an interchange, hand out its sets."""
        if self.stopped:
            return ()
        documents = self._judged(event)
        if self._told.is_enough and not self.stopped:
            self._stop(NOWHERE if isinstance(event, FileNote) else event.location)
        return documents

    def note(self, findings: Iterable[Finding]) -> None:
        """Take findings about documents that were handed out into the report."""
        self._told.add(findings)

    def _judged(self, event: Event) -> tuple[ReceivedDocument, ...]:
        match event:
            case TransactionSet():
                self._take_set(event)
            case GroupStart():
                self._take_group(event)
            case GroupEnd():
                self._end_group(event)
            case InterchangeStart():
                self._open = _Interchange(event)
                self._keep(self._open, event.findings, self._validator.check_interchange(event))
            case InterchangeNote():
                self._take_note(event)
            case InterchangeEnd():
                return self._end_interchange(event)
            case FileNote():
                self._told.add(event.findings)
                self.stopped = event.stopped
        return ()

    def _stop(self, place: Location) -> None:
        """Look at nothing more; what is open goes down with the finding that tells why."""
        finding = msgspec.structs.replace(self._told.enough(), location=place)
        if self._open is None:
            self._told.add((finding,))
        else:
            self._keep(self._open, (finding,))
            self._close(self._open)
        self.stopped = True

    def report(self, file: str) -> FileReport:
        """What the file came to, once every event was taken."""
        if self._holds_nothing:
            self._told.add((found("no-documents"),))
        return FileReport(
            file=file,
            format="x12",
            verdict=self._verdict(),
            complete=not (self.stopped or self._told.is_cut),
            sets=tuple(self._sets),
            findings=self._told.findings(),
        )

    @property
    def _holds_nothing(self) -> bool:
        """Whether the file is sound and has neither sets nor a TA1."""
        carries_ta1 = any(each.carries_ta1 for each in self.interchanges)
        sound = bool(self.interchanges) and not (self.stopped or self._told.has_errors)
        return sound and not self._sets and not carries_ta1

    def _verdict(self) -> Verdict:
        if not self.interchanges:
            return Verdict.UNREADABLE
        if self._sets:
            return file_verdict(each.verdict for each in self._sets)
        return Verdict.REJECTED if self._told.has_errors else Verdict.ACCEPTED

    def _keep(self, envelope: _Interchange | _Group, *findings: Iterable[Finding]) -> None:
        """Note the findings of an envelope, and keep with it what an answer may tell."""
        together = tuple(finding for each in findings for finding in each)
        self._told.add(together)
        refuses = has_errors(together)
        least = 1 if refuses and not envelope.refused else 0
        envelope.findings += self._answerable(together, len(together), least)
        envelope.refused = envelope.refused or refuses

    def _answerable(self, findings: tuple[Finding, ...], most: int, least: int) -> tuple[Finding, ...]:
        """As many as there is room for in the answers to the file; if there is little, errors come first."""
        room = max(least, min(most, self._room))
        if len(findings) > room:
            findings = tuple(sorted(findings, key=lambda one: one.severity is not Severity.ERROR))[:room]
        self._room -= len(findings)
        return findings

    def _interchange(self) -> _Interchange:
        assert self._open is not None, "the reader opens an interchange before anything in it"
        return self._open

    def _group(self) -> _Group:
        return self._interchange().groups[-1]

    def _take_group(self, event: GroupStart) -> None:
        group = _Group(event)
        self._interchange().groups.append(group)
        self._keep(group, event.findings, self._validator.check_group(event))

    def _take_set(self, event: TransactionSet) -> None:
        group = self._group()
        gs01, gs08 = _element(group.gs, 1), _element(group.gs, 8)
        checked = self._validator.check_set(event, gs08=gs08, gs01=gs01, tolerant=self._tolerant)
        self._told.add(checked.findings)
        header = checked.elements[0]
        place = event.location
        group.reports.append(
            SetReport(
                interchange=place.interchange or 0,
                group=place.group or 0,
                set=place.set or 0,
                type=_element(header, 1),
                version=gs08,
                isa13=place.isa13 or "",
                gs06=place.gs06 or "",
                st02=place.st02 or "",
                verdict=checked.verdict,
            )
        )
        group.received.append(
            ReceivedSet(
                st01=_element(header, 1),
                st02=_element(header, 2),
                st03=_element(header, 3),
                verdict=checked.verdict,
                findings=self._answerable(checked.findings, MAX_ANSWERED_FINDINGS, least=1),
            )
        )
        if self._keep_sets and checked.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS):
            self._keep_set(group, checked, event)

    def _keep_set(self, group: _Group, checked: CheckedSet, event: TransactionSet) -> None:
        self._kept_bytes += len(event.raw)
        if self._kept_bytes <= MAX_KEPT_BYTES:
            group.kept.append((len(group.reports) - 1, checked, event))
            return
        limit = f"{MAX_KEPT_BYTES // MEBIBYTE} MiB"
        place = event.location
        self._told.add((found("set-not-translated", place, st02=place.st02, limit=limit),))

    def _end_group(self, event: GroupEnd) -> None:
        group = self._group()
        group.ge01 = _element(event.ge, 1)
        self._keep(group, event.findings, self._validator.check_trailer(event))

    def _take_note(self, event: InterchangeNote) -> None:
        interchange = self._interchange()
        interchange.carries_ta1 = interchange.carries_ta1 or _element(event.segment, 0) == "TA1"
        envelope = interchange if event.location.group is None else interchange.groups[-1]
        self._keep(envelope, event.findings, self._validator.check_note(event))

    def _end_interchange(self, event: InterchangeEnd) -> tuple[ReceivedDocument, ...]:
        interchange = self._interchange()
        self._keep(interchange, event.findings, self._validator.check_trailer(event))
        return self._close(interchange)

    def _close(self, interchange: _Interchange) -> tuple[ReceivedDocument, ...]:
        self._open = None
        documents: list[ReceivedDocument] = []
        for group in interchange.groups:
            reports = group.reports
            if interchange.refused or group.refused:
                reports = [_rejected(report) for report in reports]
            else:
                documents += (ReceivedDocument(reports[n], checked, each) for n, checked, each in group.kept)
            self._sets += reports
        self.interchanges.append(_received(interchange))
        return tuple(documents)


def _received(interchange: _Interchange) -> ReceivedInterchange:
    return ReceivedInterchange(
        isa=interchange.start.isa,
        delimiters=interchange.start.delimiters,
        groups=tuple(
            ReceivedGroup(
                gs=group.gs, ge01=group.ge01, sets=tuple(group.received), findings=tuple(group.findings)
            )
            for group in interchange.groups
        ),
        findings=tuple(interchange.findings),
        carries_ta1=interchange.carries_ta1,
    )


def _rejected(report: SetReport) -> SetReport:
    """The report of a set whose envelope is refused: it goes down with it, unless it was never checked."""
    if report.verdict is Verdict.NO_DEFINITION:
        return report
    return msgspec.structs.replace(report, verdict=Verdict.REJECTED)


def _element(segment: tuple[str, ...] | list[str], position: int) -> str:
    return segment[position].strip() if position < len(segment) else ""
