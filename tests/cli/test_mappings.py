"""The tables as people are shown them: for one release, and with what cross-references complete."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import ROOT, run

OVERLAY = """overlay: csv-order
crossrefs:
  lines[]: items(ids.upc -> ids.vendor_sku, case_size) hold
  parties[role=ship_to]: places(ids.assigned -> name) default="UNKNOWN" read-only
"""


def test_the_tables_of_a_release_alone() -> None:
    ran = run("mappings", "list", "--release", "005010", "--json", cwd=ROOT)
    listed = json.loads(ran.out)["mappings"]
    assert {(each["table"], each["format"]) for each in listed} == {
        ("x12-810", "x12 810 005010"),
        ("x12-850", "x12 850 005010"),
        ("x12-855", "x12 855 005010"),
        ("x12-856", "x12 856 005010"),
    }


def test_a_release_that_no_table_serves() -> None:
    ran = run("mappings", "list", "--release", "003040", cwd=ROOT)
    assert (ran.code, ran.out) == (2, b"")
    assert "no mapping table is for X12 release 003040" in ran.err


def test_a_table_as_it_is_for_a_release() -> None:
    shown = run("mappings", "show", "x12-850", "--release", "005010", cwd=ROOT).out.decode()
    assert shown.startswith("x12-850: PurchaseOrder and x12 850 005010")
    assert "MTX02*" in shown
    assert "mappings/x12-850-005010.yaml:" in shown
    assert "MTX02*" not in run("mappings", "show", "x12-850", cwd=ROOT).out.decode()


def test_a_release_that_the_table_does_not_serve() -> None:
    ran = run("mappings", "show", "x12-860", "--release", "005010", cwd=ROOT)
    assert ran.code == 2
    assert "the mapping table x12-860 is for x12 860 004010, not for 005010" in ran.err


def test_what_cross_references_complete(tmp_path: Path) -> None:
    for name in ("mappings", "schemas"):
        (tmp_path / name).mkdir()
    folder = tmp_path / "partners/baker"
    (folder / "mappings").mkdir(parents=True)
    (folder / "partner.yaml").write_text(
        "partner: {qualifier: ZZ, id: BAKER}\nown: {qualifier: ZZ, id: ACORN}\n", encoding="utf-8"
    )
    (folder / "mappings/10-names.yaml").write_text(OVERLAY, encoding="utf-8")
    ran = run("mappings", "show", "csv-order", "--partner", "baker", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)["rows"]
    file = "partners/baker/mappings/10-names.yaml"
    assert [
        (row["field"], row["place"], row["words"], row["line"]) for row in rows if row["file"] == file
    ] == [
        ("lines[]", "items(ids.upc -> ids.vendor_sku, case_size)", "crossref hold", 3),
        ("parties[role=ship_to]", "places(ids.assigned -> name)", "crossref default=UNKNOWN read-only", 4),
    ]
