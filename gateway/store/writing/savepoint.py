"""Savepoints, said to the driver itself: SQLAlchemy takes ten times as long for these few words."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

FAILED_TRANSACTION = "25P02"


class Savepoint:
    """What one change of a batch can be undone to. One stands at a time; for one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.connection.cursor()
        self._dialect = connection.dialect

    def begin(self) -> None:
        """From here on all can be undone."""
        self._say("SAVEPOINT one")

    def end(self) -> bool:
        """What was done stays; False when an error was passed over that leaves nothing to keep."""
        try:
            self._say("RELEASE SAVEPOINT one")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == FAILED_TRANSACTION:
                return False
            raise
        return True

    def undo(self) -> None:
        """What was done since `begin` is undone."""
        self._say("ROLLBACK TO SAVEPOINT one")
        self._say("RELEASE SAVEPOINT one")

    def _say(self, words: str) -> None:
        """Raises `DBAPIError`, as SQLAlchemy would."""
        fault: type[Exception] = self._dialect.loaded_dbapi.Error
        try:
            self._cursor.execute(words)
        except fault as error:
            raise DBAPIError.instance(words, None, error, fault, dialect=self._dialect) from error
