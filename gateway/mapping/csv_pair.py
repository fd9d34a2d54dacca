"""Delimited documents in two files: a row for each document, and beside it the rows of its items.

The two are joined by the table's document key: every row of items takes the columns of its document along, as
if they stood in one file. The key alone stands in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import DelimitedRow, DelimitedTable, FaultyRow
from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan
from gateway.mapping.csv_documents import joined_rows
from gateway.mapping.csv_owners import Key
from gateway.mapping.evaluate.sources import CsvTarget
from gateway.mapping.plan import Here

__all__ = ["Half", "Joined", "Written", "in_file", "item_columns", "join_halves", "split_halves"]

Written = tuple[tuple[str, ...], list[dict[str, str]]]
"""The columns of a file and its rows."""


class Half(msgspec.Struct, frozen=True):
    """One of the two files, by its name."""

    file: str
    table: DelimitedTable


class Joined(msgspec.Struct, frozen=True):
    """Both files as one table. `findings` are about the files as a whole; `alone`: one for each document that
    has no items."""

    table: DelimitedTable
    findings: tuple[Finding, ...]
    alone: tuple[Finding, ...]
    documents: Half
    items: Half
    lines: dict[int, int]

    def place(self, location: Location) -> Location:
        """Where a place of the joined table stands, and in which of the files."""
        if location.file is not None or location.line is None:
            return location
        width = len(self.items.table.columns)
        if location.column is None or location.column <= width:
            return msgspec.structs.replace(location, file=self.items.file)
        column = self.table.columns[location.column - 1]
        return msgspec.structs.replace(
            location,
            file=self.documents.file,
            line=self.lines.get(location.line, self.documents.table.line),
            column=self.documents.table.columns.index(column) + 1,
        )


def item_columns(plan: Plan) -> frozenset[str]:
    """The columns that only the rows of items have."""
    inner = {column for block in plan.root.blocks for column in _columns(block, sharing=False)}
    return frozenset(inner - set(plan.settings.document_key))


def _columns(block: BlockPlan, *, sharing: bool) -> list[str]:
    sharing = sharing or not isinstance(block.at, Here)
    sayings = [saying for row in block.rows for saying in row.sayings] if sharing else []
    columns = [spot.column for saying in sayings for spot in saying.spots if isinstance(spot, ColumnSpot)]
    for inner in block.blocks:
        columns += _columns(inner, sharing=sharing)
    return columns


def join_halves(plan: Plan, documents: Half, items: Half) -> Joined:
    """Both files as one table, with what keeps them from belonging together."""
    key = plan.settings.document_key
    findings = [*_of_file(documents), *_header_faults(key, documents, items)]
    own = tuple(column for column in documents.table.columns if column not in items.table.columns)
    columns = (*items.table.columns, *own)
    if findings:
        empty = DelimitedTable(columns, items.table.line, ())
        return Joined(empty, tuple(findings), (), documents, items, {})
    positions = [documents.table.columns.index(column) for column in own]
    known: dict[Key, DelimitedRow] = {}
    for row in documents.table.rows:
        held = _key(row, documents, key)
        if held in known:
            place = _place(documents, row, key)
            other = known[held].line
            findings.append(found("files-key-repeated", place, " + ".join(held), other=other))
        known.setdefault(held, row)
    rows: list[DelimitedRow] = []
    lines: dict[int, int] = {}
    seen: set[Key] = set()
    for row in items.table.rows:
        held = _key(row, items, key)
        document = known.get(held)
        if document is None:
            place = _place(items, row, key)
            findings.append(found("files-no-document", place, " + ".join(held), other=documents.file))
            continue
        seen.add(held)
        lines[row.line] = document.line
        rows.append(DelimitedRow(row.line, (*row.cells, *(document.cells[n] for n in positions))))
    alone = tuple(
        found("files-no-items", _place(documents, row, key), " + ".join(held), other=items.file)
        for held, row in known.items()
        if held not in seen
    )
    faulty = tuple(_widened(row, items.file, len(own)) for row in items.table.faulty)
    table = DelimitedTable(columns, items.table.line, tuple(rows), faulty)
    return Joined(table, tuple(findings), alone, documents, items, lines)


def _of_file(half: Half) -> tuple[Finding, ...]:
    """The faults of rows, each with its file: a row of documents that cannot be read may be any of them."""
    return in_file((each for row in half.table.faulty for each in row.findings), half.file)


def in_file(findings: Iterable[Finding], file: str) -> tuple[Finding, ...]:
    """Findings with the file they are about."""
    return tuple(
        msgspec.structs.replace(each, location=msgspec.structs.replace(each.location, file=file))
        for each in findings
    )


def _widened(row: FaultyRow, file: str, more: int) -> FaultyRow:
    """A faulty row with blanks for the columns of its document, so that it is as wide as the others."""
    return msgspec.structs.replace(
        row, cells=(*row.cells, *[""] * more), findings=in_file(row.findings, file)
    )


def _header_faults(key: Sequence[str], documents: Half, items: Half) -> list[Finding]:
    findings = []
    for half in (documents, items):
        for column in key:
            if column not in half.table.columns:
                place = Location(file=half.file, line=half.table.line)
                findings.append(found("files-key-missing", place, column))
    for number, column in enumerate(items.table.columns, 1):
        if column in documents.table.columns and column not in key:
            place = Location(file=items.file, line=items.table.line, column=number)
            findings.append(found("files-column-in-both", place, column, other=documents.file))
    return findings


def _key(row: DelimitedRow, half: Half, key: Sequence[str]) -> Key:
    return tuple(row.cells[half.table.columns.index(column)].strip() for column in key)


def _place(half: Half, row: DelimitedRow, key: Sequence[str]) -> Location:
    return Location(file=half.file, line=row.line, column=half.table.columns.index(key[0]) + 1)


def split_halves(plan: Plan, targets: Sequence[CsvTarget]) -> tuple[Written, Written]:
    """What two files say of these documents: a row for each of them, and the rows of their items.

    A column that no row of the table names stands with the documents where each of them says one thing in it.
    """
    columns, _ = joined_rows(targets)
    key = plan.settings.document_key
    items = {column for column in columns if column in item_columns(plan)}
    for column in columns:
        differing = any(len({row.get(column, "") for row in target.rows}) > 1 for target in targets)
        if column not in plan.columns and differing:
            items.add(column)
    of_documents = tuple(column for column in columns if column not in items)
    of_items = (*key, *(column for column in columns if column in items and column not in key))
    heads = [{column: target.rows[0].get(column, "") for column in of_documents} for target in targets]
    rows = [
        {column: row.get(column, "") for column in of_items}
        for target in targets
        for row in target.rows
        if any(row.get(column) for column in of_items if column not in key)
    ]
    return (of_documents, heads), (of_items, rows)
