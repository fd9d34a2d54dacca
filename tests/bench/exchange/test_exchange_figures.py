"""The folder exchange in small: a service of its own takes files, and what became of them is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.exchange import figures, place
from bench.exchange.days import Exchanged, Ran
from bench.exchange.figures import Sizes, Told

SMALL = Sizes(first=2, rate=20, seconds=1, at_once=10)


def test_files_are_exchanged_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured = figures.measured(7, SMALL, tmp_path)
    assert [figure.bound.limit(figure.bound.required) for figure in measured.figures] == [
        "≥ 200 files/s",
        "≤ 1 s",
        "≤ 300 MB",
        "-",
        "-",
        "-",
    ]
    assert all(figure.measured > 0 for figure in measured.figures)
    leaves, rows = (figure.measured for figure in measured.figures[3:5])
    assert leaves >= 8  # arrival and document, answer and file to send: each comes to be and is ended
    assert rows > 2 * leaves
    assert "message 4," in measured.lines[-1]  # of each file: itself, the order, the file made of it, its 997


def test_the_slow_are_told_from_the_quick() -> None:
    steady = Ran([0.1] * 98 + [3.0, 4.0], 10.0, 1.0)
    made = figures.figures(
        Told(steady, Ran([1.0] * 10, 2.0, 0.5), 10**8, {"ledger_leaf": 110, "step": 30}), SMALL
    )
    rate, wait, memory, leaves, rows = made
    assert (rate.measured, rate.is_met) == (5.0, False)
    assert (wait.measured, wait.is_met) == (4.0, False)
    assert memory.is_met
    assert (leaves.measured, rows.measured) == (11.0, 14.0)


class _Silent:
    def cpu_seconds(self) -> float:
        return 0.0


def test_folders_that_hold_fewer_files_than_the_rows_say_are_a_fault(tmp_path: Path) -> None:
    for folder in (place.INTO, place.HANDED, place.ANSWERED):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / place.HANDED / "one.csv").touch()
    exchanged = Exchanged(tmp_path, _Silent(), None)  # type: ignore[arg-type]  # neither is asked
    exchanged.files = 1
    with pytest.raises(SystemExit, match="'outbound/buyer': 0"):
        exchanged.check_folders()
