"""Fixed-width files and pairs of delimited ones on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import ROOT, run

SOURCE = ROOT / "tests/golden/purchase-order/fixed-erp/source.fixed"
EXAMPLES = ROOT / "examples"


def test_a_fixed_width_file_is_detected_by_its_records(tmp_path: Path) -> None:
    assert run("detect", SOURCE).out.decode().split() == ["fixed"]
    no_layout = tmp_path / "other.txt"
    no_layout.write_text("ABC0001  some text\nABD0002  other text\n")
    assert run("detect", no_layout).out.decode().split() == ["unknown"]


def test_it_is_validated_viewed_and_translated(tmp_path: Path) -> None:
    assert run("validate", SOURCE).code == 0
    assert "7XQ4RT2B" in run("view", SOURCE).out.decode()
    made = run("translate", SOURCE, "--to", "x12", "--partner", "amazon", "--at", "2026-11-05T10:00")
    assert made.code == 0, made.err
    assert b"BEG*00*" in made.out
    written = tmp_path / "orders.fixed"
    back = run(
        "translate", EXAMPLES / "purchase-orders.850", "--to", "fixed", "--partner", "amazon", "-o", written
    )
    assert back.code == 0, back.err
    assert written.read_bytes() == SOURCE.read_bytes()


def test_a_fault_is_told_with_line_and_column(tmp_path: Path) -> None:
    lines = SOURCE.read_bytes().split(b"\r\n")
    number = next(n for n, line in enumerate(lines) if line.startswith(b"ORL"))
    lines[number] = lines[number][:23] + b"X" + lines[number][24:]
    faulty = tmp_path / "orders.txt"
    faulty.write_bytes(b"\r\n".join(lines))
    ran = run("validate", faulty, "--json")
    assert ran.code == 1
    (finding,) = json.loads(ran.out)["files"][0]["findings"]
    assert finding["code"] == "fixed-field"
    assert (finding["location"]["line"], finding["location"]["column"]) == (number + 1, 24)


def test_two_files_are_written_to_a_folder_and_read_together(tmp_path: Path) -> None:
    made = run(
        "translate", EXAMPLES / "purchase-orders.850", "--to", "csv", "--partner", "amazon", "-o", tmp_path
    )
    assert made.code == 0, made.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["order-lines.csv", "orders.csv"]
    paths = (tmp_path / "orders.csv", tmp_path / "order-lines.csv")
    one = run("translate", EXAMPLES / "purchase-orders.850", "--to", "csv", "--partner", "amazon")
    again = run("translate", *paths, "--to", "csv", "--partner", "amazon")
    assert again.code == 0, again.err
    assert sorted(again.out.splitlines()[1:]) == sorted(one.out.splitlines()[1:]) or again.out == one.out


def test_two_files_of_another_format_are_refused() -> None:
    ran = run("translate", SOURCE, SOURCE.with_name("target.csv"), "--to", "x12")
    assert ran.code == 2
    assert "only those are read in twos" in " ".join(ran.err.split())
