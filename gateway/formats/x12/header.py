"""The interchange header: reads ISA, padded or not, wrapped or not, and learns its separators (X12.5)."""

from __future__ import annotations

import re
from itertools import pairwise
from operator import itemgetter

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.x12.charset import Transcoder, is_utf8
from gateway.formats.x12.delimiters import ServiceCharacters, can_separate, has_repetition, safe
from gateway.formats.x12.limits import MAX_CONTROL_NUMBER_LENGTH, MAX_HEADER_BYTES, MAX_LINE_END_LENGTH
from gateway.formats.x12.model import Delimiters

ISA_LENGTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)

# ISA with its separator where it cannot be taken for a word: ISA01 has at most two characters.
HEADER = re.compile(r"ISA([^0-9A-Za-z \r\n]{1,4}?)[0-9A-Za-z ]{0,2}\1")
LONGEST_HEADER_MATCH = 13

_ISA_AND_SEPARATOR = re.compile(r"ISA[^0-9A-Za-z \r\n]")
_SEPARATOR_OFFSETS = tuple(3 + sum(ISA_LENGTHS[:count]) + count for count in range(16))
_PLACES = tuple(slice(start + 1, end) for start, end in pairwise(_SEPARATOR_OFFSETS))
_AT_SEPARATOR_OFFSETS = itemgetter(*_SEPARATOR_OFFSETS)
_AFTER_ISA = ("GS", "TA1", "ISB", "ISE", "IEA")
_BEGINS_NEXT_SEGMENT = re.compile(r"[\r\n]|[^0-9A-Za-z ](?:GS|TA1|ISB|ISE|IEA|ISA|ST)\Z")
_NEXT_LINE = re.compile(r"[\r\n][ \r\n]*+([^\r\n]+)")
_LINE_END = re.compile(r"[\r\n ]*")
_UTF8_CHARACTER = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|.")


class Header(msgspec.Struct, frozen=True):
    """ISA, read. `isa` has 17 elements, the tag first; `length` is that of its text with the terminator.

    `readable` is false when its separators cannot cut the interchange apart. `location` has interchange,
    isa13, segment, tag and byte.
    """

    isa: tuple[str, ...]
    delimiters: Delimiters
    service: ServiceCharacters
    transcoder: Transcoder
    length: int
    location: Location
    findings: tuple[Finding, ...]
    readable: bool

    def split(self, segment: str) -> list[str]:
        """The elements of a segment that was framed with these separators, the tag first."""
        return self.transcoder.text(segment)[0].split(self.delimiters.element)


class _Cut(msgspec.Struct, frozen=True):
    """ISA01 to ISA15 as they stand in the bytes, and where ISA16 begins in `text`."""

    separator: str
    elements: tuple[str, ...]
    text: str
    position: int
    wrapped: bool = False


def starts_header(text: str, position: int) -> bool:
    """Whether ISA and a possible separator stand here."""
    return _ISA_AND_SEPARATOR.match(text, position) is not None


def read_header(text: str, charset: str, place: Location) -> Header | Finding:
    """Read ISA from the beginning of `text`, which should hold the next segment too.

    `place` has interchange, segment, tag and byte. Gives a finding when ISA has not its 16 elements.
    """
    cut = _cut(text, is_utf8(charset))
    if isinstance(cut, int):
        return found("isa-unreadable", place, count=cut)
    component, segment = _component_and_terminator(cut, is_utf8(charset))
    length = cut.position + len(component) + len(segment)
    if cut.wrapped:
        length = _length_with_line_ends(text, length)
    declared = ServiceCharacters(cut.separator, component, segment, _repetition(cut, charset), cut.wrapped)
    place = msgspec.structs.replace(place, isa13=cut.elements[12].strip()[:MAX_CONTROL_NUMBER_LENGTH])
    service, separator_findings = safe(declared, place)
    used = service or declared
    transcoder = _transcoder(used, charset)
    isa, charset_findings = _decoded(cut.elements, component, transcoder, place)
    return Header(
        isa=isa,
        delimiters=_delimiters(used, charset, _line_end(text, length, cut.wrapped)),
        service=used,
        transcoder=transcoder,
        length=length,
        location=place,
        findings=(*_length_findings(isa, place, cut.wrapped), *separator_findings, *charset_findings),
        readable=service is not None,
    )


def _cut(text: str, utf8: bool) -> _Cut | int:
    """ISA by its fixed places, else by its 16 separators, else by fixed places without line ends.

    Gives the number of elements found when there are fewer than 16.
    """
    head = text[:MAX_HEADER_BYTES]
    separator = _character(head, 3, utf8)
    if _is_fixed(head, separator):
        return _Cut(separator, _by_place(head), head, _SEPARATOR_OFFSETS[-1] + 1)
    parts = head.split(separator, 16)[1:]
    for count, part in enumerate(parts[:15]):
        if _BEGINS_NEXT_SEGMENT.search(part):
            unwrapped = head.replace("\r", "").replace("\n", "")
            if _is_fixed(unwrapped, separator):
                fixed = _by_place(unwrapped)
                return _Cut(separator, fixed, unwrapped, _SEPARATOR_OFFSETS[-1] + 1, wrapped=True)
            return count
    if len(parts) < 16 or not parts[15]:
        return min(len(parts), 15)
    return _Cut(separator, tuple(parts[:15]), head, len(head) - len(parts[15]))


def _is_fixed(text: str, separator: str) -> bool:
    if len(text) <= _SEPARATOR_OFFSETS[-1] + 1:
        return False
    return "".join(_AT_SEPARATOR_OFFSETS(text)) == separator * len(_SEPARATOR_OFFSETS)


def _by_place(text: str) -> tuple[str, ...]:
    return tuple([text[place] for place in _PLACES])


def _character(text: str, position: int, utf8: bool) -> str:
    """The character at a place, "" behind the end; in UTF-8 it may have several bytes."""
    if not utf8:
        return text[position : position + 1]
    match = _UTF8_CHARACTER.match(text, position)
    return match[0] if match else text[position : position + 1]


def _component_and_terminator(cut: _Cut, utf8: bool) -> tuple[str, str]:
    """What stands after the last element separator; the component separator is "" when ISA16 is missing.

    It is missing when the first character is a line end, when the next segment begins right after it, or when
    the next line ends with it, as its segment terminator does and a component separator never would.
    """
    first = _character(cut.text, cut.position, utf8)
    behind = cut.position + len(first)
    second = _character(cut.text, behind, utf8)
    if first in ("\r", "\n"):
        return "", first
    if not can_separate(first):
        return first, second
    is_next = cut.text.startswith(_AFTER_ISA, behind)
    if is_next and cut.text.startswith(tuple(tag + cut.separator for tag in _AFTER_ISA), behind):
        return "", first
    line = _NEXT_LINE.match(cut.text, behind)
    if line and line[1].startswith(_AFTER_ISA) and line[1].endswith(first):
        return "", first
    return first, second


def _length_with_line_ends(text: str, length: int) -> int:
    """The length of the part of `text` that has `length` characters other than line ends."""
    position = 0
    while length:
        length -= text[position] not in "\r\n"
        position += 1
    return position


def _repetition(cut: _Cut, charset: str) -> str | None:
    declared = cut.elements[10]
    if not has_repetition(cut.elements[11].strip()) or not can_separate(declared):
        return None
    return declared if len(_separator(declared, charset)) == 1 else None


def _separator(raw: str, charset: str) -> str:
    """The character that a separator is; a byte outside the character set is taken for Latin-1."""
    if raw.isascii():
        return raw
    return Transcoder(charset, {}).text(raw)[0]


def _transcoder(service: ServiceCharacters, charset: str) -> Transcoder:
    outside = {raw for _, raw in service.named() if not raw.isascii()}
    return Transcoder(charset, {raw: _separator(raw, charset) for raw in outside})


def _delimiters(service: ServiceCharacters, charset: str, line_end: str) -> Delimiters:
    return Delimiters(
        element=_separator(service.element, charset),
        component=_separator(service.component, charset),
        segment=_separator(service.segment, charset),
        repetition=None if service.repetition is None else _separator(service.repetition, charset),
        line_end=line_end,
    )


def _line_end(text: str, position: int, wrapped: bool) -> str:
    if wrapped:
        return ""
    match = _LINE_END.match(text, position, position + MAX_LINE_END_LENGTH)
    return match[0] if match else ""


def _decoded(
    elements: tuple[str, ...], component: str, transcoder: Transcoder, place: Location
) -> tuple[tuple[str, ...], list[Finding]]:
    if "".join(elements).isascii() and component.isascii():
        return ("ISA", *elements, component), []
    fitting = [transcoder.text(element) for element in elements]
    findings = [
        found(
            "charset-fallback",
            msgspec.structs.replace(place, element=number),
            charset=transcoder.charset,
            used="Latin-1",
        )
        for number, (_, fits) in enumerate(fitting, 1)
        if not fits
    ]
    return ("ISA", *(element for element, _ in fitting), transcoder.text(component)[0]), findings


def _length_findings(isa: tuple[str, ...], place: Location, wrapped: bool) -> list[Finding]:
    """A missing ISA16 is not among them: its own finding says more."""
    findings = [found("interchange-wrapped", place)] if wrapped else []
    if tuple(map(len, isa[1:17])) == ISA_LENGTHS:
        return findings
    for number, (element, expected) in enumerate(zip(isa[1:16], ISA_LENGTHS, strict=False), 1):
        if len(element) != expected:
            here = msgspec.structs.replace(place, element=number)
            findings.append(found("isa-not-padded", here, element, length=len(element), expected=expected))
    return findings
