"""A store in a folder of the bench, with a key that is the same at every run: nothing in it is secret."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from gateway.errors import StorageDoubtError
from gateway.ledger.ed25519 import public_key
from gateway.ports import Clock, Randomness
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.payloads.keys import WorkspaceKey, WorkspaceKeys
from gateway.store.people import Who
from gateway.store.room import ALL_MAY_BE_USED
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.surroundings import SystemClock, SystemRandomness

WHO = Who("user", "bench")
LOG_NAME = "gateway.example/bench"
FILE = "gateway.db"
INLINE_BYTES = 65_536
LARGEST_FILE = 10**9


def workspace_keys(random: Randomness) -> WorkspaceKeys:
    """The key of every store of the bench."""
    return WorkspaceKeys(WorkspaceKey(sha256(b"a key of the bench").digest()), [], random)


def parts(
    folder: Path,
    database: Database | None = None,
    clock: Clock | None = None,
    random: Randomness | None = None,
) -> Parts:
    """What the store of a folder is made of; SQLite and the real clock where nothing else is said."""
    random = random or SystemRandomness()
    return Parts(
        folder,
        database or SqliteDatabase(folder / FILE),
        workspace_keys(random),
        clock or SystemClock(),
        random,
        Disk(),
        LOG_NAME,
        public_key(sha256(b"a key of the log of the bench").digest()),
        INLINE_BYTES,
        LARGEST_FILE,
        low_water=ALL_MAY_BE_USED,
    )


def opened(made_of: Parts) -> Store:
    """The store, which is made when it is not there yet."""
    make_store(made_of, WHO)
    return open_store(made_of, _end)


def _end(doubt: StorageDoubtError) -> None:
    raise SystemExit(f"The disk cannot be trusted, so nothing is measured: {doubt}")
