"""The store as a whole, put together from a database, keys and a folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from gateway.errors import NoStoreError, StorageDoubtError, StoreError, UsageError
from gateway.ports import Clock, Randomness
from gateway.store import schema
from gateway.store.backup.unfinished import refuse_unfinished
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.failures import failure_of
from gateway.store.making import begin
from gateway.store.payloads.keys import WorkspaceKeys
from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.payloads.vault import Spool, Swept, Vault
from gateway.store.people import SERVICE, Who, actor_id
from gateway.store.receiving import Intake, Then
from gateway.store.room import LowWater
from gateway.store.tables import Epoch, Payload
from gateway.store.writing.books import LedgerBooks
from gateway.store.writing.transaction import Entry, Transaction
from gateway.store.writing.writer import Writer

VAULT = "vault"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a store is made of, as the settings of a workspace have it.

    `folder` is its `var/`, `log_public` the public key that an epoch of the log gets when it is opened.
    """

    folder: Path
    database: Database
    workspace_keys: WorkspaceKeys
    clock: Clock
    random: Randomness
    disk: Disk
    log_name: str
    log_public: bytes
    inline_bytes: int
    largest_file: int
    low_water: LowWater


@dataclass(frozen=True, slots=True)
class Store:
    """What is remembered, open for reading and for changes; `swept` was found in the vault. `close` it."""

    parts: Parts
    writer: Writer
    keys: MessageKeys
    vault: Vault
    intake: Intake
    swept: Swept

    @property
    def database(self) -> Database:
        """Where to read."""
        return self.parts.database

    def close(self) -> None:
        """Commit what was taken, and let go.

        Readers first: then the connection that writes is the last one, and removes the log of SQLite.
        """
        self.parts.database.close()
        self.writer.stop()
        self.parts.database.close()


def nothing_more(transaction: Transaction, message: str) -> None:
    """What is received is kept, and that is all."""


def make_store(parts: Parts, who: Who) -> None:
    """Make the tables and the first rows of a new store; what a stop left half made is finished.

    Raises `UsageError` when the database holds the store of another workspace.
    """
    _bring_up_to_date(parts.database)
    keys = MessageKeys(parts.workspace_keys, parts.random)
    with parts.database.reading() as connection:
        if connection.execute(select(col(Epoch.number))).first() is not None:
            _refuse_unless_ours(connection, keys)
            return
    refuse_unfinished(parts.folder)
    writer = _writer(parts, keys)
    try:
        writer.start()
        writer.do(lambda transaction: begin(transaction, keys, who, parts.log_name, parts.log_public))
    finally:
        writer.stop()


def open_store(
    parts: Parts, on_doubt: Callable[[StorageDoubtError], None] | None = None, then: Then = nothing_more
) -> Store:
    """Open a store for changes: its tables are brought up to date, and left-overs of a stop are removed.

    `on_doubt` is called as `Writer` has it. `then` arranges what is to be done with a file that was received.
    The lock of the workspace must be held.
    Raises `StoreError`.
    """
    before, after = _bring_up_to_date(parts.database)
    if before is None or not is_made(parts.database):
        refuse_unfinished(parts.folder)
        raise NoStoreError
    keys = MessageKeys(parts.workspace_keys, parts.random)
    writer = _writer(parts, keys, on_doubt)
    writer.start()
    with ExitStack() as undoing:
        undoing.callback(writer.stop)
        parts.disk.sync_folder(parts.folder)  # SQLite passes over it when the sync of its folder fails
        vault = Vault(parts.folder / VAULT, parts.disk, parts.random, parts.low_water)
        swept = vault.sweep(lambda names: _named(parts.database, names))
        store = Store(parts, writer, keys, vault, _intake(parts, keys, writer, vault, then), swept)
        if before != after:
            writer.do(lambda transaction: _enter_upgrade(transaction, before, after))
        undoing.pop_all()
    return store


def _intake(parts: Parts, keys: MessageKeys, writer: Writer, vault: Vault, then: Then) -> Intake:
    return Intake(
        writer=writer,
        keys=keys,
        vault=vault,
        spool=Spool(vault, parts.inline_bytes),
        clock=parts.clock,
        random=parts.random,
        largest=parts.largest_file,
        then=then,
    )


def is_made(database: Database) -> bool:
    """Whether there is a store in the tables; a stop, or a vain try to open it, leaves tables without one."""
    try:
        with database.reading() as connection:
            return connection.execute(select(col(Epoch.number))).first() is not None
    except NoStoreError:
        return False


def _refuse_unless_ours(connection: Connection, keys: MessageKeys) -> None:
    try:
        keys.of(connection, STORE)
    except StoreError as error:
        raise UsageError(
            "The database holds the store of another workspace, whose key is not here; name another database"
        ) from error


def _bring_up_to_date(database: Database) -> tuple[str | None, str]:
    try:
        with database.writing() as connection:
            return schema.upgrade(connection)
    except DBAPIError as error:
        raise failure_of(error) or error from error


def _writer(
    parts: Parts, keys: MessageKeys, on_doubt: Callable[[StorageDoubtError], None] | None = None
) -> Writer:
    return Writer(parts.database, LedgerBooks(keys), parts.clock, parts.random, on_doubt)


def _named(database: Database, names: Sequence[str]) -> Collection[str]:
    """Of these names of the vault those that a payload is kept under."""
    with database.reading() as connection:
        kept = select(col(Payload.vault_name)).where(col(Payload.vault_name).in_(names))
        return {name for name in connection.execute(kept).scalars() if name is not None}


def _enter_upgrade(transaction: Transaction, before: str, after: str) -> None:
    details = {"before": before, "after": after}
    transaction.record(Entry("tables-upgraded", actor_id(transaction, SERVICE), details=details))
