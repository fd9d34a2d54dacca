"""What lies beyond a limit is still told by exit code and verdict; numbers and years keep their length."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.pipeline import told
from tests.cli.command import ROOT, run, saved

ORDERS = ROOT / "examples" / "purchase-orders.850"
LAST = "999999999"


def test_an_error_behind_very_many_warnings_is_no_good_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 1)
    text = ORDERS.read_text().replace("*CA*", "*ZQ*").replace("GE*2", "GE*9")
    done = run("validate", "--json", saved(tmp_path, text))
    (file,) = json.loads(done.out)["files"]
    assert [finding["code"] for finding in file["findings"]] == ["ge-set-count", "findings-left-out"]
    assert (done.code, file["verdict"], file["complete"]) == (1, "rejected", False)


def test_findings_of_many_bad_documents_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MAX_FINDINGS", 100)
    text = json.dumps([{"document": 1}] * 400)
    done = run("validate", "--json", saved(tmp_path, text))
    (file,) = json.loads(done.out)["files"]
    assert len(file["findings"]) == 101
    assert file["findings"][-1]["code"] == "findings-left-out"
    assert "leaves out 300 errors, 0 warnings and 0 notes" in file["findings"][-1]["message"]
    assert (done.code, file["complete"], len(file["sets"])) == (1, False, 400)


@pytest.mark.parametrize("command", [("translate", "--to", "x12"), ("ack", "--kind", "997")])
def test_numbers_after_the_highest_begin_anew(tmp_path: Path, command: tuple[str, ...]) -> None:
    output = tmp_path / "output"
    assert run(*command, ORDERS, "--control-numbers", ",".join([LAST] * 3), "-o", output).code == 0
    assert run("validate", output).code == 0


@pytest.mark.parametrize("time", ["0001-01-01", "0999-12-31T00:00", "9999-12-31T23:59:59-14:00"])
def test_a_year_before_1000_is_written_with_four_digits(tmp_path: Path, time: str) -> None:
    output = tmp_path / "output"
    assert run("ack", ORDERS, "--kind", "997", "--at", time, "-o", output).code == 0
    (group,) = (line for line in output.read_text().splitlines() if line.startswith("GS"))
    assert group.split("*")[4] == time[:10].replace("-", "")
