"""What is written to a store: rows and files from many threads at once, each durable before it counts."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from bench.store.answers import Turn, waits
from bench.store.effects import one_row
from bench.store.opening import WHO, opened, parts
from bench.store.working import Working
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.receiving import Arrival
from gateway.store.store import Store
from gateway.store.surroundings import SystemRandomness
from gateway.store.tables import Alert
from gateway.store.writing.transaction import Transaction

PRODUCERS = 32
FILE_BYTES = 2_048
PARTNERS = 20


class Writing:
    """A store that is written to; `turn` makes one round. `close` it."""

    def __init__(self, folder: Path, url: str) -> None:
        """`url` of a database of PostgreSQL; "" for SQLite in the folder."""
        random_of_system = SystemRandomness()
        database = PostgresqlDatabase(make_url(url), random_of_system) if url else None
        self._store: Store = opened(parts(folder, database, random=random_of_system))
        self._numbers = itertools.count()
        self.queue = Working(self._store)

    def rows(self, each: int) -> Turn:
        """Changes of one row, so many from each producer."""
        return _by_all(lambda: self._store.writer.do(_one_row), each)

    def receives(self, each: int) -> Turn:
        """Files of 2 KB that arrive, so many by each producer."""
        data = random.Random(FILE_BYTES).randbytes(FILE_BYTES)

        def receive() -> None:
            number = next(self._numbers)
            arrival = Arrival("folder", WHO, f"partner-{number % PARTNERS}", f"orders-{number}.850")
            self._store.intake.receive(arrival, (data,))

        return _by_all(receive, each)

    def close(self) -> None:
        """Let the store go."""
        self._store.close()


def _one_row(transaction: Transaction) -> None:
    transaction.insert(Alert, one_row(transaction))


def _by_all(work: Callable[[], object], each: int) -> Turn:
    """The work, done so often by all producers at once; each waits for its answer before it goes on."""
    took: list[float] = []
    begin = threading.Barrier(PRODUCERS + 1)

    def produce() -> None:
        own = []
        begin.wait()
        for _ in range(each):
            started = time.perf_counter()
            work()
            own.append(time.perf_counter() - started)
        took.extend(own)

    producers = [threading.Thread(target=produce) for _ in range(PRODUCERS)]
    for producer in producers:
        producer.start()
    begin.wait()
    started = time.perf_counter()
    for producer in producers:
        producer.join()
    seconds = time.perf_counter() - started
    if len(took) != PRODUCERS * each:
        raise SystemExit(f"{len(took):,} of {PRODUCERS * each:,} changes were made; nothing is measured.")
    return Turn(len(took), seconds, waits(took))
