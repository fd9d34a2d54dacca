"""Streams of control numbers to try things on, and changes to them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from gateway.ports import Clock
from gateway.store.control_numbers.allotting import Function, StreamKey
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.store import Parts
from gateway.store.writing.batch import Batch
from gateway.store.writing.books import LedgerBooks
from gateway.store.writing.rows import Rows
from gateway.store.writing.transaction import Transaction

INTERCHANGES = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)
GROUPS = StreamKey("ACORN", "AMAZON", Function.GROUP)
SETS = StreamKey("ACORN", "AMAZON", Function.SET)
WHO = "01JD0000000000000000000000"
MESSAGE = "01JD0000000000000000000001"


class ByHand:
    """Changes one after another in one database transaction, which is undone in the end."""

    def __init__(self, connection: Connection, parts: Parts) -> None:
        self.connection = connection
        self._clock: Clock = parts.clock
        self._random = parts.random
        self._rows = Rows()
        self._books = LedgerBooks(MessageKeys(parts.workspace_keys, parts.random))

    @contextmanager
    def change(self, *, undone: bool = False) -> Iterator[Transaction]:
        """A change in a savepoint of its own, which may be undone."""
        savepoint = self.connection.begin_nested()
        batch = Batch(self.connection, self._rows)
        yield Transaction(batch, self._clock.now(), self._random, self._books, known={}, alone=True)
        if undone:
            savepoint.rollback()
        else:
            savepoint.commit()
