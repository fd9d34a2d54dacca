"""The comparison with pyx12, in small: it prints what a reader needs to judge its figures."""

from __future__ import annotations

import importlib.metadata
import re
import sys

import pytest

from bench import run
from gateway import __version__

SIZES = (
    *("--seed", "7", "--rounds", "5"),
    *("--orders", "2", "--files", "2", "--peer-orders", "1", "--peer-files", "1"),
)


def test_the_report_tells_seed_sizes_versions_and_ratio(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.run", *SIZES])
    monkeypatch.setattr(run, "LOADS", 1)
    code = run.main()
    printed = capfd.readouterr().out
    assert f"gateway {__version__}, pyx12 {importlib.metadata.version('pyx12')}, msgspec " in printed
    assert "seed 7; 5 rounds in turns" in printed
    assert "pyx12 judges the first 1 orders and the first 1 files only" in printed
    assert "one interchange of 2 orders with 5 lines (31 segments)" in printed
    assert "2 files of one order with 10 lines (41 segments)" in printed
    assert len(re.findall(r"^  round [1-5]: [\d,]+ and [\d,.]+ orders/s$", printed, re.MULTILINE)) == 10
    ratios = [float(ratio) for ratio in re.findall(r"^  ratio +([\d.]+)  \(rounds: ", printed, re.MULTILINE)]
    assert len(ratios) == 2
    met = min(ratios) >= run.REQUIRED_RATIO
    assert f"The least ratio is {min(ratios):.1f}; 20 are required: {'met' if met else 'NOT MET'}." in printed
    assert code == (0 if met else 1)


def test_too_few_rounds_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.run", "--rounds", "4"])
    with pytest.raises(SystemExit):
        run.main()
    assert "at least 5 rounds are needed" in capsys.readouterr().err
