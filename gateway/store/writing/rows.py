"""Rows on their way in: by statements that are made once, since making one takes longer than running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from gateway.store.columns import storable
from gateway.store.tables import METADATA, Table

Row = Mapping[str, object]
UNLESS_THERE = " ON CONFLICT DO NOTHING"  # the same words in SQLite and in PostgreSQL


class _Statement(NamedTuple):
    sql: str
    places: tuple[str, ...]  # the columns in the order of `?`; empty where the statement names them
    converted: tuple[tuple[str, Callable[[object], object]], ...]
    left_out: Row  # the values of columns that rows do not name

    def parameters(self, row: Row) -> dict[str, object] | tuple[object, ...]:
        """The values of a row as the driver takes them."""
        values = {name: storable(value) if type(value) is str else value for name, value in row.items()}
        values.update(self.left_out)
        for name, converted in self.converted:
            values[name] = converted(values[name])
        return tuple([values[name] for name in self.places]) if self.places else values


class Rows:
    """Adds rows to the tables of one database; used by one thread."""

    def __init__(self) -> None:
        self._statements: dict[tuple[str, bool, tuple[str, ...]], _Statement] = {}  # one per use in the code

    def insert(
        self, connection: Connection, table: type[Table], rows: Sequence[Row], *, unless_there: bool = False
    ) -> None:
        """Add rows, all with the same columns; with `unless_there`, a row that is there already stays."""
        columns = tuple(rows[0])
        called = (str(table.__tablename__), unless_there, columns)
        statement = self._statements.get(called)
        if statement is None:
            statement = self._statements[called] = _made(connection, *called)
        ready = [statement.parameters(row) for row in rows]
        connection.exec_driver_sql(statement.sql, ready if len(ready) > 1 else ready[0])


def _made(connection: Connection, name: str, unless_there: bool, columns: tuple[str, ...]) -> _Statement:
    table, dialect = METADATA.tables[name], connection.dialect
    left_out = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in columns and isinstance(column.default, ScalarElementColumnDefault)
    }
    named = [*columns, *left_out]
    compiled = insert(table).compile(dialect=dialect, column_keys=named)
    converted = [
        (column, found)
        for column in named
        if (found := table.columns[column].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    sql = str(compiled) + (UNLESS_THERE if unless_there else "")
    return _Statement(sql, tuple(compiled.positiontup or ()), tuple(converted), left_out)
