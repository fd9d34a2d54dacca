"""`translate`, `view` and `mappings` keep to the contract of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import ROOT, run

ORDERS = ROOT / "examples/purchase-orders.850"
FAULTY = ROOT / "examples/purchase-order-with-faults.850"
INVOICE = ROOT / "examples/invoice.csv"
REPEATABLE = ("--control-numbers", "7,8,9", "--at", "2026-11-05T10:00", "--partner", "amazon")


def test_documents_go_to_standard_output_and_findings_to_standard_error() -> None:
    ran = run("translate", FAULTY, "--to", "spapi", "--partner", "amazon")
    assert ran.code == 1
    assert [order["purchaseOrderNumber"] for order in json.loads(ran.out)["orders"]] == ["5JM81KPD"]
    assert "element-date" in ran.err


def test_with_a_file_to_write_the_report_stands_on_standard_output(tmp_path: Path) -> None:
    ran = run("translate", ORDERS, "--to", "csv", "--partner", "amazon", "-o", tmp_path / "out.csv", "--json")
    assert ran.code == 0
    (report,) = json.loads(ran.out)["files"]
    assert (report["format"], report["verdict"], len(report["sets"])) == ("x12", "accepted", 2)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"order_number,")


def test_control_numbers_and_time_make_the_output_repeatable() -> None:
    first, second = (run("translate", INVOICE, "--to", "x12", *REPEATABLE).out for _ in range(2))
    assert first == second
    lines = first.decode().splitlines()
    assert lines[0].startswith("ISA*00*") and "*261105*1000*U*00400*000000007*0*T*>" in lines[0]
    assert lines[1] == "GS*IN*ACORNSUPPLY*AMAZON*20261105*1000*8*X*004010~"
    assert [line for line in lines if line.startswith("ST*")] == ["ST*810*0009~", "ST*810*0010~"]


def test_without_a_partner_the_assumption_is_told_and_nothing_is_wrong() -> None:
    ran = run("translate", ORDERS, "--to", "x12")
    assert ran.code == 0
    assert "identities-assumed" in ran.err
    assert b"*000000001*0*T*>" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", "x12", "--partner", "nobody"),
        ("--to", "x12", "--mapping", "no-table"),
        ("--to", "x12", "--mapping", "csv-invoice"),
        ("--to", "x12", "--control-numbers", "1,2"),
        ("--to", "x12", "--at", "yesterday"),
        ("--to", "edifact"),
        (),
    ],
)
def test_a_wrong_use_ends_with_2(arguments: tuple[str, ...]) -> None:
    ran = run("translate", ORDERS, *arguments)
    assert (ran.code, ran.out) == (2, b"")


def test_a_named_table_is_used(tmp_path: Path) -> None:
    ran = run("translate", INVOICE, "--to", "x12", "--mapping", "csv-invoice", *REPEATABLE)
    assert ran.code == 0
    assert ran.out == run("translate", INVOICE, "--to", "x12", *REPEATABLE).out


def test_view_shows_what_a_person_looks_for() -> None:
    ran = run("view", ORDERS)
    text = ran.out.decode()
    assert ran.code == 0
    for words in ("Purchase order 7XQ4RT2B", "2026-11-09 to 2026-11-16", "ASIN B0ACRN0001", "42.5"):
        assert words in text


def test_view_as_json_is_canonical() -> None:
    documents = json.loads(run("view", INVOICE, "--json").out)
    assert [each["document"] for each in documents] == ["Invoice", "Invoice"]


def test_mappings_list_counts_rows_and_functions() -> None:
    listed = json.loads(run("mappings", "list", "--json").out)["mappings"]
    assert len(listed) == 24
    tree = next(each for each in listed if each["table"] == "x12-856")
    assert tree["document"] == "ShipNotice"
    assert 0 < tree["functions"] < tree["rows"] / 10
    assert "x12-856" in run("mappings", "list").out.decode()


def test_mappings_show_names_places_by_the_standard() -> None:
    assert "BEG03" in run("mappings", "show", "x12-850").out.decode()
    shown = json.loads(run("mappings", "show", "x12-850", "--json").out)
    assert {"number", "BEG03", "Purchase order number"} <= {
        row[key] for row in shown["rows"] for key in ("field", "place", "name")
    }
    assert run("mappings", "show", "nothing").code == 2


def test_mappings_show_python_is_the_generated_program() -> None:
    text = run("mappings", "show", "x12-850", "--python").out.decode()
    compile(text, "x12-850", "exec")
    assert "def read_plain(segments, rows):" in text


def test_mappings_check_names_file_line_and_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "mappings").mkdir()
    table = (ROOT / "mappings/x12-850.yaml").read_text(encoding="utf-8")
    (tmp_path / "mappings/x12-850.yaml").write_text(table.replace("BEG03 required", "BEG33 required"))
    ran = run("mappings", "check", cwd=tmp_path)
    assert ran.code == 1
    line = 1 + table.splitlines().index(next(row for row in table.splitlines() if "BEG03 required" in row))
    assert f"mappings/x12-850.yaml:{line}: " in ran.out.decode()
    assert run("mappings", "check").code == 0
