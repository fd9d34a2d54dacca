"""X12 as it comes in: each transaction set is judged, then its group, then its interchange.

A fault of an envelope may be known only at its end, after its sets. So the verdict of a set stands when its
interchange has ended; until then what is made of a set is made on trust.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from gateway.acknowledgments.received import ReceivedInterchange
from gateway.findings import NOWHERE, Finding, Location, Severity, found, has_errors
from gateway.formats.x12.limits import MEBIBYTE
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
from gateway.pipeline.taken import USUAL_LENGTH, TakenFile, TakenGroup, TakenInterchange, TakenSet
from gateway.pipeline.told import MAX_FINDINGS, Told
from gateway.report import FileReport, Verdict, file_verdict
from gateway.schema.checker import CheckedSet
from gateway.schema.validator import Validator

Envelope = InterchangeStart | InterchangeNote | GroupStart | GroupEnd | InterchangeEnd | FileNote

_TRANSLATED = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)

MAX_ANSWERED_FINDINGS = 1_000  # of one set; a 997 with more tells its reader nothing new


class JudgedSet(msgspec.Struct, frozen=True):
    """A transaction set that may be translated if its interchange stands, ready for a mapping table.

    `st01` and `version` (GS08) tell which table that is.
    """

    st01: str
    version: str
    checked: CheckedSet
    transaction_set: TransactionSet


class _Open:
    """An interchange while its groups come in; `group` is the open one, `gs01` and `gs08` are of it."""

    def __init__(self, start: InterchangeStart) -> None:
        self.taken = TakenInterchange(start.isa, start.delimiters)
        self.group: TakenGroup | None = None
        self.gs01 = self.gs08 = ""
        self.refused_groups: set[int] = set()

    def open_group(self, group: TakenGroup) -> None:
        """Begin with a group."""
        self.group = group
        self.gs01, self.gs08 = _element(group.gs, 1), _element(group.gs, 8)

    def end_group(self) -> None:
        """Put the open group, if there is one, to those that have ended."""
        group, self.group = self.group, None
        if group is not None:
            self.taken.groups.append(group, group.weight)
            if group.refused and group.place.group is not None:
                self.refused_groups.add(group.place.group)


class Intake:
    """Judges the events of one file: `take` each of them, then ask for the `report`.

    Sets that may be translated are handed out, `hand_out` bytes of them: `take` returns each as soon as it is
    judged, and whether it is let through is known when its interchange `has_ended`. `interchanges` is what
    acknowledgments are written from; it holds findings, never documents. Once it is `stopped`, by a limit of
    the reader or by too many faults, further events are passed over.
    """

    def __init__(
        self,
        validator: Validator,
        *,
        tolerant: bool = False,
        tolerated_sets: Collection[str] = (),
        hand_out: int = 0,
    ) -> None:
        """`tolerant` is so to all sets, else to `tolerated_sets`, such as 850."""
        self._validator = validator
        self._tolerant = tolerant
        self._tolerated_sets = tolerated_sets
        self._hand_out = hand_out
        self._open: _Open | None = None
        self._taken = TakenFile()
        self._told = Told()
        self._room = MAX_FINDINGS  # for findings to answer with
        self._handed_out = 0  # bytes
        self._refused: set[int] | None = None  # groups of the interchange that ended last; None: all of them
        self.stopped = False

    @property
    def interchanges(self) -> Sequence[ReceivedInterchange]:
        """The interchanges that have ended, with their groups and sets."""
        return self._taken.received

    @property
    def has_ended(self) -> bool:
        """Whether no interchange is open."""
        return self._open is None

    def lets_through(self, group: int | None) -> bool:
        """Whether the interchange that ended last lets the sets of this group through."""
        return self._refused is not None and group not in self._refused

    def take(self, event: Event) -> JudgedSet | None:
        """Judge one event; a set that may be translated is handed out."""
        if self.stopped:
            return None
        received = None
        if isinstance(event, TransactionSet):  # first, as most events are sets
            received = self._take_set(event)
        else:
            self._take_envelope(event)
        if self._told.is_enough and not self.stopped:
            self._stop(NOWHERE if isinstance(event, FileNote) else event.location)
        return received

    def note(self, findings: Iterable[Finding]) -> None:
        """Take findings about the file into the report."""
        self._told.add(findings)

    def note_of_documents(self, told: Told) -> None:
        """Take findings about sets that were handed out, and let through, into the report."""
        self._told.join(told)

    def _take_envelope(self, event: Envelope) -> None:
        match event:
            case GroupStart():
                self._take_group(event)
            case GroupEnd():
                self._end_group(event)
            case InterchangeStart():
                self._open = _Open(event)
                self._keep(self._open.taken, event.findings + self._validator.check_interchange(event))
            case InterchangeNote():
                self._take_note(event)
            case InterchangeEnd():
                self._end_interchange(event)
            case FileNote():
                self._told.add(event.findings)
                self.stopped = event.stopped

    def _stop(self, place: Location) -> None:
        """Look at nothing more; what is open goes down with the finding that tells why."""
        finding = msgspec.structs.replace(self._told.enough(), location=place)
        if self._open is None:
            self._told.add((finding,))
        else:
            self._keep(self._open.taken, (finding,))
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
            sets=self._taken.reports,
            findings=self._told.findings(),
        )

    @property
    def _holds_nothing(self) -> bool:
        """Whether the file is sound and has neither sets nor a TA1."""
        taken = self._taken
        sound = len(taken) > 0 and not (self.stopped or self._told.has_errors)
        return sound and not taken.verdicts and not taken.carries_ta1

    def _verdict(self) -> Verdict:
        if not len(self._taken):
            return Verdict.UNREADABLE
        if self._taken.verdicts:
            return file_verdict(self._taken.verdicts)
        return Verdict.REJECTED if self._told.has_errors else Verdict.ACCEPTED

    def _keep(self, envelope: TakenInterchange | TakenGroup, findings: tuple[Finding, ...]) -> None:
        """Note the findings of an envelope, and keep with it what an answer may tell."""
        if not findings:
            return
        self._told.add(findings)
        refuses = has_errors(findings)
        least = 1 if refuses and not envelope.refused else 0
        envelope.findings += self._answerable(findings, len(findings), least)
        envelope.refused = envelope.refused or refuses

    def _answerable(self, findings: tuple[Finding, ...], most: int, least: int) -> tuple[Finding, ...]:
        """As many as there is room for in the answers to the file; if there is little, errors come first."""
        room = max(least, min(most, self._room))
        if len(findings) > room:
            findings = tuple(sorted(findings, key=lambda one: one.severity is not Severity.ERROR))[:room]
        self._room -= len(findings)
        return findings

    def _interchange(self) -> _Open:
        assert self._open is not None, "the reader opens an interchange before anything in it"
        return self._open

    def _group(self) -> TakenGroup:
        group = self._interchange().group
        assert group is not None, "the reader opens a group before anything in it"
        return group

    def _take_group(self, event: GroupStart) -> None:
        group = TakenGroup(event.location, event.gs)
        self._interchange().open_group(group)
        self._keep(group, event.findings + self._validator.check_group(event))

    def _take_set(self, event: TransactionSet) -> JudgedSet | None:
        interchange, group = self._open, None if self._open is None else self._open.group
        assert interchange is not None and group is not None, "the reader opens a group before its sets"
        header = event.segments[0].split(event.delimiters.element)
        st01 = header[1].strip() if len(header) > 1 else ""
        tolerant = self._tolerant or st01 in self._tolerated_sets
        checked = self._validator.check_set(
            event, gs08=interchange.gs08, gs01=interchange.gs01, tolerant=tolerant
        )
        verdict, findings = checked.verdict, checked.findings
        if findings:
            self._told.add(findings)
            findings = self._answerable(findings, MAX_ANSWERED_FINDINGS, least=1)
        st02 = header[2].strip() if len(header) > 2 else ""
        st03 = header[3].strip() if len(header) > 3 else ""
        taken = TakenSet(st01, st02, st03, event.location.st02 or "", verdict, findings)
        group.sets.append(taken, 1 if len(event.segments[0]) < USUAL_LENGTH else taken.weight)
        verdicts = group.verdicts
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
        if not self._hand_out or verdict not in _TRANSLATED:
            return None
        self._handed_out += len(event.raw)
        if self._handed_out > self._hand_out:
            limit = f"{self._hand_out // MEBIBYTE} MiB"
            place = event.location
            self._told.add((found("set-not-translated", place, st02=place.st02, limit=limit),))
            return None
        return JudgedSet(st01, interchange.gs08, checked, event)

    def _end_group(self, event: GroupEnd) -> None:
        group = self._group()
        group.ge01 = _element(event.ge, 1)
        self._keep(group, event.findings + self._validator.check_trailer(event))
        self._interchange().end_group()

    def _take_note(self, event: InterchangeNote) -> None:
        interchange = self._interchange()
        taken = interchange.taken
        taken.carries_ta1 = taken.carries_ta1 or _element(event.segment, 0) == "TA1"
        envelope = taken if event.location.group is None else self._group()
        self._keep(envelope, event.findings + self._validator.check_note(event))

    def _end_interchange(self, event: InterchangeEnd) -> None:
        interchange = self._interchange()
        self._keep(interchange.taken, event.findings + self._validator.check_trailer(event))
        self._close(interchange)

    def _close(self, interchange: _Open) -> None:
        self._open = None
        interchange.end_group()
        self._taken.add(interchange.taken)
        self._refused = None if interchange.taken.refused else interchange.refused_groups


def _element(segment: tuple[str, ...] | list[str], position: int) -> str:
    return segment[position].strip() if position < len(segment) else ""
