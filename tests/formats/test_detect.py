"""What format a file is of, told from its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.detect import HEAD_BYTES, Format, detect
from tests.formats.x12.cases import CLEAN

ROWS = b"po_number,line,quantity\r\nPO1,1,5\r\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (CLEAN.encode(), Format.X12),
        (b"\xef\xbb\xbf \r\n" + CLEAN.encode(), Format.X12),
        (CLEAN.replace("*", "|").encode(), Format.X12),
        (CLEAN.replace("*", "\x1d").encode(), Format.X12),
        (CLEAN.encode()[:9], Format.X12),
        (b"ST*850*0001~SE*2*0001~", Format.X12),
        (b"GS*PO*A*B~", Format.X12),
        (b'{"orders": []}', Format.JSON),
        (b"  {}", Format.JSON),
        (b"[", Format.JSON),
        (b'[\n  {"a": 1}]', Format.JSON),
        ("\ufeff{}".encode(), Format.JSON),
        ('{"a": 1}'.encode("utf-16"), Format.JSON),
        (b"<?xml version='1.0'?><a/>", Format.XML),
        (b"\xef\xbb\xbf<Order xmlns='x'>", Format.XML),
        ("<a/>".encode("utf-16-le"), Format.UNKNOWN),
        ("\ufeff<a/>".encode("utf-16-be"), Format.XML),
        (ROWS, Format.CSV),
        (ROWS.replace(b",", b";"), Format.CSV),
        (ROWS.replace(b",", b"\t"), Format.CSV),
        (ROWS.replace(b",", b"|") + b"\x1a", Format.CSV),
        (ROWS.decode().encode("utf-16"), Format.CSV),
        (b"\xef\xbb\xbf" + ROWS, Format.CSV),
        (b"po_number,line,quantity\n", Format.CSV),
        (b"sep=;\r\n" + ROWS.replace(b",", b";"), Format.CSV),
        (b"sep=\t\r\npo_number\tline\tquantity\r\n", Format.CSV),
        (b'"po number","name"\r\n"1","Smith, John"\r\n', Format.CSV),
        (b"a,b,c\n1,2\n1,2,3,4\n", Format.CSV),
        (b"a,b\n1\x002,3\n", Format.CSV),
        (b"St\xfcck,Preis\n1,2\n", Format.CSV),
        (b"", Format.UNKNOWN),
        (b" \r\n", Format.UNKNOWN),
        (b"Dear Sir or Madam,\nplease find attached our order.\n", Format.UNKNOWN),
        (b"ISABEL\n", Format.UNKNOWN),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Format.UNKNOWN),
        (b"PK\x03\x04\x14\x00,\x00,", Format.UNKNOWN),
        (b"UNA:+.? 'UNB+UNOC:3+1+2+261122:1305+1'UNZ+0+1'", Format.UNKNOWN),
    ],
)
def test_the_format_is_told(head: bytes, expected: Format) -> None:
    assert detect(head) is expected


def test_a_table_cut_inside_a_line_is_a_table() -> None:
    assert detect((ROWS + b"PO1,2,7\r\n" * HEAD_BYTES)[: HEAD_BYTES + 3]) is Format.CSV


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    assert detect(head) in (Format.X12, Format.JSON, Format.XML, Format.CSV, Format.UNKNOWN)


@pytest.mark.parametrize("piece", [b'"', b'""', b" ", b",", b"\0", b"\n", b"[", b"ISA", b"<"])
def test_a_head_of_one_repeated_piece_takes_no_time(piece: bytes) -> None:
    assert detect(piece * HEAD_BYTES) in set(Format)
