"""Restores a backup into a workspace that has no store, or one that never carried anything.

All is made ready aside, in `var/restoring`: the database is copied, brought up to date and let into its new
epoch there, and the vault is filled. Then one step puts it in place: the file is named `gateway.db`, or one
transaction writes all tables of PostgreSQL. Before that step there is no store that opens, after it there is
a whole one; a restore that was interrupted is run again, and starts over or finishes.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from gateway.errors import StoreError, TamperedError, UnknownOutcomeError, UsageError
from gateway.ledger.checkpoint import Checkpoint, log_and_epoch, origin_of, parse_checkpoint
from gateway.ledger.notes import in_base64
from gateway.store import schema
from gateway.store.backup.check import CheckedBackup, check_backup, checked_pieces
from gateway.store.backup.form import CONFIGURATION, SNAPSHOT_FILE, VAULT_FOLDER, FileEntry
from gateway.store.backup.new_epoch import Begun, Break, begin_epoch
from gateway.store.backup.place import is_live, put_in_place
from gateway.store.backup.snapshot_facts import tree_of
from gateway.store.backup.unfinished import STAGING
from gateway.store.disk import OWNER_ONLY_FILE, PART, Disk
from gateway.store.lock import WorkspaceLock
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.people import Who
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import VAULT, Parts
from gateway.store.tables import Epoch
from gateway.store.writing.books import LedgerBooks
from gateway.store.writing.writer import Writer
from gateway.workspace import DATABASE_FILE
from gateway.workspace_making import ANY_READER, PASSED_OVER_BY_GIT, make_folders

REPORT = "report.json"


class RestoreReport(msgspec.Struct, frozen=True):
    """What was restored. `leaves` and `root` are those of the backup; the new epoch goes on behind them.

    `lost` are the first and the last leaf that a later checkpoint shows to be gone. `skipped` has an entry
    for each stream of control numbers, as `control_numbers.void_ahead` gives it. `parked` steps wait for a
    person. `backup` is the SHA-256 of the manifest.
    """

    backup: str
    taken_at: str
    epoch: int
    origin: str
    leaves: int
    root: str
    known_checkpoint: int | None
    lost: tuple[int, int] | None
    messages: int
    parked: int
    skipped: tuple[dict[str, str | int], ...]


class LaidOut(msgspec.Struct, frozen=True):
    """The files of the configuration that were written, and those that were there and stayed as they are."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def lay_out(checked: CheckedBackup, workspace: Path, disk: Disk) -> LaidOut:
    """Write the configuration of a backup into a folder, and make the folders of a workspace there.

    What is there already is never overwritten. Then the keys are put where its settings want them, and
    `restore` is called. Where they are there already, `check_maker` comes before this: settings name programs
    that are run.
    """
    written, kept = [], []
    if not workspace.is_dir():
        disk.make_folder(workspace)
    make_folders(workspace, disk)
    ignored, text = PASSED_OVER_BY_GIT
    if not disk.exists(workspace / ignored):
        disk.replace(workspace / ignored, text.encode(), ANY_READER)
    for entry in _below(checked, CONFIGURATION):
        name = entry.path.removeprefix(f"{CONFIGURATION}/")
        if disk.exists(workspace / name):
            kept.append(name)
            continue
        _make_folders(disk, workspace, Path(name).parent)
        _lay(disk, checked, entry, workspace / name, ANY_READER)
        written.append(name)
    return LaidOut(tuple(written), tuple(kept))


def restore(
    backup: Path,
    parts: Parts,
    who: Who,
    later: Checkpoint | None = None,
    epoch_above: int = 0,
) -> RestoreReport:
    """Restore a backup as the store of `parts`, whose folder is there; takes the lock of the workspace.

    `later` is a checkpoint of the lost log that a witness kept; its signature has been checked. The new epoch
    is above that of the backup, of `later`, and `epoch_above`: the number of an epoch that an earlier restore
    of an older backup opened must not come again. Raises `UsageError` for what may not be restored here, with
    nothing changed; `TamperedError` for a backup that is not what was written; else `StoreError`.
    """
    with WorkspaceLock(parts.folder):
        checked = check_backup(backup, parts.disk, parts.workspace_keys)
        _refuse_other_log(checked, parts)
        staging = parts.folder / STAGING
        if is_live(parts.database):
            return _finished(staging, checked, parts)
        _refuse_other_vault(checked, parts)
        broken = _break(checked, later, epoch_above)
        _begin(staging, parts)
        report = _staged(staging, checked, parts, broken, who)
        for entry in _below(checked, VAULT_FOLDER):
            name = Path(entry.path).name
            folder = Path(VAULT, name[:2], name[2:4])
            _make_folders(parts.disk, parts.folder, folder)
            _lay(parts.disk, checked, entry, parts.folder / folder / name, OWNER_ONLY_FILE)
        parts.disk.replace(staging / REPORT, msgspec.json.encode(report))
        try:
            put_in_place(staging / DATABASE_FILE, parts.database, parts.disk)
        except DBAPIError as error:
            raise UnknownOutcomeError(
                f"The database went away at the end of the restore ({error.orig}); run it again, then it "
                f"finishes, or starts over"
            ) from error
        _end(staging, parts)
        return report


def _refuse_other_log(checked: CheckedBackup, parts: Parts) -> None:
    if checked.manifest.log != parts.log_name:
        raise UsageError(
            f"The backup is of the ledger {checked.manifest.log}, and the settings name {parts.log_name}; "
            f"set ledger.name in gateway.yaml to the former, as every checkpoint has it. Nothing was changed"
        )


def _finished(staging: Path, checked: CheckedBackup, parts: Parts) -> RestoreReport:
    """The report of a restore that was stopped after it had put the store in place."""
    if parts.disk.exists(staging / REPORT):
        report = msgspec.json.decode(b"".join(parts.disk.read(staging / REPORT)), type=RestoreReport)
        if report.backup == checked.digest:
            _end(staging, parts)
            return report
    raise UsageError(
        "This workspace has a store that carried messages, or whose checkpoints were handed out; it is not "
        "overwritten. Restore into a new folder, and a database of its own"
    )


def _refuse_other_vault(checked: CheckedBackup, parts: Parts) -> None:
    ours = {Path(entry.path).name for entry in _below(checked, VAULT_FOLDER)}
    vault, disk = parts.folder / VAULT, parts.disk
    if disk.is_link(vault):
        raise UsageError(f"{vault} is a link; remove it, since the vault lies in the workspace")
    for outer in disk.entries(vault).folders:
        for inner in disk.entries(vault / outer).folders:
            for name in disk.entries(vault / outer / inner).files:
                if name.removesuffix(PART) not in ours:
                    raise UsageError(
                        f"{vault} holds {name}, which is not of this backup. Look whether another store was "
                        f"here; if nothing in that folder is needed, remove it. Nothing was changed"
                    )


def _break(checked: CheckedBackup, later: Checkpoint | None, epoch_above: int) -> Break:
    facts, name = checked.manifest.facts, checked.manifest.log
    known = None
    if facts.checkpoint is not None:
        known = parse_checkpoint(facts.checkpoint.split("\n\n")[0] + "\n")
        _refuse_other_tree(checked, known, "the last checkpoint in it")
    epoch = max(facts.epoch, epoch_above)
    if later is not None:
        of_later = _epoch_of(later, name)
        if of_later < facts.epoch:
            raise UsageError(f"The checkpoint of {later.origin} is older than the backup; give a later one")
        if of_later == facts.epoch and later.size <= facts.leaves:
            _refuse_other_tree(checked, later, "the checkpoint that was given")
        epoch = max(epoch, of_later)
    return Break(name, epoch + 1, facts.leaves, facts.root, checked.manifest.taken_at, known, later)


def _epoch_of(checkpoint: Checkpoint, name: str) -> int:
    found = log_and_epoch(checkpoint.origin)
    if found is None or found[0] != name:
        raise UsageError(f"The checkpoint is of the log {checkpoint.origin}, not of an epoch of {name}")
    return found[1]


def _refuse_other_tree(checked: CheckedBackup, checkpoint: Checkpoint, which: str) -> None:
    tree = tree_of(checked.folder / SNAPSHOT_FILE, checkpoint.size)
    if tree.size != checkpoint.size or tree.root != checkpoint.root:
        raise TamperedError(
            f"The log of the backup is not that of {which}: its first {checkpoint.size} leaves are others. "
            f"Nothing was restored; find out which of the two was changed"
        )


def _begin(staging: Path, parts: Parts) -> None:
    """An empty folder to make ready in; what an interrupted restore left there is removed."""
    parts.disk.make_folder(staging)
    _empty(staging, parts.disk)


def _staged(staging: Path, checked: CheckedBackup, parts: Parts, broken: Break, who: Who) -> RestoreReport:
    """The database as it will be, in a file aside."""
    path = staging / DATABASE_FILE
    (entry,) = [entry for entry in checked.manifest.files if entry.path == SNAPSHOT_FILE]
    source = checked.folder / SNAPSHOT_FILE
    parts.disk.write_aside(path, checked_pieces(parts.disk, source, entry.size, entry.sha256))
    database = SqliteDatabase(path)
    try:
        begun = _enter(database, parts, broken, who)
    except DBAPIError as error:
        raise StoreError(f"The database of the backup cannot be restored: {error.orig}") from error
    finally:
        database.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file that is put in place
    parts.disk.sync_file(path)
    parts.disk.sync_folder(staging)
    return RestoreReport(
        backup=checked.digest,
        taken_at=broken.taken_at,
        epoch=broken.epoch,
        origin=origin_of(broken.name, broken.epoch),
        leaves=broken.leaves,
        root=broken.root,
        known_checkpoint=None if broken.known is None else broken.known.size,
        lost=broken.lost,
        messages=checked.manifest.facts.rows.get("message", 0),
        parked=begun.parked,
        skipped=begun.skipped,
    )


def _enter(database: SqliteDatabase, parts: Parts, broken: Break, who: Who) -> Begun:
    key = in_base64(parts.log_public)
    with database.writing() as connection:
        schema.upgrade(connection)
        row = {"number": broken.epoch, "opened_at": parts.clock.now(), "first_leaf": broken.leaves}
        connection.execute(insert(Epoch), {**row, "key": key, "why": "restore"})
    books = LedgerBooks(MessageKeys(parts.workspace_keys, parts.random))
    writer = Writer(database, books, parts.clock, parts.random)
    writer.start()
    try:
        return writer.do(lambda transaction: begin_epoch(transaction, broken, who, key))
    finally:
        writer.stop()


def _end(staging: Path, parts: Parts) -> None:
    parts.disk.sync_folder(parts.folder)
    _empty(staging, parts.disk)
    parts.disk.remove_folder(staging)
    parts.disk.sync_folder(parts.folder)


def _empty(folder: Path, disk: Disk) -> None:
    """Remove the files; the report last, as it tells that the rest is done with."""
    files = disk.entries(folder).files
    for name in sorted(files, key=lambda name: name == REPORT):
        disk.remove(folder / name)
    disk.sync_folder(folder)


def _below(checked: CheckedBackup, folder: str) -> list[FileEntry]:
    return [entry for entry in checked.manifest.files if entry.path.startswith(f"{folder}/")]


def _make_folders(disk: Disk, root: Path, inner: Path) -> None:
    for folder in (*reversed(inner.parents), inner):
        if folder != Path():
            disk.make_folder(root / folder)


def _lay(disk: Disk, checked: CheckedBackup, entry: FileEntry, to: Path, mode: int) -> None:
    """Write a file of the backup under its name; one that an interrupted restore wrote is written anew."""
    part = to.with_name(to.name + PART)
    disk.remove(part)
    source = checked_pieces(disk, checked.folder / entry.path, entry.size, entry.sha256)
    disk.write_aside(part, source, mode)
    disk.rename(part, to)
    disk.sync_folder(to.parent)
