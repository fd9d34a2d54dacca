"""Reads the acknowledgments of others, 997 and TA1, out of what the X12 reader hands over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from gateway.findings import Finding, Location, found
from gateway.formats.x12.model import (
    Elements,
    Event,
    GroupStart,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.report import Verdict

MAX_CODES = 5  # AK502 to AK506, AK905 to AK909
MAX_FINDINGS = 100  # an answer with more faults is not worth reading on, and must not fill the memory

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
    """Each 997 and TA1 among the events, as it is read; everything else is passed over.

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
        """The 997 or TA1 that this event is, if it is one. Every event is to be handed in. Never raises."""
        if isinstance(event, InterchangeStart):
            self._isa, self._gs = event.isa, ()
        elif isinstance(event, GroupStart):
            self._gs = event.gs
        elif isinstance(event, InterchangeNote) and event.segment[:1] == ("TA1",):
            return read_interchange_acknowledgment(event, _parties(self._isa, ()))
        elif isinstance(event, TransactionSet) and _element(_first_segment(event), 1) == "997":
            return read_functional_acknowledgment(event, _parties(self._isa, self._gs))
        return None


def read_interchange_acknowledgment(note: InterchangeNote, parties: Parties) -> AcknowledgedInterchange:
    """What a TA1 segment says (X12.5)."""
    faults = _Faults(note.location, note.findings)
    control_number = _digits(faults, note.segment, 1, None)
    verdict = _verdict(faults, note.segment, 4, None, INTERCHANGE_VERDICTS)
    return AcknowledgedInterchange(
        parties=parties,
        control_number=control_number,
        date=_element(note.segment, 2),
        time=_element(note.segment, 3),
        verdict=verdict,
        note=_digits(faults, note.segment, 5, None),
        findings=faults.findings,
    )


def read_functional_acknowledgment(transaction_set: TransactionSet, parties: Parties) -> AcknowledgedGroup:
    """What a 997 says (X12.20)."""
    faults = _Faults(transaction_set.location, transaction_set.findings, transaction_set)
    reading = _Reading(faults, transaction_set.delimiters.component)
    for position, segment in enumerate(transaction_set.split(), start=1):
        reading.take(position, segment)
    return reading.result(parties)


class _Faults:
    """The faults of one acknowledgment with their places, up to a limit."""

    def __init__(
        self, start: Location, known: tuple[Finding, ...], transaction_set: TransactionSet | None = None
    ) -> None:
        self._start = start
        self._set = transaction_set
        self._found = list(known[:MAX_FINDINGS])

    @property
    def findings(self) -> tuple[Finding, ...]:
        if len(self._found) <= MAX_FINDINGS:
            return tuple(self._found)
        return (*self._found[:MAX_FINDINGS], found("findings-limit", self._start, limit=MAX_FINDINGS))

    def add(
        self,
        code: str,
        position: int | None,
        tag: str,
        element: int | None = None,
        value: str | None = None,
        **details: str,
    ) -> None:
        """`position` is that in the set, None for a segment outside of sets."""
        if len(self._found) > MAX_FINDINGS:
            return
        place = msgspec.structs.replace(self._start, tag=tag, element=element)
        if position is not None:
            segment = None if place.segment is None else place.segment + position - 1
            place = msgspec.structs.replace(
                place, segment=segment, segment_in_set=position, byte=self._byte(position)
            )
        self._found.append(found(code, place, value, severity=None, **details))

    def _byte(self, position: int) -> int | None:
        if self._set is None or self._start.byte is None or position > len(self._set.offsets):
            return None
        return self._start.byte + self._set.offsets[position - 1]


class _Reading:
    """A 997 as far as it has been read."""

    def __init__(self, faults: _Faults, component_separator: str) -> None:
        self._faults = faults
        self._component_separator = component_separator
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
        elif tag == "AK3" and self._set:
            self._close_segment_note()
            self._segment_note = segment
        elif tag == "AK4" and self._segment_note:
            self._element_notes += 1
            self._set_faults.append(self._fault(segment))
        elif tag == "AK5" and self._set:
            self._close_set(segment)
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
            verdict = _verdict(self._faults, self._trailer, 1, self._trailer_position, GROUP_VERDICTS)
        else:
            self._faults.add("acknowledgment-segment-missing", self._position, "AK9", missing="AK9")
        if not self._header:
            self._faults.add("acknowledgment-segment-missing", 2, "AK1", missing="AK1")
        control_number = _digits(self._faults, self._header, 2, 2) if self._header else ""
        included, received, accepted = (self._count(element) for element in (2, 3, 4))
        self._look_for_contradictions(verdict, received, accepted)
        return AcknowledgedGroup(
            parties=parties,
            functional_identifier=_element(self._header, 1),
            control_number=control_number,
            verdict=verdict,
            included=included,
            received=received,
            accepted=accepted,
            codes=_codes(self._trailer, 5),
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
            verdict = _verdict(self._faults, trailer, 1, self._position, VERDICTS)
        else:
            self._faults.add("acknowledgment-segment-missing", self._position, "AK5", missing="AK5")
        self._sets.append(
            AcknowledgedSet(
                st01=_element(self._set, 1),
                st02=_element(self._set, 2),
                verdict=verdict,
                codes=_codes(trailer, 2),
                faults=tuple(self._set_faults),
            )
        )
        self._set, self._set_faults = (), []

    def _close_segment_note(self) -> None:
        """An AK3 without any AK4 is a fault of its own."""
        if self._segment_note and not self._element_notes:
            self._set_faults.append(self._fault(()))
        self._segment_note, self._element_notes = (), 0

    def _fault(self, element_note: Elements) -> SegmentFault:
        place = _element(element_note, 1).split(self._component_separator)
        return SegmentFault(
            position=_number(_element(self._segment_note, 2)),
            tag=_element(self._segment_note, 1),
            loop=_element(self._segment_note, 3),
            segment_code=_element(self._segment_note, 4),
            element=_number(place[0]),
            component=_number(_element(place, 1)),
            repetition=_number(_element(place, 2)),
            element_number=_element(element_note, 2),
            element_code=_element(element_note, 3),
            data=element_note[4] if len(element_note) > 4 else "",
        )

    def _count(self, element: int) -> int | None:
        return (
            _number(_digits(self._faults, self._trailer, element, self._trailer_position))
            if self._trailer
            else None
        )

    def _look_for_contradictions(self, verdict: Verdict, received: int | None, accepted: int | None) -> None:
        position = self._trailer_position
        rejected = any(one.verdict is Verdict.REJECTED for one in self._sets)
        if rejected and verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS):
            problem = "a set of the group is rejected"
            value = _element(self._trailer, 1)
            self._faults.add("acknowledgment-contradiction", position, "AK9", 1, value, problem=problem)
        if received is not None and accepted is not None and accepted > received:
            problem = f"only {received} sets were received"
            value = _element(self._trailer, 4)
            self._faults.add("acknowledgment-contradiction", position, "AK9", 4, value, problem=problem)


def _parties(isa: Elements, gs: Elements) -> Parties:
    return Parties(
        sender=Identity(_element(isa, 5), _element(isa, 6)),
        receiver=Identity(_element(isa, 7), _element(isa, 8)),
        application_sender=_element(gs, 2),
        application_receiver=_element(gs, 3),
    )


def _first_segment(transaction_set: TransactionSet) -> list[str]:
    return transaction_set.segments[0].split(transaction_set.delimiters.element)


def _element(segment: Elements, position: int) -> str:
    return segment[position].strip() if position < len(segment) else ""


def _codes(segment: Elements, first: int) -> tuple[str, ...]:
    return tuple(code.strip() for code in segment[first : first + MAX_CODES] if code.strip())


def _number(text: str) -> int | None:
    """The number of a position or count, None when it is none; ten digits are the most any of them has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _digits(faults: _Faults, segment: Elements, element: int, position: int | None) -> str:
    """An element that must be a number, as it was written; a finding when it is none."""
    text = _element(segment, element)
    if _number(text) is None:
        faults.add("acknowledgment-element", position, segment[0], element, text or None, expected="number")
    return text


def _verdict(
    faults: _Faults, segment: Elements, element: int, position: int | None, known: Mapping[str, Verdict]
) -> Verdict:
    code = _element(segment, element)
    if code not in known:
        expected = "acknowledgment code"
        faults.add("acknowledgment-element", position, segment[0], element, code or None, expected=expected)
    return known.get(code, Verdict.UNREADABLE)
