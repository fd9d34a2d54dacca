"""A fault far down in a flat file does not hide which table the file is meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import ROOT, run, saved

ORDER = (ROOT / "examples" / "invoice.csv").read_bytes()
ROWS = ORDER.splitlines(keepends=True)
CASES = {
    "flat-ragged": b"".join((*ROWS[:2], b"one,two\r\n", *ROWS[2:])),
    "flat-nul": ORDER.replace(b"Reno", b"Re\0no", 1),
    "flat-charset": ORDER.replace(b"Reno", b"Ren\xf6", 1),
    "flat-quote": ORDER.replace(b"Reno", b'"Reno', 1),
    "flat-nothing-in-it": ROWS[0],
}


@pytest.mark.parametrize("code", CASES)
def test_the_fault_is_told_and_not_that_no_table_fits(tmp_path: Path, code: str) -> None:
    done = run("validate", "--json", saved(tmp_path, CASES[code]))
    assert done.code == 1
    assert b'"code": "%b"' % code.encode() in done.out
    assert b"mapping-unclear" not in done.out


def test_an_empty_file_named_as_a_flat_one_is_empty(tmp_path: Path) -> None:
    done = run("translate", saved(tmp_path, b""), "--from", "csv", "--to", "canonical")
    assert done.code == 1
    assert "file-empty" in done.err
