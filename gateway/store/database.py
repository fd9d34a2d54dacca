"""The database: one connection that writes, others that only read.

SQLite by default, in WAL mode with `synchronous=FULL`, since with less a loss of power takes back what was
acknowledged. PostgreSQL by URL, through the same statements.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, select
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.pool import NullPool, QueuePool
from sqlmodel import col

from gateway.errors import NoStoreError, StorageDoubtError, StorageFullError, StoreBusyError, StoreError
from gateway.ports import Randomness
from gateway.store.disk import OWNER_ONLY_FILE
from gateway.store.failures import failure_of, failure_of_sqlite, lacks_tables
from gateway.store.tables import LastBatch

# Up to this version two connections that write or checkpoint at once can damage the file (fixed 2026-03-13).
# The gateway has one that does, so it is safe; a second program on the file would not be.
SQLITE_SAFE = (3, 51, 3)
LOG_BYTES = 16 << 20  # of SQLite's log until it is copied into the file: the writer seldom waits for that
WIPE = "wipe"  # in `info` of the writing connection: something was destroyed that may not stay on the disk
READERS = 8
SERVICE_LOCK = 0x6163_6F72_6E67_7731  # the advisory lock of the one service, the same in every version
LOCK_NOT_AVAILABLE = "55P03"
# A machine may vanish without a word: each side notices within about a minute, and the lock is free again.
KEEPALIVE_SECONDS = 15
NOTICED_WHEN_GONE = {
    "keepalives_idle": KEEPALIVE_SECONDS,
    "keepalives_interval": KEEPALIVE_SECONDS,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}


class Database(ABC):
    """Where rows are kept.

    `wipes`: whether what was overwritten can be removed from the disk at once.
    """

    wipes: ClassVar[bool]

    file: Path | None
    """The file that holds all of it; None where a server does."""
    _writer: Engine
    _reader: Engine

    @property
    def kind(self) -> str:
        """Its name in URLs: `sqlite` or `postgresql`."""
        return self._writer.dialect.name

    def writer_engine(self) -> Engine:
        """An engine of connections that write; only the writer may ask for it."""
        return self._writer

    def reader_engine(self) -> Engine:
        """An engine of connections that cannot write."""
        return self._reader

    @abstractmethod
    def made_sure(self, connection: Connection) -> None:
        """Check that a writing connection keeps what it commits, and is the only one; else `StoreError`."""

    @abstractmethod
    def ticket(self, connection: Connection) -> str | None:
        """Write what tells later whether this transaction was committed, should its answer never come.

        None where the answer always comes.
        """

    @abstractmethod
    def was_committed(self, connection: Connection, ticket: str) -> bool:
        """Whether the transaction of a ticket was committed."""

    @abstractmethod
    def tidy(self, connection: Connection) -> None:
        """Do what keeps the database quick, between two transactions of the writer. Raises `StoreError`.

        Where the connection has `WIPE` in its `info`, what was overwritten is removed from the disk as far as
        the database can, and the mark with it.
        """

    @property
    @abstractmethod
    def remark(self) -> str | None:
        """What an operator should know of this database, in a sentence."""

    def close(self) -> None:
        """Let all connections go."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection that writes, in one transaction, for what is done before the writer has it."""
        connection = self.connect_writer()
        try:
            with connection.begin():
                yield connection
        finally:
            connection.close()

    def connect_writer(self) -> Connection:
        """The connection that writes; there is one at a time. Raises `StoreError` when it cannot be had."""
        try:
            connection = self.writer_engine().connect()
            try:
                self.made_sure(connection)
            except (StoreError, DBAPIError):
                connection.close()
                raise
        except DBAPIError as error:
            raise failure_of(error) or error from error
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write, in one transaction: all it reads is of one moment."""
        try:
            with self.reader_engine().connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            if lacks_tables(error):
                raise NoStoreError from error
            raise failure_of(error) or error from error
        except TimeoutError as error:
            raise StoreBusyError("Too many read at the same time; try again") from error


class SqliteDatabase(Database):
    """A file beside which SQLite keeps its log (`-wal`)."""

    wipes = True

    def __init__(self, path: Path, busy_seconds: float = 5.0) -> None:
        """`path`: the file; its folder exists. `busy_seconds`: how long to wait for a lock."""
        self.path = self.file = path
        self._log = path.with_name(f"{path.name}-wal")
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
        size = self._log_size()
        if size < LOG_BYTES:
            self._copied_at = 0
        if size < max(LOG_BYTES, self._copied_at + LOG_BYTES // 4):
            return
        self._copied_at = size
        self._copy_log(connection, "PASSIVE")

    def _wipe(self, connection: Connection) -> bool:
        """Copy all of the log into the file, and empty it; False while somebody reads what is older."""
        if not self._log_size():
            return True
        try:
            busy, _, _ = self._copy_log(connection, "TRUNCATE")
        except StorageFullError:  # what is to be written first is that the disk is full
            return False
        return not busy

    def _copy_log(self, connection: Connection, mode: str) -> tuple[int, int, int]:
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

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
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
        connection.execute(f"PRAGMA journal_size_limit={LOG_BYTES // 16 * 15}")
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


class PostgresqlDatabase(Database):
    """A database of a PostgreSQL server."""

    wipes = False  # rows of before stay in its pages until VACUUM, and in its log

    def __init__(self, url: URL, random: Randomness, busy_seconds: float = 5.0) -> None:
        """`url` with the driver psycopg and, where it is needed, the password."""
        self.url = url
        self.file = None
        self._random = random
        patience = {"connect_timeout": max(2, round(busy_seconds)), **NOTICED_WHEN_GONE}
        options = f"-c tcp_keepalives_idle={KEEPALIVE_SECONDS} -c tcp_keepalives_interval={KEEPALIVE_SECONDS}"
        self._writer = create_engine(
            url, poolclass=NullPool, connect_args={**patience, "options": options}, hide_parameters=True
        )
        self._reader = create_engine(
            url,
            hide_parameters=True,  # an error of the database is logged, and its values may be a document's
            pool_size=READERS,
            pool_pre_ping=True,
            pool_timeout=busy_seconds,
            connect_args={**patience, "options": "-c default_transaction_read_only=on"},
            isolation_level="REPEATABLE READ",
        )
        self._lock_milliseconds = round(busy_seconds * 1000)

    def made_sure(self, connection: Connection) -> None:
        """That commits are synced, and that this is the only service.

        The lock lasts as long as the connection. After a lost one it is had when the server has ended what
        that one did, so that what is read then is the last word.
        """
        synchronous = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
        fsync = connection.exec_driver_sql("SHOW fsync").scalar()
        connection.exec_driver_sql(f"SET lock_timeout = {self._lock_milliseconds}")
        connection.commit()
        try:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({SERVICE_LOCK})")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise StoreBusyError(
                "Another gateway service writes to this database; stop it, or work in its workspace"
            ) from error
        connection.commit()
        if synchronous == "off" or fsync == "off":
            raise StorageDoubtError(
                f"PostgreSQL runs with synchronous_commit={synchronous} and fsync={fsync}: what is "
                f"acknowledged could be lost. Set both to on"
            )

    def ticket(self, connection: Connection) -> str | None:
        """A mark in a row of its own. The number of a transaction would not do: a crash gives it anew."""
        mark = self._random.bytes(16).hex()
        connection.exec_driver_sql("UPDATE last_batch SET mark = %(mark)s", {"mark": mark})
        return mark

    def was_committed(self, connection: Connection, ticket: str) -> bool:
        """Whether the mark is there."""
        mark = connection.execute(select(col(LastBatch.mark))).scalar_one_or_none()
        connection.rollback()
        return mark == ticket

    def tidy(self, connection: Connection) -> None:
        """Nothing: PostgreSQL does that by itself, and fails when a sync does. Nor can it wipe what was."""
        connection.info.pop(WIPE, None)

    @property
    def remark(self) -> str | None:
        """Nothing is known against PostgreSQL."""
        return None
