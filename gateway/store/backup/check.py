"""Checks a backup: every file in it is the one that was written, and the database holds what is told."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gateway.errors import TamperedError, UsageError
from gateway.store.backup.form import (
    MANIFEST,
    SEAL,
    SNAPSHOT_FILE,
    VAULT_FOLDER,
    Manifest,
    check_seal,
    manifest_bytes,
    read_manifest,
    vault_path,
)
from gateway.store.backup.snapshot_facts import facts_of, vault_names, workspace_secret
from gateway.store.disk import PART, Disk
from gateway.store.payloads.keys import WorkspaceKeys

LARGEST_MANIFEST = 1024 * 1024 * 1024
LARGEST_SEAL = 4096


class CheckedBackup(NamedTuple):
    """A backup in which nothing was amiss. `digest` is the SHA-256 of its manifest."""

    folder: Path
    manifest: Manifest
    digest: str


def check_backup(folder: Path, disk: Disk, keys: WorkspaceKeys | None = None) -> CheckedBackup:
    """Read all of a backup. With the keys of the workspace, nobody else can have made it.

    Without them, who changes files and manifest alike is not found. Raises `UsageError` where there is no
    backup, `TamperedError` where it is not what was written, `StoreError` where a key is missing.
    """
    if folder.name.endswith(PART) or not disk.exists(folder / MANIFEST) or not disk.exists(folder / SEAL):
        raise UsageError(
            f"{folder} is no backup, or one that was interrupted; name the folder of a whole one"
        )
    manifest = disk.read_small(folder / MANIFEST, LARGEST_MANIFEST)
    seal = disk.read_small(folder / SEAL, LARGEST_SEAL)
    told = read_manifest(manifest, seal)
    _check_names(folder, disk, told)
    for entry in told.files:
        check_file(disk, folder / entry.path, entry.size, entry.sha256)
    database = folder / SNAPSHOT_FILE
    facts = facts_of(database)
    if facts != told.facts:
        raise TamperedError(f"{SNAPSHOT_FILE} is not the database that the manifest tells of")
    _check_vault(database, told)
    checked = CheckedBackup(folder, told, sha256(manifest).hexdigest())
    if keys is not None:
        check_maker(checked, disk, keys)
    return checked


def check_maker(checked: CheckedBackup, disk: Disk, keys: WorkspaceKeys) -> None:
    """That who holds the keys of the workspace made this backup; raises as `check_backup` does."""
    refuse_missing_keys(checked.manifest, keys)
    secret = workspace_secret(checked.folder / SNAPSHOT_FILE, keys)
    check_seal(manifest_bytes(checked.manifest), disk.read_small(checked.folder / SEAL, LARGEST_SEAL), secret)


def refuse_missing_keys(manifest: Manifest, keys: WorkspaceKeys) -> None:
    """`UsageError` unless every workspace key is here that the backup needs."""
    missing = sorted(set(manifest.facts.keys) - keys.key_ids)
    if missing:
        raise UsageError(
            f"The backup needs the workspace key {', '.join(missing)}, which the settings do not name (they "
            f"name {', '.join(sorted(keys.key_ids))}); put the key file there from where it is kept safe. "
            f"Nothing was changed"
        )


def check_file(disk: Disk, path: Path, size: int, digest: str) -> None:
    """`TamperedError` unless the file has this size and SHA-256."""
    for _ in checked_pieces(disk, path, size, digest):
        pass


def checked_pieces(disk: Disk, path: Path, size: int, digest: str) -> Iterator[bytes]:
    """The content of a file; `TamperedError` at its end, or as soon as it is too long, if it is another."""
    hashing, seen = sha256(), 0
    for piece in disk.read(path):
        hashing.update(piece)
        seen += len(piece)
        if seen > size:
            break
        yield piece
    if seen != size or hashing.hexdigest() != digest:
        raise TamperedError(
            f"{path} is not what was backed up: it was changed, cut or damaged. Nothing was restored; use "
            f"another backup"
        )


def _check_names(folder: Path, disk: Disk, manifest: Manifest) -> None:
    there = set(_names(disk, folder, ""))
    told = {entry.path for entry in manifest.files} | {MANIFEST, SEAL}
    if there != told:
        missing, strange = sorted(told - there)[:3], sorted(there - told)[:3]
        raise TamperedError(
            f"The backup {folder} does not hold the files that its manifest names: missing "
            f"{missing or 'none'}, not of it {strange or 'none'}. Use another backup"
        )


def _names(disk: Disk, folder: Path, before: str) -> Iterator[str]:
    entries = disk.entries(folder)
    yield from (before + name for name in (*entries.files, *entries.others))
    for name in entries.folders:
        yield from _names(disk, folder / name, f"{before}{name}/")


def _check_vault(database: Path, manifest: Manifest) -> None:
    named = {vault_path(name) for name in vault_names(database)}
    held = {entry.path for entry in manifest.files if entry.path.startswith(f"{VAULT_FOLDER}/")}
    if named != held:
        raise TamperedError(
            f"The vault of the backup is not the one of its database: {len(named - held)} files are missing, "
            f"{len(held - named)} belong to no payload"
        )
