"""The examples of the manuals work: files are saved where they say, commands run, overlays fit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import openpyxl
import pytest

from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Channel
from gateway.agreements.partner import Calendar, EnvelopeIdentity, Partner
from gateway.formats import xlsx, xlsx_package
from gateway.formats.yaml_units import duration_text, size_text
from tests.cli.command import run
from tests.docs.test_readme import FOLDERS, ROOT, commands
from tests.spreadsheets.books import sheet

PARTNERS = (ROOT / "docs/partners.md").read_text(encoding="utf-8")
GUIDES = (ROOT / "docs/guides.md").read_text(encoding="utf-8")
TABLES = (ROOT / "docs/mappings.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"# (partners/\S+\.yaml)\n")
KEY = re.compile(r"^\| `([a-z0-9_.]+)` \|(?:[^|\\]|\\.)*\| ([^|]*) \|", re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_commands_of_the_manual_of_tables_print_what_it_shows(checkout: Path) -> None:
    ran_commands = 0
    told_elsewhere = TABLES.partition("## In a spreadsheet")[2].partition("\n## ")[0]
    for kind, text in BLOCK.findall(TABLES.replace(told_elsewhere, "")):
        for command, shown in commands(text.splitlines()) if kind == "console" else ():
            ran = run(*command.split()[1:], cwd=checkout)
            assert ran.code == 0, f"{command}\n{ran.err}"
            printed = {" ".join(line.split()) for line in ran.out.decode().splitlines()}
            for line in shown:
                assert " ".join(line.split()) in printed, f"{command} did not print: {line}"
            ran_commands += 1
    assert ran_commands == 6


@pytest.mark.parametrize(("page", "least"), [(PARTNERS, 6), (GUIDES, 4)], ids=["partners", "guides"])
def test_the_steps_of_the_page_work(checkout: Path, page: str, least: int) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran_commands = 0
    for kind, text in BLOCK.findall(page):
        place = SAVED.match(text)
        if kind == "yaml":
            assert place is not None, text
            path = checkout / place.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        for command, shown in commands(text.splitlines()):
            ran = subprocess.run(
                command,
                shell=True,
                cwd=checkout,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
            for line in shown:
                assert line in ran.stdout.splitlines(), f"{command} did not print: {line}"
            ran_commands += 1
    assert ran_commands >= least


@pytest.mark.parametrize(
    ("of", "record", "beside"),
    [
        ("key", Partner, {"defaults": "none"}),
        ("key of a channel", Channel, {}),
        ("key of a calendar", Calendar, {}),
        ("key of an agreement", Agreement, {"like": "none"}),
    ],
)
def test_every_key_of_a_partner_file_is_told_with_its_default(
    of: str, record: type[msgspec.Struct], beside: dict[str, str]
) -> None:
    _, _, table = PARTNERS.partition(f"| {of} | takes |")
    told = {key: default.strip().strip("`") for key, default in KEY.findall(table.partition("\n\n")[0])}
    known = dict(_keys(record, ""))
    assert {key: told.pop(key) for key in beside} == beside
    assert list(told) == list(known)
    assert {key: told[key] for key in known if not key.endswith(".group")} == {
        key: default for key, default in known.items() if not key.endswith(".group")
    }


def _keys(record: type[msgspec.Struct], path: str) -> Iterator[tuple[str, str]]:
    """The keys of a partner file in the order of the page, each with its default as a file would say it."""
    fields = [each for each in msgspec.structs.fields(record) if each.name not in ("partner", "name")]
    if record is Partner:
        fields = sorted(msgspec.structs.fields(record), key=lambda each: each.name != "description")
    for field in fields:
        kinds = [
            each for each in (field.type, *getattr(field.type, "__args__", ())) if isinstance(each, type)
        ]
        blocks = [each for each in kinds if issubclass(each, msgspec.Struct)]
        if blocks and field.default_factory is msgspec.NODEFAULT:
            yield from _keys(blocks[0], f"{path}{field.encode_name}.")
        else:
            yield f"{path}{field.encode_name}", _shown(field)


def _shown(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    default = field.default if field.default_factory is msgspec.NODEFAULT else None
    unit = next((meta.extra["unit"] for meta in getattr(field.type, "__metadata__", ()) if meta.extra), "")
    if unit and isinstance(default, int):
        return {"bytes": size_text, "seconds": duration_text}[unit](default)
    if default is None or default in ("", ()):
        return "none"
    if isinstance(default, tuple):
        return ", ".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_an_identity_is_told_for_both_sides() -> None:
    for side in ("partner", "own"):
        for field in EnvelopeIdentity.__struct_fields__:
            assert f"| `{side}.{field}` |" in PARTNERS


OVERLAYS = [text for kind, text in BLOCK.findall(TABLES) if text.startswith("overlay:")]


def test_the_manual_of_tables_has_an_overlay() -> None:
    assert len(OVERLAYS) >= 1


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlays_of_the_manual_fit_the_shipped_tables(checkout: Path, overlay: str) -> None:
    path = checkout / "partners/amazon/mappings/shown.yaml"
    path.parent.mkdir()
    path.write_text(overlay, encoding="utf-8")
    checked = run("mappings", "check", cwd=checkout)
    assert checked.code == 0, checked.out.decode()
    table = overlay.split()[1]
    shown = run("mappings", "show", table, "--partner", "amazon", cwd=checkout).out.decode()
    of_first_release = "format:" not in overlay
    assert ("partners/amazon/mappings/shown.yaml:4" in shown) is of_first_release
    orders = checkout / "examples/purchase-orders.850"
    ran = run("translate", orders, "--to", "canonical", "--partner", "amazon", cwd=checkout)
    assert ran.code == 0, ran.err


def test_the_cross_references_of_the_manual_fit_the_shipped_tables(checkout: Path) -> None:
    (shown,) = [text for kind, text in BLOCK.findall(TABLES) if text.startswith("crossrefs:")]
    files = {
        "mappings/shown.yaml": f"overlay: csv-order\n{shown}",
        "crossrefs/carriers.csv": "name,scac\nOak Freight,OAKF\n",
        "crossrefs/terms.csv": "net_days,discount_days,discount_percent,description\n60,30,2,2/30 NET 60\n",
    }
    for name in ("items", "places"):
        files[f"crossrefs/{name}.csv"] = (ROOT / f"examples/crossrefs/{name}.csv").read_text(encoding="utf-8")
    for relative, text in files.items():
        path = checkout / "partners/amazon" / relative
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    checked = run("mappings", "check", cwd=checkout)
    assert checked.code == 0, checked.out.decode()
    orders = checkout / "examples/purchase-orders.850"
    ran = run("translate", orders, "--to", "csv", "--partner", "amazon", cwd=checkout)
    assert ran.code == 0, ran.err
    assert b"Fulfillment ONT8" in ran.out
    assert b"ACS-205,,614141000029" in ran.out


def test_the_steps_in_a_spreadsheet_do_what_the_manual_shows(checkout: Path) -> None:
    section = TABLES.partition("## In a spreadsheet")[2].partition("\n## ")[0]
    (exporting, shown_export), (importing, shown_import) = (
        step for kind, text in BLOCK.findall(section) for step in commands(text.splitlines())
    )
    assert run(*exporting.split()[1:], cwd=checkout).out.decode().splitlines() == shown_export
    spreadsheet = checkout / "tables.xlsx"
    book = openpyxl.load_workbook(spreadsheet)
    types, table = sheet(book, "order-type"), sheet(book, "csv-order")
    assert types["C5"].value == "NP"
    types["C5"] = "NX"
    (row,) = (at for at in range(1, table.max_row + 1) if table[f"D{at}"].value == "ship_to_code")
    table[f"D{row}"] = "DeliverTo"
    book.save(spreadsheet)
    assert run(*importing.split()[1:], cwd=checkout).out.decode().splitlines() == shown_import
    assert "new_product,NX," in (checkout / "mappings/codes/order-type.csv").read_text(encoding="utf-8")
    assert "DeliverTo" in (checkout / "mappings/csv-order.yaml").read_text(encoding="utf-8")


def test_the_limits_of_spreadsheets_are_those_of_the_manual() -> None:
    for limit in (
        f"{xlsx_package.MAX_BYTES >> 20} MB, {xlsx_package.MAX_UNPACKED >> 20} MB unpacked",
        f"{xlsx.MAX_SHEETS} sheets, {xlsx.MAX_ROWS:,} rows in one, {xlsx.MAX_COLUMNS} columns",
        f"{xlsx.MAX_CELLS:,} cells in all, {xlsx.MAX_LENGTH:,} characters in a cell",
    ):
        assert limit in TABLES
