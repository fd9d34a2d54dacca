"""Cuts an interchange into segments, many at a time: one call of `str.split` for each block of the file."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate

import msgspec

from gateway.formats.x12.delimiters import ServiceCharacters
from gateway.formats.x12.limits import Limits
from gateway.formats.x12.model import blanks_before_segments
from gateway.formats.x12.source import PADDING, Source

KEPT_OF_OVERSIZE = 64  # characters of a segment beyond the limits that are kept, to name it


class Position(msgspec.Struct, frozen=True, gc=False):
    """A place in a file: the number of a segment, from 1, and the offset of its first character."""

    segment: int
    byte: int


class Batch(msgspec.Struct, frozen=True, dict=True):
    """Consecutive segments. `text` is what they were cut from, `offset` its place in the file.

    `segments[i]` stood in `text[starts[i]:ends[i]]`, blanks before it and terminator included. `oversize` has
    the code of the limit that a segment breaks, by index; of such a segment only the beginning is kept, and
    `text` may lack it. `length` is what of the file was consumed. `number` is that of the first segment in
    the file. `unterminated`: the file ended before the terminator of the last segment.

    `between` is given when the batch is even: nothing but this text, the terminator and perhaps a line end,
    stands between its segments, which all are within the limits and not empty. Of others `places` are given.
    """

    text: str
    offset: int
    length: int
    number: int
    segments: list[str]
    oversize: dict[int, str]
    places: tuple[list[int], list[int]] | None = None
    has_empty: bool = False
    unterminated: bool = False
    between: str = ""
    terminator: str = ""

    @property
    def starts(self) -> list[int]:
        """Where the piece of each segment begins in `text`."""
        return self._places[0]

    @property
    def ends(self) -> list[int]:
        """Where the piece of each segment ends in `text`, behind its terminator."""
        return self._places[1]

    @property
    def gap(self) -> int:
        """How many characters stand between a terminator and the next segment of an even batch."""
        return len(self.between) - len(self.terminator)

    def end_of(self, index: int, start: int) -> int:
        """Where a segment whose tag begins at `start` ends in `text`, behind its terminator."""
        if self.between:
            return start + len(self.segments[index]) + len(self.terminator)
        return self.ends[index]

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        # Most batches are only asked where a set begins and ends, which their text tells faster.
        if self.places is not None:
            return self.places
        lengths = [len(segment) + len(self.between) for segment in self.segments]
        lengths[0] = self.text.index(self.terminator) + len(self.terminator)
        ends = list(accumulate(lengths))
        return [0, *ends[:-1]], ends


class Framer:
    """Cuts one interchange into batches. Line ends and blanks before a segment are taken off.

    When segments end with their line, CR, LF and CRLF all end one, and an empty line is no segment. Otherwise
    an empty segment is one, with the text "". In a wrapped interchange line ends are taken off everywhere.
    """

    def __init__(self, source: Source, service: ServiceCharacters, limits: Limits, number: int) -> None:
        self._source = source
        self._service = service
        self._limits = limits
        self._kept_of_oversize = min(KEPT_OF_OVERSIZE, limits.segment_bytes)
        self.number = number  # of the next segment in the file
        self.cut = 0  # pieces since whoever reads them set this to 0, empty lines too
        self._terminator = "\n" if service.line_ended else service.segment
        self._between = ""  # what stands between segments, once it is known
        self._blanks = blanks_before_segments(service.element, service.component)
        # An interchange ends at IEA, or where the next begins: splitting on would be done again for the next.
        self._may_end = re.compile(f"I(?<=[^0-9A-Za-z]I)(?:EA|SA){re.escape(service.element)}")

    @cached_property
    def _blanks_before(self) -> re.Pattern[str]:
        return re.compile(f"[{re.escape(self._blanks)}]*+")

    def position_of(self, batch: Batch, index: int) -> Position:
        """Where a segment of a batch stands in the file."""
        start = batch.starts[index]
        blanks = self._blanks_before.match(batch.text, start)
        if blanks is not None and blanks.end() < batch.ends[index]:
            start = blanks.end()
        return Position(batch.number + index, batch.offset + start)

    def next(self) -> Batch | None:
        """The next segments; None at the end of the file, or where the source refuses to grow.

        The source stays where they begin.
        """
        source = self._source
        searched = 0
        while (last := self._last_terminator(searched)) < 0:
            waiting = len(source.text) - source.position
            if waiting > self._limits.segment_bytes + len(self._terminator):
                return self._oversize()
            searched = max(0, waiting + 1 - len(self._terminator))
            if not source.grow():
                return self._rest()
        stop = last + len(self._terminator)
        end = self._may_end.search(source.text, source.position, stop)
        if end is not None:
            stop = self._first_terminator(end.start()) + len(self._terminator)
        return self._cut(source.text[source.position : stop])

    def _last_terminator(self, searched: int) -> int:
        text, start = self._source.text, self._source.position + searched
        if self._service.line_ended:
            return max(text.rfind("\n", start), text.rfind("\r", start))
        return text.rfind(self._terminator, start)

    def _first_terminator(self, start: int) -> int:
        text = self._source.text
        first = text.find(self._terminator, start)
        if not self._service.line_ended:
            return first
        other = text.find("\r", start, first if first >= 0 else len(text))
        return other if other >= 0 else first

    def _rest(self) -> Batch | None:
        """What the file ends with, when its last segment lacks the terminator."""
        if self._source.refused:
            return None
        text = self._source.text[self._source.position :]
        return self._cut(text, terminated=False) if text.strip(PADDING) else None

    def _cut(self, text: str, *, terminated: bool = True) -> Batch:
        segments = self._even(text) if terminated else None
        if segments is None:
            return self._cut_uneven(text, terminated)
        self.cut += len(segments)
        return self._batch(text, segments, between=self._between or self._terminator)

    def _batch(
        self,
        text: str,
        segments: list[str],
        *,
        oversize: dict[int, str] | None = None,
        places: tuple[list[int], list[int]] | None = None,
        unterminated: bool = False,
        between: str = "",
    ) -> Batch:
        """The next batch, of segments that were cut from a text."""
        number = self.number
        self.number += len(segments)
        return Batch(
            text=text,
            offset=self._source.offset,
            length=len(text),
            number=number,
            segments=segments,
            oversize=oversize or {},
            places=places,
            has_empty=not between and "" in segments,
            unterminated=unterminated,
            between=between,
            terminator=self._terminator,
        )

    def _even(self, text: str) -> list[str] | None:
        """The segments of a text that make an even batch; None when in doubt."""
        terminator = self._terminator
        if self._service.wrapped or (self._service.line_ended and "\r" in text):
            return None
        self._between = self._between or self._first_between(text)
        between = self._between or terminator
        pieces = text.split(between)
        if between == terminator:
            pieces.pop()
        else:
            pieces[-1] = pieces[-1][: -len(terminator)]
        pieces[0] = pieces[0].lstrip(self._blanks)
        # What begins with a blank, or is empty, is less than any segment without.
        if min(pieces) < "!" or not self._is_dense(text):
            return None
        # To look through them all at once takes a tenth of the time that counting terminators does.
        return None if between != terminator and terminator in "".join(pieces) else pieces

    def _first_between(self, text: str) -> str:
        """The first terminator and the line end behind it; "" when nothing is behind it."""
        behind = text.index(self._terminator) + len(self._terminator)
        if behind == len(text):
            return ""
        if self._service.line_ended:
            return self._terminator
        line_end = next((end for end in ("\r\n", "\n") if text.startswith(end, behind)), "")
        return self._terminator + line_end

    def _is_dense(self, text: str) -> bool:
        """Whether no segment can be beyond the limits: each stretch of half their size has a terminator."""
        stretch = min(self._limits.elements_per_segment, self._limits.segment_bytes) // 2
        find, terminator = text.find, self._terminator
        return stretch > 0 and all(
            find(terminator, start, start + stretch) >= 0 for start in range(0, len(text), stretch)
        )

    def _cut_uneven(self, text: str, terminated: bool) -> Batch:
        pieces = (text.replace("\r", "\n") if self._service.line_ended else text).split(self._terminator)
        if terminated:
            pieces.pop()
        self.cut += len(pieces)
        lengths = list(map(len, pieces))
        ends = list(accumulate(map(len(self._terminator).__add__, lengths)))
        starts = [0, *ends[:-1]]
        if not terminated:
            ends[-1] = len(text)
        segments = self._cleaned(pieces)
        oversize = self._oversize_among(segments, lengths)
        for index in oversize:
            segments[index] = self._cleaned([pieces[index][: self._kept_of_oversize]])[0]
        if self._service.line_ended and "" in segments:
            kept = [index for index, segment in enumerate(segments) if segment]
            oversize = {number: oversize[index] for number, index in enumerate(kept) if index in oversize}
            segments = [segments[index] for index in kept]
            starts, ends = [starts[index] for index in kept], [ends[index] for index in kept]
        places = starts, ends
        return self._batch(text, segments, oversize=oversize, places=places, unterminated=not terminated)

    def _cleaned(self, pieces: list[str]) -> list[str]:
        blanks = self._blanks
        if self._service.wrapped:
            return [piece.replace("\n", "").replace("\r", "").lstrip(blanks) for piece in pieces]
        return [piece.lstrip(blanks) for piece in pieces]

    def _oversize_among(self, segments: list[str], lengths: list[int]) -> dict[int, str]:
        """The segments beyond the limits, by index, with the code of the limit."""
        limits, separator = self._limits, self._service.element
        if max(lengths, default=0) <= min(limits.elements_per_segment, limits.segment_bytes):
            return {}
        oversize = {}
        for index, length in enumerate(lengths):
            if length > limits.segment_bytes:
                oversize[index] = "segment-too-long"
            elif segments[index].count(separator) > limits.elements_per_segment:
                oversize[index] = "segment-too-many-elements"
        return oversize

    def _oversize(self) -> Batch:
        """Passes over a segment that is longer than the limit, without keeping it."""
        source = self._source
        offset = source.offset
        head = source.text[source.position : source.position + self._kept_of_oversize]
        overlap = len(self._terminator) - 1
        ended = -1
        while ended < 0:
            source.position = len(source.text) - overlap
            if not source.grow():
                break
            ended = self._first_terminator(source.position)
        source.position = len(source.text) if ended < 0 else ended + len(self._terminator)
        length = source.offset - offset
        self.number += 1
        return Batch(
            text=head,
            offset=offset,
            length=length,
            number=self.number - 1,
            segments=self._cleaned([head]),
            oversize={0: "segment-too-long"},
            places=([0], [length]),
            unterminated=ended < 0,
        )
