"""A sync that fails, a write that finds no room, a kill: nothing is promised that is not kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.faults.injection import SYNCS, WRITES, counted, failing, killed, run_counting
from tests.faults.kept import keeper, rows
from tests.faults.tracing import environment, needs_strace

SMALL = ("--rows", "5")


def _kept(output: bytes) -> set[str]:
    return {line.split()[1] for line in output.decode().splitlines() if line.startswith("kept ")}


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=False, env=environment())


@needs_strace
def test_calls_are_counted_first(tmp_path: Path) -> None:
    found = run_counting(keeper(tmp_path, *SMALL), tmp_path / "calls")
    assert found["fdatasync"] >= 5
    only = run_counting(keeper(tmp_path, "--rows", "0"), tmp_path / "calls", SYNCS, [tmp_path / "elsewhere"])
    assert only == {}


@needs_strace
@pytest.mark.parametrize(("nth", "onwards"), [(1, False), (8, False), (9, True), (12, False)])
def test_nothing_is_promised_after_a_failed_sync(nth: int, onwards: bool, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    ran = _run(failing(keeper(tmp_path, *SMALL), nth=nth, onwards=onwards, output=calls))
    assert ran.returncode != 0
    assert b"I/O error" in ran.stderr + ran.stdout
    assert "EIO" in calls.read_text()
    assert len(_kept(ran.stdout)) < 5
    assert _kept(ran.stdout) <= rows(tmp_path)


@needs_strace
def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    wal = tmp_path / "rows.db-wal"
    ran = _run(failing(keeper(tmp_path, *SMALL), WRITES, "ENOSPC", nth=12, paths=[wal]))
    assert ran.returncode == 3
    assert b"refused row-" in ran.stdout
    assert b"full" in ran.stdout
    assert _kept(ran.stdout) <= rows(tmp_path)


@needs_strace
@pytest.mark.parametrize("nth", [2, 9, 11])
def test_a_kill_at_a_sync_loses_nothing_acknowledged(nth: int, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    ran = _run(killed(keeper(tmp_path, *SMALL), nth=nth, output=calls))
    assert ran.returncode == -9
    assert counted(calls)["fdatasync"] == nth
    assert len(_kept(ran.stdout)) < 5
    assert _kept(ran.stdout) <= rows(tmp_path)
