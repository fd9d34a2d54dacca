"""What an error of the database means for the gateway: try later, no room, or stop."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from gateway.errors import StorageDoubtError, StorageFullError, StoreBusyError, StoreError

# Primary result codes of SQLite (sqlite.org/rescode.html): the low byte of what the driver tells.
PRIMARY = 0xFF
SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
SQLITE_DOUBT = {
    sqlite3.SQLITE_NOMEM: "is out of memory",
    sqlite3.SQLITE_READONLY: "may not be written",
    sqlite3.SQLITE_IOERR: "cannot be read or written",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_NOTADB: "is no database of SQLite",
}
# Conditions of PostgreSQL (appendix A of its manual).
POSTGRESQL_FULL = frozenset({"53100"})
POSTGRESQL_BUSY = frozenset({"40001", "40P01", "53200", "53300", "55P03", "57014"})
POSTGRESQL_AWAY = ("08", "57P")
POSTGRESQL_READ_ONLY = "25006"
UNDEFINED_TABLE = "42P01"
POSTGRESQL_DOUBT = ("58", "XX")

NO_ROOM = "the disk of the database is full; make room: the gateway goes on by itself"


def failure_of(error: DBAPIError) -> StoreError | None:
    """What an error of the database is for the whole batch; None when it is the change's own fault.

    `StorageFullError`: no room. `StoreBusyError`: locked, or the server is away. `StorageDoubtError`: what
    was written may not be kept.
    """
    if isinstance(error.orig, sqlite3.Error):
        return failure_of_sqlite(error.orig) or (_undone(error) if error.connection_invalidated else None)
    return _of_postgresql(error)


def _undone(error: DBAPIError) -> StoreError:
    return StoreBusyError(f"Nothing was kept: the database undid all of it ({error.orig}); try again")


def lacks_tables(error: DBAPIError) -> bool:
    """Whether a table was asked for that is not there."""
    state = getattr(error.orig, "sqlstate", None)
    return state == UNDEFINED_TABLE or str(error.orig).startswith("no such table")


def failure_of_sqlite(error: sqlite3.Error) -> StoreError | None:
    """The same for an error as the driver of SQLite raises it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # the driver's own complaint, such as a wrong use of it
        return None
    primary = code & PRIMARY
    if primary == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:  # -shm, where nothing is kept
        return StorageFullError(f"Nothing was kept: {NO_ROOM}")
    if primary in SQLITE_BUSY:
        return StoreBusyError(
            "Nothing was kept: another program holds the database; close what has var/gateway.db open, and "
            "try again"
        )
    if primary in SQLITE_DOUBT:
        return StorageDoubtError(
            f"The database {SQLITE_DOUBT[primary]} ({error}, {error.sqlite_errorname}): the gateway stops, "
            f"since it cannot tell what is kept. Look at the disk and the log of the system, then start again"
        )
    return None


def _of_postgresql(error: DBAPIError) -> StoreError | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # the driver's own complaint: of a server it cannot reach, or of a value it cannot send
        away = error.connection_invalidated or isinstance(error, OperationalError)
    else:
        away = error.connection_invalidated or state.startswith(POSTGRESQL_AWAY)
    if away:
        return StoreBusyError(
            "Nothing was kept: the PostgreSQL server cannot be reached; start it, and try again"
        )
    if state is None:
        return None
    if state == POSTGRESQL_READ_ONLY:
        return StoreBusyError(
            "Nothing was kept: the PostgreSQL server lets nobody write, as a standby does; name the primary "
            "in the settings"
        )
    if state in POSTGRESQL_FULL:
        return StorageFullError(f"Nothing was kept: {NO_ROOM}")
    if state in POSTGRESQL_BUSY:
        return StoreBusyError(f"Nothing was kept: PostgreSQL is busy ({error.orig}); try again")
    if state.startswith(POSTGRESQL_DOUBT):
        return StorageDoubtError(
            f"PostgreSQL failed ({error.orig}): the gateway stops, since it cannot tell what is kept. "
            f"Look at the log of the server, then start again"
        )
    return None
