"""Spreadsheets as their users make them: exported by the command, changed with openpyxl, checked in again."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.command import ROOT, Ran, run

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


def contents(workspace: Path) -> dict[str, bytes]:
    """Every data file of the workspace with its bytes."""
    return {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for folder in ("mappings", "partners")
        for path in sorted((workspace / folder).rglob("*"))
        if path.is_file()
    }
