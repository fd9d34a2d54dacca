"""What a change to the store may do: rows, and an entry in the ledger for each thing that happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from gateway.ledger.leaf import Leaf
from gateway.ports import Randomness
from gateway.store.ids import new_id
from gateway.store.rows import Row, Rows
from gateway.store.tables import Table

T = TypeVar("T")
Details = Mapping[str, str | int]
Ids = Mapping[tuple[str, str], str]
"""Ids by kind and name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, for the ledger.

    `what` is a word such as `message-received`; `who`, `message` and `partner` are ids; `before` and `after`
    are states. `details` says the rest (names, numbers, reasons): the leaf only commits to it, and it can be
    erased.
    """

    what: str
    who: str
    message: str | None = None
    partner: str | None = None
    before: str | None = None
    after: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that is ready to become a leaf, but for its place in the log and among those of its partner.

    Where it has details, the leaf commits to them, and `sealed` are their bytes under the key of `owner`.
    """

    leaf: Leaf
    owner: str | None = None
    sealed: bytes | None = None


class Books(Protocol):
    """The ledger as a change sees it."""

    def prepare(self, transaction: Transaction, entry: Entry) -> Pending:
        """Make an entry ready, so that a fault of it is the fault of this change alone."""
        ...


@dataclass(slots=True)
class Transaction:
    """One change within a batch that becomes durable together; it must not be used after the change.

    What it writes is undone alone when the change raises, and never seen by anyone. `learned` is what this
    change finds out of rows that never change, and `known` what earlier ones did: ids by kind and name.
    """

    connection: Connection
    now: datetime
    random: Randomness
    books: Books
    rows: Rows
    known: Ids
    learned: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict, repr=False)  # of messages that come to be here
    entries: list[Pending] = field(default_factory=list)
    followers: list[Callable[[], None]] = field(default_factory=list)

    def new_id(self) -> str:
        """An identifier for something that comes to be in this change."""
        return new_id(self.now, self.random)

    def insert(self, table: type[Table], *rows: Row) -> None:
        """Add rows to a table, all with the same columns. Text is kept as `storable` makes it."""
        self.rows.insert(self.connection, table, rows)

    def insert_missing(self, table: type[Table], *rows: Row) -> None:
        """Add those rows that are not there yet."""
        self.rows.insert(self.connection, table, rows, unless_there=True)

    def id_of(self, kind: str, name: str) -> str | None:
        """An id that was learned before."""
        return self.learned.get((kind, name)) or self.known.get((kind, name))

    def learn(self, kind: str, name: str, known_id: str) -> str:
        """Remember an id of a row that is never changed; gives it back."""
        self.learned[kind, name] = known_id
        return known_id

    def record(self, entry: Entry) -> None:
        """Enter something into the ledger; it becomes a leaf in the same commit as the change."""
        self.entries.append(self.books.prepare(self, entry))

    def afterwards(self, follower: Callable[[], None]) -> None:
        """Call this when the change is durable, in the writer's thread: it must be quick, and not fail."""
        self.followers.append(follower)


Change = Callable[[Transaction], T]
