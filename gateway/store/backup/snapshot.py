"""All tables at one moment, in a file of SQLite: taken beside a service that goes on writing.

From SQLite by `VACUUM INTO`: it reads in one transaction, so the writer is not waited for and does not wait;
the library is not held meanwhile, so other threads run; and unlike a copy of pages it takes no free ones
along, in which keys that were destroyed may still stand. The log of the database (`-wal`) cannot be emptied
while it reads: where it grows too large, the copy is given up. From PostgreSQL by reading all tables in one
snapshot (REPEATABLE READ, read-only).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, Table, create_engine
from sqlalchemy.pool import StaticPool

from gateway.errors import StoreBusyError, StoreError
from gateway.store import schema
from gateway.store.database import Database
from gateway.store.disk import no_room
from gateway.store.failures import PRIMARY
from gateway.store.tables import METADATA

LARGEST_WAL = 1024 * 1024 * 1024  # bytes by which the log may grow while the copy is made
STEPS_BETWEEN_LOOKS = 50_000  # of SQLite's machine: a look some thirty times a second
ROWS_AT_ONCE = 200  # each may hold a payload of 64 KiB or so


def take(database: Database, path: Path, largest_wal: int = LARGEST_WAL) -> None:
    """Copy all tables into an empty file that is there; the caller syncs it.

    Raises `StorageFullError`, `StoreBusyError` or `StoreError`; then the file is worth nothing.
    """
    with _told(path):
        if database.file is not None:
            _vacuum_into(database.file, path, largest_wal)
        else:
            with database.reading() as source:
                _read_all(source, path)


def _vacuum_into(source: Path, path: Path, largest_wal: int) -> None:
    wal = Path(f"{source}-wal")
    allowed = _size(wal) + largest_wal
    with contextlib.closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.set_progress_handler(lambda: int(_size(wal) > allowed), STEPS_BETWEEN_LOOKS)
        try:
            connection.execute("VACUUM INTO ?", (str(path),))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            raise StoreBusyError(
                f"The backup was given up: while it was taken, so much was written that {wal.name} grew by "
                f"more than {largest_wal} bytes. Take it again when less is written"
            ) from error


def _read_all(source: Connection, path: Path) -> None:
    if schema.version_of(source) != schema.newest_version():
        raise StoreError("The tables are of another version than this gateway; start the service once")
    with new_file(path) as (connection, raw):
        schema.upgrade(connection)
        for table in METADATA.sorted_tables:
            names = [column.name for column in table.columns]
            places = ", ".join("?" for _ in names)
            adding = f"INSERT INTO {quoted(table.name)} ({_list(names)}) VALUES ({places})"
            for rows in _rows(source, table, names):
                raw.executemany(adding, rows)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[tuple[Connection, sqlite3.Connection]]:
    """A connection to an empty file, in one transaction; the same, as the driver has it.

    Nothing is synced on the way, as the file is worth nothing before all of it is there.
    """
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    try:
        raw.execute("PRAGMA journal_mode=OFF")
        raw.execute("PRAGMA synchronous=OFF")
        with engine.connect() as connection, connection.begin():
            raw.execute("BEGIN")
            yield connection, raw
    finally:
        engine.dispose()


def _rows(source: Connection, table: Table, names: Sequence[str]) -> Iterator[Sequence[Sequence[object]]]:
    """The rows of a table as the driver has them, some at a time."""
    options = {"stream_results": True, "yield_per": ROWS_AT_ONCE}
    found = source.exec_driver_sql(
        f"SELECT {_list(names)} FROM {quoted(table.name)}", execution_options=options
    )
    for rows in found.partitions():
        yield [tuple(row) for row in rows]


def pour(path: Path, target: Connection) -> None:
    """Write all rows of a file of SQLite into the empty tables of PostgreSQL, in the caller's transaction.

    What stands within a message is named in a second pass: rows do not come in the order of their nesting.
    """
    with contextlib.closing(opened(path)) as source:
        for table in METADATA.sorted_tables:
            names = [column.name for column in table.columns]
            inner = [key.parent.name for key in table.foreign_keys if key.column.table is table]
            _pour_table(source, target, table, [name for name in names if name not in inner])
            for name in inner:
                _name_inner(source, target, table, name)


def _pour_table(source: sqlite3.Connection, target: Connection, table: Table, names: Sequence[str]) -> None:
    places = ", ".join("%s" for _ in names)
    adding = f"INSERT INTO {quoted(table.name)} ({_list(names)}) VALUES ({places})"
    found = source.execute(f"SELECT {_list(names)} FROM {quoted(table.name)}")
    while rows := found.fetchmany(ROWS_AT_ONCE):
        target.exec_driver_sql(adding, rows)


def _name_inner(source: sqlite3.Connection, target: Connection, table: Table, name: str) -> None:
    (key,) = [column.name for column in table.primary_key]
    naming = f"UPDATE {quoted(table.name)} SET {quoted(name)} = %s WHERE {quoted(key)} = %s"
    found = source.execute(
        f"SELECT {_list((name, key))} FROM {quoted(table.name)} WHERE {quoted(name)} IS NOT NULL"
    )
    while rows := found.fetchmany(ROWS_AT_ONCE):
        target.exec_driver_sql(naming, rows)


def opened(path: Path) -> sqlite3.Connection:
    """A file that nobody changes, for reading; nothing is written beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)


def quoted(name: str) -> str:
    """A name as both databases take it, even where it is a word of theirs."""
    return '"' + name.replace('"', '""') + '"'


def _list(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite says of the file that is written, in the words of the gateway."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & PRIMARY == sqlite3.SQLITE_FULL:
            raise no_room(path, str(error)) from error
        raise StoreError(f"The database cannot be copied to {path}: {error}; look at both disks") from error
