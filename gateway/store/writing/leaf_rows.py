"""The leaves and the kept nodes of the log as rows, read in batches straight from the driver.

A log of millions of leaves is read anew at every check of it: what costs a microsecond a row costs seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, takewhile
from typing import NamedTuple, cast

from sqlalchemy import Connection, func, select
from sqlmodel import col

from gateway.ledger.tree import TILE_HEIGHT, Frontier, Node, leaf_hashes
from gateway.store.tables import Epoch, LedgerLeaf, LedgerNode

AT_ONCE = 8192
LeafRow = tuple[int, str | None, bytes, bytes]
"""Number, message, body and hash; of a database that somebody changed, values of any other type."""


class Extent(NamedTuple):
    """How far the log reaches: its first number (0 where it is sound), its size, and its epoch."""

    first: int
    size: int
    epoch: int


def extent_of(connection: Connection) -> Extent:
    """How far the log reaches in this database."""
    first, last = connection.execute(select(func.min(col(LedgerLeaf.n)), func.max(col(LedgerLeaf.n)))).one()
    epoch = connection.execute(select(func.max(col(Epoch.number)))).scalar_one()
    return Extent(first or 0, 0 if last is None else last + 1, epoch or 0)


def leaf_batches(connection: Connection, start: int, end: int) -> Iterator[list[LeafRow]]:
    """The rows from number `start` to `end` - 1, as many as there are, in their order."""
    while start < end:
        until = min(start + AT_ONCE, end)
        found = connection.exec_driver_sql(
            f"SELECT n, message_id, body, hash FROM ledger_leaf WHERE n >= {start:d} AND n < {until:d} "
            f"ORDER BY n"
        )
        rows = cast("list[LeafRow]", found.cursor.fetchall()) if found.cursor else []
        found.close()
        yield rows
        start = until


class Walked(NamedTuple):
    """A stretch of leaves, hashed anew, and the tree with them.

    `missing` is the number of the first leaf that is not there, behind which nothing is certain; `changed`
    are those whose hash is not that of their body, `wrong` the nodes that are not kept as their leaves give
    them, of `nodes` in all.
    """

    rows: list[LeafRow]
    missing: int | None
    changed: list[int]
    frontier: Frontier
    nodes: int
    wrong: list[Node]


def walk(connection: Connection, frontier: Frontier, end: int, stops: Sequence[int] = ()) -> Iterator[Walked]:
    """The leaves behind a tree up to number `end` - 1, held against what is kept of them.

    A stretch ends at each of `stops`, which are sizes of the tree, rising and not above `end`. Behind a leaf
    that is missing comes nothing more.
    """
    for stop in (*stops, end):
        for found in leaf_batches(connection, frontier.size, stop):
            first = frontier.size
            due = range(first, min(first + AT_ONCE, stop))
            rows = found if [row[0] for row in found] == list(due) else _unbroken(found, first)
            missing = None if len(rows) == len(due) else first + len(rows)
            hashes = rehashed(rows)
            changed = []
            if hashes != [row[3] for row in rows]:
                changed = [row[0] for row, hashed in zip(rows, hashes, strict=True) if row[3] != hashed]
            frontier, nodes = frontier.extended(hashes)
            yield Walked(rows, missing, changed, frontier, len(nodes), nodes_differ(connection, nodes))
            if missing is not None:
                return


def _unbroken(rows: Sequence[LeafRow], first: int) -> list[LeafRow]:
    """The rows from the first on that have the numbers they should have."""
    found = takewhile(lambda pair: pair[0][0] == pair[1], zip(rows, count(first), strict=False))
    return [row for row, _ in found]


def rehashed(rows: Sequence[LeafRow]) -> list[bytes]:
    """The hashes of the bodies, computed anew; a body that is no bytes gets one that fits nothing."""
    try:
        return leaf_hashes([row[2] for row in rows])
    except TypeError:
        return [leaf_hashes([row[2]])[0] if isinstance(row[2], bytes) else b"" for row in rows]


def nodes_differ(connection: Connection, nodes: Sequence[Node]) -> list[Node]:
    """Of these nodes those that are not kept as they should be."""
    wrong: list[Node] = []
    levels: dict[int, list[Node]] = {}
    for node in nodes:
        levels.setdefault(node.level, []).append(node)
    for level, those in levels.items():
        first, last = those[0].index, those[-1].index
        kept = select(col(LedgerNode.n), col(LedgerNode.hash)).where(
            col(LedgerNode.level) == level, col(LedgerNode.n) >= first, col(LedgerNode.n) <= last
        )
        found = {row.n: row.hash for row in connection.execute(kept)}
        wrong += [node for node in those if found.get(node.index) != node.hash]
    return wrong


def node_count(size: int) -> int:
    """How many nodes are kept of a log of so many leaves."""
    nodes = 0
    while size := size >> TILE_HEIGHT:
        nodes += size
    return nodes
