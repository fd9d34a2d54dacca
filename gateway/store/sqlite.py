"""SQLite in WAL mode with `synchronous=FULL`: with less a loss of power takes back what was acknowledged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, ExceptionContext, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from gateway.errors import NoStoreError, StorageDoubtError, StorageFullError
from gateway.store.database import READERS, WIPE, Database
from gateway.store.disk import OWNER_ONLY_FILE
from gateway.store.failures import failure_of_sqlite

# Up to this version two connections that write or checkpoint at once can damage the file (fixed 2026-03-13).
# The gateway has one that does, so it is safe; a second program on the file would not be.
SQLITE_SAFE = (3, 51, 3)
WAL_BYTES = 16 << 20  # of SQLite's log until it is copied into the file: the writer seldom waits for that


class SqliteDatabase(Database):
    """A file beside which SQLite keeps its log (`-wal`)."""

    wipes = True

    def __init__(self, path: Path, busy_seconds: float = 5.0) -> None:
        """`path`: the file; its folder exists. `busy_seconds`: how long to wait for a lock."""
        self.path = self.file = path
        self._wal = path.with_name(f"{path.name}-wal")
        self._copied_at = 0  # how long the log was when it was copied last, and not begun anew since
        self._busy_milliseconds = round(busy_seconds * 1000)
        self._writer = create_engine(
            "sqlite://", creator=self._connect, poolclass=NullPool, hide_parameters=True
        )
        self._reader = create_engine(
            "sqlite://",
            creator=self._connect_reader,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=READERS,
            pool_timeout=busy_seconds,
        )
        event.listen(self._writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(self._writer, "handle_error", _end_what_is_undone)
        event.listen(self._reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    def made_sure(self, connection: Connection) -> None:
        """That the log is written ahead, and synced at each commit.

        Pages of before are removed: a process that destroyed a key may have died before it could.
        """
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        connection.rollback()
        if (mode, synchronous) != ("wal", 2):
            raise StorageDoubtError(
                f"{self.path} has journal_mode={mode} and synchronous={synchronous}; wal and 2 (FULL) are "
                f"needed, or what is acknowledged could be lost. Look for faults of the disk in the log of "
                f"the system; where there is none, put the workspace on a local disk"
            )
        self._wipe(connection)

    def ticket(self, connection: Connection) -> str | None:
        """None: a commit of SQLite happens in this process, and says whether it did."""
        return None

    def was_committed(self, connection: Connection, ticket: str) -> bool:
        """Never asked, as there are no tickets."""
        return False

    def tidy(self, connection: Connection) -> None:
        """Copy the log into the file when it has grown.

        SQLite would do so by itself, and pass over a sync that fails meanwhile. While somebody reads what is
        older the log goes on growing, and is copied again when it has grown by a quarter.
        """
        if connection.info.get(WIPE) and self._wipe(connection):
            del connection.info[WIPE]
            return
        size = self._wal_size()
        if size < WAL_BYTES:
            self._copied_at = 0
        if size < max(WAL_BYTES, self._copied_at + WAL_BYTES // 4):
            return
        self._copied_at = size
        self._copy_wal(connection, "PASSIVE")

    def _wipe(self, connection: Connection) -> bool:
        """Copy all of the log into the file, and empty it; False while somebody reads what is older."""
        if not self._wal_size():
            return True
        try:
            busy, _, _ = self._copy_wal(connection, "TRUNCATE")
        except StorageFullError:  # what is to be written first is that the disk is full
            return False
        return not busy

    def _copy_wal(self, connection: Connection, mode: str) -> tuple[int, int, int]:
        """Whether somebody was in the way, how many pages the log has, and how many of them were copied."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            driver.execute("PRAGMA busy_timeout=0")  # nobody is kept waiting for a reader
            try:
                found: tuple[int, int, int] = driver.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            finally:
                driver.execute(f"PRAGMA busy_timeout={self._busy_milliseconds}")
        except sqlite3.Error as error:
            raise failure_of_sqlite(error) or error from error
        return found

    def _wal_size(self) -> int:
        try:
            return self._wal.stat().st_size
        except OSError:  # there is none at the moment
            return 0

    @property
    def remark(self) -> str | None:
        """That this SQLite may damage a file that a second program writes; None for one that does not."""
        if sqlite3.sqlite_version_info >= SQLITE_SAFE:
            return None
        return (
            f"SQLite {sqlite3.sqlite_version} can damage a file when a second program writes to it at the "
            f"same time; let no other program write to var/gateway.db. 3.51.3 and later are safe"
        )

    def _connect(self) -> sqlite3.Connection:
        # Never one that is there: to close it would end the locks that SQLite has on it in this process, and
        # another process would copy the log into the file and remove it while this one writes to it.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY_FILE))
        connection = self._opened("rw")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # a key that was destroyed must be gone from the file
        connection.execute("PRAGMA wal_autocheckpoint=0")  # `tidy` does it, and sees when a sync fails
        connection.execute(f"PRAGMA journal_size_limit={WAL_BYTES // 16 * 15}")
        return connection

    def _connect_reader(self) -> sqlite3.Connection:
        """A connection of which not even the last to be closed copies the log into the file."""
        if not self.path.exists():
            raise NoStoreError
        connection = self._opened("ro")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    def _opened(self, mode: str) -> sqlite3.Connection:
        """A connection to the file, which must be there: else SQLite would make an empty one."""
        file = f"{self.path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(file, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout={self._busy_milliseconds}")
        connection.execute("PRAGMA mmap_size=0")
        return connection


def _end_what_is_undone(failing: ExceptionContext) -> None:
    """After some faults SQLite has undone all of a transaction, and would keep what follows by itself."""
    if failing.connection is None or failing.connection.invalidated:
        return
    driver = failing.connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        failing.is_disconnect = True
