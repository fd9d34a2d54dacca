"""One interchange: its groups and sets as they open and close, and the checks of their envelopes (X12.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from gateway.findings import Finding, Location, Severity, found
from gateway.formats.x12.framing import Batch, Framer, Position
from gateway.formats.x12.header import HEADER, Header
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    TransactionSet,
)
from gateway.formats.x12.numbers import (
    Remembered,
    element,
    is_count,
    same_number,
    shown_number,
    trailer_finding,
)
from gateway.formats.x12.sets import OpenGroup, OpenSet
from gateway.formats.x12.stray import Stray
from gateway.formats.x12.whole_sets import WholeSets


class InterchangeReader:
    """Reads one interchange, from behind its ISA to its IEA or to what stands instead.

    `resume` is None while it goes on; then it is where to go on reading. `at` is the place of the last
    segment that opened or closed something.
    """

    def __init__(self, header: Header, framer: Framer, limits: Limits) -> None:
        self.resume: Position | None = None
        self.at = Position(header.location.segment or 0, header.location.byte or 0)
        self._header = header
        self._framer = framer
        self._limits = limits
        self._groups = 0
        self._acknowledgments = 0
        self._group_numbers = Remembered("gs06-duplicate", limits)
        self._group: OpenGroup | None = None
        self._set: OpenSet | None = None
        self._stray: Stray | None = None
        self._handlers: dict[str, Callable[[Batch, int, Position], Iterator[Event]]] = {
            "ISA": self._next_interchange,
            "IEA": self._end,
            "GS": self._start_group,
            "GE": self._end_group,
            "ST": self._start_set,
            "SE": self._end_set,
            "TA1": self._before_groups,
            "ISB": self._before_groups,
            "ISE": self._before_groups,
        }
        self._whole_sets = WholeSets(header, limits)

    def take(self, batch: Batch) -> Iterator[Event]:
        """The events of a batch."""
        first = place = 0  # the next segment, and where it begins in the text
        beginnings = self._whole_sets.beginnings(batch)
        for number, (start, told) in enumerate(beginnings, 1):
            if 0 <= start < place:
                continue  # SE of a set that was taken whole
            if start == place and number < len(beginnings):
                whole = self._whole_set(batch, first, start, beginnings[number][0])
                if whole is not None:
                    yield whole
                    first += len(whole.segments)
                    place += len(whole.raw) + batch.gap
                    continue
            index = told if told >= 0 else first + batch.text.count(batch.terminator, place, start)
            tag = self._envelope_tag(batch, index)
            if tag is None:
                continue
            if first < index and self._set is None:
                yield from self._strays(batch, first, index)
            at = self.at = self._place_of(batch, start, index)
            yield from self._handlers[tag](batch, index, at)
            if self.resume is not None:
                return
            first = index + 1
            if batch.between:
                place = start + len(batch.segments[index]) + len(batch.between)
        if self._set is not None:
            self._set.take_rest(batch)
        else:
            yield from self._strays(batch, first, len(batch.segments))

    def _place_of(self, batch: Batch, start: int, index: int) -> Position:
        if start < 0:
            return self._framer.position_of(batch, index)
        return Position(batch.number + index, batch.offset + start)

    def _whole_set(self, batch: Batch, first: int, start: int, se: int) -> TransactionSet | None:
        """The set that two segments in a row open and close, when nothing about it is unusual."""
        group = self._group
        if group is None or self._set is not None or self._stray is not None:
            return None
        whole = self._whole_sets.sound_set(batch, first, start, se, group)
        if whole is not None:
            group.sets += 1
            self.at = Position(batch.number + first + len(whole.segments) - 1, batch.offset + se)
        return whole

    def finish(self, at: Position) -> Iterator[Event]:
        """The events of the end of the file, when it comes before IEA."""
        yield from self._flush()
        yield from self._close(None, 0, at)
        place = self.place(at, "IEA")
        yield InterchangeEnd((), self._groups, place, (found("iea-missing", place, isa13=place.isa13),))

    def stop(self, finding: Finding, at: Position) -> Iterator[Event]:
        """The events that close what is open where the reading is stopped; the finding tells why."""
        yield from self._flush()
        yield from self._close_set(None, 0, at)
        if self._group is not None:
            yield GroupEnd((), self._group.sets, finding.location)
        yield InterchangeEnd((), self._groups, finding.location, (finding,))

    def place(self, at: Position, tag: str | None = None, position: int | None = None) -> Location:
        """The address of a segment of the interchange or the open group."""
        base = self._header.location if self._group is None else self._group.location
        return msgspec.structs.replace(base, segment=at.segment, tag=tag, element=position, byte=at.byte)

    def _envelope_tag(self, batch: Batch, index: int) -> str | None:
        """The tag, when the segment opens or closes something here."""
        segment = batch.segments[index]
        tag = segment.split(self._header.service.element, 1)[0]
        if index in batch.oversize:
            return None
        if tag.startswith("ISA") and HEADER.match(segment):
            return "ISA"
        if tag in ("TA1", "ISB", "ISE") and self._set is not None:
            return None
        return tag if tag in self._handlers else None

    def _next_interchange(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        yield from self._flush()
        yield from self._close(batch, index, at)
        place = self.place(at, "IEA")
        yield InterchangeEnd((), self._groups, place, (found("iea-missing", place, isa13=place.isa13),))
        self.resume = at

    def _end(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._stray is not None:
            yield from self._flush()
        yield from self._close(batch, index, at)
        place = self.place(at, "IEA")
        segment, end, terminated = self._last_segment(batch, index, at)
        findings = [] if terminated else [found("segment-unterminated", place)]
        iea = tuple(self._header.split(segment))
        says = element(iea, 1)
        if not is_count(says, self._groups):
            # Some senders count the TA1 of an interchange that has nothing else.
            lenient = self._groups == 0 and self._acknowledgments and is_count(says, 1)
            severity = Severity.WARNING if lenient else None
            here = self.place(at, "IEA", 1)
            counted = found("iea-group-count", here, says or None, severity=severity, actual=self._groups)
            findings.append(counted)
        says, isa13 = element(iea, 2), element(self._header.isa, 13)
        if says != isa13:
            findings.append(trailer_finding("iea-control-number", self.place(at, "IEA", 2), says, isa13))
        yield InterchangeEnd(iea, self._groups, place, tuple(findings))
        self.resume = Position(at.segment + 1, batch.offset + end)

    def _last_segment(self, batch: Batch, index: int, at: Position) -> tuple[str, int, bool]:
        """IEA, where it ends in the batch, and whether by its terminator.

        When files are put together the terminator at the end of one may be missing; IEA and the next ISA then
        look like one segment.
        """
        start = at.byte - batch.offset
        end = batch.end_of(index, start)
        next_header = HEADER.search(batch.text, start + 4, end)
        if next_header and not self._header.service.wrapped:
            return batch.text[start : next_header.start()].rstrip(), next_header.start(), False
        last = index == len(batch.segments) - 1
        unterminated = batch.unterminated and last and not self._header.service.line_ended
        return batch.segments[index], end, not unterminated

    def _start_group(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._stray is not None:
            yield from self._flush()
        yield from self._close(batch, index, at)
        gs = tuple(self._header.split(batch.segments[index]))
        number = element(gs, 6)
        self._groups += 1
        place = msgspec.structs.replace(
            self._header.location,
            group=self._groups,
            gs06=shown_number(number),
            segment=at.segment,
            tag="GS",
            byte=at.byte,
        )
        self._group = OpenGroup(place, number, self._limits)
        findings = self._group_numbers.findings(same_number(number), place, 6, number) if number else ()
        yield GroupStart(gs, place, findings)

    def _end_group(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._stray is not None:
            yield from self._flush()
        if self._set is not None:
            yield from self._close_set(batch, index, at)
        group = self._group
        if group is None:
            self._stray = self._new_stray(batch, index, at, "segment-outside-group")
            return
        ge = tuple(self._header.split(batch.segments[index]))
        findings = []
        says = element(ge, 1)
        if not is_count(says, group.sets):
            findings.append(found("ge-set-count", self.place(at, "GE", 1), says or None, actual=group.sets))
        says, expected = element(ge, 2), group.control_number
        if says != expected:
            findings.append(trailer_finding("ge-control-number", self.place(at, "GE", 2), says, expected))
        yield GroupEnd(ge, group.sets, self.place(at, "GE"), tuple(findings))
        self._group = None

    def _start_set(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._stray:
            yield from self._flush()
        if self._set is not None:
            yield from self._close_set(batch, index, at)
        group = self._group
        if group is None:
            self._stray = self._new_stray(batch, index, at, "segment-outside-group")
            return
        number = element(self._header.split(batch.segments[index]), 2)
        group.sets += 1
        place = Location(
            interchange=group.location.interchange,
            group=group.location.group,
            set=group.sets,
            isa13=group.location.isa13,
            gs06=group.location.gs06,
            st02=shown_number(number),
            segment=at.segment,
            segment_in_set=1,
            tag="ST",
            byte=at.byte,
        )
        self._set = OpenSet(
            self._header,
            self._framer,
            self._limits,
            location=place,
            control_number=number,
            begins=(batch, index),
        )
        if number:
            self._set.findings += group.set_numbers.findings(number, place, 2, number)

    def _end_set(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._set is not None:
            ended, self._set = self._set, None
            yield ended.end(batch, index, at)
            return
        stray = self._stray
        if stray is not None and stray.segment[0] == "ST":
            stray.count += 1
            return
        yield from self._flush()
        code = "segment-outside-group" if self._group is None else "segment-outside-set"
        self._stray = self._new_stray(batch, index, at, code)

    def _before_groups(self, batch: Batch, index: int, at: Position) -> Iterator[Event]:
        if self._stray is not None:
            yield from self._flush()
        if self._group is not None:
            self._stray = self._new_stray(batch, index, at, "segment-outside-set")
            return
        segment = tuple(self._header.split(batch.segments[index]))
        place = self.place(at, segment[0])
        self._acknowledgments += segment[0] == "TA1"
        late = self._groups > 0
        findings = (found("interchange-segment-misplaced", place, segment[0]),) if late else ()
        yield InterchangeNote(segment, place, findings)

    def _close(self, batch: Batch | None, index: int, at: Position) -> Iterator[Event]:
        """Close what is open without its trailer."""
        if self._set is not None:
            yield from self._close_set(batch, index, at)
        if self._group is not None:
            place = self.place(at, "GE")
            missing = found("ge-missing", place, gs06=self._group.control_number)
            yield GroupEnd((), self._group.sets, place, (missing,))
            self._group = None

    def _close_set(self, batch: Batch | None, index: int, at: Position) -> Iterator[Event]:
        ended, self._set = self._set, None
        if ended is not None:
            if batch is not None:
                ended.take(batch, index, at.byte - batch.offset)
            yield ended.end_without_trailer(at)

    def _strays(self, batch: Batch, first: int, stop: int) -> Iterator[Event]:
        """Segments that open and close nothing, where no set is open."""
        outside = "segment-outside-group" if self._group is None else "segment-outside-set"
        for index in range(first, stop):
            code = "segment-empty" if not batch.segments[index] else batch.oversize.get(index, outside)
            if self._stray is not None and self._stray.code == code:
                self._stray.count += 1
                continue
            yield from self._flush()
            self._stray = self._new_stray(batch, index, self._framer.position_of(batch, index), code)

    def _new_stray(self, batch: Batch, index: int, at: Position, code: str) -> Stray:
        segment = tuple(self._header.split(batch.segments[index]))
        return Stray(code, segment, self.place(at, segment[0]))

    def _flush(self) -> Iterator[Event]:
        ended, self._stray = self._stray, None
        if ended is not None:
            yield ended.note(self._limits)
