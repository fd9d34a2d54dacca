"""The vault: a file is promised only when it outlasts a power cut, and left-overs are swept at the start."""

from __future__ import annotations

import errno
import os
import threading
import tracemalloc
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from gateway.errors import StorageDoubtError, StorageFullError, StoreError, TamperedError
from gateway.store.disk import Disk, OpenFile
from gateway.store.payloads.sealing import seal, unseal
from gateway.store.payloads.vault import Kept, Spool, Spooled, Swept, Vault
from gateway.store.room import MIB, LowWater
from gateway.store.surroundings import SystemRandomness
from tests.clocks import SeededRandomness
from tests.store.disks import FailingCall, FullDisk, RecordingDisk

NOTHING: set[str] = set()


def vault_in(tmp_path: Path, disk: Disk | None = None, seed: int = 0) -> Vault:
    return Vault(tmp_path / "vault", disk or Disk(), SeededRandomness(seed))


def files_in(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "vault").rglob("*") if not path.is_dir())


def path_of(tmp_path: Path, name: str) -> Path:
    return tmp_path / "vault" / name[:2] / name[2:4] / name


def put(tmp_path: Path, name: str, content: bytes = b"left") -> Path:
    path = path_of(tmp_path, name[:32]).with_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def read(vault: Vault, name: str) -> bytes:
    return b"".join(vault.open(name))


def test_what_is_kept_comes_back_under_a_random_name(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    kept = vault.keep([b"one ", b"", b"two"])
    assert kept == Kept(SeededRandomness().bytes(16).hex(), 7)
    assert read(vault, kept.name) == b"one two"
    assert files_in(tmp_path) == [kept.name]


def test_files_and_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    kept = vault_in(tmp_path).keep([b"content"])
    path = path_of(tmp_path, kept.name)
    assert path.stat().st_mode & 0o777 == 0o600
    for folder in (path.parent, path.parent.parent, tmp_path / "vault"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_every_name_is_on_the_disk_before_the_file_is_promised(tmp_path: Path) -> None:
    disk = RecordingDisk()
    name = vault_in(tmp_path, disk).keep([b"one", b"two"]).name
    outer, inner = name[:2], name[2:4]
    assert disk.steps == [
        ("make folder", "vault"),
        ("sync folder", tmp_path.name),
        ("make folder", outer),
        ("sync folder", "vault"),
        ("make folder", inner),
        ("sync folder", outer),
        ("open", f"{name}.part"),
        ("write", f"{name}.part"),
        ("write", f"{name}.part"),
        ("sync", f"{name}.part"),
        ("close", f"{name}.part"),
        ("rename", name),
        ("sync folder", inner),
    ]


def test_folders_left_by_a_stopped_run_are_synced_once_by_the_next(tmp_path: Path) -> None:
    vault_in(tmp_path).keep([b"before"])
    path_of(tmp_path, SeededRandomness().bytes(16).hex()).unlink()
    disk = RecordingDisk()
    name = vault_in(tmp_path, disk).keep([b"after"]).name
    synced = [folder for step, folder in disk.steps if step == "sync folder"]
    assert synced == [tmp_path.name, "vault", name[:2], name[2:4]]


def test_folders_that_this_run_made_firm_are_not_synced_again(tmp_path: Path) -> None:
    class SameFolder:
        def __init__(self) -> None:
            self.count = 0

        def bytes(self, count: int) -> bytes:
            self.count += 1
            return self.count.to_bytes(count, "big")

        def below(self, limit: int) -> int:
            return 0

    disk = RecordingDisk()
    vault = Vault(tmp_path / "vault", disk, SameFolder())
    vault.keep([b"one"])
    disk.steps.clear()
    vault.keep([b"two"])
    assert [step for step, _ in disk.steps] == ["open", "write", "sync", "close", "rename", "sync folder"]


def test_equal_contents_become_two_files_with_different_bytes(tmp_path: Path) -> None:
    vault, randomness, key = vault_in(tmp_path), SystemRandomness(), bytes(32)
    first, second = (vault.keep(seal(key, "payload", [b"the same"], randomness)) for _ in range(2))
    assert first.name != second.name
    assert first.size == second.size
    assert read(vault, first.name) != read(vault, second.name)
    assert b"".join(unseal(key, "payload", vault.open(second.name))) == b"the same"


@pytest.mark.parametrize("room", [0, 1, 2])
def test_a_full_disk_leaves_no_file_and_the_vault_goes_on_when_there_is_room(
    tmp_path: Path, room: int
) -> None:
    disk = FullDisk(room)
    vault = vault_in(tmp_path, disk)
    with pytest.raises(StorageFullError):
        vault.keep([b"one", b"two", b"three"])
    assert files_in(tmp_path) == []
    assert not {"sync", "rename"}.intersection(step for step, _ in disk.steps)
    disk.room = 100
    assert read(vault, vault.keep([b"one"]).name) == b"one"


def test_no_room_for_a_folder_is_a_polite_refusal_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = vault_in(tmp_path)
    with monkeypatch.context() as patch:
        FailingCall(patch, Path, "mkdir", number=errno.ENOSPC)
        with pytest.raises(StorageFullError):
            vault.keep([b"content"])
    assert read(vault, vault.keep([b"content"]).name) == b"content"


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_the_first_failed_sync_of_any_kind_is_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    vault = vault_in(tmp_path)
    with monkeypatch.context() as patch:
        sync = FailingCall(patch, os, "fsync", nth)
        for _ in range(3):
            with pytest.raises(StorageDoubtError):
                vault.keep([b"content"])
        assert sync.calls == nth


def test_a_keep_has_five_syncs_that_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        sync = FailingCall(patch, os, "fsync", nth=6)
        vault_in(tmp_path).keep([b"content"])
        assert sync.calls == 5


def test_a_source_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise ConnectionResetError

    disk = RecordingDisk()
    with pytest.raises(ConnectionResetError):
        vault_in(tmp_path, disk).keep(broken())
    assert files_in(tmp_path) == []
    assert "rename" not in [step for step, _ in disk.steps]


def test_a_name_that_comes_twice_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    kept = vault_in(tmp_path).keep([b"first"])
    with pytest.raises(StoreError, match="random name came twice"):
        vault_in(tmp_path).keep([b"second"])
    assert read(vault_in(tmp_path), kept.name) == b"first"


def test_the_low_water_mark_refuses_a_file_at_its_beginning_and_while_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = RecordingDisk()
    space = disk.space(tmp_path)
    frees = iter([2000 * MIB, 100 * MIB, 100 * MIB])
    monkeypatch.setattr(disk, "space", lambda path: space._replace(total=4000 * MIB, free=next(frees)))
    vault = Vault(tmp_path / "vault", disk, SeededRandomness(), LowWater())
    piece = bytes(8 * MIB)
    with pytest.raises(StorageFullError, match=r"100\.0 MiB are free"):
        vault.keep(piece for _ in range(20))
    writes = [step for step, _ in disk.steps].count("write")
    assert writes == 8
    with pytest.raises(StorageFullError):
        vault.keep([b"small"])
    assert [step for step, _ in disk.steps].count("write") == writes
    assert files_in(tmp_path) == []


def test_a_removed_file_is_gone_for_good_and_may_be_removed_again(tmp_path: Path) -> None:
    disk = RecordingDisk()
    vault = vault_in(tmp_path, disk)
    name, other = vault.keep([b"one"]).name, vault.keep([b"two"]).name
    disk.steps.clear()
    vault.remove(name)
    vault.remove(name)
    assert disk.steps == [("remove", name), ("sync folder", name[2:4])]
    assert files_in(tmp_path) == [other]


def test_a_file_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    name = vault.keep([b"one"]).name
    path_of(tmp_path, name).unlink()
    with pytest.raises(TamperedError, match="is not there"):
        vault.open(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 31,
        "a" * 33,
        "A" * 32,
        "a" * 32 + "\n",
        "a" * 30 + "/.",
        "../" + "a" * 29,
        "a" * 31 + "\0",
        "a" * 32 + ".part",
        "١" * 32,
    ],
)
def test_a_name_that_the_vault_never_gave_is_refused(tmp_path: Path, name: str) -> None:
    vault = vault_in(tmp_path)
    with pytest.raises(StoreError, match="is no name of a file in the vault"):
        vault.open(name)
    with pytest.raises(StoreError, match="is no name of a file in the vault"):
        vault.remove(name)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_link_in_place_of_a_folder_leads_nowhere(tmp_path: Path, depth: int) -> None:
    name = SeededRandomness().bytes(16).hex()
    outside = tmp_path / "outside"
    inside = outside if depth == 2 else outside / name[2:4]
    inside.mkdir(parents=True)
    (inside / name).write_bytes(b"not ours")
    folder = tmp_path / "vault" if depth == 1 else tmp_path / "vault" / name[:2]
    folder.mkdir(parents=True)
    (folder / (name[:2] if depth == 1 else name[2:4])).symlink_to(outside)
    vault = vault_in(tmp_path)
    for doing in (lambda: vault.open(name), lambda: vault.remove(name), lambda: vault.keep([b"x"])):
        with pytest.raises(StoreError, match="leads out of the vault"):
            doing()
    assert vault.sweep(NOTHING.intersection).strays == 0
    assert (inside / name).read_bytes() == b"not ours"
    assert [path.name for path in outside.rglob("*") if path.is_file()] == [name]


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    name = SeededRandomness().bytes(16).hex()
    (tmp_path / "outside").write_bytes(b"not ours")
    path_of(tmp_path, name).parent.mkdir(parents=True)
    path_of(tmp_path, name).symlink_to(tmp_path / "outside")
    with pytest.raises(StoreError, match="cannot be read"):
        read(vault_in(tmp_path), name)


def test_the_sweep_removes_left_overs_and_nothing_else(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    names = [vault.keep([bytes([number])]).name for number in range(10)]
    put(tmp_path, "ab" * 16 + ".part")
    stranger = put(tmp_path, "cd" * 16)
    misplaced = stranger.with_name("ef" * 16)
    misplaced.write_bytes(b"in a folder that is not its own")
    (tmp_path / "vault" / "README").write_text("by hand")
    (stranger.parent / "notes.part").write_text("by hand")
    disk = RecordingDisk()
    swept = vault_in(tmp_path, disk, seed=1).sweep(set(names[:7]).intersection)
    assert swept[:3] == (1, 4, 7)
    assert sorted(swept.foreign) == sorted(
        str(path) for path in (misplaced, tmp_path / "vault" / "README", stranger.parent / "notes.part")
    )
    assert files_in(tmp_path) == sorted([*names[:7], "README", "notes.part", "ef" * 16])
    removed = [number for number, (step, _) in enumerate(disk.steps) if step == "remove"]
    assert len(removed) == 5
    assert all(disk.steps[number + 1][0] == "sync folder" for number in removed)


def test_a_stop_at_any_step_leaves_what_the_sweep_removes(tmp_path: Path) -> None:
    class StoppedError(Exception):
        """The process is gone: nothing after this step happens, not even tidying."""

    class StoppingDisk(RecordingDisk):
        def __init__(self, steps_left: int) -> None:
            super().__init__()
            self.steps_left = steps_left

        def _step(self) -> None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise StoppedError

        def write(self, file: OpenFile, data: bytes) -> None:
            self._step()
            super().write(file, data)

        def sync(self, file: OpenFile) -> None:
            self._step()
            super().sync(file)

        def rename(self, old: Path, new: Path) -> None:
            self._step()
            super().rename(old, new)

        def sync_folder(self, path: Path) -> None:
            self._step()
            super().sync_folder(path)

        def close(self, file: OpenFile) -> None:
            if self.steps_left < 0:
                os.close(file.number)
                raise StoppedError
            super().close(file)

    names = []
    for steps in range(8):
        vault = Vault(tmp_path / "vault", StoppingDisk(steps), SeededRandomness(steps))
        try:
            names.append(vault.keep([b"one", b"two"]).name)
        except StoppedError:
            continue
    assert names == []
    left = files_in(tmp_path)
    assert any(name.endswith(".part") for name in left)
    assert any(not name.endswith(".part") for name in left)
    swept = vault_in(tmp_path).sweep(NOTHING.intersection)
    assert swept.half_written + swept.strays == len(left)
    assert files_in(tmp_path) == []


def test_the_sweep_asks_for_at_most_500_names_at_once(tmp_path: Path) -> None:
    known = {f"abcd{number:028x}" for number in range(1201)}
    for name in known:
        put(tmp_path, name)
    asked: list[int] = []

    def names_a_row_holds(names: Sequence[str]) -> Collection[str]:
        asked.append(len(names))
        return known.intersection(names)

    assert vault_in(tmp_path).sweep(names_a_row_holds) == Swept(0, 0, 1201, ())
    assert asked == [500, 500, 201]


def test_the_sweep_of_the_vault_of_another_database_removes_nothing(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    names = [vault.keep([b"x"]).name for _ in range(5)]
    with pytest.raises(StoreError, match="more than 4 files that no row of the database names"):
        vault.sweep(NOTHING.intersection, most_strays=4)
    assert files_in(tmp_path) == sorted(names)
    assert vault.sweep(NOTHING.intersection, most_strays=5).strays == 5


def test_a_vault_that_was_never_used_is_swept_too(tmp_path: Path) -> None:
    assert vault_in(tmp_path).sweep(NOTHING.intersection) == Swept(0, 0, 0, ())
    assert not (tmp_path / "vault").exists()


def test_many_threads_share_a_vault(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault", Disk(), SystemRandomness())
    found: dict[int, list[str]] = {}

    def keep(number: int) -> None:
        found[number] = [vault.keep([bytes([number]) * 1000, bytes([turn])]).name for turn in range(20)]

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, names in found.items():
        for turn, name in enumerate(names):
            assert read(vault, name) == bytes([number]) * 1000 + bytes([turn])
    assert sum(map(len, found.values())) == len(files_in(tmp_path)) == 160


@pytest.mark.parametrize("pieces", [[], [b""], [b"12345678"], [b"1234", b"", b"5678"]])
def test_few_bytes_stay_in_memory(tmp_path: Path, pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    assert Spool(vault_in(tmp_path), 8).keep(iter(pieces)) == Spooled(len(content), content, None)
    assert not (tmp_path / "vault").exists()


@pytest.mark.parametrize("pieces", [[b"123456789"], [b"1234", b"5678", b"9"], [b"1234", b"56789", b"0" * 50]])
def test_more_bytes_go_to_the_vault_as_they_come(tmp_path: Path, pieces: list[bytes]) -> None:
    vault = vault_in(tmp_path)
    size, inline, name = Spool(vault, 8).keep(iter(pieces))
    assert inline is None
    assert name is not None
    assert read(vault, name) == b"".join(pieces)
    assert size == len(b"".join(pieces))


def test_a_spool_that_meets_a_full_disk_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError):
        Spool(vault_in(tmp_path, FullDisk(1)), 8).keep([b"12345678", b"9", b"10"])
    assert files_in(tmp_path) == []


def test_fifty_megabytes_go_through_seal_spool_and_back_in_the_memory_of_a_few_chunks(tmp_path: Path) -> None:
    vault, key, piece = vault_in(tmp_path), os.urandom(32), os.urandom(100_000)
    tracemalloc.start()
    try:
        sealed = seal(key, "payload", (piece for _ in range(500)), SystemRandomness())
        spooled = Spool(vault, 64 * 1024).keep(sealed)
        assert spooled.name is not None
        size = sum(len(chunk) for chunk in unseal(key, "payload", vault.open(spooled.name)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 50_000_000
    assert peak < 12 * MIB
