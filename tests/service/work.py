"""Workers on a store, and effects that can be counted afterwards."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from gateway.service.work.handling import Handler, Together
from gateway.service.work.workers import Workers
from gateway.store.ids import new_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep, Rules
from gateway.store.store import Store
from gateway.store.tables import Alert, Step
from gateway.store.writing.transaction import Change, Transaction

DEADLINE = 60.0  # seconds; a busy machine is no fault of what is tested
QUICK = Rules(tries=3, first_wait=timedelta(milliseconds=2), longest_wait=timedelta(milliseconds=20))


def effect(*steps: Leased) -> Change[None]:
    """A change that leaves a row for each step, to be found by the id of the step."""

    def change(transaction: Transaction) -> None:
        now = transaction.now
        row = {"severity": "info", "code": "effect", "text": "", "times": 1, "opened_at": now, "last_at": now}
        transaction.insert(Alert, *({"id": transaction.new_id(), "about": each.id, **row} for each in steps))

    return change


@dataclass
class Desk:
    """A store whose steps are worked while `working` is open."""

    store: Store
    queue: StepQueue = field(default_factory=lambda: StepQueue(QUICK))
    faults: list[tuple[Exception, Leased | None]] = field(default_factory=list)

    @contextlib.contextmanager
    def working(self, handlers: Mapping[str, Handler | Together], count: int = 3) -> Iterator[Workers]:
        """Workers that do what comes."""
        workers = Workers(
            self.store.writer,
            self.queue,
            self.store.parts.clock,
            handlers,
            new_id(self.store.parts.clock.now(), self.store.parts.random),
            lambda error, step: self.faults.append((error, step)),
            count,
        )
        workers.start()
        try:
            yield workers
        finally:
            workers.stop(DEADLINE)

    def enqueue(self, *steps: NewStep) -> list[str]:
        """Take steps on."""

        def change(transaction: Transaction) -> list[str]:
            return [self.queue.enqueue(transaction, each) or "" for each in steps]

        return self.store.writer.do(change)

    def wait(self, states: Mapping[str, int]) -> None:
        """Returns when there are so many steps of each state, as those of no other."""
        self.wait_for(lambda: self.states() == states)

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Returns when it is so."""
        looked = threading.Event()
        for _ in range(round(DEADLINE / 0.03)):
            if happened():
                return
            looked.wait(0.03)
        raise AssertionError(f"it has not come to it in {DEADLINE} s: {self.states()}; {self.faults[:3]}")

    def states(self) -> dict[str, int]:
        """How many steps there are of each state."""
        with self.store.database.reading() as connection:
            counted = select(col(Step.state), func.count()).group_by(col(Step.state))
            return {row[0]: row[1] for row in connection.execute(counted)}

    def deaths(self) -> dict[str, int]:
        """How often a process ended with each step in hand."""
        with self.store.database.reading() as connection:
            return {row.id: row.deaths for row in connection.execute(select(col(Step.id), col(Step.deaths)))}

    def effects(self) -> Counter[str]:
        """How often each step had its effect."""
        with self.store.database.reading() as connection:
            kept = select(col(Alert.about)).where(col(Alert.code) == "effect")
            return Counter(connection.execute(kept).scalars())


def batch(work: Callable[[Sequence[Leased]], Change[object]], most: int = 50) -> Together:
    """Steps that are done together."""
    return Together(work, most)
