"""The socket is the owner's alone, at any path, and never put in the place of something else."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import StoreError
from gateway.service.connection.local_socket import NAME, connected, listening, peer_user


@pytest.fixture(params=["short", "x" * 250, "with blanks", "Büro-Ωμέγα-事務所", "percent%20?#"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name: str = request.param
    made = tmp_path / name / "var"
    made.mkdir(parents=True, mode=0o700)
    return made


@contextlib.contextmanager
def mask(bits: int) -> Iterator[None]:
    """A umask, for a while."""
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("bits", [0, 0o022, 0o077])
def test_it_takes_connections_at_any_path_and_is_the_owners_alone(folder: Path, bits: int) -> None:
    assert connected(folder) is None
    with mask(bits), listening(folder) as listener:
        assert stat.S_IMODE((folder / NAME).lstat().st_mode) == 0o600
        link = connected(folder)
        assert link is not None
        taken, _ = listener.accept()
        with link, taken:
            assert peer_user(taken) == peer_user(link) == os.geteuid()
            link.sendall(b"hello")
            assert taken.recv(5) == b"hello"
    assert connected(folder) is None


def test_the_socket_of_a_dead_service_is_none_and_gives_way(folder: Path) -> None:
    listening(folder).close()
    assert (folder / NAME).is_socket()
    assert connected(folder) is None
    with listening(folder):
        link = connected(folder)
        assert link is not None
        link.close()


def _file(path: Path) -> None:
    path.write_text("precious")


def _link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere")


def _link_to_a_socket(path: Path) -> None:
    other = path.parent / "other"
    other.mkdir()
    listening(other).close()
    path.symlink_to(other / NAME)


@pytest.mark.parametrize("make", [_file, Path.mkdir, _link, _link_to_a_socket, os.mkfifo])
def test_what_is_no_socket_stays_and_is_named(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / NAME)
    before = (tmp_path / NAME).lstat()
    for deed in (listening, connected):
        with pytest.raises(StoreError) as raised:
            deed(tmp_path)
        told = f"{tmp_path / NAME} should be the socket of the service, and is none; move it away"
        assert str(raised.value) == told
    after = (tmp_path / NAME).lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)


def test_where_too_many_wait_it_says_so(tmp_path: Path) -> None:
    with listening(tmp_path) as listener:
        listener.listen(0)
        waiting: list[socket.socket] = []
        try:
            with pytest.raises(StoreError, match="more commands to do than may wait for it; try again later"):
                for _ in range(10):
                    link = connected(tmp_path)
                    assert link is not None
                    waiting.append(link)
            assert waiting
        finally:
            for link in waiting:
                link.close()
