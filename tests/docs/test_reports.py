"""The page about reports: its commands run as written, its tables are what the code does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.findings import Location
from gateway.formats.detect import Format
from gateway.report import FileReport, Verdict, file_verdict
from tests.cli.command import ROOT, run
from tests.docs.test_readme import FOLDERS, MAY_FIND_ERRORS, commands, console_blocks

PAGE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
MIXES = re.findall(r"^\| (`[^|]*`) \| `(\w+)` \| (\d) \|$", PAGE, re.MULTILINE)
FAULTY = ROOT / "examples" / "purchase-order-with-faults.850"


def words(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def section(title: str) -> str:
    return PAGE.split(f"{title}", 1)[1].split("\n\n", 2)[1]


def keys(title: str) -> list[str]:
    """The names in the first column of the table below these words."""
    return [word for row in section(title).splitlines() for word in words(row.split("|")[1])]


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = [(command, shown) for block in console_blocks(PAGE) for command, shown in commands(block)]
    assert len(done) > 5
    for command, shown in done:
        ran = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == (1 if MAY_FIND_ERRORS in command else 0), f"{command}\n{ran.stderr}"
        assert ran.stdout.splitlines() == shown, command


@pytest.mark.parametrize(("sets", "verdict", "code"), MIXES)
def test_the_verdict_of_a_file_follows_from_its_sets(sets: str, verdict: str, code: str) -> None:
    verdicts = [Verdict(word) for word in words(sets)]
    for order in (verdicts, verdicts[::-1]):
        assert file_verdict(order).value == verdict
    report = FileReport(file="", format="x12", verdict=Verdict(verdict), complete=True)
    assert report.has_errors is (code == "1")


def test_every_mix_of_two_verdicts_is_on_the_page() -> None:
    of_sets = keys("one document of another format.")
    listed = {frozenset(words(sets)) for sets, _, _ in MIXES}
    pairs = {frozenset((one, other)) for one in of_sets for other in of_sets}
    assert len(pairs) == 10
    assert pairs <= listed


def test_the_keys_on_the_page_are_those_of_the_report() -> None:
    report = run("validate", "--json", FAULTY).json
    assert isinstance(report, dict)
    (file,) = report["files"]
    assert keys("Each object of `files`:") == list(file)
    assert keys("An entry of `findings`:") == list(file["findings"][0])
    assert sorted(keys("are left out:")) == sorted(Location.__struct_fields__)


def test_every_format_is_on_the_page() -> None:
    (row,) = re.findall(r"^\| `format` \| (.*) \|$", PAGE, re.MULTILINE)
    assert sorted(words(row)) == sorted(Format)
