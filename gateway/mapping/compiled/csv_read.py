"""Generated readers of delimited files: a row's cells by their positions, the rows of an item compared whole.

They keep the columns no row of the table names, and refuse (`Doubt`) exactly where the evaluator finds
fault, so that one function does for all files.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.mapping.bound import BlockPlan, BoundDerivation, ColumnSpot, Plan, RowPlan, RowsAt, SayingPlan
from gateway.mapping.compiled.code import Code
from gateway.mapping.compiled.csv_layout import Span, layout_of, rows_blocks
from gateway.mapping.compiled.doubt import UnsupportedTableError
from gateway.mapping.compiled.filters import filtering
from gateway.mapping.compiled.keeping import Keeping
from gateway.mapping.compiled.names import Names
from gateway.mapping.compiled.reading import Fan
from gateway.mapping.compiled.records import Vars
from gateway.mapping.compiled.texts import TextValues

__all__ = ["CsvRead"]


class Standing(msgspec.Struct, frozen=True):
    """A scope: the expression of its rows, the local with its cells, where they stand in a row, and the
    expression of the unknown columns that items around it keep."""

    rows: str
    cells: str
    span: Span
    kept: str


class CsvRead(Keeping[Standing]):
    """Writes `read_plain(columns, rows)`."""

    def __init__(self, plan: Plan, names: Names, code: Code) -> None:
        super().__init__(plan, names, code)
        self.values = TextValues(names, code, exact=True)
        self.layout = layout_of(plan)
        self.size = len(self.layout.columns)

    def write(self) -> None:
        listed = "".join(f"{column!a}, " for column in self.layout.columns)
        known = self.code.constants.name("COLUMNS", f"({listed})")
        with self.code.inside("def read_plain(columns, rows):"):
            self.code.line(f"getter, unknown = HEADER.of(columns, {known})")
            self.code.line("rows0 = rows_of(rows, getter)")
            span = self.layout.spans[id(self.plan.root)]
            self.code.line(f"cells0 = agreed_cells(rows0, {span.start}, {span.read})")
            self.document(Standing("rows0", "cells0", span, "NONE_KEPT"))

    def cell(self, scope: Standing, column: str) -> str:
        """The expression of the text of a column that the scope reads."""
        span = scope.span
        return f"{scope.cells}[{self.layout.columns.index(column, span.start, span.read) - span.start}]"

    def value(self, scope: Standing, row: RowPlan, saying: SayingPlan, into: Sequence[str]) -> str:
        del row
        spots = [spot for spot in saying.spots if isinstance(spot, ColumnSpot)]
        return self.values.single(saying, [(self.cell(scope, spot.column), []) for spot in spots], into)

    def claimed(self, scope: Standing, saying: SayingPlan, values: Sequence[str]) -> None:
        del scope, saying, values  # a column is known to the table or not

    def unclaimed(self, fan: Fan) -> None:
        del fan  # likewise

    def total(self, scope: Standing, item: BoundDerivation) -> str:
        held, spot = self.code.name("total"), item.saying.spots[0]
        assert isinstance(spot, ColumnSpot)
        self.code.line(f"{held} = {self.cell(scope, spot.column)} or None")
        return held

    def left_in(self, scope: Standing, block: BlockPlan) -> str:
        innermost = not any(rows_blocks(block))
        left = f"left_in_rows({scope.rows}, {self.size}, unknown, {scope.kept}, innermost={innermost})"
        return f"{left} if unknown else {{}}"

    def lifted(self, block: BlockPlan, count: str, left: str) -> str:
        del block, count  # the record around keeps the column under its own name
        return left

    def positioned(
        self, blocks: Sequence[BlockPlan], vars_: Vars, scope: Standing, fans: Sequence[Fan]
    ) -> None:
        if not blocks:
            return
        several = self.start_placing([[inner] for inner in blocks], vars_)
        kept = self.code.name("kept")
        self.code.line(
            f"{kept} = kept_in({scope.rows}, {self.size}, unknown, {scope.kept}) if unknown else NONE_KEPT"
        )
        for inner in blocks:
            self.start_counting(inner)
            in_order = inner.many and self.list_of(inner, vars_) in several
            position = self.code.name("number") if in_order else None
            if position is not None:
                self.code.line(f"{position} = -1")
            assert isinstance(inner.at, RowsAt)
            keys = [self.layout.at(column) for column in inner.at.columns]
            more = [self.layout.at(column) for column in inner.at.otherwise]
            self.occurrences(inner, vars_, scope.rows, kept, (keys, more), fans, position)
        self.finish_placing(several)

    def occurrences(
        self,
        inner: BlockPlan,
        vars_: Vars,
        outer: str,
        kept: str,
        by: tuple[Sequence[int], Sequence[int]],
        fans: Sequence[Fan],
        position: str | None,
    ) -> None:
        """The rows of the scope around that say something of a block, each alone or by their key."""
        span = self.layout.spans[id(inner)]
        cells = self.code.name("cells")
        keys, otherwise = map(tuple, by)
        if not keys:
            row = self.code.name("row")
            with self.code.inside(f"for {row} in {outer}:"):
                self.code.line(f"{cells} = [cell.strip() for cell in {row}[{span.start}:{span.end}]]")
                with self.code.inside(f"if any({cells}):"):
                    self.counted(position)
                    with self.code.when(self.accepting(inner, cells, span)):
                        self.one(inner, vars_, Standing(f"({row},)", cells, span, kept), fans, position)
            return
        rows = self.code.name("rows")
        found = f"groups_of({outer}, {span.start}, {span.end}, {keys}, {otherwise})"
        with self.code.inside(f"for {rows} in {found}:"):
            self.counted(position)
            with self.code.when(self.accepting(inner, rows, span, grouped=True)):
                self.code.line(f"{cells} = agreed_cells({rows}, {span.start}, {span.read})")
                self.one(inner, vars_, Standing(rows, cells, span, kept), fans, position)

    def one(
        self, inner: BlockPlan, vars_: Vars, scope: Standing, fans: Sequence[Fan], position: str | None
    ) -> None:
        """An item of a block; a block that fills just one record looks at no further rows."""
        self.item(inner, vars_, scope, fans, position)
        if not inner.many:
            self.code.line(f"if not ({self.begun(inner, vars_).given()}): raise Doubt")
            self.code.line("break")

    def counted(self, position: str | None) -> None:
        if position is not None:
            self.code.line(f"{position} += 1")

    def accepting(self, block: BlockPlan, held: str, span: Span, *, grouped: bool = False) -> list[str]:
        """When a block takes an item: what its filter says of the cell that a row reads."""
        saying, test = filtering(block), block.test
        if saying is None:
            return []
        spot = saying.spots[0]
        if not saying.reads or not isinstance(spot, ColumnSpot):
            raise UnsupportedTableError(block.key)
        at = self.layout.columns.index(spot.column, span.start, span.read)
        text = f"agreed_cells({held}, {at}, {at + 1})[0]" if grouped else f"{held}[{at - span.start}]"
        word = self.values.decoded(saying, ["word"])
        return [f"(not (word := {text}) or {word} {'==' if test.equal else '!='} {test.value!a})"]
