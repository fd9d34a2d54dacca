"""Writes X12: elements to segments, sets to an interchange with its envelopes and counts (X12.5, X12.6).

Nothing here makes up a number, a date or an identity: they are handed in. Data that would be read back as
something else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeGuard

import msgspec

from gateway.errors import NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError
from gateway.formats.x12.charset import checked_charset
from gateway.formats.x12.delimiters import can_separate, clashes, has_repetition
from gateway.formats.x12.header import ISA_LENGTHS
from gateway.formats.x12.model import Delimiters

# C0 and C1 control characters, and what other programs take for a line end.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"

_ENVELOPE_TAGS = frozenset(("ISA", "IEA", "GS", "GE", "ST", "SE"))
_BEGINNINGS_OF_ENVELOPE = frozenset(tag[:2] for tag in _ENVELOPE_TAGS)

FIRST_RELEASE_WITH_CENTURY = "004010"  # GS04 has eight digits from it on, six before


class Repeated(msgspec.Struct, frozen=True):
    """An element that occurs several times; each occurrence is data, or the components of a composite."""

    occurrences: tuple[str | tuple[str, ...], ...]


Element = str | tuple[str, ...] | Repeated
"""What stands in an element: data, the components of a composite, or several occurrences of either."""


class OutgoingSet(msgspec.Struct, frozen=True):
    """A transaction set to write. `body` has the texts of its segments between ST and SE, in order."""

    set_id: str
    control_number: str
    body: Sequence[str]
    convention: str = ""  # ST03


class OutgoingGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A functional group to write: GS01 to GS08, and its sets."""

    functional_id: str
    sender: str
    receiver: str
    date: str
    time: str
    control_number: str
    version: str
    sets: Sequence[OutgoingSet]
    agency: str = "X"


class OutgoingInterchange(msgspec.Struct, frozen=True, kw_only=True):
    """An interchange to write: ISA01 to ISA15 without their padding, its TA1 segments, and its groups.

    `date` is YYMMDD, `time` HHMM. ISA11 is the repetition separator from version 00402 on when there is one,
    else U.
    """

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    date: str
    time: str
    control_number: str
    version: str = "00401"
    acknowledgment_requested: str = "0"
    usage: str = "T"
    authorization_qualifier: str = "00"
    authorization: str = ""
    security_qualifier: str = "00"
    security: str = ""
    acknowledgments: Sequence[Sequence[Element]] = ()
    groups: Sequence[OutgoingGroup] = ()


def segment_text(elements: Sequence[Element], delimiters: Delimiters) -> str:
    """The text of a segment from data, the tag first, without its terminator; empty elements at its end go.

    Raises `SeparatorInDataError` when a piece of data holds a separator or a control character.
    """
    return _segment(elements, delimiters, joined=False)


def joined_segment_text(elements: Sequence[str], delimiters: Delimiters) -> str:
    """The text of a segment whose components and repetitions are joined already, as the reader gives them.

    Raises `SeparatorInDataError` for an element separator, a terminator or a control character.
    """
    return _segment(elements, delimiters, joined=True)


def interchange_bytes(
    interchange: OutgoingInterchange, delimiters: Delimiters, charset: str = "utf-8"
) -> bytes:
    """The interchange from ISA to IEA, with its counts, each terminator followed by the line end.

    Raises `UnwritableEnvelopeError`, `SeparatorInDataError` or `NotInCharsetError` for what cannot be
    written, and `UsageError` for a character set that X12 cannot be written in.
    """
    checked_charset(charset)
    _check_delimiters(delimiters, interchange.version)
    end = delimiters.segment + delimiters.line_end
    segments = [_isa(interchange, delimiters, charset)]
    segments += [segment_text(acknowledgment, delimiters) for acknowledgment in interchange.acknowledgments]
    for group in interchange.groups:
        segments += _group(group, delimiters)
    number = interchange.control_number.zfill(ISA_LENGTHS[12])
    segments.append(segment_text(("IEA", str(len(interchange.groups)), number), delimiters))
    try:
        return (end.join(segments) + end).encode(charset)
    except UnicodeEncodeError as error:
        raise _not_in_charset(segments, charset) from error


def interchange_date_time(at: datetime) -> tuple[str, str]:
    """ISA09 and ISA10: YYMMDD and HHMM."""
    return f"{at.year % 100:02d}{at:%m%d}", f"{at:%H%M}"


def group_date_time(at: datetime, release: str) -> tuple[str, str]:
    """GS04 and GS05: CCYYMMDD (YYMMDD before 004010) and HHMM."""
    if release < FIRST_RELEASE_WITH_CENTURY:
        return interchange_date_time(at)
    return f"{at.year:04d}{at:%m%d}", f"{at:%H%M}"


def _segment(elements: Sequence[Element], delimiters: Delimiters, *, joined: bool) -> str:
    separator = delimiters.element
    if _all_plain(elements):
        text = separator.join(elements)
        if text.count(separator) == len(elements) - 1 and _is_plain(text, delimiters, joined=joined):
            return text.rstrip(separator)
    tag = elements[0] if elements and isinstance(elements[0], str) else ""
    if not tag.isalnum():
        raise UnwritableEnvelopeError(f"{tag!r} is no segment tag; a tag has two or three letters and digits")
    unwritable = _unwritable(delimiters, joined=joined)
    return separator.join(
        _element(element, delimiters, unwritable, (tag, position))
        for position, element in enumerate(elements)
    ).rstrip(separator)


def _all_plain(elements: Sequence[Element]) -> TypeGuard[Sequence[str]]:
    return set(map(type, elements)) == {str}


def _is_plain(text: str, delimiters: Delimiters, *, joined: bool) -> bool:
    """Whether the text of a segment needs no closer look; element separators in it were counted."""
    if not text.isprintable() or not text[:1].isalnum() or delimiters.segment in text:
        return False
    if joined:
        return True
    return delimiters.component not in text and (delimiters.repetition or delimiters.segment) not in text


def _unwritable(delimiters: Delimiters, *, joined: bool) -> re.Pattern[str]:
    """Finds what data may not hold; joined components have their separators, control characters or not."""
    inner = delimiters.component + (delimiters.repetition or "")
    separators = delimiters.element + delimiters.segment + ("" if joined else inner)
    spared = f"(?![{re.escape(inner)}])" if joined else ""
    return re.compile(f"{spared}[{_CONTROLS}]|[{re.escape(separators)}]")


def _element(
    element: Element, delimiters: Delimiters, unwritable: re.Pattern[str], place: tuple[str, int]
) -> str:
    if isinstance(element, str):
        found = unwritable.search(element)
        if found:
            raise SeparatorInDataError(*place, element, found[0])
        return element
    if isinstance(element, Repeated):
        separator, parts = delimiters.repetition, element.occurrences
        if separator is None:
            raise UnwritableEnvelopeError(
                f"{place[0]}{place[1]:02d} is repeated, and the interchange has no repetition separator; "
                f"write it in version 00402 or later with one, or send one occurrence"
            )
    else:
        separator, parts = delimiters.component, element
    return separator.join(_element(part, delimiters, unwritable, place) for part in parts).rstrip(separator)


def _check_delimiters(delimiters: Delimiters, version: str) -> None:
    named = (delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition)
    for character in named:
        if character is not None and (len(character) != 1 or not can_separate(character)):
            raise UnwritableEnvelopeError(f"{character!r} cannot be a separator; choose one other character")
    for first, second, character in clashes(delimiters):
        raise UnwritableEnvelopeError(f"{first} and {second} are both {character!r}; choose different ones")
    if delimiters.line_end.strip(" \r\n"):
        raise UnwritableEnvelopeError(f"{delimiters.line_end!r} is no line end; use none, LF or CRLF")
    if delimiters.repetition is not None and not has_repetition(version):
        raise UnwritableEnvelopeError(
            f"version {version} has no repetition separator; it came with version 00402"
        )


def _isa(interchange: OutgoingInterchange, delimiters: Delimiters, charset: str) -> str:
    values = (
        interchange.authorization_qualifier,
        interchange.authorization,
        interchange.security_qualifier,
        interchange.security,
        interchange.sender_qualifier,
        interchange.sender,
        interchange.receiver_qualifier,
        interchange.receiver,
        interchange.date,
        interchange.time,
        "",
        interchange.version,
        interchange.control_number.zfill(ISA_LENGTHS[12]),
        interchange.acknowledgment_requested,
        interchange.usage,
    )
    segment_text(("ISA", *values), delimiters)  # refuses separators in the values
    padded = [
        _fixed(position, value, length, charset)
        for position, (value, length) in enumerate(zip(values, ISA_LENGTHS, strict=False), 1)
    ]
    padded[10] = delimiters.repetition or "U"
    return delimiters.element.join(("ISA", *padded, delimiters.component))


def _fixed(position: int, value: str, length: int, charset: str) -> str:
    """Padded to its length in bytes, since readers count bytes."""
    missing = length - len(value.encode(charset, "replace"))
    if missing < 0:
        raise UnwritableEnvelopeError(
            f"ISA{position:02d} holds {value!r}, which is longer than its {length} characters; shorten it"
        )
    return value + " " * missing


def _group(group: OutgoingGroup, delimiters: Delimiters) -> Iterator[str]:
    header = ("GS", group.functional_id, group.sender, group.receiver, group.date, group.time)
    yield segment_text((*header, group.control_number, group.agency, group.version), delimiters)
    for outgoing in group.sets:
        opening = ("ST", outgoing.set_id, outgoing.control_number, outgoing.convention)
        yield segment_text(opening, delimiters)
        _check_texts(outgoing.body, delimiters)
        yield from outgoing.body
        yield segment_text(("SE", str(len(outgoing.body) + 2), outgoing.control_number), delimiters)
    yield segment_text(("GE", str(len(group.sets)), group.control_number), delimiters)


def _check_texts(body: Sequence[str], delimiters: Delimiters) -> None:
    """The texts come from elsewhere: a terminator or an SE among them would end the segment or the set."""
    separator = delimiters.element
    for text in body:
        if not _is_plain(text, delimiters, joined=True):
            joined_segment_text(text.split(separator), delimiters)
        if text[:2] in _BEGINNINGS_OF_ENVELOPE and text.split(separator, 1)[0] in _ENVELOPE_TAGS:
            raise UnwritableEnvelopeError(f"the segment {text[:60]!r} cannot stand inside a transaction set")


def _not_in_charset(segments: Iterable[str], charset: str) -> NotInCharsetError:
    for segment in segments:
        for character in segment:
            if not character.encode(charset, "ignore"):
                return NotInCharsetError(charset, character, segment)
    return NotInCharsetError(charset, "", "")
