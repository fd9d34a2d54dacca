"""The one writer: a thread that commits the changes of many in one go, and answers when they are durable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from copy import copy
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.attempt import Done, Failed, attempt
from gateway.errors import StorageDoubtError, StoreBusyError, StoreError, UnknownOutcomeError
from gateway.ports import Clock, Randomness
from gateway.store.database import Database
from gateway.store.failures import failure_of
from gateway.store.writing.batch import Batch
from gateway.store.writing.books import LedgerBooks
from gateway.store.writing.promise import Promise
from gateway.store.writing.rows import Rows
from gateway.store.writing.transaction import Change, Transaction

T = TypeVar("T")
# Changes in one commit: enough to make a sync cheap, few enough to answer all within 20 ms.
LARGEST_BATCH = 500
MOST_KNOWN = 10_000  # ids that are remembered from one change to the next
SETTLE_TRIES, SETTLE_PAUSE = 10, 0.5  # after a commit without an answer: five seconds, as all others wait


class _Order(NamedTuple):
    change: Change[Any]  # of any answer: orders of all kinds share one queue
    answer: Promise[Any]  # of the answer of its own change


class _Outcome(NamedTuple):
    order: _Order
    result: Done[object] | Failed
    done: Transaction


class Writer:
    """Takes changes from any thread. `start` it before; `stop` commits what was taken."""

    def __init__(
        self,
        database: Database,
        books: LedgerBooks,
        clock: Clock,
        random: Randomness,
        on_doubt: Callable[[StorageDoubtError], None] | None = None,
        settle_tries: int = SETTLE_TRIES,
    ) -> None:
        """`on_doubt` is called once, when the disk can no longer be trusted; it must not wait for the writer.

        Whoever waits for a change is told by its answer too; None where somebody always waits.
        After a commit without an answer, the database is asked `settle_tries` times, half a second apart.
        """
        self._database = database
        self._books = books
        self._clock = clock
        self._random = random
        self._on_doubt = on_doubt
        self._settle_tries = settle_tries
        self._rows = Rows()
        self._known: dict[tuple[str, str], str] = {}
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._connection: Connection | None = None
        self._gate = threading.Lock()  # nothing is taken behind the word that it is the end
        self._refusal: StoreError | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Connect, and take changes. Raises `StoreError` when the database cannot be written."""
        self._connect()
        self._thread.start()

    def stop(self) -> None:
        """Commit what was taken, and let the connection go."""
        self._refuse(StoreBusyError("The gateway is stopping; nothing was kept, try again later"))
        self._stopping.set()
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._disconnect()

    def submit(self, change: Change[T]) -> Promise[T]:
        """Take a change. Its answer comes when it is durable, or says why it is not."""
        order = _Order(change, Promise[T]())
        with self._gate:
            refusal = self._refusal
            if refusal is None:
                self._orders.put(order)
        if refusal is not None:
            order.answer.give(Failed(copy(refusal)))
        return order.answer

    def do(self, change: Change[T]) -> T:
        """Make a change, and wait until it is durable. Raises what the change raises, or `StoreError`."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a change that waits for another would wait for ever; use its own transaction")
        return self.submit(change).result()

    def give_up(self, doubt: StorageDoubtError) -> None:
        """Take nothing any more, since what is written may not be kept; the first time, tell of it."""
        if self._refuse(doubt) and self._on_doubt is not None:
            self._on_doubt(doubt)

    def _refuse(self, refusal: StoreError) -> bool:
        """Take nothing from now on, but for a doubt, which also ends what was taken. Whether that is new."""
        with self._gate:
            earlier, doubt = self._refusal, isinstance(refusal, StorageDoubtError)
            new = earlier is None or (doubt and not isinstance(earlier, StorageDoubtError))
            if new:
                self._refusal = refusal
            return new

    def _run(self) -> None:
        try:
            while (first := self._orders.get()) is not None:
                self._commit([first, *self._waiting()])
        finally:  # also when a fault of ours ends the thread: nobody may wait for an answer for ever
            self._refuse(StoreBusyError("Nothing is written any more; start the gateway anew"))
            while left := self._waiting():
                _tell_all(left, self._refusal)

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
        try:
            batch = attempt(lambda: self._committed(orders))
            if isinstance(batch, Done):
                self._tell(batch.value)
                self._tidy()
            else:
                self._fail(orders, batch.error)
        finally:  # a change that ends the thread must not leave the others of its batch waiting
            _tell_all(orders, StoreBusyError("Nothing was kept: the writer ended; start the gateway anew"))

    def _tell(self, outcomes: Sequence[_Outcome]) -> None:
        """Answer whoever asked, now that the batch is durable."""
        for order, result, done in outcomes:
            order.answer.give(result)
            if isinstance(result, Done):
                for follower in done.followers:
                    followed = attempt(follower)
                    if isinstance(followed, Failed):
                        self._report(followed.error)

    def _tidy(self) -> None:
        """After everybody is answered. What it cannot do may put what was kept in doubt."""
        connection = self._connection
        if connection is not None:
            tidied = attempt(lambda: self._database.tidy(connection))
            if isinstance(tidied, Failed):
                self._fail((), tidied.error)

    def _fail(self, orders: Sequence[_Order], error: Exception) -> None:
        self._disconnect()
        if not isinstance(error, StoreError):
            self._report(error)
            told = StoreError(f"Nothing was kept, by a fault of the gateway itself: {error!r}")
            told.__cause__ = error
            error = told
        if isinstance(error, StorageDoubtError):
            self.give_up(error)
        _tell_all(orders, error)

    def _report(self, fault: Exception) -> None:
        """Make a fault of ours known as one that ends a thread is, though this one goes on."""
        told = (type(fault), fault, fault.__traceback__, self._thread)
        threading.excepthook(threading.ExceptHookArgs(told))

    def _committed(self, orders: Sequence[_Order]) -> list[_Outcome]:
        if isinstance(self._refusal, StorageDoubtError):
            raise copy(self._refusal)
        connection = self._connection or self._connect()
        try:
            transaction = connection.begin()
            outcomes = self._tried(Batch(connection, self._rows), orders)
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

    def _tried(self, batch: Batch, orders: Sequence[_Order]) -> list[_Outcome]:
        """Each change by itself. What concerns the whole batch is raised: no room, no server."""
        outcomes = [self._tried_alone(batch, place, order) for place, order in enumerate(orders)]
        for place, error in batch.finish().items():
            outcomes[place] = outcomes[place]._replace(result=Failed(error))
        return outcomes

    def _tried_alone(self, batch: Batch, place: int, order: _Order) -> _Outcome:
        done = Transaction(batch, self._clock.now(), self._random, self._books, self._known)
        result = attempt(lambda: _made(order.change, done))
        batch.check(result.error if isinstance(result, Failed) else None)
        if not done.alone:
            if isinstance(result, Done) and done.additions:
                batch.add_later(place, done.additions)
        elif isinstance(result, Failed):
            batch.undo_one()
        else:
            try:
                batch.end_one()
            except StoreError as error:
                batch.check(error)
                return _Outcome(order, Failed(error), done)
            self._remember(done.learned)
        return _Outcome(order, result, done)

    def _remember(self, learned: dict[tuple[str, str], str]) -> None:
        if learned:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known.update(learned)

    def _was_committed(self, ticket: str | None) -> bool:
        """Whether a batch is kept whose commit got no answer; `UnknownOutcomeError` when nobody can tell."""
        if ticket is None:
            return False
        self._disconnect()
        for _ in range(self._settle_tries):
            asked = attempt(lambda: self._database.was_committed(self._connection or self._connect(), ticket))
            if isinstance(asked, Done):
                return asked.value
            self._disconnect()
            if not isinstance(asked.error, (StoreBusyError, DBAPIError)) or self._stopping.wait(SETTLE_PAUSE):
                break
        raise UnknownOutcomeError(
            "The database went away in the middle of a commit: nobody can say whether it was kept. Ask "
            "again with the same key when it is back; what was kept is not kept twice"
        )

    def _connect(self) -> Connection:
        with ExitStack() as undoing:
            connection = self._database.connect_writer()
            undoing.callback(connection.close)
            try:
                with connection.begin():
                    self._books.load(connection)
            except DBAPIError as error:
                raise failure_of(error) or error from error
            undoing.pop_all()
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        """Let the connection go; what it has not committed is undone."""
        self._known.clear()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()


def _made(change: Change[T], transaction: Transaction) -> T:
    """Make a change; what it adds by itself is added before it ends."""
    answer = change(transaction)
    transaction.settle()
    return answer


def _tell_all(orders: Sequence[_Order], refusal: StoreError | None) -> None:
    """Answer those that have no answer yet; each has an error of its own, as raising one marks it."""
    for order in orders:
        if not order.answer.given and refusal is not None:
            told = copy(refusal)
            told.__cause__ = refusal.__cause__
            order.answer.give(Failed(told))
