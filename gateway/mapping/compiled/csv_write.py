"""Generated writers of delimited files for documents that keep nothing of such a file in `ext`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from gateway.mapping.bound import BlockPlan, ColumnSpot, RowPlan, RowsAt, SayingPlan
from gateway.mapping.compiled.csv_layout import rows_blocks
from gateway.mapping.compiled.writing import Writing
from gateway.mapping.plan import Here

__all__ = ["CsvWrite"]


class Cells(msgspec.Struct, frozen=True):
    """A scope: the locals with its cells, the rows of the items inside, and the keys these have; "" where it
    has none. `sayings` counts the rows of the table that may write each column."""

    cells: str
    rows: str
    keys: str
    sayings: Counter[str]


class CsvWrite(Writing[Cells]):
    """Writes `write_plain(document)`."""

    def write(self) -> None:
        with self.code.inside("def write_plain(document):"):
            scope = self.scope(self.plan.root)
            self.document(scope)
            self.code.line(f"return CsvTarget(WRITTEN_COLUMNS, {self.rows(scope)}), remarks")

    def scope(self, block: BlockPlan) -> Cells:
        inner = list(rows_blocks(block))
        keyed = any(isinstance(each.at, RowsAt) and each.at.columns for each in inner)
        sayings = Counter(columns_written(block))
        if block is self.plan.root:
            computed = [spot for item in self.plan.derived for spot in item.saying.spots]
            sayings.update(spot.column for spot in computed if isinstance(spot, ColumnSpot))
        name = self.code.name
        scope = Cells(name("cells"), name("rows") if inner else "", name("keys") if keyed else "", sayings)
        self.code.line(f"{scope.cells} = {{}}")
        if scope.rows:
            self.code.line(f"{scope.rows} = []")
        if scope.keys:
            self.code.line(f"{scope.keys} = set()")
        return scope

    def rows(self, scope: Cells) -> str:
        """The expression of the rows of an item: one for each row of the items inside, else one."""
        if not scope.rows:
            return f"[{scope.cells}]"
        return f"[{scope.cells} | row for row in {scope.rows}] or [{scope.cells}]"

    def put(self, scope: Cells, saying: SayingPlan, places: Sequence[str], *, fill: bool) -> str | None:
        for spot, place in zip(saying.spots, places, strict=True):
            assert isinstance(spot, ColumnSpot)
            column = ascii(spot.column)
            with self.code.inside(f"if {place}:"):
                if fill:
                    self.code.line(f"{scope.cells}.setdefault({column}, {place})")
                elif scope.sayings[spot.column] > 1:
                    self.code.line(f"if {scope.cells}.setdefault({column}, {place}) != {place}: raise Doubt")
                else:
                    self.code.line(f"{scope.cells}[{column}] = {place}")
        return None

    def fill_own(self, row: RowPlan, saying: SayingPlan, given: str, scope: Cells) -> None:
        """There is always a row to fill."""
        del row
        with self.code.inside(f"if {given}:"):
            self.encoded(scope, saying, [value for value, _ in self.values_of[id(saying)]], fill=True)

    def open(self, scope: Cells, block: BlockPlan) -> Cells:
        del scope
        return self.scope(block)

    def close(self, scope: Cells, opened: Cells, block: BlockPlan) -> None:
        at = block.at
        assert isinstance(at, RowsAt)
        if at.columns:
            key = self.code.name("key")
            held = "".join(f"{opened.cells}.get({column!a}, ''), " for column in at.columns)
            self.code.line(f"{key} = ({held})")
            self.code.line(f"if not any({key}) or {key} in {scope.keys}: raise Doubt")
            self.code.line(f"{scope.keys}.add({key})")
        if opened.rows:
            self.code.line(f"{scope.rows} += {self.rows(opened)}")
        else:
            self.code.line(f"{scope.rows}.append({opened.cells})")

    def kept(self, scope: Cells, record: str) -> None:
        del scope  # what was kept is put back by the exact writer
        column = self.plan.format.kind.column
        self.code.line(f"if {record}.ext and {column!a} in {record}.ext: raise Doubt")


def columns_written(block: BlockPlan) -> Iterator[str]:
    """The columns of each row that writes in a block's scope."""
    for row in block.rows:
        for saying in row.sayings:
            if saying.writes:
                yield from (spot.column for spot in saying.spots if isinstance(spot, ColumnSpot))
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from columns_written(inner)
