"""Answers that leave before what they promise is synced are found, each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kept import recorded
from tests.faults.order import early, early_by_token, shared_memory_and_checkpoints
from tests.faults.tracing import needs_strace

ROWS = 50


def _token(answer: bytes) -> bytes | None:
    return answer.split()[1] if answer.startswith(b"kept ") else None


@needs_strace
def test_no_answer_is_early_where_everything_is_synced(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", str(ROWS), "--files", "careful")
    assert len(recording.answers()) == ROWS
    assert early(recording) == []
    assert early_by_token(recording, _token) == []


@needs_strace
@pytest.mark.parametrize("fault", ["no-sync", "no-folder-sync", "new-folder"])
def test_a_sync_left_out_is_found_at_every_answer(fault: str, tmp_path: Path) -> None:
    found = early(recorded(tmp_path, "--rows", str(ROWS), "--files", fault))
    assert [each.number for each in found] == list(range(ROWS))
    assert any(path.startswith("vault/row-000000") for path in found[0].paths)


@needs_strace
def test_commits_that_are_not_synced_are_found(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", str(ROWS), "--synchronous", "NORMAL")
    # a checkpoint syncs the log now and then, and those answers are right
    allowed = shared_memory_and_checkpoints("rows.db")
    assert len(early(recording, allowed=allowed)) >= 0.9 * ROWS
    assert len(early_by_token(recording, _token)) >= 0.9 * ROWS


@needs_strace
def test_an_answer_before_its_row_is_written_is_found_by_its_token(tmp_path: Path) -> None:
    found = early_by_token(recorded(tmp_path, "--rows", str(ROWS), "--answer-early"), _token)
    assert [each.number for each in found] == list(range(ROWS))
    assert found[7].answer == b"kept row-000007\n"


@needs_strace
def test_producers_that_share_commits_are_judged_by_token(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "200", "--producers", "8")
    assert len(recording.answers()) == 200
    assert early_by_token(recording, _token) == []


@needs_strace
def test_producers_that_do_not_wait_are_found(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "200", "--producers", "8", "--answer-early")
    assert len(early_by_token(recording, _token)) > 100


@needs_strace
def test_shared_commits_that_are_not_synced_are_found(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "200", "--producers", "8", "--synchronous", "NORMAL")
    assert len(early_by_token(recording, _token)) > 100
