"""The changes of one commit, as the database sees them: most only add rows, and those are added together.

A row added by itself costs many times what one of hundreds does. So the rows of a change wait until the batch
ends, or until a change looks at the database: that one gets a savepoint of its own, behind all that waited.
When rows that were added together fail, they are undone, and added again change by change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.attempt import Failed, attempt
from gateway.errors import StoreBusyError, StoreError
from gateway.store.failures import failure_of
from gateway.store.tables import METADATA, Table
from gateway.store.writing.rows import Row, Rows
from gateway.store.writing.savepoint import Savepoint

_PLACES = {table.name: place for place, table in enumerate(METADATA.sorted_tables)}  # keys name earlier ones


class Addition(NamedTuple):
    """Rows of one table that a change adds; they all have the same columns."""

    table: type[Table]
    rows: Sequence[Row]
    unless_there: bool = False


class Batch:
    """One transaction of the database, which must have begun."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self.connection = connection
        self._rows = rows
        self._savepoint = Savepoint(connection)
        self._waiting: list[tuple[int, Sequence[Addition]]] = []
        self._failed: dict[int, Exception] = {}
        self._fault: Exception | None = None

    def begin_one(self) -> None:
        """From here on a change uses the database by itself."""
        self._add_waiting()
        self._savepoint.begin()

    def add_together(self, additions: Sequence[Addition]) -> None:
        """Add rows at once, by one statement for those that are alike."""
        self._add_all(_grouped(additions))

    def end_one(self) -> None:
        """Keep what a change did since `begin_one`. Raises `StoreError` when nothing of it can be kept."""
        self.check(None)
        if not self._savepoint.end():
            self._savepoint.undo()
            raise StoreError("Nothing was kept: the change went on after an error of the database")

    def undo_one(self) -> None:
        """Undo what a change did since `begin_one`."""
        self._savepoint.undo()

    def add_later(self, place: int, additions: Sequence[Addition]) -> None:
        """Add the rows of the change with this place among those of the batch, together with others."""
        self._waiting.append((place, additions))

    def finish(self) -> dict[int, Exception]:
        """Add what waits; which of the changes with `add_later` failed, and why. Nothing of those is kept."""
        self._add_waiting()
        return self._failed

    def check(self, error: Exception | None) -> None:
        """Raises what concerns all changes of the batch: no room, no server, or all of it undone."""
        if self._fault is None and isinstance(error, DBAPIError) and failure_of(error) is not None:
            self._fault = error
        if self._fault is None and self.connection.invalidated:
            self._fault = StoreBusyError("Nothing was kept: the database undid the batch; try again")
        if self._fault is not None:
            raise self._fault

    def _add_waiting(self) -> None:
        self.check(None)
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        if not self._added(_grouped([each for _, additions in waiting for each in additions])):
            for place, additions in waiting:
                self._added(additions, place)

    def _added(self, additions: Sequence[Addition], place: int | None = None) -> bool:
        """Add rows, or none of them; when they are those of one change, its error is kept."""
        self._savepoint.begin()
        tried = attempt(lambda: self._add_all(additions))
        if isinstance(tried, Failed):
            self.check(tried.error)
            self._savepoint.undo()
            if place is not None:
                self._failed[place] = tried.error
            return False
        self._savepoint.end()
        return True

    def _add_all(self, additions: Sequence[Addition]) -> None:
        for addition in additions:
            self._rows.insert(
                self.connection, addition.table, addition.rows, unless_there=addition.unless_there
            )


def _grouped(additions: Sequence[Addition]) -> list[Addition]:
    """The same rows with one addition for those that one statement adds, first those that others name."""
    groups: dict[tuple[str, bool, tuple[str, ...]], tuple[type[Table], list[Row]]] = {}
    for table, rows, unless_there in additions:
        alike = str(table.__tablename__), unless_there, tuple(rows[0])
        groups.setdefault(alike, (table, []))[1].extend(rows)
    ordered = sorted(groups.items(), key=lambda group: _PLACES[group[0][0]])
    return [Addition(table, rows, unless_there) for (_, unless_there, _), (table, rows) in ordered]
