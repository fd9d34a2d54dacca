"""Stores to try things on: whole ones, in a folder of a test."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from gateway.ledger.ed25519 import public_key
from gateway.ports import Clock, Randomness
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.payloads.keys import WorkspaceKeys, new_workspace_key
from gateway.store.people import Who
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.room import ALL_MAY_BE_USED
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts
from gateway.store.surroundings import SystemClock, SystemRandomness

SEED = b"the seed of a key, of 32 letters"  # of the log
ME = Who("user", "otto")
INLINE = 4096  # bytes; what is larger goes to the vault
LARGEST = 64 * 1024 * 1024
BUSY_SECONDS = 0.5


def new_parts(
    folder: Path,
    database: Database | None = None,
    clock: Clock | None = None,
    random: Randomness | None = None,
) -> Parts:
    """What a store is made of: a file of SQLite in the folder where no other database is handed in."""
    random = random or SystemRandomness()
    return Parts(
        folder=folder,
        database=database or SqliteDatabase(folder / "gateway.db", BUSY_SECONDS),
        workspace_keys=WorkspaceKeys(new_workspace_key(random), [], random),
        clock=clock or SystemClock(),
        random=random,
        disk=Disk(),
        log_name="gateway.test/log",
        log_public=public_key(SEED),
        inline_bytes=INLINE,
        largest_file=LARGEST,
        low_water=ALL_MAY_BE_USED,
    )


def postgresql_database(url: str, busy_seconds: float = BUSY_SECONDS) -> PostgresqlDatabase:
    """A database of a server of `tests.postgresql`."""
    return PostgresqlDatabase(make_url(url), SystemRandomness(), busy_seconds)
