"""What the database of a running service says, seen from outside: which leaves are there, and since when."""

from __future__ import annotations

import sqlite3
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from gateway.store.search_keys import KeyKind
from gateway.store.tables import METADATA

LAST_LEAF = "SELECT max(n) FROM ledger_leaf"
STATES = "SELECT kind, state, count(*) FROM message GROUP BY kind, state"
FILES = (
    "SELECT written, message_id FROM search_key "
    "JOIN message ON id = message_id AND message.kind = 'arrival' WHERE search_key.kind = ?"
)
WITHIN = "SELECT within, id FROM message WHERE within IS NOT NULL"
CARRIED = "SELECT document_id, sending_id FROM carried WHERE document_id IS NOT NULL"
ANSWERS = "SELECT answers, message_id FROM sending WHERE answers IS NOT NULL"
LAST_OF_EACH = "SELECT message_id, max(n) FROM ledger_leaf WHERE message_id IS NOT NULL GROUP BY message_id"


class Watched:
    """A database that somebody else writes; every look is a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._leaves: list[int] = []  # the last leaf at each look that found a new one
        self._since: list[float] = []

    def look(self) -> None:
        """See up to which leaf the log goes by now."""
        (last,) = self._connection.execute(LAST_LEAF).fetchone()
        if last is not None and (not self._leaves or last > self._leaves[-1]):
            self._leaves.append(last)
            self._since.append(time.monotonic())

    def states(self) -> Mapping[tuple[str, str], int]:
        """How many messages there are by kind and state."""
        return {(kind, state): count for kind, state, count in self._connection.execute(STATES)}

    def rows(self) -> Counter[str]:
        """How many rows each table has."""
        counts: Counter[str] = Counter()
        for table in METADATA.sorted_tables:
            rows = f"SELECT count(*) FROM {table.name}"
            (counts[table.name],) = self._connection.execute(rows).fetchone()
        return counts

    def ended(self) -> Mapping[str, float]:
        """When the last leaf of a file and of all that came of it was seen first, by the name of the file."""
        last: dict[str, int] = dict(self._connection.execute(LAST_OF_EACH).fetchall())
        below: dict[str, list[str]] = defaultdict(list)
        for statement in (WITHIN, CARRIED, ANSWERS):
            for above, message in self._connection.execute(statement):
                below[above].append(message)
        files = self._connection.execute(FILES, (KeyKind.FILE_NAME.value,)).fetchall()
        return {
            name: self._seen(max(last[each] for each in _all_of(message, below))) for name, message in files
        }

    def _seen(self, leaf: int) -> float:
        return self._since[bisect_left(self._leaves, leaf)]


@contextmanager
def watched(file: Path) -> Iterator[Watched]:
    """The database of this file, which is only read."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with closing(connection):
        yield Watched(connection)


def _all_of(message: str, below: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield message
    for each in below.get(message, ()):
        yield from _all_of(each, below)
