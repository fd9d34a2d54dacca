"""Power is lost under a program that does it right, which loses nothing, and under ones that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.durability import Durability, moments
from tests.faults.kept import acknowledged, files, recorded, rows
from tests.faults.powerloss import images
from tests.faults.recording import Recording
from tests.faults.tracing import needs_strace

SEEDS = range(200)
SMALL = ("--rows", "20")
ONE_FILE = "".join(f"\\x{byte:02x}" for byte in b"/r/a")


def _lost_rows(recording: Recording, folder: Path) -> dict[int, set[str]]:
    lost = {}
    for image in images(recording, SEEDS):
        image.write_to(folder)
        lost[image.seed] = acknowledged(image) - rows(folder)
    return lost


def _lost_files(recording: Recording, folder: Path) -> int:
    lost = 0
    for image in images(recording, SEEDS):
        image.write_to(folder)
        lost += bool(acknowledged(image) - files(folder))
    return lost


@needs_strace
def test_no_row_is_lost_where_each_commit_is_synced(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "200")
    lost = _lost_rows(recording, tmp_path / "image")
    assert {seed: names for seed, names in lost.items() if names} == {}
    told = [len(image.acknowledged) for image in images(recording, SEEDS)]
    assert min(told) == 0
    assert max(told) > 150


@needs_strace
def test_rows_are_lost_where_commits_are_not_synced(tmp_path: Path) -> None:
    lost = _lost_rows(recorded(tmp_path, "--rows", "200", "--synchronous", "NORMAL"), tmp_path / "image")
    assert sum(bool(names) for names in lost.values()) > 40


@needs_strace
def test_no_row_of_several_producers_is_lost(tmp_path: Path) -> None:
    lost = _lost_rows(recorded(tmp_path, "--rows", "200", "--producers", "8"), tmp_path / "image")
    assert {seed: names for seed, names in lost.items() if names} == {}


@needs_strace
def test_no_file_is_lost_that_is_synced_renamed_and_its_folder_synced(tmp_path: Path) -> None:
    assert _lost_files(recorded(tmp_path, *SMALL, "--files", "careful"), tmp_path / "image") == 0


@needs_strace
@pytest.mark.parametrize("fault", ["no-sync", "no-folder-sync", "new-folder"])
def test_files_are_lost_that_are_kept_carelessly(fault: str, tmp_path: Path) -> None:
    assert _lost_files(recorded(tmp_path, *SMALL, "--files", fault), tmp_path / "image") > 40


@needs_strace
def test_a_file_renamed_before_its_sync_is_seen_in_part(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "30", "--files", "renamed-first")
    torn = 0
    for image in images(recording, SEEDS):
        image.write_to(tmp_path / "image")
        final = {Path(path).name for path in image.files if path.startswith("vault/")}
        torn += bool({name for name in final if not name.endswith(".part")} - files(tmp_path / "image"))
    assert torn > 0


@needs_strace
def test_the_same_seed_gives_the_same_image(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "--rows", "30", "--synchronous", "NORMAL", "--files", "no-sync")
    several = {image.seed: image for image in images(recording, range(20))}
    (alone,) = images(recording, [13])
    assert several[13] == alone
    assert len({str(image.files) for image in several.values()}) > 10


def _recording(tmp_path: Path, *lines: str) -> Recording:
    calls = tmp_path / "calls"
    calls.write_text("".join(f"{line}\n" for line in lines))
    return Recording(calls, Path("/r"), {"a": b"old"})


def _contents(recording: Recording) -> set[bytes]:
    return {image.files["a"] for image in images(recording, range(200))}


OPENED = f'7 openat(AT_FDCWD<\\x2f>, "{ONE_FILE}", O_RDWR) = 3<{ONE_FILE}>'
KILLED = "7 +++ killed by SIGKILL +++"
WRITTEN = f'pwrite64(3<{ONE_FILE}>, "\\x6e\\x65\\x77", 3, 0)'
BEGUN = f"7 {WRITTEN[:-1]} <unfinished ...>"


def test_a_write_that_a_sync_did_not_wait_for_may_be_lost(tmp_path: Path) -> None:
    recording = _recording(
        tmp_path,
        OPENED,
        f"8 fsync(3<{ONE_FILE}> <unfinished ...>",
        f"7 {WRITTEN} = 3",
        "8 <... fsync resumed>) = 0",
    )
    assert _contents(recording) == {b"old", b"new"}
    state = Durability(recording)
    for _, ends, event in moments(recording):
        state.step(ends, event)
    assert set(state.in_doubt())


def test_a_write_that_has_begun_may_be_there_before_it_returns(tmp_path: Path) -> None:
    recording = _recording(tmp_path, OPENED, BEGUN, "7 +++ killed by SIGKILL +++")
    assert _contents(recording) == {b"old", b"new"}


def test_a_sync_that_failed_makes_nothing_certain(tmp_path: Path) -> None:
    recording = _recording(
        tmp_path, OPENED, f"7 {WRITTEN} = 3", f"7 fsync(3<{ONE_FILE}>) = -1 EIO (Input/output error)"
    )
    assert _contents(recording) == {b"old", b"new"}


def test_what_was_synced_stands_whatever_is_written_after(tmp_path: Path) -> None:
    recording = _recording(
        tmp_path,
        OPENED,
        f"7 {WRITTEN} = 3",
        f"7 fsync(3<{ONE_FILE}>) = 0",
        f'7 pwrite64(3<{ONE_FILE}>, "\\x21", 1, 600) = 1',
    )
    assert all(content in {b"old", b"new"} or content[:3] == b"new" for content in _contents(recording))
    assert {len(content) for content in _contents(recording)} == {3, 601}


def test_sectors_of_one_write_are_torn_apart(tmp_path: Path) -> None:
    data = "\\x6e" * 2048
    recording = _recording(tmp_path, OPENED, f'7 pwrite64(3<{ONE_FILE}>, "{data}", 2048, 0) = 2048')
    there = {
        tuple(content[at : at + 512] == b"n" * 512 for at in range(0, 2048, 512))
        for content in _contents(recording)
    }
    assert (False, False, False, True) in there
    assert (True, False, True, False) in there
