"""What the database of a backup says, read from its bytes: nothing that it merely claims is believed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from gateway.errors import StoreError, TamperedError
from gateway.ledger.tree import Frontier
from gateway.store.backup.form import Facts
from gateway.store.backup.snapshot import opened, quoted
from gateway.store.payloads.keys import WorkspaceKeys, WrappedKey
from gateway.store.payloads.message_keys import STORE
from gateway.store.writing.leaf_rows import extent_of, node_count, walk

NAMES_AT_ONCE = 4096
OF_THE_TABLES = "alembic_version"


def facts_of(path: Path) -> Facts:
    """Read all of the file. TamperedError when it is damaged, or its log is not one."""
    with reading(path) as connection:
        _refuse_damage(connection)
        tree = tree_of(path)
        (epoch,) = _one(connection, "SELECT max(number) FROM epoch")
        if not isinstance(epoch, int):
            raise TamperedError("The database holds no store: it has no epoch; take another backup")
        return Facts(
            tables=str(_one(connection, f"SELECT version_num FROM {OF_THE_TABLES}")[0]),
            epoch=epoch,
            leaves=tree.size,
            root=tree.root.hex(),
            checkpoint=_last_checkpoint(connection),
            keys=_keys(connection),
            rows=_counts(connection),
        )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the file of a backup; what SQLite finds wrong with it is a TamperedError."""
    try:
        with contextlib.closing(opened(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> TamperedError:
    return TamperedError(f"The database {path} is damaged ({error}); it cannot be used as a backup")


def tree_of(path: Path, size: int | None = None) -> Frontier:
    """The tree of the leaves, or of the first `size`, hashed anew; the hashes that are kept must be those."""
    with reading(path) as driver:
        engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
        try:
            with engine.connect() as connection:
                return _tree(connection, size)
        except DBAPIError as error:
            raise _damaged(path, error) from error
        finally:
            engine.dispose()


def _tree(connection: Connection, size: int | None) -> Frontier:
    extent, tree = extent_of(connection), Frontier()
    for stretch in walk(connection, tree, extent.size if size is None else min(size, extent.size)):
        for n in (*stretch.changed, stretch.missing):
            if n is not None:
                raise TamperedError(f"Leaf {n} of the log is missing or was changed; look at the database")
        tree = stretch.frontier
        if stretch.wrong:
            raise TamperedError(f"What is kept of the tree of the log below leaf {tree.size} is wrong")
    kept = connection.exec_driver_sql("SELECT count(*) FROM ledger_node").scalar_one()
    if extent.first < 0 or (size is None and kept != node_count(tree.size)):
        raise TamperedError(f"Leaves or hashes are kept that are not of the log of {tree.size} leaves")
    return tree


def vault_names(path: Path) -> Iterator[str]:
    """The files of the vault that payloads are in."""
    with reading(path) as connection:
        found = connection.execute(
            "SELECT vault_name FROM payload WHERE vault_name IS NOT NULL ORDER BY vault_name"
        )
        while rows := found.fetchmany(NAMES_AT_ONCE):
            for (name,) in rows:
                yield name


def workspace_secret(path: Path, keys: WorkspaceKeys) -> bytes:
    """The key of what belongs to no message. StoreError names the workspace key that is needed for it."""
    with reading(path) as connection:
        row = connection.execute(
            "SELECT key_id, wrapped FROM message_key WHERE message_id = ?", (STORE,)
        ).fetchone()
    if row is None or row[0] is None:
        raise StoreError("The database has no key of its own; it is no store of a gateway")
    return keys.unwrap(STORE, WrappedKey(row[0], row[1]))


def _refuse_damage(connection: sqlite3.Connection) -> None:
    said = connection.execute("PRAGMA integrity_check(3)").fetchall()
    if said != [("ok",)]:
        raise TamperedError(f"The database is damaged: {'; '.join(str(row[0]) for row in said)}")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise TamperedError(f"The database is damaged: a row of {broken[0]} names none of {broken[2]}")


def _last_checkpoint(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT note FROM checkpoint ORDER BY epoch DESC, size DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def _keys(connection: sqlite3.Connection) -> tuple[str, ...]:
    found = connection.execute("SELECT DISTINCT key_id FROM message_key WHERE key_id IS NOT NULL ORDER BY 1")
    return tuple(str(row[0]) for row in found)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    counted = {}
    for (name,) in tables:
        (count,) = _one(connection, f"SELECT count(*) FROM {quoted(name)}")
        counted[str(name)] = int(str(count))
    return counted


def _one(connection: sqlite3.Connection, asked: str) -> tuple[object, ...]:
    row = connection.execute(asked).fetchone()
    if row is None:
        raise TamperedError("The database holds no store of a gateway; take another backup")
    return tuple(row)
