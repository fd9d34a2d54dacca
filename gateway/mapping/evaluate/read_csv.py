"""Delimited files for the slow reader: one document is the rows that share its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gateway.findings import Location, found
from gateway.formats.delimited import DelimitedRow
from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan, RowsAt, Spot
from gateway.mapping.evaluate.bounded import FindingList
from gateway.mapping.evaluate.drafts import Ext
from gateway.mapping.evaluate.reading import Found, Instance
from gateway.mapping.evaluate.sources import CsvSource
from gateway.mapping.evaluate.trace import Place
from gateway.mapping.plan import Here

__all__ = ["CsvReader", "CsvScope"]


class CsvScope(msgspec.Struct, frozen=True):
    """Rows that are one item. `kept`: the unknown columns that an item around it has kept already."""

    rows: tuple[DelimitedRow, ...]
    kept: frozenset[str] = frozenset()


class Cells(msgspec.Struct, frozen=True):
    """These columns of an item."""

    scope: CsvScope
    columns: tuple[str, ...]


class CsvReader:
    """Finds what the rows of a plan name in the rows of one document."""

    def __init__(self, source: CsvSource, plan: Plan) -> None:
        self.source = source
        self.positions = {column: number for number, column in enumerate(source.columns)}
        self.unknown = tuple(column for column in source.columns if column not in plan.columns)
        self.findings = FindingList()
        self.told: set[tuple[str, int]] = set()
        self.left: tuple[CsvScope, tuple[str, ...]] = (CsvScope(()), ())

    def root(self) -> Instance[CsvScope]:
        line = self.source.rows[0].line if self.source.rows else 1
        return Instance(CsvScope(self.source.rows), (), Location(line=line))

    def text(self, row: DelimitedRow, column: str) -> str:
        """A cell without blanks around it; "" when the file has no such column."""
        position = self.positions.get(column)
        return "" if position is None else row.cells[position].strip()

    def place(self, row: DelimitedRow, column: str) -> Location:
        """Line and column of a cell; the line alone when the file has no such column."""
        position = self.positions.get(column)
        return Location(line=row.line, column=None if position is None else position + 1)

    def fetch(self, scope: CsvScope, spots: tuple[Spot, ...], *, repeated: bool) -> Found:
        del repeated  # delimited files have no repeated places
        columns = [spot.column for spot in spots if isinstance(spot, ColumnSpot)]
        first = scope.rows[0]
        values = tuple(self.text(first, column) or None for column in columns)
        for column in columns:
            self.check_agreement(scope, column)
        shown = next((c for c, value in zip(columns, values, strict=True) if value is not None), columns[0])
        return Found(values, self.place(first, shown), (Cells(scope, tuple(columns)),))

    def places(self, found: Found) -> Sequence[Place | None]:
        """Every row of an item repeats its columns."""
        return [
            Place(self.place(row, column), self.text(row, column)) if self.text(row, column) else None
            for cells in found.claims
            if isinstance(cells, Cells)
            for column in cells.columns
            for row in cells.scope.rows
        ]

    def check_agreement(self, scope: CsvScope, column: str) -> None:
        """The rows of one item say the same in each of its columns."""
        expected = self.text(scope.rows[0], column)
        for row in scope.rows[1:]:
            held = self.text(row, column)
            if held != expected and (column, row.line) not in self.told:
                self.told.add((column, row.line))
                place = self.place(row, column)
                self.findings.add(
                    found("rows-differ", place, held, column=column, other=expected or "nothing")
                )
                return

    def claim(self, scope: CsvScope, found: Found, used: Sequence[int] | None) -> None:
        """Columns are known to the plan or not; nothing is claimed one by one."""

    def instances(self, scope: CsvScope, block: BlockPlan) -> Sequence[Instance[CsvScope]]:
        assert isinstance(block.at, RowsAt)
        columns = tuple(_columns(block))
        kept = scope.kept | {column for column in self.unknown if self.agreed(scope, column)}
        groups: dict[tuple[object, ...], list[DelimitedRow]] = {}
        for number, row in enumerate(scope.rows):
            held = next((column for column in columns if self.text(row, column)), None)
            if held is None:
                continue  # the row says nothing of such an item
            key = tuple(self.text(row, column) for column in block.at.columns)
            if block.at.otherwise and not any(key):
                key += tuple(self.text(row, column) for column in block.at.otherwise)
            if block.at.columns and not any(key):
                place = self.place(row, block.at.columns[0])
                names = " + ".join(block.at.columns)
                self.findings.add(found("rows-without-key", place, self.text(row, held), column=names))
                continue
            groups.setdefault(key if block.at.columns else (number,), []).append(row)
        return [
            Instance(CsvScope(tuple(rows), kept), (number,), Location(line=rows[0].line))
            for number, rows in enumerate(groups.values())
        ]

    def take(self, scope: CsvScope, block: BlockPlan, instance: Instance[CsvScope]) -> None:
        """Rows are shared by the blocks inside each other, so none is taken from another."""

    def agreed(self, scope: CsvScope, column: str) -> bool:
        """Whether all rows of an item say the same in a column."""
        return len({self.text(row, column) for row in scope.rows}) == 1

    def left_places(self) -> Mapping[str, Sequence[Place]]:
        scope, columns = self.left
        return {
            column: [
                Place(self.place(row, column), text) for row in scope.rows if (text := self.text(row, column))
            ]
            for column in columns
        }

    def leftovers(self, scope: CsvScope, block: BlockPlan) -> Ext:
        ext = self.unknown_cells(scope, block)
        self.left = (scope, tuple(ext))
        return ext

    def unknown_cells(self, scope: CsvScope, block: BlockPlan) -> Ext:
        """The unknown columns of an item, by name."""
        ext: Ext = {}
        groups_rows = any(_groups_rows(inner) for inner in block.blocks)
        for column in self.unknown:
            if column in scope.kept:
                continue
            if self.agreed(scope, column):
                text = self.text(scope.rows[0], column)
                if text:
                    ext[column] = text
            elif not groups_rows:
                ext[column] = tuple(self.text(row, column) for row in scope.rows)
        return ext

    def lifted(self, block: BlockPlan, number: int, key: str) -> str:
        del block, number  # the record around it keeps the column under its own name
        return key


def _columns(block: BlockPlan) -> list[str]:
    columns = [
        spot.column
        for row in block.rows
        for saying in row.sayings
        for spot in saying.spots
        if isinstance(spot, ColumnSpot)
    ]
    for inner in block.blocks:
        columns += _columns(inner)
    return columns


def _groups_rows(block: BlockPlan) -> bool:
    if isinstance(block.at, RowsAt):
        return True
    return isinstance(block.at, Here) and any(_groups_rows(inner) for inner in block.blocks)
