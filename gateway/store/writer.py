"""The one writer: a thread that commits the changes of many in one go, and answers when they are durable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.attempt import Done, Failed, attempt
from gateway.errors import StorageDoubtError, StoreBusyError, StoreError, UnknownOutcomeError
from gateway.ports import Clock, Randomness
from gateway.store.books import LedgerBooks
from gateway.store.database import Database
from gateway.store.failures import failure_of
from gateway.store.transaction import Change, Transaction

T = TypeVar("T")
LARGEST_BATCH = (
    500  # changes in one commit: enough to make a sync cheap, few enough to answer all within 20 ms
)
BEGIN_ONE, END_ONE, UNDO_ONE = "SAVEPOINT one", "RELEASE SAVEPOINT one", "ROLLBACK TO SAVEPOINT one"


class _Order(NamedTuple):
    change: Change[Any]  # of any answer: orders of all kinds share one queue
    answer: Future[Any]  # of the answer of its own change


class _Outcome(NamedTuple):
    order: _Order
    result: Done[object] | Failed
    done: Transaction

    def tell(self) -> None:
        """Answer whoever asked, now that the batch is durable."""
        if isinstance(self.result, Failed):
            self.order.answer.set_exception(self.result.error)
            return
        self.order.answer.set_result(self.result.value)
        for follower in self.done.followers:
            follower()


class Writer:
    """Takes changes from any thread. `start` it before; `stop` commits what was taken."""

    def __init__(
        self,
        database: Database,
        books: LedgerBooks,
        clock: Clock,
        random: Randomness,
        on_doubt: Callable[[StorageDoubtError], None],
    ) -> None:
        """`on_doubt` is called, in the writer's thread, when the disk can no longer be trusted."""
        self._database = database
        self._books = books
        self._clock = clock
        self._random = random
        self._on_doubt = on_doubt
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._connection: Connection | None = None
        self._refusal: StoreError | None = None

    def start(self) -> None:
        """Connect, and take changes. Raises `StoreError` when the database cannot be written."""
        self._connect()
        self._thread.start()

    def stop(self) -> None:
        """Commit what was taken, and let the connection go."""
        if self._refusal is None:
            self._refusal = StoreBusyError("The gateway is stopping; nothing was kept, try again later")
        if self._thread.is_alive():
            self._orders.put(None)
            self._thread.join()
        for order in self._waiting():  # came in while the thread ended
            order.answer.set_exception(self._refusal)
        self._disconnect()

    def submit(self, change: Change[T]) -> Future[T]:
        """Take a change. Its future has the answer when it is durable, else why it is not."""
        answer: Future[T] = Future()
        if self._refusal is not None:
            answer.set_exception(self._refusal)
        else:
            self._orders.put(_Order(change, answer))
        return answer

    def do(self, change: Change[T]) -> T:
        """Make a change, and wait until it is durable. Raises what the change raises, or `StoreError`."""
        return self.submit(change).result()

    def _run(self) -> None:
        try:
            while (first := self._orders.get()) is not None:
                self._commit([first, *self._waiting()])
        finally:  # also when a fault of ours ends the thread: nobody may wait for an answer for ever
            self._refusal = self._refusal or StoreBusyError(
                "Nothing is written any more; start the gateway anew"
            )

    def _waiting(self) -> list[_Order]:
        """What waits, up to a batch; where it ends with the word to stop, that word stays for `_run`."""
        waiting: list[_Order] = []
        while len(waiting) < LARGEST_BATCH - 1:
            try:
                order = self._orders.get_nowait()
            except Empty:
                break
            if order is None:
                self._orders.put(None)
                break
            waiting.append(order)
        return waiting

    def _commit(self, orders: Sequence[_Order]) -> None:
        """One batch: all of it becomes durable, but for what failed alone, or nothing of it."""
        batch = attempt(lambda: self._committed(orders))
        if isinstance(batch, Done):
            for outcome in batch.value:
                outcome.tell()
            return
        self._disconnect()
        for order in orders:
            order.answer.set_exception(batch.error)
        if isinstance(batch.error, StorageDoubtError):
            self._refusal = batch.error
            self._on_doubt(batch.error)
        elif not isinstance(batch.error, StoreError):
            raise batch.error

    def _committed(self, orders: Sequence[_Order]) -> list[_Outcome]:
        if self._refusal is not None and isinstance(self._refusal, StorageDoubtError):
            raise self._refusal
        connection = self._connection or self._connect()
        try:
            transaction = connection.begin()
            outcomes = [self._tried(connection, order) for order in orders]
            done = [each.done for each in outcomes if isinstance(each.result, Done)]
            self._books.append(connection, [entry for each in done for entry in each.entries])
            ticket = self._database.ticket(connection)
        except DBAPIError as error:
            raise failure_of(error) or StoreError(f"The batch could not be written: {error.orig}") from error
        try:
            transaction.commit()
        except DBAPIError as error:
            if not self._was_committed(ticket):
                raise failure_of(error) or StoreError(f"The batch could not be kept: {error.orig}") from error
        self._books.committed()
        return outcomes

    def _tried(self, connection: Connection, order: _Order) -> _Outcome:
        """One change in its savepoint. What concerns the whole batch is raised: no room, no server."""
        done = Transaction(connection, self._clock.now(), self._random, self._books)
        connection.exec_driver_sql(BEGIN_ONE)
        outcome = _Outcome(order, attempt(lambda: order.change(done)), done)
        if isinstance(outcome.result, Failed):
            error = outcome.result.error
            if isinstance(error, DBAPIError) and failure_of(error) is not None:
                raise error
            connection.exec_driver_sql(UNDO_ONE)
        connection.exec_driver_sql(END_ONE)
        return outcome

    def _was_committed(self, ticket: str | None) -> bool:
        """Whether a batch is kept whose commit got no answer; `UnknownOutcomeError` when nobody can tell."""
        if ticket is None:
            return False
        self._disconnect()
        try:
            return self._database.was_committed(self._connect(), ticket)
        except (StoreError, DBAPIError) as error:
            raise UnknownOutcomeError(
                "The database went away in the middle of a commit: nobody can say whether it was kept. Ask "
                "again with the same key when it is back; what was kept is not kept twice"
            ) from error

    def _connect(self) -> Connection:
        connection = self._database.connect_writer()
        try:
            with connection.begin():
                self._books.load(connection)
        except DBAPIError as error:
            connection.close()
            raise failure_of(error) or error from error
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        """Let the connection go; what it has not committed is undone."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()
