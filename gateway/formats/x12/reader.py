"""Reads X12: bytes in, events out, with every fault of the envelopes at its place (X12.5, X12.6).

One pass in bounded memory; the time is in proportion to the bytes, whatever they are. Input without end
comes to one of the limits (`limits`): the reading stops there with a finding, and `FileNote.stopped` is set.
How the bytes are cut into chunks never changes the events. Findings about elements and about the inside of a
set are not made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.charset import checked_charset
from gateway.formats.x12.envelopes import InterchangeReader
from gateway.formats.x12.framing import Framer, Position
from gateway.formats.x12.header import HEADER, LONGEST_HEADER_MATCH, Header, read_header, starts_header
from gateway.formats.x12.limits import DEFAULT_OPTIONS, HEADER_LOOKAHEAD_BYTES, ReadOptions
from gateway.formats.x12.model import (
    Event,
    FileNote,
    GroupStart,
    InterchangeEnd,
    InterchangeNote,
    InterchangeStart,
    TransactionSet,
)
from gateway.formats.x12.numbers import Remembered, element, same_number
from gateway.formats.x12.one_set import events_of_one_set
from gateway.formats.x12.source import Source

SHOWN_OF_DATA_OUTSIDE = 60  # enough to recognise it

_COUNTED = (TransactionSet, GroupStart, InterchangeNote)  # beside interchanges, by the limit on envelopes


def read(chunks: Iterable[bytes], options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[Event]:
    """The events of a file, given in chunks of any sizes.

    Interchanges, groups and sets are counted from 1, segments from 1 in the file; a segment counts where the
    separators are known, an empty one too. Raises `UsageError` for a character set that cannot be used; the
    document itself never makes it raise.
    """
    checked_charset(options.charset)
    return _events(Source(chunks, options.limits.block_bytes), options)


def _events(source: Source, options: ReadOptions) -> Iterator[Event]:
    at_once = events_of_one_set(source.next_block(), options.limits)
    yield from _File(source, options).events() if at_once is None else at_once


class _File:
    """The reading of one file: what lies between interchanges, and what must be known of all of them."""

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self._source = source
        self._options = options
        self._interchanges = 0
        self._next_segment = 1
        self._envelopes = 0
        self._stopped = False
        self._since = Position(1, 0)  # where what is borne began
        self._numbers = Remembered("isa13-duplicate", options.limits)

    def events(self) -> Iterator[Event]:
        source = self._source
        read_something = False
        self._bear(self._since, self._options.limits.bytes_outside)
        while not self._stopped:
            source.skip_padding()
            if not source.hold(HEADER_LOOKAHEAD_BYTES):
                break
            if starts_header(source.text, source.position):
                yield from self._interchange()
            elif source.refused:
                break  # it may be a byte order mark cut in two
            else:
                yield FileNote((self._data_outside(first=not read_something),))
            read_something = True
        if source.refused and not self._stopped:
            place = Location(byte=self._since.byte)
            yield FileNote((self._without_end("interchange-not-found", place),), stopped=True)
        elif not read_something:
            yield FileNote((found("file-empty"),))

    def _interchange(self) -> Iterator[Event]:
        source = self._source
        self._interchanges += 1
        place = Location(
            interchange=self._interchanges, segment=self._next_segment, tag="ISA", byte=source.offset
        )
        self._next_segment += 1
        if self._is_one_too_many():
            yield FileNote((self._too_many(place),), stopped=True)
            return
        ahead = source.text[source.position : source.position + HEADER_LOOKAHEAD_BYTES]
        header = read_header(ahead, self._options.charset, place)
        if isinstance(header, Finding):
            yield FileNote((header,))
            self._find_header(source.position + 1)
            return
        source.position += header.length
        findings = (*header.findings, *self._repeated_number(header))
        yield InterchangeStart(header.isa, header.delimiters, header.location, findings)
        if header.readable:
            yield from self._content(header)
        else:
            yield InterchangeEnd((), 0, header.location)
            self._find_header(source.position)

    def _content(self, header: Header) -> Iterator[Event]:
        source, limits = self._source, self._options.limits
        framer = Framer(source, header.service, limits, self._next_segment)
        interchange = InterchangeReader(header, framer, limits)
        self._bear(interchange.at, limits.bytes_without_envelope)
        while (batch := framer.next()) is not None:
            since = None
            for event in interchange.take(batch):
                yield event
                if not isinstance(event, _COUNTED):
                    continue
                if self._is_one_too_many():
                    yield from interchange.stop(self._too_many(event.location), interchange.at)
                    yield FileNote((), stopped=True)
                    return
                if not isinstance(event, InterchangeNote):
                    since = interchange.at
            if since is not None:
                framer.cut = 0
                self._bear(since, limits.bytes_without_envelope)
            if interchange.resume is not None:
                self._next_segment = interchange.resume.segment
                source.move_to(interchange.resume.byte)
                self._bear(interchange.resume, limits.bytes_outside)
                return
            source.move_to(batch.offset + batch.length)
            if framer.cut > limits.segments_without_envelope:
                break
        yield from self._unfinished(interchange, framer)

    def _unfinished(self, interchange: InterchangeReader, framer: Framer) -> Iterator[Event]:
        """The events at the end of the file, or where the reading stops, in an interchange without IEA."""
        source = self._source
        many = framer.cut > self._options.limits.segments_without_envelope
        if not many:
            source.position = len(source.text)
        self._next_segment = framer.number
        end = Position(framer.number, source.offset)
        if not many and not source.refused:
            yield from interchange.finish(end)
            return
        self._stopped = True
        limit = "segments-without-envelope" if many else "envelope-without-end"
        finding = self._without_end("envelope-without-end", interchange.place(self._since), limit)
        yield from interchange.stop(finding, end)
        yield FileNote((), stopped=True)

    def _bear(self, since: Position, size: int) -> None:
        """Read on for so many bytes after a place, but not beyond the limit of a file."""
        self._since = since
        self._source.until = min(since.byte + size, self._options.limits.file_bytes)

    def _without_end(self, code: str, place: Location, limit: str = "") -> Finding:
        limits, source = self._options.limits, self._source
        if source.refused and source.until == limits.file_bytes:
            code = limit = "file-too-large"
            place = msgspec.structs.replace(place, segment=None, byte=source.until)
        return found(code, place, limit=limits.shown(limit or code))

    def _is_one_too_many(self) -> bool:
        """Count an interchange, group or set, and stop the reading when there are too many of them."""
        self._envelopes += 1
        self._stopped = self._envelopes > self._options.limits.envelopes
        return self._stopped

    def _too_many(self, place: Location) -> Finding:
        code = "file-too-many-envelopes"
        return found(code, place, limit=self._options.limits.shown(code))

    def _repeated_number(self, header: Header) -> tuple[Finding, ...]:
        """An interchange control number is unique for its sender: ISA05 and ISA06."""
        number = element(header.isa, 13)
        sender = "\0".join((element(header.isa, 5), element(header.isa, 6)))
        key = same_number(number)
        return self._numbers.findings(key, header.location, 13, number, sender) if number else ()

    def _data_outside(self, *, first: bool) -> Finding:
        source = self._source
        place = Location(segment=None, byte=source.offset)
        shown = source.text[source.position : source.position + SHOWN_OF_DATA_OUTSIDE]
        next_header = HEADER.search(shown)
        shown = shown[: next_header.start()] if next_header else shown
        self._find_header(source.position)
        return found("not-an-interchange" if first else "data-outside-interchange", place, shown.rstrip())

    def _find_header(self, start: int) -> None:
        """Go to the next ISA that can be told from a word, or to the end of the file."""
        source = self._source
        source.position = start
        while not (header := HEADER.search(source.text, source.position)):
            source.position = max(source.position, len(source.text) - LONGEST_HEADER_MATCH)
            if not source.grow():
                source.position = len(source.text)
                return
        source.position = header.start()
