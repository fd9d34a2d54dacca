"""How generated readers lay out a row of a delimited file: the columns of one block beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan, SayingPlan
from gateway.mapping.plan import Here

__all__ = ["Layout", "Span", "layout_of", "rows_blocks"]


class Span(msgspec.Struct, frozen=True):
    """Positions of a block's columns: those it reads stand up to `read`, all that are its own (and of blocks
    inside it) up to `end`; a row says something of the block where one of them is filled."""

    start: int
    read: int
    end: int


class Layout(msgspec.Struct, frozen=True):
    """`columns` in the order of the layout (one that several blocks name stands there for each of them), and
    the span of each block, by its identity."""

    columns: Sequence[str]
    spans: Mapping[int, Span]

    def at(self, column: str) -> int:
        """The (first) position of a column."""
        return self.columns.index(column)


def layout_of(plan: Plan) -> Layout:
    """The layout of a plan. Every key of a block is there, since a row of the block reads it."""
    columns: list[str] = []
    spans: dict[int, Span] = {}
    computed = [spot.column for item in plan.derived for spot in _columns(item.saying)]
    _lay(plan.root, computed, columns, spans)
    return Layout(columns, spans)


def rows_blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    """The blocks of rows that share the scope of a block."""
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from rows_blocks(inner)
        else:
            yield inner


def _lay(block: BlockPlan, computed: Sequence[str], columns: list[str], spans: dict[int, Span]) -> None:
    start = len(columns)
    sayings = list(_sayings(block))
    read = dict.fromkeys(spot.column for saying in sayings if saying.reads for spot in _columns(saying))
    columns += read | dict.fromkeys(computed)
    end_of_read = len(columns)
    unread = dict.fromkeys(spot.column for saying in sayings for spot in _columns(saying))
    columns += [column for column in unread if column not in read]
    for inner in rows_blocks(block):
        _lay(inner, (), columns, spans)
    spans[id(block)] = Span(start, end_of_read, len(columns))


def _sayings(block: BlockPlan) -> Iterator[SayingPlan]:
    """The cells of a block's scope."""
    for row in block.rows:
        yield from row.sayings
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            yield from _sayings(inner)


def _columns(saying: SayingPlan) -> Iterator[ColumnSpot]:
    yield from (spot for spot in saying.spots if isinstance(spot, ColumnSpot))
