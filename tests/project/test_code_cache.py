"""Generated code is taken back only whole, and only from places that are this user's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway import code_cache
from gateway.code_cache import CodeCache, content_key

KEY = content_key(b"a schema", b"1")
OTHER = content_key(b"another schema", b"1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "cache"


def stored(folder: Path, data: bytes = b"code") -> Path:
    """The one file that storing leaves behind."""
    CodeCache(folder).store(KEY, data)
    (file,) = folder.iterdir()
    return file


@pytest.mark.parametrize("data", [b"", b"code", b"\x00\n" * 100_000])
def test_what_was_stored_is_loaded(folder: Path, data: bytes) -> None:
    cache = CodeCache(folder)
    assert cache.load(KEY) is None
    cache.store(KEY, data)
    assert cache.load(KEY) == data
    assert CodeCache(folder).load(KEY) == data
    assert cache.load(OTHER) is None


def test_folder_and_file_are_the_owners_alone(folder: Path) -> None:
    before = os.umask(0)
    try:
        file = stored(folder)
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (folder, file)] == [0o700, 0o600]


@pytest.mark.parametrize("position", [0, 20, -1])
def test_a_damaged_file_is_absent_until_it_is_stored_again(folder: Path, position: int) -> None:
    file = stored(folder)
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)
    assert CodeCache(folder).load(KEY) is None
    assert stored(folder) == file
    assert CodeCache(folder).load(KEY) == b"code"


@pytest.mark.parametrize("length", [0, 5, 40])
def test_a_truncated_file_is_absent(folder: Path, length: int) -> None:
    file = stored(folder)
    os.truncate(file, length)
    assert CodeCache(folder).load(KEY) is None


def test_a_file_renamed_to_another_key_is_absent(folder: Path) -> None:
    file = stored(folder)
    file.rename(file.with_name(file.name.replace(KEY, OTHER)))
    assert CodeCache(folder).load(OTHER) is None


def test_a_file_others_may_read_or_write_is_absent(folder: Path) -> None:
    file = stored(folder)
    for mode in (0o640, 0o604, 0o620, 0o602):
        file.chmod(mode)
        assert CodeCache(folder).load(KEY) is None, oct(mode)


def test_a_folder_others_may_enter_is_closed_before_it_is_used_again(folder: Path) -> None:
    stored(folder)
    folder.chmod(0o755)
    assert CodeCache(folder).load(KEY) is None
    stored(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert CodeCache(folder).load(KEY) == b"code"


def test_files_of_another_owner_are_absent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(folder)
    someone_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: someone_else)
    assert CodeCache(folder).load(KEY) is None


def test_a_symbolic_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    file = stored(folder)
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert CodeCache(folder).load(KEY) is None
    CodeCache(folder).store(KEY, b"new")
    assert not file.is_symlink()
    assert CodeCache(folder).load(KEY) == b"new"
    assert elsewhere.read_bytes().endswith(b"code")


def test_a_linked_folder_is_neither_read_nor_written(folder: Path, tmp_path: Path) -> None:
    stored(folder)
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    cache = CodeCache(folder)
    assert cache.load(KEY) is None
    cache.store(OTHER, b"code")
    assert len(list((tmp_path / "moved").iterdir())) == 1


def test_a_pipe_or_folder_in_its_place_is_absent(folder: Path) -> None:
    file = stored(folder)
    file.unlink()
    os.mkfifo(file, 0o600)
    assert CodeCache(folder).load(KEY) is None
    file.unlink()
    file.mkdir(0o700)
    assert CodeCache(folder).load(KEY) is None
    CodeCache(folder).store(KEY, b"code")
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_that_it_cannot_be_kept_does_not_stop_the_run(tmp_path: Path) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file, not a folder")
    cache = CodeCache(in_the_way / "cache")
    cache.store(KEY, b"code")
    assert cache.load(KEY) is None


def test_a_failed_write_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    CodeCache(folder).store(KEY, b"code")
    assert list(folder.iterdir()) == []


def test_the_oldest_files_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_cache, "KEPT_FILES", 3)
    cache = CodeCache(folder)
    keys = [content_key(bytes([number])) for number in range(5)]
    for age, key in enumerate(keys):
        cache.store(key, b"code")
        os.utime(folder / f"{key}.code", ns=(age, age))
    assert [cache.load(key) for key in keys] == [None, None, b"code", b"code", b"code"]


def test_a_name_that_is_no_key_is_refused(folder: Path) -> None:
    for name in ("", "../escape", KEY.upper(), KEY + "0"):
        with pytest.raises(ValueError, match="content_key"):
            CodeCache(folder).load(name)
        with pytest.raises(ValueError, match="content_key"):
            CodeCache(folder).store(name, b"")


def test_parts_are_kept_apart_in_a_key() -> None:
    assert content_key(b"ab", b"c") != content_key(b"a", b"bc")
