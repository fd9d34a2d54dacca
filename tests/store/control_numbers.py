"""Streams of control numbers to try things on, and changes to them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from gateway.ports import Clock
from gateway.store.control_numbers.names import Function, Limits, StreamKey
from gateway.store.control_numbers.setting import Answer, Setting, set_stream, standing
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.store import Parts
from gateway.store.writing.batch import Batch
from gateway.store.writing.books import LedgerBooks
from gateway.store.writing.rows import Rows
from gateway.store.writing.transaction import Transaction

INTERCHANGES = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.INTERCHANGE)
GROUPS = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.GROUP)
SETS = StreamKey("ZZ/ACORN", "ZZ/AMAZON", Function.SET)
WHO = "01JD0000000000000000000000"
MESSAGE = "01JD0000000000000000000001"


def set_next(
    transaction: Transaction, key: StreamKey, number: int, reason: str, who: str, *, new_cycle: bool = False
) -> Answer:
    """Let a stream go on at a number, whether it is a new one or not."""
    return set_stream(transaction, key, Setting(number, new_cycle=new_cycle, new=True), reason, who)


def set_limits(
    transaction: Transaction, key: StreamKey, limits: Limits, reason: str = "agreed", who: str = WHO
) -> Answer:
    """Let a stream run within limits; a new one begins at their start."""
    start = limits.start if standing(transaction, key) is None else None
    return set_stream(transaction, key, Setting(start, limits.first, limits.last, new=True), reason, who)


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
        made = Transaction(batch, self._clock.now(), self._random, self._books, known={}, alone=True)
        yield made
        made.settle()
        if undone:
            savepoint.rollback()
        else:
            savepoint.commit()
