"""Rows to delimited text, quoted where they must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import MAX_FINDINGS, Dialect
from gateway.formats.delimited_charset import encoded

__all__ = ["write_delimited"]


def write_delimited(
    columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], dialect: Dialect
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """A file with a header and these rows (texts by column, a missing one is blank).

    None with findings when a text holds what the character set cannot say.
    """
    table = [list(columns), *([row.get(column, "") for column in columns] for row in rows)]
    text = "".join([_line(cells, dialect) for cells in table])
    try:
        data = encoded(text, dialect.charset)
    except UnicodeEncodeError:
        data = None
    if data is None or "\0" in text:
        signs = [[dialect.delimiter + dialect.quote]]
        return None, _unwritable(table, dialect.charset) or _unwritable(signs, dialect.charset)
    return data, ()


def _unwritable(table: Sequence[Sequence[str]], charset: str) -> tuple[Finding, ...]:
    """Every cell the character set cannot say, up to a limit."""
    findings: list[Finding] = []
    for line, cells in enumerate(table, 1):
        for column, cell in enumerate(cells, 1):
            unsayable = _unsayable(cell, charset)
            if unsayable is not None:
                place = Location(line=line, column=column)
                findings.append(found("flat-unwritable", place, unsayable, charset=charset))
                if len(findings) >= MAX_FINDINGS:
                    return tuple(findings)
    return tuple(findings)


def _unsayable(cell: str, charset: str) -> str | None:
    if "\0" in cell:
        return "\0"
    try:
        cell.encode(charset)
    except UnicodeEncodeError as error:
        return cell[error.start]
    return None


def _line(cells: Sequence[str], dialect: Dialect) -> str:
    line = dialect.delimiter.join(cells)
    plain = line.count(dialect.delimiter) == len(cells) - 1 and not any(
        sign in line for sign in (dialect.quote, "\r", "\n")
    )
    if not plain or [*map(str.strip, cells)] != [*cells]:
        line = dialect.delimiter.join([_cell(cell, dialect) for cell in cells])
    return line + dialect.line_end


def _cell(cell: str, dialect: Dialect) -> str:
    special = (dialect.delimiter, dialect.quote, "\r", "\n")
    if cell == cell.strip() and not any(sign in cell for sign in special):
        return cell
    return dialect.quote + cell.replace(dialect.quote, dialect.quote * 2) + dialect.quote
