"""Tells the format of a file from its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from gateway.formats.x12.header import HEADER

HEAD_BYTES = 64 * 1024  # how much of a file is looked at; more of it never changed the answer
MAX_BLANK_BYTES = 16 * 1024 * 1024  # zeros without end are no empty file; a page of a lost one has some KiB

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PADDING = " \t\r\n\0\x1a"
_BLANKS = _PADDING.encode()
_CSV_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_NOTE = re.compile(r'"?sep=."?', re.IGNORECASE)  # a first line for spreadsheets, before the header
_LINES_COMPARED = 20
_QUOTED = re.compile(r'"(?:[^"]|"")*+"?')
_NOT_A_WORD = re.compile(r"\W")
_COLUMN_NAME = re.compile(r"[^\W\d][\w .#/()-]{0,60}")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
# An interchange, or a group or set whose interchange header was lost: better reported as X12 than as unknown.
_X12 = re.compile(r"(?:ISA|GS|ST)\*")
_XML = re.compile(r"<(?:[?!]|[A-Za-z_])")
_JSON = re.compile(r"""\{\s*(?:["}]|\Z)|\[\s*(?:[\[{"\]\-0-9tfn]|\Z)""")


class Format(StrEnum):
    """The formats the gateway knows.

    `json` is what a beginning can tell; the content decides whether it is a canonical document or SP-API's.
    """

    X12 = "x12"
    JSON = "json"
    CANONICAL = "canonical"
    SPAPI = "spapi"
    CSV = "csv"
    FIXED = "fixed"
    XML = "xml"
    UNKNOWN = "unknown"


def detect(head: bytes) -> Format:
    """The format of a file that begins like this: x12, json, xml, csv or unknown.

    Byte order marks and blanks before the content mean nothing. UTF-16 and UTF-32 are seen through for text
    formats; X12 is not written in them.
    """
    text, wide = _text(head[:HEAD_BYTES])
    start = text.lstrip(_PADDING)
    if not wide and (HEADER.match(start) or _X12.match(start)):
        return Format.X12
    if _XML.match(start):
        return Format.XML
    if _JSON.match(start):
        return Format.JSON
    return Format.CSV if _is_table(text, whole=len(head) < HEAD_BYTES) else Format.UNKNOWN


def is_blank(chunks: Iterable[bytes]) -> bool:
    """Whether a file holds nothing but blanks, as far as it is looked at: `MAX_BLANK_BYTES`."""
    size = 0
    for chunk in chunks:
        mark = next((mark for mark, _ in _BYTE_ORDER_MARKS if not size and chunk.startswith(mark)), b"")
        if chunk[len(mark) :].strip(_BLANKS):
            return False
        size += len(chunk)
        if size > MAX_BLANK_BYTES:
            return False
    return True


def _text(head: bytes) -> tuple[str, bool]:
    """The beginning as text, and whether its characters have two or four bytes; if not told it is Latin-1."""
    for mark, charset in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            rest = head[len(mark) :]
            return rest.decode(charset, "replace"), charset != "utf-8"
    return head.decode("latin-1"), False


def _is_table(text: str, *, whole: bool) -> bool:
    lines = [line for line in _lines(text, whole=whole) if line.strip(_PADDING)]
    if lines and _SEPARATOR_NOTE.fullmatch(lines[0]):
        del lines[0]
    return bool(lines) and any(_is_header(lines[0], lines[1:], delimiter) for delimiter in _CSV_DELIMITERS)


def _is_header(line: str, others: list[str], delimiter: str) -> bool:
    """Whether a table begins with this line: another line has as many columns, or its columns have names.

    One other line is enough: a table with ragged rows is a table with a fault.
    """
    columns = line.split(delimiter)
    if len(columns) < 2 or _CONTROL.search(line):
        return False
    if any(other.count(delimiter) == len(columns) - 1 for other in others):
        return True
    return len(columns) > 2 and all(_COLUMN_NAME.fullmatch(column.strip()) for column in columns)


def _lines(text: str, *, whole: bool) -> Iterator[str]:
    """The first lines, without the delimiters in quotes; of a file cut short the last one is left out."""
    lines = _QUOTED.sub(lambda quoted: _NOT_A_WORD.sub("_", quoted[0][1:]), text).splitlines()
    if not whole and len(lines) > 1:
        lines.pop()
    yield from lines[:_LINES_COMPARED]
