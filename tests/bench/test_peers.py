"""The comparison with StAEDI where Java is not there, and where StAEDI would not see a fault."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import faults, peers
from bench.contenders import Contender


class Sees(Contender):
    """A contender that finds all planted faults but one."""

    def __init__(self, blind_to: bytes) -> None:
        self.name = "StAEDI"
        self._blind_to = blind_to

    def passing(self, task: str, files: Sequence[Path], expected: int) -> float:
        return 0.1

    def faults(self, task: str, file: Path) -> Sequence[str]:
        return () if file.read_bytes() == self._blind_to else ("WRONG", "E353")


def test_what_is_missing_is_told_in_one_line_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "mvn" else name)
    monkeypatch.setattr(sys, "argv", ["bench.peers"])
    assert peers.main() == 0
    told = "nothing was compared with StAEDI: no command mvn was found; it needs Java 17 and Maven\n"
    assert capsys.readouterr().out == told


def test_each_planted_fault_is_shown_to_be_refused(tmp_path: Path) -> None:
    lines = peers.refusals(Sees(b""), tmp_path, 850)
    assert [line.rpartition("  ")[0].strip() for line in lines[2:]] == list(faults.PLANTED)
    assert all(line.endswith("WRONG, E353") for line in lines[2:])


def test_a_contender_that_misses_a_planted_fault_is_not_measured(tmp_path: Path) -> None:
    blind = Sees(faults.planted(850, "code not in its list"))
    with pytest.raises(SystemExit, match="StAEDI accepts an order with: code not in its list"):
        peers.refusals(blind, tmp_path, 850)
