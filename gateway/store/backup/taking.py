"""Takes a backup beside a working service: the database at one moment, then the files it names.

The files of the vault never change, so those that the copied database names are copied after it; one that is
gone by then is a fault. The folder has its name only when everything in it is on the disk: until then it ends
in `.part`, and nobody takes it for a backup. Keys are left out: the key that signs the ledger, since a copy
of it could sign another past, and the workspace key, since whoever has both reads everything. Keep them
apart from backups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gateway import __version__
from gateway.errors import StorageDoubtError, StoreError, UsageError
from gateway.store.backup import snapshot
from gateway.store.backup.form import (
    CONFIGURATION,
    MANIFEST,
    SEAL,
    SNAPSHOT_FILE,
    FileEntry,
    Manifest,
    manifest_bytes,
    seal_bytes,
    vault_path,
)
from gateway.store.backup.snapshot_facts import facts_of, vault_names, workspace_secret
from gateway.store.columns import moment_text
from gateway.store.disk import PART, Disk
from gateway.store.payloads.vault import Vault
from gateway.store.people import Who, actor_id
from gateway.store.store import VAULT, Parts
from gateway.store.writing.transaction import Entry, Transaction
from gateway.workspace import DATA_FOLDERS, SETTINGS_FILE

KEY_FORMS = re.compile(rb"PRIVATE\+KEY\+|acorn-workspace-key [0-9a-f]{16} |PRIVATE KEY-----")
"""What every private key of the gateway has, and those of others: signed notes, our own, PEM."""


class BackupReport(NamedTuple):
    """What was backed up, and where. `manifest` is the SHA-256 of the manifest; `size` in bytes.

    `keys` are the ids of the workspace keys without which nobody can read the backup.
    """

    folder: Path
    taken_at: str
    epoch: int
    leaves: int
    root: str
    messages: int
    files: int
    size: int
    keys: tuple[str, ...]
    left_out: tuple[str, ...]
    manifest: str


def back_up(
    parts: Parts, workspace: Path, target: Path, largest_wal: int = snapshot.LARGEST_WAL
) -> BackupReport:
    """Take a backup into a new folder. It is whole and on the disk when this returns.

    Everything that was acknowledged before the call is in it. Raises `UsageError` for a target that cannot
    be one, `StorageFullError`, `TamperedError` where the log of the store is damaged, else `StoreError`.
    """
    target = _judged(target, workspace)
    part = target.with_name(target.name + PART)
    disk = parts.disk
    if disk.exists(part):
        raise UsageError(
            f"{part} is there: another backup is being taken, or one was interrupted. Remove that folder if "
            f"none is being taken, or name another one"
        )
    with ExitStack() as undo:
        disk.make_new_folder(part)
        undo.callback(_remove_part, disk, part)
        disk.sync_folder(part.parent)
        taking = _Taking(parts, part)
        report = _taken(taking, workspace, target, largest_wal)
        disk.rename(part, target)
        undo.pop_all()
    disk.sync_folder(target.parent)
    return report


def enter_backup(transaction: Transaction, report: BackupReport, who: Who) -> None:
    """Enter a backup into the ledger of the store that it was taken of."""
    details: dict[str, str | int] = {
        "folder": str(report.folder),
        "manifest": report.manifest,
        "leaves": report.leaves,
        "root": report.root,
    }
    transaction.record(Entry("backup-taken", actor_id(transaction, who), details=details))


@dataclass(slots=True)
class _Taking:
    """A backup as it grows."""

    parts: Parts
    part: Path
    entries: list[FileEntry] = field(default_factory=list)
    folders: set[Path] = field(default_factory=set)

    def copy(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a file of the backup, synced."""
        to = self.part / path
        self.make_folders(to.parent)
        hashing, disk = sha256(), self.parts.disk
        size = disk.write_aside(to, _hashed(pieces, hashing.update))
        self.entries.append(FileEntry(path, size, hashing.hexdigest()))

    def make_folders(self, folder: Path) -> None:
        """The folder and those above it within the backup."""
        if folder != self.part and folder not in self.folders:
            self.make_folders(folder.parent)
            self.parts.disk.make_folder(folder)
            self.folders.add(folder)

    def add_written(self, path: str) -> None:
        """Enter a file that is there already, and synced."""
        hashing, size = sha256(), 0
        for piece in self.parts.disk.read(self.part / path):
            hashing.update(piece)
            size += len(piece)
        self.entries.append(FileEntry(path, size, hashing.hexdigest()))


def _taken(taking: _Taking, workspace: Path, target: Path, largest_wal: int) -> BackupReport:
    parts, part, disk = taking.parts, taking.part, taking.parts.disk
    taken_at = moment_text(parts.clock.now())
    _take_database(taking, largest_wal)
    facts = facts_of(part / SNAPSHOT_FILE)
    secret = workspace_secret(part / SNAPSHOT_FILE, parts.workspace_keys)
    vault = Vault(parts.folder / VAULT, disk, parts.random)
    for name in vault_names(part / SNAPSHOT_FILE):
        taking.copy(vault_path(name), _with_room(parts, part, vault.open(name)))
    left_out = _take_configuration(taking, workspace)
    manifest = manifest_bytes(
        Manifest(
            log=parts.log_name,
            taken_at=taken_at,
            gateway=__version__,
            database=parts.database.kind,
            facts=facts,
            files=tuple(sorted(taking.entries, key=lambda entry: entry.path)),
            left_out=left_out,
        )
    )
    disk.write_aside(part / MANIFEST, (manifest,))
    disk.write_aside(part / SEAL, (seal_bytes(manifest, secret),))
    for folder in (*sorted(taking.folders, reverse=True), part):
        disk.sync_folder(folder)
    return BackupReport(
        folder=target,
        taken_at=taken_at,
        epoch=facts.epoch,
        leaves=facts.leaves,
        root=facts.root,
        messages=facts.rows.get("message", 0),
        files=len(taking.entries),
        size=sum(entry.size for entry in taking.entries),
        keys=facts.keys,
        left_out=left_out,
        manifest=sha256(manifest).hexdigest(),
    )


def _take_database(taking: _Taking, largest_wal: int) -> None:
    parts, disk = taking.parts, taking.parts.disk
    source = parts.database.file
    held = None if source is None else disk.held_bytes(source)
    parts.low_water.check(disk, taking.part, held or 0)
    path = taking.part / SNAPSHOT_FILE
    file = disk.open_new(path)
    try:
        snapshot.take(parts.database, path, largest_wal)
        disk.sync(file)
    finally:
        disk.close(file)
    taking.add_written(SNAPSHOT_FILE)


def _take_configuration(taking: _Taking, workspace: Path) -> tuple[str, ...]:
    """Copy settings, partners, mappings and schemas; what was left out, and why."""
    disk, left_out = taking.parts.disk, list[str]()
    found = [SETTINGS_FILE] if disk.exists(workspace / SETTINGS_FILE) else []
    for name in DATA_FOLDERS:
        found += _configuration_in(disk, workspace, name, left_out)
    for path in found:
        if disk.is_link(workspace / path):
            left_out.append(f"{path}: a link")
            continue
        data = b"".join(disk.read(workspace / path))
        if KEY_FORMS.search(data):
            left_out.append(f"{path}: it holds a private key; keys are kept apart from backups")
            continue
        taking.copy(f"{CONFIGURATION}/{path}", (data,))
    return tuple(left_out)


def _configuration_in(disk: Disk, workspace: Path, folder: str, left_out: list[str]) -> list[str]:
    entries = disk.entries(workspace / folder)
    left_out += [f"{folder}/{name}: neither a file nor a folder" for name in entries.others]
    found = [f"{folder}/{name}" for name in entries.files if not name.endswith(PART)]
    for name in entries.folders:
        if name.startswith("."):
            left_out.append(f"{folder}/{name}: a hidden folder")
        else:
            found += _configuration_in(disk, workspace, f"{folder}/{name}", left_out)
    return found


def _judged(target: Path, workspace: Path) -> Path:
    """The absolute path of the target; `UsageError` when it cannot be one."""
    parent, root = target.parent.resolve(), workspace.resolve()
    if not target.name or not parent.is_dir():
        raise UsageError(f"{target.parent} is no folder; make it, or name a new folder within another one")
    target = parent / target.name
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} is there already; name a new folder, since no backup is overwritten")
    if root == parent or root in parent.parents:
        raise UsageError(
            f"{target} lies within the workspace, so it would be lost with it; name a folder elsewhere, best "
            f"on another disk"
        )
    return target


def _with_room(parts: Parts, part: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, as long as the low-water mark of the disk they go to is not reached."""
    for piece in pieces:
        parts.low_water.check(parts.disk, part, len(piece))
        yield piece


def _hashed(pieces: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece


def _remove_part(disk: Disk, part: Path) -> None:
    """Give the room back; where that fails too, the folder stays, and its name tells what it is."""
    if disk.in_doubt:
        return
    try:
        _remove_all(disk, part)
    except StorageDoubtError:
        raise
    except StoreError:
        return


def _remove_all(disk: Disk, folder: Path) -> None:
    entries = disk.entries(folder)
    for name in (*entries.files, *entries.others):
        disk.remove(folder / name)
    for name in entries.folders:
        _remove_all(disk, folder / name)
    disk.remove_folder(folder)
