"""Spreadsheets made to take time or memory: each is refused, or read, within bounds."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.findings import Finding
from gateway.formats.xlsx import MAX_FINDINGS, MAX_SHEETS, Sheet, SheetRow, read_xlsx
from gateway.formats.xlsx_package import MAX_PARTS
from gateway.formats.xlsx_parts import MAX_NAME
from gateway.mapping.sheets.workbook import ABOUT, LISTING, TITLE, check_in, listed_files
from gateway.mapping.sheets.yaml_rows import YamlRows
from tests.spreadsheets.books import RELATIONS, SPREADSHEETS, exported, with_part

TYPES = "order-type"
MANY = 30_000
PACKAGE = b"http://schemas.openxmlformats.org/package/2006/relationships"
ROOT_RELATIONS = (
    b'<Relationships xmlns="%b"><Relationship Type="%b/officeDocument" Target="%b"/></Relationships>'
)


def packed(parts: Mapping[str, bytes], stated: Mapping[str, int] | None = None) -> bytes:
    """An archive of these parts, some of which are stated to have another size than they have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for entry in archive.infolist():
            entry.file_size = (stated or {}).get(entry.filename, entry.file_size)
    return out.getvalue()


def refused(data: bytes) -> Finding:
    (finding,) = read_xlsx(data)[1]
    return finding


def test_a_part_that_states_too_small_a_size_is_not_unpacked_beyond_it() -> None:
    data = packed({"_rels/.rels": bytes(64 << 20)}, {"_rels/.rels": 100})
    assert len(data) < 1 << 17
    tracemalloc.start()
    finding = refused(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert finding.code == "sheet-unreadable"
    assert "its part _rels/.rels is damaged" in finding.message
    assert most < 4 << 20


def test_a_directory_of_too_many_parts_is_refused_unread() -> None:
    tracemalloc.start()
    finding = refused(b"PK\x03\x04" + b"PK\x01\x02" * (MAX_PARTS + 1) + bytes(40))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (finding.code, finding.message) == ("sheet-too-large", "the file has more than 2,000 parts")
    assert most < 1 << 20


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b'name="unit"', b'name="%b"' % (b"u" * (MAX_NAME + 1)), "one of more than 255 characters"),
        (b'name="unit"', b'name=""', "a sheet has no name"),
        (b'r:id="rId3"', b'r:id="rId2"', "two sheets are one part"),
    ],
)
def test_sheets_that_no_program_names_so_are_refused(
    workspace: Path, before: bytes, after: bytes, reason: str
) -> None:
    def change(data: bytes) -> bytes:
        assert data.count(before) == 1, data
        return data.replace(before, after)

    path = with_part(exported(workspace, TYPES, "unit"), "xl/workbook.xml", change)
    finding = refused(path.read_bytes())
    assert (finding.code, finding.value) == ("sheet-xml", "xl/workbook.xml")
    assert reason in finding.message


@pytest.mark.parametrize(
    "format_code",
    [b"[" * 200_000, b'"' + b"[" * 200_000, b"d" + b"_" * 200_001],
    ids=["open", "quoted", "fill"],
)
def test_a_number_format_without_end_takes_no_time(workspace: Path, format_code: bytes) -> None:
    style = b'<numFmts><numFmt numFmtId="164" formatCode="%b"/></numFmts>' % format_code.replace(
        b'"', b"&quot;"
    )
    many = b"<cellXfs>%b</cellXfs>" % (b'<xf numFmtId="164"/>' * MANY)
    sheet = b'<styleSheet xmlns="%b">%b%b</styleSheet>' % (SPREADSHEETS, style, many)
    path = with_part(exported(workspace, TYPES), "xl/styles.xml", lambda _: sheet)
    began = time.process_time()
    assert read_xlsx(path.read_bytes())[1] == ()
    assert time.process_time() - began < 2


def test_a_target_up_and_down_without_end_takes_no_time() -> None:
    target = b"a/" * 150_000 + b"../" * 150_000 + b"book.xml"
    began = time.process_time()
    finding = refused(packed({"_rels/.rels": ROOT_RELATIONS % (PACKAGE, RELATIONS, target)}))
    assert finding.message == "the spreadsheet cannot be read: it has no part book.xml"
    assert time.process_time() - began < 2


def test_a_list_of_more_sheets_than_there_can_be_is_not_whole() -> None:
    rows = (SheetRow(number, (f"s{number}", f"f{number}", "1", "0")) for number in range(3, MANY))
    about = Sheet(ABOUT, (SheetRow(1, (TITLE,)), SheetRow(2, LISTING), *rows))
    began = time.process_time()
    listed, (finding,) = listed_files((about,))
    assert (listed, finding.code, finding.location.cell) == ((), "sheet-not-exported", ABOUT)
    assert time.process_time() - began < 2
    most = Sheet(ABOUT, about.rows[: 2 + MAX_SHEETS])
    assert len(listed_files((most,))[0]) == MAX_SHEETS


def test_cells_beside_the_table_are_told_until_nobody_reads_them_any_more() -> None:
    rows, _ = YamlRows().read("a.yaml", "a: b\n")
    assert rows is not None
    header = SheetRow(1, ("file line", *rows.columns))
    beside = (SheetRow(number, ("",) * 5 + ("x",) * 90) for number in range(2, MANY))
    checked, findings = check_in("a.yaml", Sheet("a", (header, *beside)), rows)
    assert checked is None
    assert findings[0].location.cell == "a!F2"
    assert findings[-1].code == "file-too-many-faults"
    assert len(findings) < MAX_FINDINGS + 100


def test_a_name_of_blanks_without_end_takes_no_time() -> None:
    line = f"a{' ' * 200_000}b\n"
    began = time.process_time()
    rows, ((_, number, _),) = YamlRows().read("a.yaml", line)
    assert (rows, number) == (None, 1)
    assert time.process_time() - began < 2
    spaced, _ = YamlRows().read("a.yaml", "a  b   :  c\n")
    assert spaced is not None
    assert spaced.rows[0].cells == ("0", "a  b", "c", "")
