"""Delimited files for the slow writer: columns of an outer item repeat in the rows of its inner ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.findings import Location
from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan, RowsAt, SayingPlan
from gateway.mapping.evaluate.sources import CsvTarget
from gateway.mapping.evaluate.trace import Author, Place, Written
from gateway.mapping.evaluate.writing import Put, Refusal

__all__ = ["CsvWriteScope", "CsvWriter"]


class CsvWriteScope:
    """The cells of one item, those of the items inside it, and kept columns that differ from row to row."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.inner: list[CsvWriteScope] = []
        self.spread: dict[str, tuple[str, ...]] = {}
        self.keys: set[tuple[str, ...]] = set()
        self.kept: list[str] = []
        self.authors: dict[str, Author] = {}

    def authors_of_rows(self) -> Iterator[dict[str, Author]]:
        """Who wrote each column, row by row, as `rows` has them."""
        if not self.inner:
            yield self.authors
        for inner in self.inner:
            yield from (self.authors | row for row in inner.authors_of_rows())

    def kept_columns(self) -> dict[str, None]:
        """The columns put back here and inside, those of outer items first, each once."""
        columns = dict.fromkeys(self.kept)
        for inner in self.inner:
            columns |= inner.kept_columns()
        return columns

    def rows(self) -> list[dict[str, str]]:
        """The rows of the item: one for each item inside, else one."""
        found = [row for inner in self.inner for row in inner.rows()] or [{}]
        rows = [self.cells | row for row in found]
        for column, texts in self.spread.items():
            for row, text in zip(rows, texts, strict=False):
                row[column] = text
        return rows


class CsvWriter:
    """Builds the rows of one document."""

    def __init__(self, plan: Plan) -> None:
        self.columns = plan.columns
        self.top = CsvWriteScope()
        self.author: Author | None = None

    def by(self, author: Author) -> None:
        self.author = author

    def mark(self, scope: CsvWriteScope, column: str) -> None:
        """The column of an item was written now."""
        if self.author is not None:
            scope.authors.setdefault(column, self.author)

    def written_places(self) -> Iterator[Written]:
        """Rows and columns count from 1, the header aside."""
        target = self.finish()
        authors = self.top.authors_of_rows()
        for number, (row, by) in enumerate(zip(target.rows, authors, strict=True), 1):
            for position, column in enumerate(target.columns, 1):
                if row.get(column):
                    place = Place(Location(line=number, column=position), row[column])
                    yield Written(place, by.get(column))

    def root(self) -> CsvWriteScope:
        return self.top

    def open(self, scope: CsvWriteScope, block: BlockPlan) -> CsvWriteScope:
        del block  # every block of rows is a further item of the one around it
        inner = CsvWriteScope()
        scope.inner.append(inner)
        return inner

    def close(self, outer: CsvWriteScope, scope: CsvWriteScope, block: BlockPlan) -> Refusal | None:
        """Two items with one key would be read as one."""
        assert isinstance(block.at, RowsAt)
        if not block.at.columns:
            return None
        key = tuple(scope.cells.get(column, "") for column in block.at.columns)
        names = {"column": " + ".join(block.at.columns)}
        if not any(key):
            return Refusal("rows-without-key", next(iter(scope.cells.values()), "nothing"), names)
        if key in outer.keys:
            return Refusal("key-repeated", " + ".join(key), names)
        outer.keys.add(key)
        return None

    def put(
        self, scope: CsvWriteScope, saying: SayingPlan, values: Sequence[object], *, fill: bool
    ) -> Put | Refusal:
        outcome = Put.DONE
        for spot, value in zip(saying.spots, values, strict=True):
            assert isinstance(spot, ColumnSpot)
            text = "" if value is None else str(value)
            if text:
                self.mark(scope, spot.column)
            if text and scope.cells.setdefault(spot.column, text) != text and not fill:
                outcome = Put.TAKEN
        return outcome

    def put_back(self, scope: CsvWriteScope, place: str, value: str | tuple[str, ...]) -> bool:
        if place in self.columns:
            return False
        scope.kept.append(place)
        self.mark(scope, place)
        if isinstance(value, str):
            scope.cells[place] = value
        else:
            scope.spread[place] = value
        return True

    def finish(self) -> CsvTarget:
        return CsvTarget((*self.columns, *self.top.kept_columns()), self.top.rows())
