"""What a change to the store may do: rows, and an entry in the ledger for each thing that happened."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection

from gateway.ledger.leaf import Leaf
from gateway.ports import Randomness
from gateway.store.ids import new_id
from gateway.store.tables import Table
from gateway.store.writing.batch import Addition, Batch
from gateway.store.writing.rows import Row

T = TypeVar("T")
Details = Mapping[str, str | int]
Ids = Mapping[tuple[str, str], str]
"""Ids by kind and name."""


class Entry(msgspec.Struct, frozen=True):
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
    digests: Mapping[str, str] = msgspec.field(default_factory=dict)
    details: Details = msgspec.field(default_factory=dict)


class Pending(msgspec.Struct, frozen=True):
    """An entry that is ready to become a leaf, but for its place in the log and among those of its partner.

    Where it has details, the leaf commits to them, and `sealed` are their bytes under the key of `owner`.
    """

    leaf: Leaf
    owner: str | None = None
    sealed: bytes | None = None


class Held(Protocol):
    """A value of a row that this change counts on by itself, until it looks at the database."""

    def write(self, connection: Connection) -> None:
        """Let the row have the value."""
        ...


class Books(Protocol):
    """The ledger as a change sees it."""

    def have_keys(self, transaction: Transaction, messages: Sequence[str]) -> None:
        """Have the keys of these messages at hand, by one look: entries about them need them."""
        ...

    def prepare(self, transaction: Transaction, entry: Entry) -> Pending:
        """Make an entry ready, so that a fault of it is the fault of this change alone."""
        ...


@dataclass(slots=True)
class Transaction:
    """One change within a batch that becomes durable together; it must not be used after the change.

    What it writes is undone alone when the change raises, and never seen by anyone. A change that only adds
    rows may fail after it has returned: one of its rows is there already, or names one that is not.
    """

    batch: Batch
    now: datetime
    random: Randomness
    books: Books
    known: Ids  # what earlier changes learned
    learned: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict, repr=False)  # of messages that come to be here
    entries: list[Pending] = field(default_factory=list)
    followers: list[Callable[[], None]] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)  # rows that wait
    held: dict[Hashable, Held] = field(default_factory=dict)  # what is known better than the database does
    alone: bool = False  # whether it uses the database by itself, with a savepoint of its own

    @property
    def connection(self) -> Connection:
        """To look at the database, or change it, as it is behind all changes before this one.

        It costs a savepoint: where `insert` and `id_of` do, a change takes far less time. Rows that wait are
        added first, so one that is to see them has to ask for the connection anew.
        """
        if not self.alone:
            self.batch.begin_one()
            self.alone = True
        self.settle()
        return self.batch.connection

    def settle(self) -> None:
        """Add the rows that wait, those of a table together, and write what is held."""
        if not self.alone:
            return
        additions, self.additions = self.additions, []
        held, self.held = self.held, {}
        if additions:
            self.batch.add_together(additions)
        for each in held.values():
            each.write(self.batch.connection)

    def new_id(self) -> str:
        """An identifier for something that comes to be in this change."""
        return new_id(self.now, self.random)

    def insert(self, table: type[Table], *rows: Row) -> None:
        """Add rows to a table, all with the same columns. Text is kept as `storable` makes it."""
        self._add(Addition(table, rows))

    def insert_missing(self, table: type[Table], *rows: Row) -> None:
        """Add those rows that are not there yet."""
        self._add(Addition(table, rows, unless_there=True))

    def id_of(self, kind: str, name: str) -> str | None:
        """An id that was learned before."""
        return self.learned.get((kind, name)) or self.known.get((kind, name))

    def learn(self, kind: str, name: str, known_id: str) -> str:
        """Remember an id that this change read or wrote with its `connection`; gives it back.

        Only for rows that are never changed.
        """
        self.learned[kind, name] = known_id
        return known_id

    def record(self, entry: Entry) -> None:
        """Enter something into the ledger; it becomes a leaf in the same commit as the change."""
        self.entries.append(self.books.prepare(self, entry))

    def afterwards(self, follower: Callable[[], None]) -> None:
        """Call this when the change is durable, in the writer's thread: it must be quick, and not fail."""
        self.followers.append(follower)

    def _add(self, addition: Addition) -> None:
        if not addition.rows:
            return
        columns = addition.rows[0].keys()
        if any(row.keys() != columns for row in addition.rows):
            raise ValueError(
                f"rows of {addition.table.__tablename__} that are added together differ in columns"
            )
        self.additions.append(addition)


Change = Callable[[Transaction], T]
