"""The database: one connection that writes, others that only read.

SQLite by default, PostgreSQL by URL, through the same statements.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from gateway.errors import NoStoreError, StoreBusyError, StoreError
from gateway.store.failures import failure_of, lacks_tables

WIPE = "wipe"  # in `info` of the writing connection: something was destroyed that may not stay on the disk
READERS = 8


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
