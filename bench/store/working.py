"""What the queue works off: steps that were taken on before, one by one and in batches."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from bench.store.answers import Turn
from bench.store.effects import one_row
from gateway.service.work.handling import Handler, Together
from gateway.service.work.workers import Workers
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.store import Store
from gateway.store.tables import Alert
from gateway.store.writing.transaction import Change, Transaction

KIND = "bench"
TAKEN_AT_A_TIME = 500
PATIENCE = 300.0  # seconds


class Working:
    """Steps of a store, each of which leaves a row behind."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turns = 0

    def one_by_one(self, steps: int) -> Turn:
        """Each step handled for itself, and ended in a change of its own."""
        done = _Counted(steps)
        return self._turn(done, lambda step: done.with_effect([step]))

    def in_batches(self, steps: int) -> Turn:
        """Steps handled together, and ended together."""
        done = _Counted(steps)
        return self._turn(done, Together(done.with_effect))

    def _turn(self, done: _Counted, handler: Handler | Together) -> Turn:
        queue = StepQueue()
        for first in range(0, done.wanted, TAKEN_AT_A_TIME):
            self._take_on(queue, min(TAKEN_AT_A_TIME, done.wanted - first))
        self._turns += 1
        faults: list[Exception] = []
        workers = Workers(
            self._store.writer,
            queue,
            self._store.parts.clock,
            {KIND: handler},
            by=f"bench-{self._turns}",
            on_fault=lambda error, _: faults.append(error),
        )
        started = time.perf_counter()
        workers.start()
        in_time = done.all.wait(PATIENCE)
        seconds = time.perf_counter() - started
        workers.stop()
        if faults or not in_time:
            raise SystemExit(f"{done.count:,} of {done.wanted:,} steps were done: {faults[:1]}")
        return Turn(done.wanted, seconds)

    def _take_on(self, queue: StepQueue, steps: int) -> None:
        def change(transaction: Transaction) -> None:
            for _ in range(steps):
                queue.enqueue(transaction, NewStep(KIND))

        self._store.writer.do(change)


class _Counted:
    """Counts steps whose end is durable."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.count = 0
        self.all = threading.Event()

    def with_effect(self, steps: Sequence[Leased]) -> Change[object]:
        """What is written when these end: a row for each."""

        def change(transaction: Transaction) -> None:
            rows = [one_row(transaction) for _ in steps]
            transaction.insert(Alert, *rows)
            transaction.afterwards(lambda: self._add(len(steps)))

        return change

    def _add(self, steps: int) -> None:
        self.count += steps
        if self.count == self.wanted:
            self.all.set()
