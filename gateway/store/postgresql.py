"""A database of a PostgreSQL server, of which one service at a time is the writer."""

from __future__ import annotations

from sqlalchemy import URL, Connection, create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import col

from gateway.errors import StorageDoubtError, StoreBusyError
from gateway.ports import Randomness
from gateway.store.database import READERS, WIPE, Database
from gateway.store.tables import LastBatch

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
