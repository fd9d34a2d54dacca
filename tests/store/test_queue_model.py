"""Whatever is done to a queue, in whatever order: it does what a list in memory does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.operators import Wanted, again, cancel, list_steps
from gateway.store.queue.steps import MOST_HARMS, Leased, LeaseLostError, NewStep, Rules
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Store
from tests.store.queue_bench import benches, fresh
from tests.store.stores import BUSY_SECONDS, ME
from tests.thoroughness import examples

RULES = Rules(tries=3, first_wait=timedelta(seconds=10), longest_wait=timedelta(minutes=1))


@dataclass
class Known:
    """A step as the list in memory has it; its place there is when it came."""

    id: str
    lane: str | None
    priority: int
    run_at: datetime
    state: str = "waiting"  # there is no "behind" here: who may go is told from the list
    tries: int = 0
    harms: int = 0
    deaths: int = 0
    holder: Leased | None = None

    def let_go(self, state: str) -> None:
        """Nobody has it any more."""
        self.state, self.holder = state, None


class Model(RuleBasedStateMachine):
    """The queue of `store` and a list, side by side."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.bench = fresh(self.store)
        self.bench.queue = StepQueue(RULES)
        self.list: list[Known] = []
        self.keys: set[str] = set()
        self.lost: list[Leased] = []
        self.process = 0

    @rule(
        lane=st.sampled_from([None, "a", "b"]),
        priority=st.integers(-2, 2),
        delay=st.sampled_from([0, 30]),
        key=st.none() | st.sampled_from("xyz"),
    )
    def enqueue(self, lane: str | None, priority: int, delay: int, key: str | None) -> None:
        run_at = self.bench.clock.now() + timedelta(seconds=delay)
        step = NewStep("k", lane=lane, priority=priority, run_at=run_at, dedupe=key)
        (taken,) = self.bench.enqueue(step)
        assert (taken is None) == (key in self.keys)
        if key is not None:
            self.keys.add(key)
        if taken is not None:
            self.list.append(Known(taken, lane, priority, run_at))

    @rule(limit=st.integers(1, 4))
    def lease(self, limit: int) -> None:
        wanted = self._due(limit)
        got = self.bench.lease(limit, self._by)
        assert [each.id for each in got] == [each.id for each in wanted]
        for known, leased in zip(wanted, got, strict=True):
            known.state, known.holder = "leased", leased

    @precondition(lambda self: self._held())
    @rule(data=st.data(), how=st.sampled_from(["finish", "retry", "harmed", "give back", "cancel"]))
    def let_go(self, data: st.DataObject, how: str) -> None:
        known = data.draw(st.sampled_from(self._held()))
        leased = known.holder
        assert leased is not None
        if how == "finish":
            self.bench.finish(leased)
            known.let_go("done")
        elif how == "retry":
            known.tries += 1
            known.let_go("dead" if known.tries >= RULES.tries else "waiting")
            assert self.bench.retry(leased) == known.state
        elif how == "harmed":
            known.harms += 1
            known.let_go("parked" if known.harms >= MOST_HARMS else "waiting")
            assert self.bench.harmed(leased) == known.state
        elif how == "give back":
            known.let_go("waiting")
            assert self.bench.do(lambda transaction: self.bench.queue.give_back(transaction, leased))
        else:
            self.bench.do(lambda transaction: cancel(transaction, self.bench.queue, known.id, "r", ME))
            known.let_go("cancelled")
        self.lost.append(leased)
        known.run_at = self.bench.view(known.id).run_at

    @rule()
    def die(self) -> None:
        """The process ends, and another lets go of what it had."""
        self.process += 1
        held = self._held()
        assert self.bench.release(self._by) == len(held)
        for known in held:
            assert known.holder is not None
            self.lost.append(known.holder)
            known.harms, known.deaths = known.harms + 1, known.deaths + 1
            known.let_go("parked" if known.harms >= MOST_HARMS else "waiting")
            known.run_at = self.bench.view(known.id).run_at

    @precondition(lambda self: self._buried())
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        known = data.draw(st.sampled_from(self._buried()))
        self.bench.do(lambda transaction: again(transaction, self.bench.queue, known.id, ME))
        known.state, known.run_at = "waiting", self.bench.clock.now()
        known.tries = known.harms = known.deaths = 0

    @precondition(lambda self: self.lost)
    @rule(data=st.data())
    def end_what_was_lost(self, data: st.DataObject) -> None:
        with pytest.raises(LeaseLostError):
            self.bench.finish(data.draw(st.sampled_from(self.lost)))

    @rule(seconds=st.sampled_from([1, 15, 45]))
    def advance(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)

    @invariant()
    def same(self) -> None:
        with self.store.database.reading() as connection:
            steps = list_steps(connection, Wanted())[::-1]
        states = ["waiting" if each.state == "behind" else each.state for each in steps]
        assert states == [each.state for each in self.list]
        assert [(each.tries, each.harms) for each in steps] == [
            (each.tries, each.harms) for each in self.list
        ]

    @property
    def _by(self) -> str:
        return f"process-{self.process}"

    def _held(self) -> list[Known]:
        return [each for each in self.list if each.state == "leased"]

    def _buried(self) -> list[Known]:
        return [each for each in self.list if each.state in ("dead", "parked")]

    def _first_of_lane(self, known: Known) -> bool:
        if known.lane is None:
            return True
        lane = [each for each in self.list if each.lane == known.lane and each.state in ("waiting", "leased")]
        return lane[0] is known and not any(each.state == "leased" for each in lane)

    def _due(self, limit: int) -> list[Known]:
        now, held = self.bench.clock.now(), self._held()
        due = [
            each
            for each in self.list
            if each.state == "waiting" and each.run_at <= now and self._first_of_lane(each)
        ]
        suspects = sorted((each for each in due if each.deaths), key=lambda each: each.run_at)
        if any(each.deaths for each in held) or (suspects and held):
            return []
        if suspects:
            return suspects[:1]
        return sorted(due, key=lambda each: (-each.priority, each.run_at))[:limit]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all runs."""
    folder = tmp_path_factory.mktemp("queue")
    with benches(folder, SqliteDatabase(folder / "gateway.db", BUSY_SECONDS)) as opened:
        yield opened


def test_a_queue_does_what_a_list_does(store: Store) -> None:
    machine = type("OnStore", (Model,), {"store": store})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples(25), stateful_step_count=25, deadline=None)
    )
