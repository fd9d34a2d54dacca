"""Reads and writes the little DER (ITU-T X.690, section 10) that time stamps need, within strict limits.

Nothing here looks deeper than it is asked to, so hostile bytes cost no more than their own length.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from gateway.errors import GatewayError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, GENERALIZED_TIME, SEQUENCE, SET = 0x0C, 0x18, 0x30, 0x31
MOST_BYTES = 1 << 16
MOST_DEPTH = 16
MOST_PARTS = 1000

_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,20}[1-9]))?Z")


class NotDerError(GatewayError):
    """Bytes that are not the DER that was expected; the message says what is wrong with them."""


class Element(NamedTuple):
    """One value: its tag octet, its contents, and both with the length between them as they stood."""

    tag: int
    contents: bytes
    whole: bytes
    depth: int


def context(number: int) -> int:
    """The tag octet of the constructed, context-specific tag [number]; 0 to 30."""
    return 0xA0 | number


def read(data: bytes) -> Element:
    """The one element that `data` is, from the first octet to the last."""
    if len(data) > MOST_BYTES:
        raise NotDerError(f"{len(data)} bytes are more than the {MOST_BYTES} that are read")
    element, end = _element_at(data, 0, 0)
    if end != len(data):
        raise NotDerError(f"{len(data) - end} bytes follow where nothing should")
    return element


def parts(element: Element, tag: int) -> tuple[Element, ...]:
    """The elements inside a constructed one, which must have this tag."""
    if element.tag != tag:
        raise NotDerError(f"tag {element.tag:02x} stands where {tag:02x} should")
    if element.depth >= MOST_DEPTH:
        raise NotDerError(f"more than {MOST_DEPTH} levels")
    found: list[Element] = []
    at = 0
    while at < len(element.contents):
        if len(found) == MOST_PARTS:
            raise NotDerError(f"more than {MOST_PARTS} elements in one")
        part, at = _element_at(element.contents, at, element.depth + 1)
        found.append(part)
    return tuple(found)


class Fields:
    """Goes through the fields of a SEQUENCE in their order; every field must be asked for."""

    def __init__(self, element: Element, tag: int = SEQUENCE) -> None:
        self._left = list(reversed(parts(element, tag)))

    def next(self, tag: int | None = None) -> Element:
        """The next field; with a tag, it must have that one."""
        if not self._left:
            raise NotDerError("a field is missing")
        if tag is not None and self._left[-1].tag != tag:
            raise NotDerError(f"tag {self._left[-1].tag:02x} stands where {tag:02x} should")
        return self._left.pop()

    def maybe(self, tag: int) -> Element | None:
        """The next field if it has this tag."""
        return self._left.pop() if self._left and self._left[-1].tag == tag else None

    def end(self) -> None:
        """Says that nothing may be left."""
        if self._left:
            raise NotDerError(f"an element with tag {self._left[-1].tag:02x} is one too many")


def integer(element: Element) -> int:
    """The number of an INTEGER, which must be written as short as can be."""
    contents = _contents(element, INTEGER)
    if not contents:
        raise NotDerError("a number without octets")
    if len(contents) > 1 and (contents[0], contents[1] >> 7) in ((0x00, 0), (0xFF, 1)):
        raise NotDerError("a number that is written longer than it is")
    return int.from_bytes(contents, "big", signed=True)


def boolean(element: Element) -> bool:
    """The value of a BOOLEAN."""
    contents = _contents(element, BOOLEAN)
    if contents not in (b"\x00", b"\xff"):
        raise NotDerError("a BOOLEAN that is neither true nor false")
    return contents == b"\xff"


def octets(element: Element) -> bytes:
    """The bytes of an OCTET STRING."""
    return _contents(element, OCTET_STRING)


def text(element: Element) -> str:
    """The text of a UTF8String."""
    try:
        return _contents(element, UTF8_STRING).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise NotDerError("text that is not UTF-8") from fault


def identifier(element: Element) -> str:
    """The numbers of an OBJECT IDENTIFIER with dots between them."""
    contents = _contents(element, OBJECT_IDENTIFIER)
    if not 0 < len(contents) <= 64 or contents[-1] & 0x80:
        raise NotDerError("an OBJECT IDENTIFIER that is empty, cut or too long")
    numbers: list[int] = []
    number, begun = 0, False
    for octet in contents:
        if not begun and octet == 0x80:
            raise NotDerError("an OBJECT IDENTIFIER that is written longer than it is")
        number, begun = number << 7 | octet & 0x7F, bool(octet & 0x80)
        if not begun:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def time(element: Element) -> datetime:
    """The time of a GeneralizedTime in UTC (X.690, section 11.7), cut to microseconds."""
    contents = _contents(element, GENERALIZED_TIME)
    match = _TIME.fullmatch(contents)
    if match is None:
        raise NotDerError("a time that is not written as YYYYMMDDhhmmss[.fraction]Z")
    fraction = (match[7] or b"0")[:6].ljust(6, b"0")
    year, month, day, hour, minute, second = (int(digits) for digits in match.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, int(fraction), UTC)
    except ValueError as fault:
        raise NotDerError("a time that no calendar has") from fault


def write(tag: int, *contents: bytes) -> bytes:
    """An element of this tag around the contents joined."""
    joined = b"".join(contents)
    length = len(joined)
    if length < 0x80:
        return bytes((tag, length)) + joined
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + joined


def write_integer(number: int) -> bytes:
    """An INTEGER from 0 upwards."""
    return write(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def write_identifier(name: str) -> bytes:
    """An OBJECT IDENTIFIER from its numbers with dots between them."""
    first, second, *rest = map(int, name.split("."))
    return write(OBJECT_IDENTIFIER, *map(_base_128, (40 * first + second, *rest)))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


def _contents(element: Element, tag: int) -> bytes:
    if element.tag != tag:
        raise NotDerError(f"tag {element.tag:02x} stands where {tag:02x} should")
    return element.contents


def _element_at(data: bytes, at: int, depth: int) -> tuple[Element, int]:
    """The element that begins at `at`, and where the next one would."""
    if at + 2 > len(data):
        raise NotDerError("cut off inside a tag or a length")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise NotDerError("a tag of several octets")
    if length == 0x80:
        raise NotDerError("a length that is not told (the indefinite form)")
    if length > 0x80:
        start += length - 0x80
        digits = data[at + 2 : start]
        length = int.from_bytes(digits, "big")
        if len(digits) != start - at - 2 or len(digits) > 4:
            raise NotDerError("a length that is cut off or too long")
        if length < 0x80 or digits[0] == 0:
            raise NotDerError("a length that is written longer than it is")
    end = start + length
    if end > len(data):
        raise NotDerError("cut off inside an element")
    return Element(tag, data[start:end], data[at:end], depth), end
