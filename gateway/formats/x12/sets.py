"""One transaction set while its segments come in, and the checks of its envelope when it ends (X12.6)."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.framing import Batch, Framer, Position
from gateway.formats.x12.header import Header
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.numbers import Remembered, element, is_count
from gateway.formats.x12.places import location_of


class OpenGroup:
    """A functional group while its sets come in; `location` is that of GS."""

    def __init__(self, location: Location, control_number: str, limits: Limits) -> None:
        self.location = location
        self.control_number = control_number
        self.sets = 0
        self.set_numbers = Remembered("st02-duplicate", limits)


class OpenSet:
    """Collects the segments of a set, from the ST at an index of a batch; `location` is that of this ST.

    When a limit is met nothing more is kept, but the segments are counted on.
    """

    def __init__(
        self,
        header: Header,
        framer: Framer,
        limits: Limits,
        *,
        location: Location,
        control_number: str,
        begins: tuple[Batch, int],
    ) -> None:
        self._header = header
        self._framer = framer
        self._limits = limits
        self.location = location
        self.control_number = control_number
        self.findings: list[Finding] = []
        self._segments: list[str] = []
        self._raw: list[str] = []
        batch, self._first = begins  # of the first segment of the batch that was not taken in
        self._text_first = (location.byte or 0) - batch.offset  # the same for its text
        self._empty = 0
        self._complete = True

    def take(self, batch: Batch, stop: int, text_stop: int) -> None:
        """Take in the segments of the batch up to an index, and its text up to a place."""
        first, self._first = self._first, stop
        if batch.has_empty:
            self._empty += batch.segments[first:stop].count("")
        if not self._complete:
            return
        fitting = self._fitting(batch, first, stop, text_stop)
        kept = min((index for index in batch.oversize if first <= index <= fitting), default=fitting)
        if kept < stop:
            self._complete = False
            self.findings.append(self._limit_met(batch, first, kept))
            text_stop = batch.starts[kept]
        self._segments += batch.segments[first:kept]
        self._raw.append(batch.text[self._text_first : text_stop])

    def take_rest(self, batch: Batch) -> None:
        """Take in the batch to its end; the next one is gone on with from its beginning."""
        self.take(batch, len(batch.segments), len(batch.text))
        self._first = self._text_first = 0

    def end(self, batch: Batch, index: int, at: Position) -> TransactionSet:
        """The set, ended by the SE at an index of the batch.

        An empty segment is a fault of its own. Nobody knows whether its sender counted it, so SE01 may count
        the empty segments or leave them out.
        """
        self.take(batch, index + 1, batch.end_of(index, at.byte - batch.offset))
        trailer = self._header.split(batch.segments[index])
        says, number = element(trailer, 1), element(trailer, 2)
        count = at.segment - (self.location.segment or 0) + 1
        if not is_count(says, count - self._empty) and not (self._empty and is_count(says, count)):
            place = self._place(at, "SE", 1)
            self.findings.append(found("se-segment-count", place, says or None, actual=count - self._empty))
        if number != self.control_number:
            place, expected = self._place(at, "SE", 2), self.control_number
            self.findings.append(found("se-control-number", place, number or None, expected=expected))
        return self._whole()

    def end_without_trailer(self, at: Position) -> TransactionSet:
        """The set, ended by something else than SE, which stands at a place behind it."""
        self.findings.append(found("se-missing", self._place(at, "SE"), st02=self.control_number))
        return self._whole()

    def _place(self, at: Position, tag: str, position: int | None = None) -> Location:
        return msgspec.structs.replace(
            self.location,
            segment=at.segment,
            segment_in_set=at.segment - (self.location.segment or 0) + 1,
            tag=tag,
            element=position,
            byte=at.byte,
        )

    def _fitting(self, batch: Batch, first: int, stop: int, text_stop: int) -> int:
        """The index up to which the segments are within the limits of a set."""
        if first == stop:
            return stop
        by_count = first + self._limits.segments_per_set - len(self._segments)
        room = (self.location.byte or 0) + self._limits.set_bytes - batch.offset
        if stop <= by_count and (text_stop if batch.between else batch.ends[stop - 1]) <= room:
            return stop
        return max(first, min(stop, by_count, bisect_right(batch.ends, room)))

    def _limit_met(self, batch: Batch, first: int, index: int) -> Finding:
        at = self._framer.position_of(batch, index)
        place = self._place(at, self._header.split(batch.segments[index])[0])
        limits = self._limits
        code = batch.oversize.get(index)
        if code is not None:
            return found(code, place, limit=limits.shown(code))
        by_count = len(self._segments) + index - first >= limits.segments_per_set
        limit = limits.shown("segments-per-set" if by_count else "set-too-large")
        return found("set-too-large", place, st02=self.control_number, limit=limit)

    def _whole(self) -> TransactionSet:
        raw = self._raw[0] if len(self._raw) == 1 else "".join(self._raw)
        header = self._header
        found_set = TransactionSet(
            segments=tuple(self._segments),
            delimiters=header.delimiters,
            location=self.location,
            raw=raw,
            findings=tuple(self.findings),
            complete=self._complete,
            raw_terminator=header.service.segment,
        )
        return found_set if raw.isascii() else self._in_charset(found_set)

    def _in_charset(self, latin: TransactionSet) -> TransactionSet:
        transcoder = self._header.transcoder
        texts: list[str] = []
        misfit = 0
        for segment in latin.segments:
            text, fits = transcoder.text(segment)
            texts.append(text)
            if not fits and not misfit:
                misfit = len(texts)
        decoded = msgspec.structs.replace(latin, segments=tuple(texts))
        if not misfit:
            return decoded
        place = location_of(decoded, misfit)
        note = found("charset-fallback", place, charset=transcoder.charset, used="Latin-1")
        return msgspec.structs.replace(decoded, findings=(*decoded.findings, note))
