"""A run from the command line: searches, tells what it came to, keeps crashers, writes the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.run import BEGIN, END, Line, record, table

ROOT = Path(__file__).resolve().parents[2]
SHORT = (sys.executable, "-m", "tests.soak.run", "--minutes", "0.03", "--nice", "0")


def run(folder: Path, *options: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A short run of one target, whose files go into `folder`; `path`: modules that come first."""
    searched = os.pathsep.join(str(each) for each in (path, ROOT) if each is not None)
    return subprocess.run(
        [*SHORT, "--folder", str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": searched},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_short_run_ends_well_and_shows_a_table(tmp_path: Path) -> None:
    done = run(tmp_path, "--target", "fixed", "--engine", "hypothesis")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = {line for line in done.stdout.splitlines() if line.startswith("| fixed |")}
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[1] == "hypothesis"
    assert int(cells[2]) > 20
    assert int(cells[3].replace(",", "")) > 20
    assert cells[5:7] == ["not counted", "0"]


def test_where_atheris_is_not_there_hypothesis_searches_and_the_reason_is_told(tmp_path: Path) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "atheris.py").write_text("raise ImportError('no wheel for this machine')\n", encoding="utf-8")
    done = run(tmp_path / "soak", "--target", "fixed", path=modules)
    assert done.returncode == 0, done.stdout + done.stderr
    reason = "atheris cannot be imported (no wheel for this machine); hypothesis searches instead, unguided"
    assert reason in done.stdout
    assert "| fixed | hypothesis |" in done.stdout


def test_a_search_that_dies_is_a_crasher(tmp_path: Path) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "atheris.py").write_text("import os\nos._exit(70)\n", encoding="utf-8")
    done = run(tmp_path / "soak", "--target", "fixed", path=modules)
    assert done.returncode == 1
    assert "the process ended with 70" in done.stdout


def test_the_rows_are_put_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n{END}\nafter\n", encoding="utf-8")
    csv, xml = Line("csv", "atheris", 42, 12_000, 1_800.0, 8_663, 0, 0.62), Line("xml", "atheris", 36)
    for lines in ([xml], [Line("csv", "hypothesis", 3)], [csv]):
        record("\n".join(table(lines)), page)
    shown = "\n".join(table([csv, xml]))
    assert "| csv | atheris | 42 | 12,000 | 30 | 8,663 | 0 | 0.6 |" in shown
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n{shown}\n{END}\nafter\n"


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")
def test_make_searches_one_target_for_some_minutes() -> None:
    shown = subprocess.run(
        ["make", "-n", "soak", "TARGET=x12", "MINUTES=5"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "-m tests.soak.run --minutes 5 --target x12" in " ".join(shown.split())
    assert "soak-random" not in shown


def test_crashers_lie_outside_git() -> None:
    assert "var/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
