"""`gateway partners`, and the overlays of a partner in every command that names it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.cli.command import ROOT, run

ORDERS = ROOT / "examples/purchase-orders.850"
OVERLAY = "overlay: csv-order\nrows:\n  references.department: null\n  references.store: store\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a second partner, which has an overlay."""
    shutil.copytree(ROOT / "partners", tmp_path / "partners")
    (tmp_path / "mappings").mkdir()
    shutil.copytree(tmp_path / "partners/amazon", tmp_path / "partners/baker")
    overlaid(tmp_path, OVERLAY)
    return tmp_path


def overlaid(workspace: Path, text: str, name: str = "10-store.yaml") -> str:
    """The path of an overlay of baker with this text."""
    path = workspace / "partners/baker/mappings" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"partners/baker/mappings/{name}"


def columns(workspace: Path, *arguments: str) -> list[str]:
    """The header of the orders as a flat file."""
    ran = run("translate", ORDERS, "--to", "csv", *arguments, cwd=workspace)
    assert ran.code == 0, ran.err
    return next(csv.reader(io.StringIO(ran.out.decode())))


def test_an_overlay_is_used_for_its_partner_alone(workspace: Path) -> None:
    assert "store" in columns(workspace, "--partner", "baker")
    assert "department" not in columns(workspace, "--partner", "baker")
    assert "department" in columns(workspace, "--partner", "amazon")
    assert "department" in columns(workspace)


def test_overlays_are_merged_in_the_order_of_their_names(workspace: Path) -> None:
    overlaid(workspace, "overlay: csv-order\nrows:\n  references.store: shop\n", "20-shop.yaml")
    header = columns(workspace, "--partner", "baker")
    assert ("shop" in header, "store" in header) == (True, False)


def test_a_merged_table_is_shown_with_the_file_and_line_of_each_row(workspace: Path) -> None:
    shown = json.loads(
        run("mappings", "show", "csv-order", "--partner", "baker", "--json", cwd=workspace).out
    )
    rows = {row["field"]: (row["file"], row["line"]) for row in shown["rows"]}
    assert rows["references.store"] == ("partners/baker/mappings/10-store.yaml", 4)
    assert rows["number"][0] == "mappings/csv-order.yaml"
    assert "references.department" not in rows
    text = run("mappings", "show", "csv-order", "--partner", "baker", cwd=workspace).out.decode()
    assert "partners/baker/mappings/10-store.yaml:4" in text
    plain, merged = (
        next(
            each["rows"]
            for each in json.loads(run("mappings", "list", *named, "--json", cwd=workspace).out)["mappings"]
            if each["table"] == "csv-order"
        )
        for named in ((), ("--partner", "baker"))
    )
    assert plain == merged


@pytest.mark.parametrize("command", [("mappings", "check"), ("partners", "check")])
def test_a_mistake_of_an_overlay_names_its_file_and_line(workspace: Path, command: tuple[str, ...]) -> None:
    assert run(*command, cwd=workspace).code == 0
    file = overlaid(workspace, "overlay: csv-order\nrows:\n  references.stroe: store\n")
    ran = run(*command, cwd=workspace)
    assert ran.code == 1
    assert f"{file}:3: `stroe` is no word of `references`" in ran.out.decode()
    assert "did you mean `store`?" in ran.out.decode()


def test_a_translation_refuses_an_overlay_with_mistakes(workspace: Path) -> None:
    file = overlaid(workspace, "overlay: csv-order\nrows:\n  references.store: deal\n")
    ran = run("translate", ORDERS, "--to", "csv", "--partner", "baker", cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert f"{file}:3: the column `deal` is named by the row in mappings/csv-order.yaml:" in ran.err
    assert run("translate", ORDERS, "--to", "csv", "--partner", "amazon", cwd=workspace).code == 0


def test_partners_list(workspace: Path) -> None:
    listed = json.loads(run("partners", "list", "--json", cwd=workspace).out)["partners"]
    assert [(each["partner"], each["identity"], each["overlays"]) for each in listed] == [
        ("amazon", "ZZ/AMAZON", 0),
        ("baker", "ZZ/AMAZON", 1),
    ]
    assert "ZZ/ACORNSUPPLY" in run("partners", "list", cwd=workspace).out.decode()


def test_partners_show_has_the_defaults_too(workspace: Path) -> None:
    shown = json.loads(run("partners", "show", "baker", "--json", cwd=workspace).out)
    assert shown["settings"]["x12"]["charset"] == "utf-8"
    assert shown["overlays"] == {"csv-order": ["partners/baker/mappings/10-store.yaml"]}
    text = run("partners", "show", "baker", cwd=workspace).out.decode()
    for words in ("x12.charset", "terms.vendor_item_id", "upc", "overlay of csv-order"):
        assert words in text


def test_partners_check_reads_every_partner_file(workspace: Path) -> None:
    path = workspace / "partners/baker/partner.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("currency: USD", "currency: usd"))
    ran = run("partners", "check", "--json", cwd=workspace)
    (mistake,) = json.loads(ran.out)["mistakes"]
    assert ran.code == 1
    assert mistake["file"] == "partners/baker/partner.yaml"
    assert "did you mean `USD`?" in mistake["mistake"]


@pytest.mark.parametrize("command", [("translate", ORDERS, "--to", "csv", "--partner"), ("partners", "show")])
def test_an_unknown_partner_is_told_with_the_known_ones(
    workspace: Path, command: tuple[str | Path, ...]
) -> None:
    ran = run(*command, "amzon", cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert "there is no partner `amzon`" in ran.err
    assert "did you mean `amazon`?; known are: amazon, baker" in " ".join(ran.err.split())


@pytest.mark.parametrize("name", ["..", "../partners/amazon", ".", "", "amazon/../amazon", "a\x1b[2J"])
def test_a_name_that_is_no_folder_of_partners_reaches_no_other_file(workspace: Path, name: str) -> None:
    ran = run("translate", ORDERS, "--to", "csv", "--partner", name, cwd=workspace)
    assert (ran.code, ran.out) == (2, b"")
    assert "Traceback" not in ran.err


CHECKED = [
    ("  document_key: order_number", "  document_key: ordr_number", "`ordr_number` tells documents apart"),
    ("ids.upc:             upc", "ids.upc:             asin", "the column `asin` is named by the row"),
    ("ids.asin:            asin", "ids.asni:            asin", "`asni` is no word of `ids`"),
    ("parties[role=seller]:", "parties[role=sellr]:", "`sellr` is no word of `role`"),
]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("old", "new", "mistake"), CHECKED)
def test_a_translation_refuses_a_table_with_the_words_of_the_check(
    tmp_path: Path, old: str, new: str, mistake: str
) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "mappings").mkdir()
    table = (ROOT / "mappings/csv-order.yaml").read_text(encoding="utf-8")
    assert table.count(old) == 1
    (tmp_path / "mappings/csv-order.yaml").write_text(table.replace(old, new), encoding="utf-8")
    checked = run("mappings", "check", "--json", cwd=tmp_path)
    (told,) = json.loads(checked.out)["mistakes"]
    assert mistake in told["mistake"]
    assert run("mappings", "check", cwd=tmp_path).out.endswith(b" files checked, 1 mistake found.\n")
    ran = run("translate", ORDERS, "--to", "csv", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert f"{told['file']}:{told['line']}: {told['mistake']}" in ran.err
