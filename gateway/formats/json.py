"""JSON text to trees and back (RFC 8259), strictly and within limits.

A tree holds dicts, lists, texts, true and false, null, whole numbers as `int` and all other numbers as
`Decimal` with the digits they were written with; there is never a float in it.
"""

from __future__ import annotations

import codecs
import json as stdlib_json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from io import BytesIO
from typing import NoReturn, TypeAlias

import msgspec

from gateway.errors import GatewayError
from gateway.findings import Finding, Location, found
from gateway.formats import json_scan
from gateway.formats.json_pointer import child

__all__ = [
    "MAX_JSON_BYTES",
    "MAX_JSON_VALUES",
    "Json",
    "JsonObject",
    "Listing",
    "indented",
    "is_ordinary",
    "listed",
    "packed",
    "parse",
    "render",
]

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | Decimal | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"

MAX_JSON_BYTES = 64 * 2**20  # 10,000 orders of five lines, indented, are 40 MB
MAX_JSON_VALUES = 3_000_000  # the same orders hold a million values; one value can take 200 bytes of memory

_HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_PLAIN_WORDS = (
    ("Expecting value", "a value is missing or misspelt"),
    ("Expecting property name", "a key in double quotes is missing"),
    ("Expecting ':'", "a colon is missing after the key"),
    ("Expecting ','", "a comma or the closing bracket is missing"),
    ("Illegal trailing comma", "a comma stands after the last entry"),
    ("Extra data", "there is more after the end of the document"),
    ("Unterminated string", "the closing quote of a text is missing"),
    ("Invalid control character", "a control character, such as a line break, is in a text"),
    ("Invalid \\uXXXX", "\\u is not followed by four hexadecimal digits"),
    ("Invalid \\escape", "a backslash is followed by a wrong character"),
)


class _Doubtful(Exception):  # noqa: N818 - not an error: it only ends the fast parse, the scan then judges
    """The fast parser met something that must not be read as it stands."""


def parse(data: bytes) -> tuple[Json, tuple[Finding, ...]]:
    """The tree of a JSON text and what is to be said about it.

    The tree is `None` whenever a finding is an error; a file that holds only `null` gives `None` without a
    finding. Bounded by `MAX_JSON_BYTES`, `MAX_JSON_VALUES` and the limits of `json_scan`; no input raises.
    """
    text, problem = _decode(data)
    if problem is not None:
        return None, (problem,)
    marks = json_scan.marks_of(text)
    if json_scan.most_values(marks) > MAX_JSON_VALUES:
        return None, (found("json-too-large", limit=f"{MAX_JSON_VALUES:,} values"),)
    if json_scan.depth(marks) > json_scan.MAX_DEPTH:
        return None, json_scan.faults(text)
    try:
        tree = _DECODER.decode(text)
    except (_Doubtful, stdlib_json.JSONDecodeError):
        return None, _everything_wrong(text)
    return _made_whole(tree) if _HALF_ESCAPE.search(text) else (tree, ())


def render(tree: Json) -> bytes:
    """The JSON text of a tree: UTF-8, indented by two blanks, keys in the order given, a line end at the end.

    Decimals are written as numbers with the digits they have. `GatewayError` for what no JSON can hold (NaN,
    half a character), since only a fault of ours can have put it there.
    """
    return indented(packed(tree)) + b"\n"


def packed(tree: Json) -> bytes:
    """The same without blanks: the text of a tree takes a tenth of its memory."""
    try:
        return _ENCODER.encode(tree)
    except UnicodeEncodeError as error:
        raise GatewayError(f"a document to be written holds a value that JSON cannot say: {error}") from error


def listed(parts: list[bytes]) -> bytes | None:
    """What `render` gives of a list from the packed text of each entry; None where it is not what `parse`
    reads as these entries. The parts are taken out of the list.

    Numbers are not looked at. Of a long list only two texts are held at a time.
    """
    text = b"".join((b"[", *_between(b",", parts), b"]"))
    parts.clear()
    digest = blake2b(text).digest()
    data = indented(text)
    del text
    if blake2b(msgspec.json.format(data, indent=-1)).digest() != digest:
        return None
    data += b"\n"
    return data if is_ordinary(data) or parse(data)[0] is not None else None


def _between(mark: bytes, parts: Sequence[bytes]) -> Iterator[bytes]:
    for number, part in enumerate(parts):
        if number:
            yield mark
        yield part


class Listing:
    """The object that holds a list under one key, as `render` gives it, made entry by entry.

    Entries are taken as they will stand there: who has read back the text of each has read the file, which
    adds brackets, commas, blanks and the key to them.
    """

    def __init__(self, key: str) -> None:
        self._head, self._tail = b"{%b:[" % _ENCODER.encode(key), b"]}"
        alone = indented(b"%b0%b" % (self._head, self._tail))
        self._start, _, self._end = alone.rpartition(b"0")
        self._between = b"," + self._start[self._start.rindex(b"\n") :]
        self._text = BytesIO()

    def entry(self, tree: Json) -> bytes:
        """The text of one entry, indented as it stands in the list. `GatewayError` as `render` has it."""
        return self._indented(packed(tree))

    def entry_of(self, text: bytes) -> bytes | None:
        """The same from the packed text of a tree; None where indented it would not be this text."""
        entry = self._indented(text)
        return entry if msgspec.json.format(entry, indent=-1) == text else None

    def _indented(self, text: bytes) -> bytes:
        alone = indented(b"%b%b%b" % (self._head, text, self._tail))
        return alone[len(self._start) : -len(self._end)]

    def add(self, entry: bytes) -> None:
        """Takes the text of the next entry."""
        self._text.write(self._between if self._text.tell() else self._start)
        self._text.write(entry)

    def text(self) -> bytes | None:
        """The whole text; None where there is no entry, or `parse` would not read so many of them."""
        if not self._text.tell():
            return None
        self._text.write(self._end + b"\n")
        data = self._text.getvalue()
        return data if is_ordinary(data) or parse(data)[0] is not None else None


def indented(text: bytes) -> bytes:
    """A text indented by two blanks, without a line end."""
    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.DecodeError as error:
        raise GatewayError(f"a document to be written holds a value that JSON cannot say: {error}") from error


def is_ordinary(data: bytes) -> bool:
    """Whether a text that `render` made is within the limits of `parse`, its numbers apart.

    Each value stands on a line of its own, two blanks further in for each object and list around it, so that
    lines and blanks bound them all.
    """
    deepest = b" " * (2 * json_scan.MAX_DEPTH - 2)
    few = len(data) < MAX_JSON_VALUES or 2 * data.count(b"\n") < MAX_JSON_VALUES  # a line has two bytes
    return few and len(data) <= MAX_JSON_BYTES and deepest not in data


def _decode(data: bytes) -> tuple[str, Finding | None]:
    if len(data) > MAX_JSON_BYTES:
        return "", found("json-too-large", limit=f"{MAX_JSON_BYTES:,} bytes")
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + len(data) - len(body)
        return "", found("json-charset", Location(byte=at), f"0x{body[error.start]:02X}")
    if not text.strip():
        return "", found("file-empty")
    return text, None


def _everything_wrong(text: str) -> tuple[Finding, ...]:
    """The faults of a text that was refused: where its syntax ends, and what is wrong before that."""
    try:
        _SYNTAX_ONLY.decode(text)
    except stdlib_json.JSONDecodeError as error:
        place = json_scan.location_at(text, error.pos)
        syntax = found("json-syntax", place, problem=_in_plain_words(error.msg))
        return (*json_scan.faults(text, until=error.pos), syntax)
    return json_scan.faults(text)


def _in_plain_words(message: str) -> str:
    return next((words for start, words in _PLAIN_WORDS if message.startswith(start)), "it cannot be read on")


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Doubtful
    return members


def _integer(text: str) -> int:
    if json_scan.number_is_too_large(text):
        raise _Doubtful
    return int(text)


def _decimal(text: str) -> Decimal:
    if json_scan.number_is_too_large(text):
        raise _Doubtful
    return Decimal(text)


def _no_number(_text: str) -> NoReturn:
    raise _Doubtful


_DECODER = stdlib_json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_no_number
)
_SYNTAX_ONLY = stdlib_json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def _made_whole(tree: Json) -> tuple[Json, tuple[Finding, ...]]:
    """The tree without halves of characters; only texts that hold escapes of that range come here."""
    findings: list[Finding] = []
    whole = _whole(tree, "", findings)
    if any(finding.code == "json-duplicate-key" for finding in findings):
        return None, tuple(findings)
    return whole, tuple(findings)


def _whole(tree: Json, pointer: str, findings: list[Finding]) -> Json:
    if isinstance(tree, str):
        return _whole_text(tree, pointer, findings)
    if isinstance(tree, list):
        return [_whole(value, child(pointer, index), findings) for index, value in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    members: JsonObject = {}
    for key, value in tree.items():
        place = child(pointer, json_scan.whole_text(key))
        whole_key = _whole_text(key, place, findings)
        if whole_key in members:
            findings.append(found("json-duplicate-key", Location(pointer=place), whole_key))
        members[whole_key] = _whole(value, place, findings)
    return members


def _whole_text(text: str, pointer: str, findings: list[Finding]) -> str:
    whole = json_scan.whole_text(text)
    if whole != text and len(findings) < json_scan.MAX_FAULTS:
        findings.append(found("json-half-character", Location(pointer=pointer), whole))
    return whole
