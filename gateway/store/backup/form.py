"""The form of a backup: a folder with the database, the vault, the configuration and a manifest of them.

    store.db           all tables at one moment, as a file of SQLite, whichever database they come from
    vault/ab/abcd…     the files of the vault that this database names, sealed as they are there
    configuration/…    gateway.yaml, partners, mappings and schemas; never a key
    manifest.json      what the backup holds, each file with its size and SHA-256
    manifest.seal      the SHA-256 of the manifest, and its HMAC under a key that only the workspace key opens

So a backup has one form for both databases and can be restored into either.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath

import msgspec

from gateway.errors import TamperedError

FORMAT = 1
SNAPSHOT_FILE = "store.db"
VAULT_FOLDER = "vault"
CONFIGURATION = "configuration"
MANIFEST = "manifest.json"
SEAL = "manifest.seal"
SEALED_AS = b"acorn-backup 1\n"


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the database of a backup says of itself.

    `tables` is the version of the tables, `root` the root in hexadecimal of the tree of so many `leaves`,
    `checkpoint` the last one as its signed note, `keys` the ids of the workspace keys that wrap the keys of
    messages, `rows` how many rows each table has.
    """

    tables: str
    epoch: int
    leaves: int
    root: str
    checkpoint: str | None
    keys: tuple[str, ...]
    rows: Mapping[str, int]


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its path in the backup with `/`, its size in bytes and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds. `log` is the name of the ledger, `gateway` the version that made the backup.

    `taken_at` is a time in UTC before which everything that was acknowledged is in it. `database` is the kind
    it comes from. `left_out` are files of the configuration that were not copied, each with the reason.
    """

    log: str
    taken_at: str
    gateway: str
    database: str
    facts: Facts
    files: tuple[FileEntry, ...]
    left_out: tuple[str, ...] = ()
    format: int = FORMAT


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a changed manifest known: to everybody by `sha256`, and for sure, with the key, by `mac`."""

    sha256: str
    mac: str


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written; people may read it."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"


def seal_bytes(manifest: bytes, key: bytes) -> bytes:
    """The seal of a manifest; `key` is that of what belongs to no message."""
    seal = Seal(sha256(manifest).hexdigest(), hmac.digest(key, SEALED_AS + manifest, sha256).hex())
    return _written(seal)


def read_manifest(manifest: bytes, seal: bytes) -> Manifest:
    """Reads a manifest; TamperedError when it is not what was written."""
    try:
        told = msgspec.json.decode(seal, type=Seal)
        read = msgspec.json.decode(manifest, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise TamperedError(
            f"The manifest of the backup cannot be read ({fault}); take another backup"
        ) from None
    if _written(told) != seal or told.sha256 != sha256(manifest).hexdigest():
        raise TamperedError(
            f"{MANIFEST} is not what was written: it was changed or damaged; take another backup"
        )
    if read.format != FORMAT:
        raise TamperedError(f"The backup has the form {read.format}; this gateway reads the form {FORMAT}")
    if manifest_bytes(read) != manifest:
        raise TamperedError(f"{MANIFEST} is not spelled as the gateway spells it; take another backup")
    wrong = [entry.path for entry in read.files if not is_inside(entry.path)]
    if wrong or len({entry.path for entry in read.files}) != len(read.files):
        raise TamperedError(f"The manifest names files that no backup has, or one twice: {wrong[:3]}")
    return read


def check_seal(manifest: bytes, seal: bytes, key: bytes) -> None:
    """TamperedError unless the manifest was sealed with this key."""
    told = msgspec.json.decode(seal, type=Seal).mac
    if not hmac.compare_digest(told, hmac.digest(key, SEALED_AS + manifest, sha256).hex()):
        raise TamperedError(
            "The manifest was not written by the gateway that holds this workspace key: somebody changed the "
            "backup and its sums. Do not use it, nor a folder that it was laid out in; find out who could "
            "write there"
        )


def is_inside(path: str) -> bool:
    """Whether this is the path of a file that a backup may hold; it leads nowhere else."""
    pure = PurePosixPath(path)
    if "\0" in path or pure.is_absolute() or str(pure) != path or ".." in pure.parts:
        return False
    if path == SNAPSHOT_FILE:
        return True
    return len(pure.parts) > 1 and pure.parts[0] in (VAULT_FOLDER, CONFIGURATION)


def vault_path(name: str) -> str:
    """The path in a backup of a file of the vault."""
    return f"{VAULT_FOLDER}/{name[:2]}/{name}"


def _written(seal: Seal) -> bytes:
    return msgspec.json.encode(seal) + b"\n"
