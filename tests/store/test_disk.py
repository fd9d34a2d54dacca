"""The steps towards the disk: their order, their faults, and that nothing is promised too early."""

from __future__ import annotations

import errno
import os
import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.errors import StorageDoubtError, StorageFullError, StoreError
from gateway.store.disk import Disk, OpenFile
from gateway.store.room import MIB, LowWater, Reserve
from tests.store.disks import FailingCall, FullDisk, RecordingDisk, ShortDisk

GIB = 1024 * MIB


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_replaced_file_is_synced_before_it_is_named_and_its_folder_after(tmp_path: Path) -> None:
    disk = RecordingDisk()
    disk.replace(tmp_path / "checkpoint", b"new")
    assert disk.steps == [
        ("remove", "checkpoint.part"),
        ("open", "checkpoint.part"),
        ("write", "checkpoint.part"),
        ("sync", "checkpoint.part"),
        ("close", "checkpoint.part"),
        ("rename", "checkpoint"),
        ("sync folder", tmp_path.name),
    ]
    assert (tmp_path / "checkpoint").read_bytes() == b"new"


def test_a_replaced_file_takes_the_place_of_the_old_one_and_of_a_half_written_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old and longer")
    (tmp_path / "file.part").write_bytes(b"left by a stop")
    Disk().replace(tmp_path / "file", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"new")]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400])
def test_a_file_has_the_asked_mode_whatever_the_mask(tmp_path: Path, mode: int) -> None:
    before = os.umask(0o077)
    try:
        Disk().replace(tmp_path / "file", b"", mode)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "file") == mode


def test_threads_that_replace_the_same_file_leave_one_of_their_contents_whole(tmp_path: Path) -> None:
    disk, contents = Disk(), [bytes([65 + number]) * 100_000 for number in range(8)]
    threads = [
        threading.Thread(target=disk.replace, args=(tmp_path / "file", content)) for content in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "file").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_the_system_takes_in_small_pieces_is_written_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * 3
    ShortDisk().replace(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == content


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(StoreError, match="File exists") as told:
            Disk().open_new(tmp_path / name)
        assert str(tmp_path / name) in str(told.value)
    assert (tmp_path / "file").read_bytes() == b"kept"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("room", [0, 1, 2])
def test_a_full_disk_leaves_no_file_and_the_old_one_as_it_was(tmp_path: Path, room: int) -> None:
    (tmp_path / "file").write_bytes(b"old")
    disk = FullDisk(room)
    with pytest.raises(StorageFullError, match="No space left on device") as told:
        disk.write_aside(tmp_path / "file.part", [b"one", b"two", b"three"])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]
    assert not {"sync", "rename", "sync folder"}.intersection(step for step, _ in disk.steps)
    assert str(tmp_path / "file.part") in str(told.value)
    assert "Make room" in str(told.value)
    assert not disk.in_doubt


def test_after_room_was_made_the_same_disk_keeps_again(tmp_path: Path) -> None:
    disk = FullDisk(0)
    with pytest.raises(StorageFullError):
        disk.replace(tmp_path / "file", b"new")
    disk.room = 100
    disk.replace(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_disk_that_takes_nothing_is_full(tmp_path: Path) -> None:
    class Stuck(Disk):
        def write_some(self, file: OpenFile, data: memoryview) -> int:
            return 0

    with pytest.raises(StorageFullError, match="took nothing"):
        Stuck().replace(tmp_path / "file", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def files_of_at_most_64_kib() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("files_of_at_most_64_kib")
def test_a_limit_on_the_size_of_files_counts_as_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError, match="File too large"):
        Disk().replace(tmp_path / "file", bytes(65 * 1024))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_at_every_step_that_takes_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    for name in ("open", "write"):
        with monkeypatch.context() as patch:
            FailingCall(patch, os, name, number=number)
            with pytest.raises(StorageFullError):
                Disk().replace(tmp_path / "file", b"new")
    with monkeypatch.context() as patch:
        FailingCall(patch, Path, "mkdir", number=number)
        with pytest.raises(StorageFullError):
            Disk().make_folder(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_failed_sync_is_a_doubt_and_no_other_is_ever_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    disk = RecordingDisk()
    with monkeypatch.context() as patch:
        sync = FailingCall(patch, os, "fsync", number=number)
        with pytest.raises(StorageDoubtError, match="did not confirm") as told:
            disk.replace(tmp_path / "file", b"new")
        assert str(tmp_path / "file.part") in str(told.value)
        assert [step for step, _ in disk.steps] == ["remove", "open", "write", "sync", "close"]
        assert not (tmp_path / "file").exists()
        others: tuple[Callable[[], None], ...] = (
            lambda: disk.replace(tmp_path / "other", b"new"),
            lambda: disk.make_folder(tmp_path / "folder"),
            lambda: disk.sync_folder(tmp_path),
            lambda: disk.rename(tmp_path / "file.part", tmp_path / "file"),
        )
        for again in others:
            with pytest.raises(StorageDoubtError):
                again()
        assert sync.calls == 1
    assert disk.in_doubt
    assert not (tmp_path / "file").exists()
    assert not (tmp_path / "other").exists()


def test_a_folder_that_cannot_be_synced_is_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    with monkeypatch.context() as patch:
        sync = FailingCall(patch, os, "fsync", nth=2)
        with pytest.raises(StorageDoubtError):
            disk.replace(tmp_path / "file", b"new")
        assert sync.calls == 2
    assert disk.in_doubt


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_a_failed_rename_is_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    disk = RecordingDisk()
    with monkeypatch.context() as patch:
        FailingCall(patch, Path, "rename", number=number)
        with pytest.raises(StorageDoubtError):
            disk.replace(tmp_path / "file", b"new")
    assert disk.in_doubt
    assert disk.steps[-1] == ("rename", "file")


@pytest.mark.parametrize("name", ["open", "write"])
def test_a_failing_device_is_a_doubt_even_before_a_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    disk = Disk()
    with monkeypatch.context() as patch:
        FailingCall(patch, os, name, number=errno.EIO)
        with pytest.raises(StorageDoubtError):
            disk.replace(tmp_path / "file", b"new")
    with pytest.raises(StorageDoubtError):
        disk.replace(tmp_path / "file", b"new")


def test_a_system_that_cannot_sync_a_file_is_a_doubt() -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(StorageDoubtError):
            Disk().sync(OpenFile(writing, Path("pipe")))
    finally:
        os.close(reading)
        os.close(writing)


def test_other_faults_are_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    disk = Disk()
    for doing in (
        lambda: disk.replace(tmp_path / "missing" / "file", b"new"),
        lambda: disk.make_folder(tmp_path / "file"),
        lambda: disk.make_folder(tmp_path / "missing" / "folder"),
        lambda: disk.remove(tmp_path),
        lambda: list(disk.read(tmp_path / "missing")),
        lambda: disk.entries(tmp_path / "file"),
        lambda: disk.free_bytes(tmp_path / "missing"),
    ):
        with pytest.raises(StoreError, match=r"cannot be .*Check that") as told:
            doing()
        assert type(told.value) is StoreError
        assert str(tmp_path) in str(told.value)
    assert not disk.in_doubt


def test_a_folder_is_its_owners_alone_and_named_for_good(tmp_path: Path) -> None:
    disk = RecordingDisk()
    disk.make_folder(tmp_path / "vault")
    assert mode_of(tmp_path / "vault") == 0o700
    assert disk.steps == [("make folder", "vault"), ("sync folder", tmp_path.name)]


def test_a_folder_made_by_a_run_that_was_stopped_is_synced_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    disk = RecordingDisk()
    disk.make_folder(tmp_path / "vault")
    assert ("sync folder", tmp_path.name) in disk.steps


def test_reading_gives_the_content_and_refuses_a_link(tmp_path: Path) -> None:
    content = os.urandom(3 * MIB + 5)
    (tmp_path / "file").write_bytes(content)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    pieces = list(Disk().read(tmp_path / "file"))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= MIB
    with pytest.raises(StoreError, match="cannot be read"):
        list(Disk().read(tmp_path / "link"))


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="no file, but a folder, pipe or device"):
        list(Disk().read(tmp_path / "pipe"))


def test_files_read_in_part_are_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        next(Disk().read(tmp_path / "file"))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_no_file_stays_open_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(StorageFullError):
        FullDisk(0).replace(tmp_path / "file", b"new")
    with monkeypatch.context() as patch:
        FailingCall(patch, os, "fsync")
        with pytest.raises(StorageDoubtError):
            Disk().replace(tmp_path / "file", b"new")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("total", "low"),
    [
        (16 * MIB, 4 * MIB),
        (1 * GIB, 256 * MIB),
        (2 * GIB, 512 * MIB),
        (8 * GIB, 512 * MIB),
        (100 * GIB, 5 * GIB),
    ],
)
def test_the_low_water_mark_suits_the_size_of_the_file_system(total: int, low: int) -> None:
    assert LowWater().of(total) == low


def test_the_low_water_mark_is_a_setting() -> None:
    assert LowWater(percent=50, least=0).of(1000) == 500
    assert LowWater(percent=0, least=300, most_percent=100).of(1000) == 300
    assert LowWater(percent=0, least=0).of(1000) == 0


def test_room_is_refused_before_it_is_used_up(tmp_path: Path) -> None:
    disk = Disk()
    free = disk.free_bytes(tmp_path)
    assert 0 < free <= disk.space(tmp_path).total
    none = LowWater(percent=0, least=0)
    none.check(disk, tmp_path, 1)
    with pytest.raises(StorageFullError, match=r"MiB are free.*Make room"):
        none.check(disk, tmp_path, disk.space(tmp_path).total + 1)
    with pytest.raises(StorageFullError, match="stay free by the settings"):
        LowWater(percent=100, least=0).check(disk, tmp_path, 1)


def test_a_file_system_that_can_hold_no_more_files_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    space = disk.space(tmp_path)._replace(files=3)
    monkeypatch.setattr(disk, "space", lambda path: space)
    with pytest.raises(StorageFullError, match="only 3 more files"):
        LowWater(percent=0, least=0).check(disk, tmp_path, 1)


def test_the_reserve_takes_room_gives_it_back_and_takes_it_again(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", Disk())
    assert reserve.take()
    assert reserve.held
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 8 * MIB
    assert mode_of(tmp_path / "reserve") == 0o600
    assert reserve.release()
    assert not (tmp_path / "reserve").exists()
    assert not reserve.release()
    assert reserve.take()


def test_a_reserve_that_holds_nothing_is_taken_anew(tmp_path: Path) -> None:
    with (tmp_path / "reserve").open("wb") as file:
        file.truncate(8 * MIB)  # as long as it should be, but a copy without any room behind it
    reserve = Reserve(tmp_path / "reserve", Disk())
    assert not reserve.held
    assert reserve.take()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 8 * MIB


def test_a_reserve_that_is_held_is_left_alone(tmp_path: Path) -> None:
    disk = RecordingDisk()
    reserve = Reserve(tmp_path / "reserve", disk)
    assert reserve.take()
    disk.steps.clear()
    assert reserve.take()
    assert disk.steps == []


def test_a_reserve_on_a_disk_that_sets_no_room_aside_is_not_held(tmp_path: Path) -> None:
    class Boastful(Disk):
        def allocate(self, file: OpenFile, size: int) -> None:
            os.truncate(file.path, size)

    assert not Reserve(tmp_path / "reserve", Boastful()).take()


@pytest.mark.usefixtures("files_of_at_most_64_kib")
def test_a_reserve_without_room_is_not_held_and_leaves_nothing(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", Disk())
    assert not reserve.take()
    assert list(tmp_path.iterdir()) == []
