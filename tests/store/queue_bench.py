"""A queue on a table, to try things on, with a clock that is held in the hand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import delete, select
from sqlmodel import col

from gateway.ledger.leaf import Leaf, read_leaf
from gateway.store.database import Database
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.operators import StepView, Wanted, list_steps
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import LedgerLeaf, Step
from gateway.store.writing.transaction import Change
from tests.clocks import FakeClock
from tests.store.stores import ME, new_parts

T = TypeVar("T")
SECONDS = 60.0
US = "process-now"


@dataclass
class Bench:
    """A store with a queue; each method is one change."""

    store: Store
    clock: FakeClock
    queue: StepQueue = field(default_factory=StepQueue)

    def do(self, change: Change[T]) -> T:
        """Make a change."""
        return self.store.writer.do(change)

    def enqueue(self, *steps: NewStep) -> list[str | None]:
        """Take steps on, in one change."""
        return self.do(lambda transaction: [self.queue.enqueue(transaction, each) for each in steps])

    def add(self, step: NewStep) -> str:
        """Take on a step that is new."""
        (taken,) = self.enqueue(step)
        assert taken is not None
        return taken

    def lease(self, limit: int = 10, by: str = US) -> tuple[Leased, ...]:
        """Lease what is due."""
        return self.do(lambda transaction: self.queue.lease(transaction, by, limit, SECONDS)).steps

    def leased(self) -> Leased:
        """Lease the one step that is due."""
        (step,) = self.lease()
        return step

    def finish(self, *steps: Leased) -> None:
        """End steps."""
        self.do(lambda transaction: self.queue.finish(transaction, *steps))

    def retry(self, step: Leased, error: str = "away", after: timedelta | None = None) -> str:
        """Say that a step failed."""
        return self.do(lambda transaction: self.queue.retry(transaction, step, error, after))

    def harmed(self, step: Leased, error: str = "ours") -> str:
        """Say that a step ran into a fault of ours."""
        return self.do(lambda transaction: self.queue.harmed(transaction, step, error))

    def release(self, by: str = US) -> int:
        """Let go of what nobody works on."""
        return self.do(lambda transaction: self.queue.release_stale(transaction, by, SECONDS))

    def view(self, step_id: str) -> StepView:
        """A step as a person sees it."""
        with self.store.database.reading() as connection:
            return next(each for each in list_steps(connection, Wanted(limit=10_000)) if each.id == step_id)

    def states(self, *ids: str | None) -> list[str]:
        """The states of steps."""
        return [self.view(each or "").state for each in ids]

    def leaves(self, what: str) -> list[Leaf]:
        """The leaves of the ledger with a word."""
        with self.store.database.reading() as connection:
            bodies = connection.execute(select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))).scalars()
            return [leaf for leaf in map(read_leaf, bodies) if leaf.what == what]


@contextlib.contextmanager
def benches(folder: Path, database: Database) -> Iterator[Store]:
    """A store whose clock is a `FakeClock`."""
    parts = new_parts(folder, database, FakeClock())
    make_store(parts, ME)
    store = open_store(parts, _no_doubt)
    try:
        yield store
    finally:
        store.close()


def fresh(store: Store) -> Bench:
    """The queue of a store, emptied."""
    store.writer.do(lambda transaction: transaction.connection.execute(delete(Step)) and None)
    clock = store.parts.clock
    assert isinstance(clock, FakeClock)
    return Bench(store, clock)


def kinds(steps: Sequence[Leased]) -> list[str]:
    """The kinds of steps, by which a test tells them apart."""
    return [each.kind for each in steps]


def _no_doubt(doubt: Exception) -> None:
    raise AssertionError(f"the disk of a test is in doubt: {doubt}")
