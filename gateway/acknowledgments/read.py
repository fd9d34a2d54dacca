"""Reads the acknowledgments of others, 997, 999 and TA1, out of what the X12 reader hands over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

import msgspec

from gateway.acknowledgments.answered import (
    Acknowledged,
    AcknowledgedGroup,
    AcknowledgedInterchange,
    AcknowledgedSet,
    Identity,
    Parties,
    SegmentFault,
)
from gateway.acknowledgments.read_elements import Faults, codes, digits, element, number, verdict_of
from gateway.formats.x12.model import (
    Delimiters,
    Elements,
    Event,
    GroupStart,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.report import Verdict

# The segments that tell of a segment, an element and a set, by the set they stand in.
ANSWERS = MappingProxyType({"997": ("AK3", "AK4", "AK5"), "999": ("IK3", "IK4", "IK5")})
MAX_CONTEXT = 100  # ten CTX with ten names each

# AK501, AK901 and TA104 (elements 717, 715, I17) share their codes; M, W and X reject for lack of security.
VERDICTS = MappingProxyType(
    {
        "A": Verdict.ACCEPTED,
        "E": Verdict.ACCEPTED_WITH_ERRORS,
        "R": Verdict.REJECTED,
        "M": Verdict.REJECTED,
        "W": Verdict.REJECTED,
        "X": Verdict.REJECTED,
    }
)
GROUP_VERDICTS = MappingProxyType({**VERDICTS, "P": Verdict.PARTIALLY_ACCEPTED})
INTERCHANGE_VERDICTS = MappingProxyType({code: VERDICTS[code] for code in "AER"})


def read_acknowledgments(events: Iterable[Event]) -> Iterator[Acknowledged]:
    """Each 997, 999 and TA1 among the events, as it is read; everything else is passed over.

    Faults of an acknowledgment are its findings, next to those the reader had about it. Never raises.
    """
    reader = AcknowledgmentReader()
    for event in events:
        answer = reader.take(event)
        if answer is not None:
            yield answer


class AcknowledgmentReader:
    """Reads the acknowledgments among the events of one file, for whoever reads these events anyway."""

    def __init__(self) -> None:
        self._isa: Elements = ()
        self._gs: Elements = ()

    def take(self, event: Event) -> Acknowledged | None:
        """The 997, 999 or TA1 that this event is, if any. Every event is to be handed in. Never raises."""
        if isinstance(event, InterchangeStart):
            self._isa, self._gs = event.isa, ()
        elif isinstance(event, GroupStart):
            self._gs = event.gs
        elif isinstance(event, InterchangeNote) and event.segment[:1] == ("TA1",):
            return read_interchange_acknowledgment(event, _parties(self._isa, ()))
        elif isinstance(event, TransactionSet) and element(_first_segment(event), 1) in ANSWERS:
            return read_functional_acknowledgment(event, _parties(self._isa, self._gs))
        return None


def read_interchange_acknowledgment(note: InterchangeNote, parties: Parties) -> AcknowledgedInterchange:
    """What a TA1 segment says (X12.5)."""
    faults = Faults(note.location, note.findings)
    control_number = digits(faults, note.segment, 1, None)
    verdict = verdict_of(faults, note.segment, 4, None, INTERCHANGE_VERDICTS)
    return AcknowledgedInterchange(
        parties=parties,
        control_number=control_number,
        date=element(note.segment, 2),
        time=element(note.segment, 3),
        verdict=verdict,
        note=digits(faults, note.segment, 5, None),
        findings=faults.findings,
    )


def read_functional_acknowledgment(transaction_set: TransactionSet, parties: Parties) -> AcknowledgedGroup:
    """What a 997 or 999 says (X12.20)."""
    faults = Faults(transaction_set.location, transaction_set.findings, transaction_set)
    kind = element(_first_segment(transaction_set), 1)
    reading = _Reading(faults, transaction_set.delimiters, kind)
    for position, segment in enumerate(transaction_set.split(), start=1):
        reading.take(position, segment)
    return reading.result(parties)


class _Reading:
    """A 997 or 999 as far as it has been read."""

    def __init__(self, faults: Faults, delimiters: Delimiters, kind: str) -> None:
        self._faults = faults
        self._delimiters = delimiters
        self._kind = kind
        self._segment_tag, self._element_tag, self._set_tag = ANSWERS.get(kind, ANSWERS["997"])
        self._context: tuple[str, ...] = ()
        self._position = 0
        self._header: Elements = ()
        self._trailer: Elements = ()
        self._trailer_position = 0
        self._set: Elements = ()
        self._segment_note: Elements = ()
        self._element_notes = 0
        self._set_faults: list[SegmentFault] = []
        self._sets: list[AcknowledgedSet] = []

    def take(self, position: int, segment: Elements) -> None:
        """Reads the next segment of the set."""
        self._position = position
        tag = segment[0]
        if tag == "AK1" and position == 2:
            self._header = segment
        elif tag == "AK2" and not self._trailer:
            self._close_set(())
            self._set = segment
        elif tag == self._segment_tag and self._set:
            self._close_segment_note()
            self._segment_note = segment
        elif tag == self._element_tag and self._segment_note:
            self._element_notes += 1
            self._set_faults.append(self._fault(segment))
        elif tag == self._set_tag and self._set:
            self._close_set(segment)
        elif tag == "CTX" and self._kind == "999" and self._segment_note:
            self._take_context(segment)
        elif tag == "AK9" and not self._trailer:
            self._close_set(())
            self._trailer, self._trailer_position = segment, position
        elif tag != "SE" and position != 1:
            self._faults.add("acknowledgment-segment-unexpected", position, tag)

    def result(self, parties: Parties) -> AcknowledgedGroup:
        """What was read, once all segments are."""
        self._close_set(())
        verdict = Verdict.UNREADABLE
        if self._trailer:
            verdict = verdict_of(self._faults, self._trailer, 1, self._trailer_position, GROUP_VERDICTS)
        else:
            self._faults.add("acknowledgment-segment-missing", self._position, "AK9", missing="AK9")
        if not self._header:
            self._faults.add("acknowledgment-segment-missing", 2, "AK1", missing="AK1")
        control_number = digits(self._faults, self._header, 2, 2) if self._header else ""
        included, received, accepted = (self._count(at) for at in (2, 3, 4))
        self._look_for_contradictions(verdict, received, accepted)
        return AcknowledgedGroup(
            kind=self._kind,
            parties=parties,
            functional_identifier=element(self._header, 1),
            control_number=control_number,
            verdict=verdict,
            included=included,
            received=received,
            accepted=accepted,
            codes=codes(self._trailer, 5),
            sets=tuple(self._sets),
            findings=self._faults.findings,
        )

    def _close_set(self, trailer: Elements) -> None:
        """Ends the answer on a set; `trailer` is its AK5, empty when that is missing."""
        if not self._set:
            return
        self._close_segment_note()
        verdict = Verdict.UNREADABLE
        if trailer:
            verdict = verdict_of(self._faults, trailer, 1, self._position, VERDICTS)
        else:
            self._faults.add(
                "acknowledgment-segment-missing", self._position, self._set_tag, missing=self._set_tag
            )
        self._sets.append(
            AcknowledgedSet(
                st01=element(self._set, 1),
                st02=element(self._set, 2),
                guide=element(self._set, 3),
                verdict=verdict,
                codes=codes(trailer, 2),
                faults=tuple(self._set_faults),
            )
        )
        self._set, self._set_faults = (), []

    def _close_segment_note(self) -> None:
        """An AK3 (IK3) without any AK4 (IK4) is a fault of its own."""
        if self._segment_note and not self._element_notes:
            self._set_faults.append(self._fault(()))
        self._segment_note, self._element_notes, self._context = (), 0, ()

    def _take_context(self, segment: Elements) -> None:
        """CTX01 names what the fault is about; behind an IK4 it adds to that element, else to the segment."""
        repetition = self._delimiters.repetition
        named = element(segment, 1).split(repetition) if repetition else [element(segment, 1)]
        told = tuple(" ".join(one.split(self._delimiters.component)) for one in named if one)
        if self._element_notes:
            last = self._set_faults[-1]
            room = max(0, MAX_CONTEXT - len(last.context))
            self._set_faults[-1] = msgspec.structs.replace(last, context=(*last.context, *told[:room]))
        else:
            self._context = (*self._context, *told)[:MAX_CONTEXT]

    def _fault(self, element_note: Elements) -> SegmentFault:
        place = element(element_note, 1).split(self._delimiters.component)
        return SegmentFault(
            position=number(element(self._segment_note, 2)),
            tag=element(self._segment_note, 1),
            loop=element(self._segment_note, 3),
            segment_code=element(self._segment_note, 4),
            element=number(place[0]),
            component=number(element(place, 1)),
            repetition=number(element(place, 2)),
            element_number=element(element_note, 2),
            element_code=element(element_note, 3),
            data=element_note[4] if len(element_note) > 4 else "",
            context=self._context,
        )

    def _count(self, at: int) -> int | None:
        return (
            number(digits(self._faults, self._trailer, at, self._trailer_position)) if self._trailer else None
        )

    def _look_for_contradictions(self, verdict: Verdict, received: int | None, accepted: int | None) -> None:
        position = self._trailer_position
        rejected = any(one.verdict is Verdict.REJECTED for one in self._sets)
        if rejected and verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS):
            problem = "a set of the group is rejected"
            value = element(self._trailer, 1)
            self._faults.add("acknowledgment-contradiction", position, "AK9", 1, value, problem=problem)
        if received is not None and accepted is not None and accepted > received:
            problem = f"only {received} sets were received"
            value = element(self._trailer, 4)
            self._faults.add("acknowledgment-contradiction", position, "AK9", 4, value, problem=problem)


def _parties(isa: Elements, gs: Elements) -> Parties:
    return Parties(
        sender=Identity(element(isa, 5), element(isa, 6)),
        receiver=Identity(element(isa, 7), element(isa, 8)),
        application_sender=element(gs, 2),
        application_receiver=element(gs, 3),
    )


def _first_segment(transaction_set: TransactionSet) -> list[str]:
    return transaction_set.segments[0].split(transaction_set.delimiters.element)
