"""Runs the real gateway, several commands one after the other, where wanted with a fault planted in it.

`python -m tests.faults.launcher FAULT WORKSPACE COMMAND...`: each command (`init`, `serve`) runs in a process
of its own, forked from this one, which has loaded everything; the exit code is that of the last. The
gateway knows nothing of it.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from types import MappingProxyType
from typing import TypeVar

import gateway.cli.application  # all that is loaded before the forks makes each start quick
import gateway.service.connection.client
import gateway.service.serving
import gateway.service.starting
import gateway.store.sqlite
from gateway.attempt import Done
from gateway.cli import main
from gateway.errors import StorageFullError
from gateway.store.disk import Disk
from gateway.store.open_folders import FolderDisk, OpenFolder
from gateway.store.receiving import Arrival, Intake, Received
from gateway.store.sqlite import SqliteDatabase
from gateway.store.writing.promise import Promise
from gateway.store.writing.transaction import Change, Transaction
from gateway.store.writing.writer import Writer
from gateway.transports.folder.claims import Claim, Claims
from gateway.transports.folder.outgoing import Delivery, Outcome, Outgoing

T = TypeVar("T")
PATIENCE = 5.0  # seconds


def launch(fault: str, root: Path, commands: Sequence[str]) -> int:
    """Run the commands in turn; the exit code of the last."""
    status = 0
    for command in commands:
        child = os.fork()
        if child == 0:
            become(fault, root, command)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if command == "init" and status == 0:
            _describe_partner(root / "partners" / "acorn")
    return status


def _describe_partner(folder: Path) -> None:
    """So that what comes over this channel is entered as this partner's."""
    disk = Disk()
    disk.make_folder(folder)
    disk.replace(folder / "partner.yaml", b"")


def become(fault: str, root: Path, command: str) -> None:
    """Be a command of the gateway, with this fault, to the end of the process."""
    os.chdir(root if root.is_dir() else root.parent)
    FAULTS[fault]()
    sys.argv = ["gateway", command, *([str(root)] if command == "init" else [])]
    main()
    os._exit(0)


def unsynced_commits(how: str) -> None:
    """SQLite syncs less than it must, and nobody looks."""
    connect = SqliteDatabase._connect

    def careless(database: SqliteDatabase) -> Connection:
        connection = connect(database)
        connection.execute(f"PRAGMA synchronous={how}")
        return connection

    setattr(SqliteDatabase, "_connect", careless)  # noqa: B010 - on purpose
    setattr(SqliteDatabase, "made_sure", lambda database, connection: connection.rollback())  # noqa: B010 - as above


def left_out(deed: str) -> None:
    """A step towards the disk does nothing."""
    setattr(Disk, deed, lambda disk, of: None)


def answered_early() -> None:
    """A file is answered for before its batch is committed, which waits until the answer has left."""
    submit, sends = Writer.submit, socket.socket.sendall
    gone = threading.Semaphore(0)

    def hasty(writer: Writer, change: Change[T]) -> Promise[T]:
        if "Intake" not in change.__qualname__:
            return submit(writer, change)
        early = Promise[T]()

        def answering(transaction: Transaction) -> T:
            value = change(transaction)
            early.give(Done(value))
            gone.acquire(timeout=PATIENCE)
            return value

        submit(writer, answering)
        return early

    def counted(link: socket.socket, data: bytes) -> None:
        sends(link, data)
        gone.release()

    setattr(Writer, "submit", hasty)  # noqa: B010 - on purpose
    setattr(socket.socket, "sendall", counted)  # noqa: B010 - on purpose


def checkpoint_often() -> None:
    """No fault: the log is copied into the database after few pages, so that a short run gets there."""
    setattr(gateway.store.sqlite, "WAL_BYTES", 80 << 10)  # noqa: B010 - on purpose


def doubt_ignored() -> None:
    """A sync that failed is passed over."""

    @contextmanager
    def careless(disk: Disk, path: Path) -> Iterator[None]:
        with suppress(OSError):
            yield

    setattr(Disk, "_promising", careless)  # noqa: B010 - on purpose


def keys_ignored() -> None:
    """A file that is sent again under its key is kept again."""
    receive = Intake.receive

    def forgetful(intake: Intake, arrival: Arrival, parts: Iterable[bytes]) -> Received:
        return receive(intake, replace(arrival, request=None), parts)

    setattr(Intake, "receive", forgetful)  # noqa: B010 - on purpose


def full_ignored() -> None:
    """What finds no room is said to be kept all the same."""
    receive = Intake.receive

    def careless(intake: Intake, arrival: Arrival, parts: Iterable[bytes]) -> Received:
        try:
            return receive(intake, arrival, parts)
        except StorageFullError:
            return Received("0" * 26, 0)

    setattr(Intake, "receive", careless)  # noqa: B010 - on purpose


def delivered_unmarked() -> None:
    """What was handed over in an earlier try is not remembered by its mark."""
    deliver = Outgoing.deliver

    def forgetful(out: Outgoing, deliveries: Sequence[Delivery]) -> list[Outcome]:
        out.settle([each.id for each in deliveries])
        return deliver(out, deliveries)

    setattr(Outgoing, "deliver", forgetful)  # noqa: B010 - on purpose


def archived_early() -> None:
    """A claimed file is archived before it is kept."""
    opened = Claims.opened

    @contextmanager
    def hasty(claims: Claims, claim: Claim) -> Iterator[Iterator[bytes]]:
        with opened(claims, claim) as pieces:
            data = [*pieces]
        claims.archive([claim], "early")
        yield iter(data)

    setattr(Claims, "opened", hasty)  # noqa: B010 - on purpose


def folders_unsynced_in_exchange() -> None:
    """What is claimed, staged, handed over and replied is not synced by its folder."""
    setattr(FolderDisk, "sync_open_folder", lambda disk, folder: None)  # noqa: B010 - on purpose


def full_passed_over() -> None:
    """What a folder has no room for is handed over as far as there was room."""
    write = FolderDisk.write_new_in

    def careless(disk: FolderDisk, folder: OpenFolder, name: bytes, data: bytes, mode: int = 0o600) -> None:
        with suppress(StorageFullError):
            write(disk, folder, name, data, mode)

    setattr(FolderDisk, "write_new_in", careless)  # noqa: B010 - on purpose


FAULTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "none": lambda: None,
        "commits-normal": partial(unsynced_commits, "NORMAL"),
        "commits-off": partial(unsynced_commits, "OFF"),
        "files-unsynced": partial(left_out, "sync"),
        "folders-unsynced": partial(left_out, "sync_folder"),
        "answers-early": answered_early,
        "checkpoints-often": checkpoint_often,
        "doubt-ignored": doubt_ignored,
        "keys-ignored": keys_ignored,
        "full-ignored": full_ignored,
        "delivered-unmarked": delivered_unmarked,
        "archived-early": archived_early,
        "drop-folders-unsynced": folders_unsynced_in_exchange,
        "full-passed-over": full_passed_over,
    }
)


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
