"""A fault far down in a flat file does not hide which table the file is meant for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import ROOT, run, saved

ORDER = (ROOT / "examples" / "invoice.csv").read_bytes()
ROWS = ORDER.splitlines(keepends=True)
CASES = {
    "flat-too-few-cells": b"".join((*ROWS[:2], b"one,two\r\n", *ROWS[2:])),
    "flat-nul": ORDER.replace(b"Reno", b"Re\0no", 1),
    "flat-charset": ORDER.replace(b"Reno", b"Ren\xf6", 1),
    "flat-quote": ORDER.replace(b"Reno", b'"Reno', 1),
}


@pytest.mark.parametrize("code", CASES)
def test_the_fault_is_told_and_not_that_no_table_fits(tmp_path: Path, code: str) -> None:
    done = run("validate", "--json", saved(tmp_path, CASES[code]))
    assert done.code == 1
    assert b'"code": "%b"' % code.encode() in done.out
    assert b"mapping-unclear" not in done.out


HELD_BACK = {
    "first row": (ROWS[0], ROWS[1].rsplit(b",", 1)[0] + b"\r\n", *ROWS[2:]),
    "middle row": (*ROWS[:2], ROWS[2].rstrip() + b",left over\r\n", *ROWS[3:]),
    "NUL": (ROWS[0], ROWS[1].replace(b"Reno", b"Re\0no", 1), *ROWS[2:]),
    "no character": (*ROWS[:2], ROWS[2].replace(b"Reno", b"Ren\xf6", 1), *ROWS[3:]),
}


@pytest.mark.parametrize("rows", HELD_BACK.values(), ids=HELD_BACK)
def test_the_document_of_a_faulty_row_is_held_back_and_the_good_one_goes(
    tmp_path: Path, rows: tuple[bytes, ...]
) -> None:
    file, out = saved(tmp_path, b"".join(rows), "in.csv"), tmp_path / "out.json"
    ran = run("translate", file, "--to", "canonical", "-o", out, "--json")
    assert ran.code == 1
    assert [invoice["number"] for invoice in json.loads(out.read_bytes())] == ["INV-20872"]
    (report,) = json.loads(ran.out)["files"]
    assert [each["verdict"] for each in report["sets"]] == ["rejected", "accepted"]
    (finding,) = report["findings"]
    assert finding["location"]["line"] == 2 + (rows[1] == ROWS[1])
    assert "column" in finding["location"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_faulty_row_without_an_owner_refuses_the_file(tmp_path: Path, number: int) -> None:
    rows = [*ROWS]
    rows[number] = b"invoice,INV-3,2026-11-09\r\n"
    out = tmp_path / "out.json"
    ran = run(
        "translate", saved(tmp_path, b"".join(rows), "in.csv"), "--to", "canonical", "-o", out, "--json"
    )
    assert (ran.code, out.exists()) == (1, False)
    (report,) = json.loads(ran.out)["files"]
    assert {each["verdict"] for each in report["sets"]} == {"rejected"}
    assert [(each["code"], each["location"]["line"]) for each in report["findings"]] == [
        ("flat-too-few-cells", number + 1),
        ("rows-of-no-document", number + 1),
    ]


def test_the_cells_of_other_rows_are_judged_beside_a_faulty_row(tmp_path: Path) -> None:
    rows = (
        ROWS[0],
        ROWS[1].rstrip() + b",left over\r\n",
        ROWS[2].replace(b",2026-11-09,", b",soon,", 1),
        ROWS[3],
    )
    ran = run("validate", saved(tmp_path, b"".join(rows), "in.csv"), "--json")
    (report,) = json.loads(ran.out)["files"]
    found = [
        (each["code"], each["location"]["line"], each["location"]["column"]) for each in report["findings"]
    ]
    assert found == [("flat-ragged", 2, len(ROWS[0].split(b",")) + 1), ("mapping-value", 3, 3)]


def test_an_empty_file_named_as_a_flat_one_is_empty(tmp_path: Path) -> None:
    done = run("translate", saved(tmp_path, b""), "--from", "csv", "--to", "canonical")
    assert done.code == 1
    assert "file-empty" in done.err


@pytest.mark.parametrize("written", [b"InvoiceTotal", b"total", b"invoice total"])
def test_an_invoice_with_a_misspelt_column_is_never_written_as_an_order(
    tmp_path: Path, written: bytes
) -> None:
    out = tmp_path / "out.edi"
    file = saved(tmp_path, ORDER.replace(b"invoice_total", written), "in.csv")
    ran = run("translate", file, "--to", "x12", "-o", out, "--json")
    assert (ran.code, out.exists()) == (1, False)
    (report,) = json.loads(ran.out)["files"]
    assert report["verdict"] == "unreadable"
    assert [each["code"] for each in report["findings"]] == ["mapping-column-missing"]
    named = run("translate", file, "--to", "x12", "--mapping", "csv-invoice", "-o", out)
    assert (named.code, "flat-column-missing" in named.err) == (1, True)


def test_a_header_as_wide_and_as_near_as_can_be_is_judged_at_once(tmp_path: Path) -> None:
    names = [*ROWS[0].strip().split(b","), *(b"invoice_numbe%03d" % number for number in range(900))]
    data = b",".join(names).replace(b"invoice_total", b"InvoiceTotal") + b"\n" + b"," * (len(names) - 1)
    done = run("validate", "--json", saved(tmp_path, data))
    assert done.code == 1
    assert b"mapping-unclear" in done.out
