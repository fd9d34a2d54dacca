"""Workers: each step is done once, and what is wrong with one reaches no other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from gateway.errors import StorageFullError
from gateway.service.work.appetite import Appetite
from gateway.service.work.handling import Retry, Together
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import BACKGROUND, PRIORITIES, Hand, Leased, NewStep
from gateway.store.store import Store
from gateway.store.writing.transaction import Change, Transaction
from tests.service.work import DEADLINE, QUICK, Desk, effect


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on a new store, of each kind of database in turn."""
    return Desk(store)


def test_each_step_has_its_effect_once(desk: Desk) -> None:
    ids = desk.enqueue(*(NewStep("a", lane=f"lane-{n % 7}" if n % 2 else None) for n in range(100)))
    with desk.working({"a": effect}):
        desk.wait({"done": 100})
    assert desk.effects() == Counter(ids)
    assert desk.faults == []


def test_steps_of_a_kind_are_done_together(desk: Desk) -> None:
    sizes: list[int] = []

    def together(steps: Sequence[Leased]) -> Change[object]:
        sizes.append(len(steps))
        return effect(*steps)

    ids = desk.enqueue(*(NewStep("many" if n % 2 else "a") for n in range(100)))
    with desk.working({"many": Together(together, 20), "a": effect}):
        desk.wait({"done": 100})
    assert desk.effects() == Counter(ids)
    assert sum(sizes) == 50
    assert 1 < max(sizes) <= 20


def test_one_bad_step_of_a_batch_keeps_no_other_from_being_done(desk: Desk) -> None:
    def together(steps: Sequence[Leased]) -> Change[object]:
        if any(each.body.get("bad") for each in steps):
            raise ZeroDivisionError("in the middle")
        return effect(*steps)

    ids = desk.enqueue(*(NewStep("many", {"bad": n == 4}) for n in range(10)))
    with desk.working({"many": Together(together)}):
        desk.wait({"done": 9, "parked": 1})
    assert desk.effects() == Counter(ids[:4] + ids[5:])


def test_a_lane_is_worked_in_order_by_many_threads(desk: Desk) -> None:
    seen: dict[str, list[object]] = {"a": [], "b": []}

    def handler(step: Leased) -> Change[object]:
        seen[step.lane or ""].append(step.body["n"])
        return effect(step)

    desk.enqueue(*(NewStep("k", {"n": n}, lane="ab"[n % 2]) for n in range(60)))
    with desk.working({"k": handler}, count=6):
        desk.wait({"done": 60})
    assert seen == {"a": list(range(0, 60, 2)), "b": list(range(1, 60, 2))}


def test_what_cannot_be_done_now_is_tried_again_until_it_is_dead(desk: Desk) -> None:
    tries: Counter[object] = Counter()

    def handler(step: Leased) -> Change[object]:
        name = step.body["name"]
        tries[name] += 1
        if name == "away" or tries[name] == 1:
            raise Retry("the other side is away", timedelta(milliseconds=1))
        return effect(step)

    away, later = desk.enqueue(NewStep("k", {"name": "away"}), NewStep("k", {"name": "later"}))
    with desk.working({"k": handler}):
        desk.wait({"done": 1, "dead": 1})
    assert desk.effects() == Counter([later])
    assert away not in desk.effects()
    assert tries == {"away": QUICK.tries, "later": 2}


@pytest.mark.parametrize("where", ["work", "change", "unknown kind"])
def test_a_fault_of_ours_parks_the_step_the_third_time_and_nothing_of_it_is_kept(
    desk: Desk, where: str
) -> None:
    def handler(step: Leased) -> Change[object]:
        if where == "work":
            raise KeyError("no such thing")

        def change(transaction: Transaction) -> None:
            effect(step)(transaction)
            raise KeyError("no such thing")

        return change

    (bad, good) = desk.enqueue(NewStep("none" if where == "unknown kind" else "bad"), NewStep("good"))
    with desk.working({"bad": handler, "good": effect}):
        desk.wait({"done": 1, "parked": 1})
    assert desk.effects() == Counter([good])
    assert [step.id for _, step in desk.faults if step] == [bad] * 3


def test_a_full_disk_is_no_fault_of_a_step(desk: Desk) -> None:
    failed: list[str] = []

    def handler(step: Leased) -> Change[object]:
        def change(transaction: Transaction) -> None:
            if len(failed) < 5:
                failed.append(step.id)
                raise StorageFullError("no room")
            effect(step)(transaction)

        return change

    ids = desk.enqueue(*(NewStep("k") for _ in range(3)))
    with desk.working({"k": handler}):
        desk.wait({"done": 3})
    assert desk.effects() == Counter(ids)
    assert len(failed) == 5


def test_steps_that_came_while_nothing_was_to_do_are_done_at_once(desk: Desk) -> None:
    done = threading.Event()

    def handler(step: Leased) -> Change[object]:
        def change(transaction: Transaction) -> None:
            transaction.afterwards(done.set)

        return change

    with desk.working({"k": handler}):
        for _ in range(20):
            done.clear()
            desk.enqueue(NewStep("k"))
            assert done.wait(DEADLINE)


@dataclass(frozen=True, slots=True)
class CountingQueue(StepQueue):
    """Counts how often somebody looked for what is due."""

    looks: list[int] = field(default_factory=list)

    def lease(
        self,
        transaction: Transaction,
        by: str,
        limit: int,
        seconds: float,
        priorities: tuple[int, ...] = PRIORITIES,
    ) -> Hand:
        self.looks.append(limit)
        return StepQueue.lease(self, transaction, by, limit, seconds, priorities)


def test_nobody_looks_again_and_again_for_what_is_due_later(desk: Desk) -> None:
    desk.queue = queue = CountingQueue(QUICK)
    run_at = desk.store.parts.clock.now() + timedelta(seconds=0.4)
    desk.enqueue(NewStep("k", run_at=run_at))
    with desk.working({"k": effect}):
        desk.wait({"done": 1})
    assert desk.store.parts.clock.now() >= run_at
    assert len(queue.looks) <= 2 * 6  # of the foreground, and of the background


def test_who_stops_ends_what_runs_and_gives_back_the_rest(desk: Desk) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def handler(step: Leased) -> Change[object]:
        begun.release()
        assert go_on.wait(DEADLINE)
        return effect(step)

    desk.enqueue(*(NewStep("k") for _ in range(10)))
    with desk.working({"k": handler}, count=2) as workers:
        assert begun.acquire(timeout=DEADLINE)
        assert begun.acquire(timeout=DEADLINE)
        stopping = threading.Thread(target=workers.stop, args=(DEADLINE,))
        stopping.start()
        go_on.set()
        stopping.join(DEADLINE)
    assert desk.states() == {"done": 2, "waiting": 8}
    assert len(desk.effects()) == 2
    with desk.working({"k": effect}):
        desk.wait({"done": 10})
    assert set(desk.effects().values()) == {1}


def test_who_stops_without_patience_loses_the_step_but_not_its_effect(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def handler(step: Leased) -> Change[object]:
        begun.set()
        assert go_on.wait(DEADLINE)
        return effect(step)

    (taken,) = desk.enqueue(NewStep("k"))
    with desk.working({"k": handler}, count=1) as workers:
        assert begun.wait(DEADLINE)
        workers.stop(0.0)
        assert desk.states() == {"waiting": 1}
        assert desk.deaths() == {taken: 1}
        with desk.working({"k": effect}):
            desk.wait({"done": 1})
        go_on.set()
    assert desk.effects() == Counter([taken])


def test_quick_steps_are_taken_in_large_hands_and_slow_ones_in_small() -> None:
    appetite = Appetite(least=8, most=100)
    rooms = []
    for now in (0.0, 0.01, 0.02, 0.03, 0.04):
        rooms.append(appetite.room(0, now))
        appetite.took(rooms[-1], now)
    assert rooms == [8, 16, 32, 64, 100]
    assert appetite.room(51, 10.0) == 0
    assert appetite.room(0, 10.0) == 50
    appetite.took(3, 10.0)
    assert appetite.room(0, 10.01) == 50


def test_what_takes_long_keeps_no_other_from_being_done(desk: Desk) -> None:
    go_on, running, most = threading.Event(), threading.Semaphore(0), threading.Semaphore(1)

    def long(step: Leased) -> Change[object]:
        assert most.acquire(blocking=False), "two at once"
        running.release()
        assert go_on.wait(DEADLINE)
        most.release()
        return effect(step)

    def away(step: Leased) -> Change[object]:
        raise Retry("the other side is away", timedelta(hours=1))

    desk.enqueue(NewStep("away", priority=BACKGROUND))
    longs = desk.enqueue(*(NewStep("long", priority=BACKGROUND) for _ in range(20)))
    with desk.working({"long": long, "quick": effect, "away": away}, count=1):
        assert running.acquire(timeout=DEADLINE)
        quick = desk.enqueue(*(NewStep("quick") for _ in range(20)))
        desk.wait_for(lambda: desk.effects() == Counter(quick))
        go_on.set()
        desk.wait_for(lambda: desk.effects() == Counter(longs + quick))
    assert desk.faults == []


def test_of_what_takes_long_few_are_in_hand(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def long(step: Leased) -> Change[object]:
        begun.set()
        assert go_on.wait(DEADLINE)
        return effect(step)

    desk.enqueue(*(NewStep("long", priority=BACKGROUND) for _ in range(100)))
    with desk.working({"long": long}):
        assert begun.wait(DEADLINE)
        assert desk.states()["leased"] <= 8
        go_on.set()
        desk.wait({"done": 100})
