"""Which table reads a delimited file: its header must fit one of them clearly, or nothing is read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import Dialect, header_of
from gateway.formats.delimited_charset import differing_mark
from gateway.mapping.csv_fit import Fit
from gateway.pipeline.flat_tables import FlatTable

__all__ = ["table_for", "table_for_pair"]

DELIMITERS = (",", ";", "\t", "|")
NAMED_TABLES = 8  # in a message


class _Reading(msgspec.Struct, frozen=True):
    """The header as a table sees it, cut at `delimiter`, which may be another one than the table's."""

    table: FlatTable
    delimiter: str
    line: int
    fit: Fit

    @property
    def usual(self) -> bool:
        """Whether the header is cut at the delimiter of the table."""
        return self.delimiter == self.table.dialect.delimiter

    @property
    def weight(self) -> tuple[int, int, int, bool]:
        """What tells a better reading: known columns, then exact names, then none missing."""
        return self.fit.alike, self.fit.named, -len(self.fit.missing), self.usual


def table_for(tables: Sequence[FlatTable], data: bytes) -> tuple[FlatTable | None, tuple[Finding, ...]]:
    """The table that a file is meant for; None with what keeps the choice from being clear.

    A table fits when no column is missing that all its documents need; of several the one that knows most of
    the header. It is doubtful when another table knows as much, and a column that only this one needs stands
    there, by its own or a near name, or when that table would fit with another delimiter.
    """
    if not tables:
        return None, (found("mapping-unclear", problem="there is no table for delimited files"),)
    headers = _Headers(data)
    readings = sorted((headers.best(table) for table in tables), key=lambda each: each.weight, reverse=True)
    nearest = readings[0]
    if len(tables) == 1 and (nearest.usual or not nearest.fit.alike):
        return nearest.table, ()
    fitting = [each for each in readings if each.fit.complete and each.usual]
    if len(tables) > 1 and fitting:
        first = fitting[0]
        rivals = [each for each in readings if each is not first and each.fit.alike >= first.fit.alike]
        if len(fitting) > 1 and fitting[1].weight == first.weight:
            return None, (_unclear(f"the header fits {first.table.name} and {fitting[1].table.name} alike"),)
        against = [each for each in rivals if _is_doubt(each, first)]
        if not against:
            return first.table, ()
        nearest = against[0]
    return None, _faults(nearest, readings, data)


def table_for_pair(
    tables: Sequence[FlatTable], files: Sequence[bytes]
) -> tuple[FlatTable | None, tuple[Finding, ...]]:
    """The table that two files are meant for together: the one that knows most of both headers."""
    fits = []
    for table in tables:
        columns = [name for data in files for name in header_of(data, table.dialect)[1]]
        fits.append((table, table.fit(tuple(dict.fromkeys(columns)))))
    fitting = sorted((each for each in fits if each[1].complete), key=lambda each: -each[1].alike)
    if not fitting:
        return None, (found("files-unclear", problem="the two headers together fit none of the tables"),)
    if len(fitting) > 1 and fitting[0][1].alike == fitting[1][1].alike:
        names = f"{fitting[0][0].name} and {fitting[1][0].name}"
        return None, (found("files-unclear", problem=f"the two headers together fit {names} alike"),)
    return fitting[0][0], ()


class _Headers:
    """The header of a file, cut once for each way to cut it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._cut: dict[Dialect, tuple[int, tuple[str, ...]]] = {}

    def best(self, table: FlatTable) -> _Reading:
        """The reading of a table's own delimiter, or one in which it knows more of the header."""
        own = table.dialect.delimiter
        readings = []
        for delimiter in dict.fromkeys((own, *DELIMITERS)):
            if delimiter != table.dialect.quote:
                line, columns = self._columns(table.dialect, delimiter)
                readings.append(_Reading(table, delimiter, line, table.fit(columns)))
        return max(readings, key=lambda each: (each.fit.alike, each.usual))

    def _columns(self, dialect: Dialect, delimiter: str) -> tuple[int, tuple[str, ...]]:
        way = msgspec.structs.replace(dialect, delimiter=delimiter, line_end="")
        if way not in self._cut:
            self._cut[way] = header_of(self._data, way)
        return self._cut[way]


def _is_doubt(rival: _Reading, first: _Reading) -> bool:
    fits_too = rival.fit.complete and rival.usual
    return not fits_too and rival.fit.speaks_against(first.fit.plan)


def _faults(nearest: _Reading, readings: Sequence[_Reading], data: bytes) -> tuple[Finding, ...]:
    """Why no table reads the file: what the nearest one lacks, or that none is near."""
    fit = nearest.fit
    if not fit.alike:
        names = ", ".join(each.table.name for each in readings[:NAMED_TABLES])
        told = readings[0].table.faults(data)
        return (*told, _unclear(f"the header names no column of {names}"))
    findings = [*differing_mark(data, nearest.table.dialect.charset)]
    if not nearest.usual:
        findings.append(_delimiter(nearest))
    equal = [each.table.name for each in readings if each.weight == nearest.weight]
    if len(equal) > 1:
        return (*findings, _unclear(f"the header is equally near {' and '.join(equal[:NAMED_TABLES])}"))
    if not fit.most:
        lacking = ", ".join(fit.missing)
        problem = (
            f"the header fits none of the tables; the nearest, {nearest.table.name}, needs {lacking} too"
        )
        return (*findings, *nearest.table.faults(data), _unclear(problem))
    return (*findings, *(_missing(nearest, column) for column in fit.missing))


def _unclear(problem: str) -> Finding:
    return found("mapping-unclear", problem=problem)


def _delimiter(reading: _Reading) -> Finding:
    own = reading.table.dialect.delimiter
    setting = "tab" if reading.delimiter == "\t" else f'"{reading.delimiter}"'
    return found(
        "flat-delimiter",
        value=_shown(reading.delimiter),
        table=reading.table.name,
        expected=_shown(own),
        setting=setting,
    )


def _shown(delimiter: str) -> str:
    return "tabs" if delimiter == "\t" else f"`{delimiter}`"


def _missing(reading: _Reading, column: str) -> Finding:
    near = reading.fit.near(column)
    stands = f"; {near} stands there" if near else ""
    number = reading.fit.columns.index(near) + 1 if near else None
    place = Location(line=reading.line, column=number)
    return found("mapping-column-missing", place, column, table=reading.table.name, stands=stands)
