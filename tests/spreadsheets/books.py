"""Spreadsheets as their users make them: exported by the command, changed with openpyxl, checked in again."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.command import ROOT, Ran, run

SPREADSHEETS = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = b"application/vnd.openxmlformats-officedocument.spreadsheetml"
CROSSREFS = ROOT / "examples/crossrefs"
OVERLAY = """overlay: csv-order
crossrefs:
  lines[]: items(ids.asin -> ids.vendor_sku, ids.upc)
  parties[role=ship_to]: places(ids.assigned -> ids.assigned_by_seller)
"""


def workspace_in(folder: Path) -> Path:
    """A workspace with the shipped tables, the partners, and cross-references for all and for a partner."""
    for name in ("mappings", "partners", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    for place in ("mappings/crossrefs", "partners/amazon/crossrefs"):
        shutil.copytree(CROSSREFS, folder / place)
    overlay = folder / "partners/amazon/mappings/csv-order.yaml"
    overlay.parent.mkdir()
    overlay.write_text(OVERLAY, encoding="utf-8")
    return folder


def exported(workspace: Path, *names: str) -> Path:
    """A spreadsheet with these tables."""
    path = workspace / "tables.xlsx"
    ran = run("mappings", "export", *names, "-o", path, cwd=workspace)
    assert ran.code == 0, ran.err
    return path


def checked_in(workspace: Path, path: Path, *options: str) -> Ran:
    """What came of checking it in."""
    return run("mappings", "import", path, *options, cwd=workspace)


def edited(path: Path, change: Callable[[Workbook], object]) -> Path:
    """The spreadsheet after a change; openpyxl writes it anew, as another program would."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def sheet(book: Workbook, name: str) -> Worksheet:
    """A sheet of cells."""
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The spreadsheet with one part of its archive changed, or added from nothing."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    path.write_bytes(out.getvalue())
    return path


INLINE = re.compile(rb't="inlineStr"\s*><is><t(?: xml:space="preserve")?>([^<]*)</t></is>')
PHONETIC = b'<rPh sb="0" eb="1"><t>no text</t></rPh>'


def with_shared_texts(path: Path) -> Path:
    """The spreadsheet with its texts in a part of their own, in several runs, as other programs keep them."""
    texts: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        text = match[1]
        half = len(text) // 2 if b"&" not in text and b"_x" not in text else 0
        texts.append(
            b'<si><r><t xml:space="preserve">%b</t></r>'
            b'<r><rPr><b/></rPr><t xml:space="preserve">%b</t></r>%b</si>'
            % (text[:half], text[half:], PHONETIC)
        )
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    for name in sheets:
        with_part(path, name, lambda data: INLINE.sub(shared, data))
    table = b'<sst xmlns="%b">%b</sst>' % (SPREADSHEETS, b"".join(texts))
    with_part(path, "xl/sharedStrings.xml", lambda _: table)
    relation = b'<Relationship Id="rIdT" Type="%b/sharedStrings" Target="sharedStrings.xml"/>' % RELATIONS
    with_part(
        path,
        "xl/_rels/workbook.xml.rels",
        lambda data: data.replace(b"</Relationships>", relation + b"</Relationships>"),
    )
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b.sharedStrings+xml"/>' % CONTENT
    return with_part(path, "[Content_Types].xml", lambda data: data.replace(b"</Types>", part + b"</Types>"))


def contents(workspace: Path) -> dict[str, bytes]:
    """Every data file of the workspace with its bytes."""
    return {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for folder in ("mappings", "partners")
        for path in sorted((workspace / folder).rglob("*"))
        if path.is_file()
    }
