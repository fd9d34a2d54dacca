"""Delimited files: what is read, what is refused and where, and what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.findings import Finding
from gateway.formats import delimited
from gateway.formats.delimited import DelimitedTable, Dialect, read_delimited
from gateway.formats.delimited_charset import is_charset
from gateway.formats.delimited_writer import write_delimited

PLAIN = Dialect(line_end="\n")


def table_of(data: bytes, dialect: Dialect = PLAIN) -> DelimitedTable:
    """The table of a file without faults."""
    table, findings = read_delimited(data, dialect)
    assert table is not None, [finding.message for finding in findings]
    assert not findings
    return table


def faults_of(data: bytes, dialect: Dialect = PLAIN) -> tuple[Finding, ...]:
    """The faults of a file that has some."""
    table, findings = read_delimited(data, dialect)
    assert table is None
    assert findings
    return findings


def row_faults_of(data: bytes, dialect: Dialect = PLAIN) -> tuple[Finding, ...]:
    """The faults of single rows, of a file whose other rows can be read."""
    table, findings = read_delimited(data, dialect)
    assert table is not None
    assert not findings
    return found_in(table)


def found_in(table: DelimitedTable) -> tuple[Finding, ...]:
    return tuple(finding for row in table.faulty for finding in row.findings)


def placed(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, int | None, str | None]]:
    """Code, line, column and value."""
    return [(f.code, f.location.line, f.location.column, f.value) for f in findings]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read_alike_and_lines_are_counted(line_end: str) -> None:
    table = table_of(line_end.join(["a,b", "1,2", "", "3,4"]).encode())
    assert table.columns == ("a", "b")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("1", "2")), (4, ("3", "4"))]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends() -> None:
    table = table_of(b'a,b\n"x,1","he said ""no"""\n"two\r\nlines",2\n3,4\n')
    assert [row.cells for row in table.rows] == [("x,1", 'he said "no"'), ("two\r\nlines", "2"), ("3", "4")]
    assert [row.line for row in table.rows] == [2, 3, 5]


def test_a_quote_inside_a_plain_cell_is_a_character() -> None:
    assert table_of(b'a,b\n5" pipe,2\n').rows[0].cells == ('5" pipe', "2")


def test_delimiter_and_quote_are_those_of_the_settings() -> None:
    assert table_of(b"a|b\n'x|y'|2\n", Dialect("|", "'")).rows[0].cells == ("x|y", "2")


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert table_of(b"\xef\xbb\xbfa\n1\n").columns == ("a",)
    assert table_of(b"\xef\xbb\xbfa\n\xc3\xbc\n", Dialect(charset="windows-1252")).rows[0].cells == ("ü",)
    assert table_of("a\n1\n".encode("utf-16"), Dialect(charset="utf-16")).columns == ("a",)


def test_a_byte_outside_the_declared_charset_is_told_with_its_place() -> None:
    faults = row_faults_of(b"a,b\n1,2\n3,M\xfcnchen\n")
    assert placed(faults) == [("flat-charset", 3, 2, "0xFC")]
    assert faults[0].location.byte == 11
    assert "utf-8" in faults[0].message
    assert table_of(b"a,b\n3,M\xfcnchen\n", Dialect(charset="latin-1")).rows[0].cells == ("3", "München")


def test_each_damaged_cell_is_told_once_with_line_and_byte() -> None:
    data = b'\xef\xbb\xbfa,b\n"1,\nx\xff\xff",\xc3\xbc\xfe\n3,4\n\x005,6\n'
    faults = row_faults_of(data)
    assert placed(faults) == [
        ("flat-charset", 3, 1, "0xFF"),
        ("flat-charset", 3, 2, "0xFE"),
        ("flat-nul", 5, 1, None),
    ]
    assert [data[each.location.byte or 0] for each in faults] == [0xFF, 0xFE, 0]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "windows-1252"])
def test_damage_spoils_its_row_only(charset: str) -> None:
    table, findings = read_delimited(b"a,b\n1,2\n\x81,4\n5,6\n", Dialect(charset=charset))
    assert table is not None
    assert findings == ()
    assert [row.cells for row in table.rows] == [("1", "2"), ("5", "6")]
    assert [row.cells for row in table.faulty] == [(None, "4")]
    assert [each.location.byte for each in found_in(table)] == [8]


@pytest.mark.parametrize("charset", ["utf-16-le", "shift-jis", "gb18030", "big5", "euc-kr"])
def test_where_damage_may_spoil_what_follows_no_row_is_trusted(charset: str) -> None:
    bad = b"\x00\xdc" if charset == "utf-16-le" else b"\xff"
    data = "a,b\n1,2\n3,".encode(charset) + bad + "\n5,6\n".encode(charset)
    faults = faults_of(data, Dialect(charset=charset))
    assert placed(faults)[0][:3] == ("flat-charset", 3, 2)
    assert faults[0].location.byte == data.index(bad)


def test_nul_characters_are_told() -> None:
    assert placed(row_faults_of(b"a,b\n1,2\n3,\x00\n")) == [("flat-nul", 3, 2, None)]
    assert placed(faults_of(b"a,b\0\n1,2\n")) == [("flat-nul", 1, 2, None)]


def test_damage_in_the_header_leaves_no_row_to_trust() -> None:
    assert placed(faults_of(b"a,\xffb\n1,2\n")) == [("flat-charset", 1, 2, "0xFF")]


def test_ragged_rows_are_all_told() -> None:
    faults = row_faults_of(b"a,b\n1\n1,2\n1,2,3\n")
    assert placed(faults) == [("flat-too-few-cells", 2, 2, "1"), ("flat-ragged", 4, 3, "3")]
    assert faults[0].message == "line 2, column 2: the row ends after 1 of the 2 cells that the header names"
    assert "quotes." not in faults[0].remedy.split(":")[0]
    assert faults[1].remedy == "Put texts that hold the delimiter in quotes."


@pytest.mark.parametrize("note", [b"sep=;\n", b'"SEP=;"\r\n', b"\xef\xbb\xbfsep=,\r"])
def test_a_note_for_spreadsheets_is_passed_over(note: bytes) -> None:
    table = table_of(note + b"a,b\n1,2\n")
    assert (table.columns, table.line, table.rows[0].line) == (("a", "b"), 2, 3)


def test_a_column_that_only_begins_like_the_note_is_a_column() -> None:
    assert table_of(b"sep=;x,b\n1,2\n").columns == ("sep=;x", "b")


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
def test_the_mark_of_wider_characters_is_told(charset: str) -> None:
    (fault,) = faults_of("a,b\n1,2\n".encode(charset))
    assert (fault.code, fault.value) == ("flat-charset-marked", charset.upper())


@pytest.mark.parametrize(
    ("row", "one"),
    [
        (b"1,2", True),
        (b"1,2,3,4", True),
        (b"1,2,3,4,,,", True),
        (b"1,2,31,2,3", False),
        (b"1,2,3,1,2,3", False),
        (b'1,"2\n1,2"', False),
        (b"1,2,3\xff1", True),
        (b"1,2,3\xff,4", False),
    ],
)
def test_a_row_that_may_be_two_is_said_to_be(row: bytes, one: bool) -> None:
    table, _ = read_delimited(b"a,b,c\n" + row + b"\n1,2,3\n", PLAIN)
    assert table is not None
    assert [each.one for each in table.faulty] == [one]


def test_blank_cells_behind_the_last_column_are_no_fault() -> None:
    table = table_of(b"a,b,,\n1,2,,\n3,4,,,\n,,,\n")
    assert table.columns == ("a", "b")
    assert [row.cells for row in table.rows] == [("1", "2"), ("3", "4")]


def test_a_quote_that_is_never_closed_is_told_where_it_opens() -> None:
    assert placed(faults_of(b'a,b\n1,"2\n3,4\n')) == [("flat-quote", 2, 2, None)]


def test_text_behind_a_closing_quote_is_told_and_reading_goes_on() -> None:
    assert placed(faults_of(b'a,b\n1,"2"x\n3,4\n"5"y,6\n')) == [
        ("flat-quote", 2, 2, None),
        ("flat-quote", 4, 1, None),
    ]


def test_the_header_names_each_column_once() -> None:
    assert placed(faults_of(b"a,,a\n1,2,3\n")) == [
        ("flat-column-unnamed", 1, 2, None),
        ("flat-column-repeated", 1, 3, "a"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b" \r\n ", "file-empty"),
        (b",,\n,\n", "flat-no-header"),
    ],
)
def test_files_without_rows(data: bytes, code: str) -> None:
    assert faults_of(data)[0].code == code


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_CELL_LENGTH", 10)
    monkeypatch.setattr(delimited, "MAX_COLUMNS", 3)
    monkeypatch.setattr(delimited, "MAX_ROWS", 2)
    monkeypatch.setattr(delimited, "MAX_BYTES", 100)
    assert placed(faults_of(b"a,b\n1,12345678901\n")) == [("flat-cell-too-long", 2, 2, None)]
    assert placed(faults_of(b'a,b\n"12345678901",2\n')) == [("flat-cell-too-long", 2, 1, None)]
    assert placed(faults_of(b"a,b,c,d\n"))[0][0] == "flat-too-many-columns"
    assert placed(faults_of(b'"a",b,c,d\n'))[0][0] == "flat-too-many-columns"
    assert placed(faults_of(b"a\n1\n2\n3\n")) == [("flat-too-large", None, None, None)]
    assert placed(faults_of(b"a\n" + b"1\n" * 50)) == [("flat-too-large", None, None, None)]


def test_a_file_of_faults_ends_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_FINDINGS", 5)
    faults = faults_of(b"a,b\n" + b"1\n" * 500)
    assert [finding.code for finding in faults] == ["flat-too-few-cells"] * 5 + ["findings-limit"]


@pytest.mark.parametrize("data", [b'a\n"' + b'""' * 200_000, b'a\n"' + b"x\n" * 200_000, b"," * 500_000])
def test_hostile_files_end_quickly(data: bytes) -> None:
    assert faults_of(data)


def test_cells_are_quoted_where_they_must_be() -> None:
    rows = [{"a": "1,2", "b": 'x"y'}, {"a": " z", "b": "two\nlines"}, {"b": "plain"}]
    data, findings = write_delimited(("a", "b"), rows, PLAIN)
    assert not findings
    assert data == b'a,b\n"1,2","x""y"\n" z","two\nlines"\n,plain\n'


def test_a_character_the_charset_cannot_say_is_told() -> None:
    data, findings = write_delimited(("a", "b"), [{"a": "ok", "b": "日"}], Dialect(charset="latin-1"))
    assert data is None
    assert placed(findings) == [("flat-unwritable", 2, 2, "日")]


@pytest.mark.parametrize(
    ("dialect", "column"),
    [(Dialect(charset="ascii"), "é"), (Dialect(charset="ascii"), "\0"), (Dialect("§", charset="ascii"), "§")],
)
def test_a_header_and_signs_the_charset_cannot_say_are_told(dialect: Dialect, column: str) -> None:
    data, findings = write_delimited(("a", column), [{"a": "ok"}], dialect)
    assert data is None
    assert [(finding.code, finding.location.line, finding.value) for finding in findings][:1] == [
        ("flat-unwritable", 1, column)
    ]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        *((name, True) for name in ("utf-8", "UTF_8", "windows-1252", "iso-8859-15", "cp437")),
        *((name, False) for name in ("punycode", "idna", "rot13", "zlib", "utf-7", "x")),
    ],
)
def test_only_charsets_of_text_files_may_be_named(name: str, good: bool) -> None:
    assert is_charset(name) is good


cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    rows = [(f"k{left}", right) for left, right in rows]
    data, findings = write_delimited(("a", "b"), [{"a": a, "b": b} for a, b in rows], Dialect())
    assert not findings
    assert data is not None
    assert [row.cells for row in table_of(data).rows] == rows


@given(st.binary(max_size=200))
def test_reading_never_fails(data: bytes) -> None:
    table, findings = read_delimited(data, PLAIN)
    assert (table is None) is bool(findings)
    assert table is None or all(row.findings for row in table.faulty)
