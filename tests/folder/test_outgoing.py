"""The way out: at most once and never lost, killed before and after each step; nothing is replaced."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.agreements.channel import Taken
from gateway.errors import StorageDoubtError, StorageFullError, TransportError, UsageError
from gateway.store import open_folders
from gateway.store.disk import OpenFile
from gateway.store.open_folders import FolderDisk
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.naming import FIELDS, LONGEST_NAME, file_name
from gateway.transports.folder.outgoing import NAME, Delivery, Outgoing, State
from tests.store.disks import FailingCall

STEPS = ("open_new_in", "write", "sync", "close", "link_in", "sync_open_folder", "move", "make_folder_in")
TWO = [Delivery("d1", "order.csv", b"first"), Delivery("d2", "order.csv", b"second")]


def outgoing(root: Path, disk: FolderDisk | None = None, taken: Taken = Taken.SUFFIX) -> Outgoing:
    return Outgoing(DropFolder.of(root, "out"), taken, disk or FolderDisk())


def there(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "out").iterdir() if path.is_file()}


class Killed(FolderDisk):
    """Kills its process before and after steps: at the moment of this number, counted from 0."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self.moment = moment
        for name in STEPS:
            setattr(self, name, self._around(getattr(self, name)))

    def pass_by(self) -> None:
        """One moment more."""
        if self.moment == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.moment -= 1

    def _around(
        self,
        step: Callable[..., Any],  # Any: steps of any shape pass
    ) -> Callable[..., Any]:  # Any: as they came
        def stepping(*arguments: object) -> object:
            self.pass_by()
            result = step(*arguments)
            self.pass_by()
            return result

        return stepping


def killed_at(moment: int, root: Path) -> bool:
    """Delivers in a process of its own that is killed at this moment; whether it came to it."""
    child = os.fork()
    if child == 0:
        outgoing(root, Killed(moment)).deliver(TWO)
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def doubles_of(root: Path, *, taken_meanwhile: bool, marks_lost: bool = False) -> int:
    """Kills at every moment; how often a file was handed over twice. One that is lost fails."""
    doubles = moment = 0
    while True:
        folder = root / f"{taken_meanwhile}{moment}"
        (folder / "out").mkdir(parents=True)
        if not killed_at(moment, folder):
            return doubles
        fetched = list(there(folder).values())
        if taken_meanwhile:
            for name in there(folder):
                (folder / "out" / name).unlink()
        else:
            fetched = []
        for mark in (folder / "out").glob(".staged/*.mark") if marks_lost else ():
            mark.unlink()
        outgoing(folder).deliver(TWO)
        fetched += there(folder).values()
        assert {b"first", b"second"} == set(fetched)
        doubles += len(fetched) - 2
        moment += 1


@pytest.mark.parametrize("taken_meanwhile", [True, False])
def test_a_delivery_that_is_killed_at_any_moment_is_handed_over_once(
    tmp_path: Path, taken_meanwhile: bool
) -> None:
    assert doubles_of(tmp_path, taken_meanwhile=taken_meanwhile) == 0


def test_without_its_mark_a_delivery_would_be_handed_over_twice(tmp_path: Path) -> None:
    assert doubles_of(tmp_path, taken_meanwhile=True, marks_lost=True) > 0


def _fresh(root: Path) -> Path:
    (root / "out").mkdir(parents=True)
    return root


def test_a_repeat_answers_already_also_when_the_file_was_fetched(tmp_path: Path) -> None:
    out = outgoing(_fresh(tmp_path))
    assert [(each.state, each.name) for each in out.deliver(TWO)] == [
        (State.DELIVERED, "order.csv"),
        (State.DELIVERED, "order-2.csv"),
    ]
    (tmp_path / "out" / "order.csv").unlink()
    assert [each.state for each in out.deliver(TWO)] == [State.ALREADY, State.ALREADY]
    assert out.unsettled() == ("d1", "d2")
    out.settle(["d1", "d2"])
    assert out.unsettled() == ()
    assert there(tmp_path) == {"order-2.csv": b"second"}


def test_a_taken_name_holds_until_it_is_free_and_may_be_withdrawn(tmp_path: Path) -> None:
    out = outgoing(_fresh(tmp_path), taken=Taken.HOLD)
    assert [each.state for each in out.deliver(TWO)] == [State.DELIVERED, State.HELD]
    assert out.deliver(TWO[1:])[0].state is State.HELD
    (tmp_path / "out" / "order.csv").unlink()
    assert out.deliver(TWO[1:])[0].state is State.DELIVERED
    out.deliver([Delivery("d3", "order.csv", b"third")])
    out.withdraw(["d3"])
    assert out.unsettled() == ("d1", "d2")


def test_where_the_system_cannot_rename_without_replacing_it_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_folders, "_libc", object())
    out = outgoing(_fresh(tmp_path))
    assert [each.name for each in out.deliver(TWO)] == ["order.csv", "order-2.csv"]
    assert [each.state for each in out.deliver(TWO)] == [State.ALREADY, State.ALREADY]
    # a stop between the two steps leaves both names
    os.link(tmp_path / "out" / "order.csv", tmp_path / "out" / ".staged" / "d1.part")
    assert out.deliver(TWO[:1])[0].state is State.ALREADY
    assert there(tmp_path) == {"order.csv": b"first", "order-2.csv": b"second"}


class Full(FolderDisk):
    """A disk without room."""

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        raise StorageFullError("planted")


def test_a_full_disk_hands_nothing_over_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageFullError):
        outgoing(_fresh(tmp_path), Full()).deliver(TWO)
    assert (there(tmp_path), list((tmp_path / "out" / ".staged").iterdir())) == ({}, [])
    assert [each.state for each in outgoing(tmp_path).deliver(TWO)] == [State.DELIVERED] * 2


@pytest.mark.parametrize("nth", range(1, 7))
def test_a_failed_sync_is_a_doubt_and_the_next_start_hands_over_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    root = _fresh(tmp_path)
    with monkeypatch.context() as patch:
        FailingCall(patch, os, "fsync", nth, errno.EIO)
        with pytest.raises(StorageDoubtError):
            outgoing(root).deliver(TWO)
    outgoing(root).deliver(TWO)
    assert sorted(there(root).values()) == [b"first", b"second"]


def test_a_staging_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (_fresh(tmp_path) / "out" / ".staged").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TransportError, match="no links"):
        outgoing(tmp_path).deliver(TWO)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "a\n", "é"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        outgoing(_fresh(tmp_path)).deliver([Delivery("d1", name, b"")])


@given(st.text(max_size=300), st.lists(st.text(max_size=300), min_size=6, max_size=6))
def test_every_name_that_is_made_is_safe(pattern: str, values: list[str]) -> None:
    for each in (pattern, "{document}-{number}-{message}.{extension}"):
        name = file_name(each, dict(zip(FIELDS, values, strict=True)))
        assert NAME.fullmatch(name)
        assert len(name) <= LONGEST_NAME
        assert not name.endswith((".ok", ".err", ".done", ".part", ".tmp"))


def test_the_usual_name() -> None:
    values = {"document": "order", "number": "PO 17/4", "message": "m1", "extension": "csv"}
    assert file_name("{document}-{number}-{message}.{extension}", values) == "order-PO-17-4-m1.csv"
