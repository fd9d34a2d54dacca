"""Flat files in every character set an ERP may have, both ways; what one cannot say is told at its place."""

from __future__ import annotations

import codecs

import msgspec
import pytest

from gateway.formats.delimited import Dialect, header_of, read_delimited
from gateway.formats.delimited_writer import write_delimited
from gateway.formats.fixed_width import fits_layout, read_fixed
from gateway.formats.fixed_width_writer import write_fixed
from gateway.formats.json import JsonObject
from tests.formats.test_fixed_width import layout

SAMPLES = {
    "utf-8": "Zoë Łódź 東京",
    "utf-8-sig": "Zoë Łódź 東京",
    "utf-16": "Zoë Łódź 東京",
    "utf-16-le": "Zoë Łódź 東京",
    "utf-16-be": "Zoë Łódź 東京",
    "latin-1": "Zoë Café ½",
    "windows-1252": "Zoë Café €5",
    "gb18030": "Zoë 东京 €5",
    "cp037": "Zoë Café ½",
    "cp500": "Zoë Café ½",
}
UNSAYABLE = {"latin-1": "€", "windows-1252": "東", "cp037": "€", "cp500": "東"}
MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16": codecs.BOM_UTF16_LE,
}
COLUMNS = ("order", "name")

every_charset = pytest.mark.parametrize("charset", SAMPLES)


@every_charset
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimited_text_both_ways(charset: str, line_end: str) -> None:
    dialect = Dialect(charset=charset, line_end=line_end)
    rows = [{"order": "4711", "name": SAMPLES[charset]}, {"order": "4712", "name": "plain, quoted"}]
    data, findings = write_delimited(COLUMNS, rows, dialect)
    assert findings == ()
    assert data is not None
    assert data.startswith(MARKS.get(charset, b""))
    assert header_of(data, dialect) == (1, COLUMNS)
    table, findings = read_delimited(data, dialect)
    assert findings == ()
    assert table is not None
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("4711", SAMPLES[charset])),
        (3, ("4712", "plain, quoted")),
    ]


@every_charset
@pytest.mark.parametrize("line_end", ["lf", "crlf", "none"])
def test_fixed_width_text_both_ways(charset: str, line_end: str) -> None:
    held = layout(charset=charset, line_end=line_end)
    tree: JsonObject = {
        "HDR": {"number": "A1"},
        "TXT": {"text": SAMPLES[charset]},
        "LIN": [{"LIN": {"item": "B"}}],
    }
    data, findings = write_fixed([tree], held)
    assert findings == ()
    assert data is not None
    assert data.startswith(MARKS.get(charset, b""))
    assert fits_layout(data, held, whole=True)
    documents, whole = read_fixed(data, held)
    assert whole == ()
    assert [each.tree for each in documents] == [tree]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_the_mark_of_utf_16_tells_the_order_of_bytes(mark: bytes) -> None:
    name = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    data = mark + "order,name\n1,Zoë\n".encode(name)
    for charset in ("utf-16", "utf-16-le", "utf-16-be"):
        dialect = Dialect(charset=charset)
        assert header_of(data, dialect) == (1, COLUMNS)
        table, findings = read_delimited(data, dialect)
        assert findings == ()
        assert table is not None
        assert table.rows[0].cells == ("1", "Zoë")


@pytest.mark.parametrize("end", [b"\x15", b"\x25", b"\x0d\x25", b"\x0d\x15"])
def test_lines_of_ebcdic_end_with_nel_or_line_feed(end: bytes) -> None:
    lines = ["order,name", '1,"Smith, Zoë"', "2,Ann"]
    data = b"".join(line.encode("cp037") + end for line in lines)
    dialect = Dialect(charset="cp037")
    assert header_of(data, dialect) == (1, COLUMNS)
    table, findings = read_delimited(data, dialect)
    assert findings == ()
    assert table is not None
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("1", "Smith, Zoë")), (3, ("2", "Ann"))]


@pytest.mark.parametrize("end", [b"\x15", b"\x25"])
def test_records_of_ebcdic_end_with_nel_or_line_feed(end: bytes) -> None:
    held = layout(charset="cp037", line_end="nel")
    tree: JsonObject = {"HDR": {"number": "A1"}, "LIN": [{"LIN": {"item": "B", "quantity": "-12"}}]}
    data, _ = write_fixed([tree], held)
    assert data is not None
    assert data.count(b"\x15") == 5
    assert data[:3] == b"\xe3\xd6\xd7"  # TOP
    documents, whole = read_fixed(data.replace(b"\x15", end), held)
    assert whole == ()
    assert [each.tree for each in documents] == [tree]


@pytest.mark.parametrize("charset", UNSAYABLE)
def test_a_character_that_cannot_be_said_is_told_at_its_place(charset: str) -> None:
    text = f"a{UNSAYABLE[charset]}"
    data, findings = write_delimited(COLUMNS, [{"order": "1", "name": text}], Dialect(charset=charset))
    assert data is None
    assert [(each.code, each.location.line, each.location.column, each.value) for each in findings] == [
        ("flat-unwritable", 2, 2, UNSAYABLE[charset])
    ]
    tree: JsonObject = {"HDR": {"number": "A1"}, "TXT": {"text": text}, "LIN": [{"LIN": {"item": "B"}}]}
    data, placed = write_fixed([tree], layout(charset=charset))
    assert data is None
    assert [(each.code, each.location.line, each.location.column, each.value) for each, _ in placed] == [
        ("flat-unwritable", 3, 5, UNSAYABLE[charset])
    ]


@pytest.mark.parametrize(
    ("charset", "data", "column"),
    [
        ("utf-8", b"order,name\n1,Zo\xeb\n", 2),
        ("windows-1252", b"order,name\n1,Zo\x81\n", 2),
        ("gb18030", b"order,name\n1,Zo\xff\n", 2),
        ("utf-16-le", "order,name\n1,Zo".encode("utf-16-le") + b"\x00\xd8\n\x00", 2),
    ],
)
def test_bytes_that_are_no_characters_are_told_at_their_place(charset: str, data: bytes, column: int) -> None:
    table, findings = read_delimited(data, Dialect(charset=charset))
    every = (*findings, *(each for row in (table.faulty if table else ()) for each in row.findings))
    assert [(each.code, each.location.line, each.location.column) for each in every] == [
        ("flat-charset", 2, column)
    ]


def test_the_charset_of_a_layout_is_that_of_its_file() -> None:
    held = layout(charset="cp037")
    other = msgspec.structs.replace(held, charset="utf-8")
    data, _ = write_fixed([{"HDR": {"number": "A1"}, "LIN": [{"LIN": {"item": "B"}}]}], held)
    assert data is not None
    assert fits_layout(data, held, whole=True)
    assert not fits_layout(data, other, whole=True)
