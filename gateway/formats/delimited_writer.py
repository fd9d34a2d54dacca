"""Rows to delimited text, quoted where they must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import FINDING_LIMIT, Dialect

__all__ = ["write_delimited"]


def write_delimited(
    columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], dialect: Dialect
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """A file with a header and these rows (texts by column, a missing one is blank).

    None with findings when a text holds what the character set cannot say.
    """
    lines = [_line(columns, dialect)]
    findings: list[Finding] = []
    for number, row in enumerate(rows, 2):
        cells = [row.get(column, "") for column in columns]
        for column, cell in enumerate(cells, 1):
            unsayable = _unsayable(cell, dialect.charset)
            if unsayable is not None and len(findings) < FINDING_LIMIT:
                place = Location(line=number, column=column)
                findings.append(found("flat-unwritable", place, unsayable, charset=dialect.charset))
        lines.append(_line(cells, dialect))
    if findings:
        return None, tuple(findings)
    return "".join(lines).encode(dialect.charset), ()


def _unsayable(cell: str, charset: str) -> str | None:
    if "\0" in cell:
        return "\0"
    try:
        cell.encode(charset)
    except UnicodeEncodeError as error:
        return cell[error.start]
    return None


def _line(cells: Iterable[str], dialect: Dialect) -> str:
    return dialect.delimiter.join(_cell(cell, dialect) for cell in cells) + dialect.line_end


def _cell(cell: str, dialect: Dialect) -> str:
    special = (dialect.delimiter, dialect.quote, "\r", "\n")
    if cell == cell.strip() and not any(sign in cell for sign in special):
        return cell
    return dialect.quote + cell.replace(dialect.quote, dialect.quote * 2) + dialect.quote
