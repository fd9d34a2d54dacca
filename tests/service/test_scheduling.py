"""Schedules put one step into the queue for each time they fire, whatever the clock does."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import StorageFullError
from gateway.service.work.scheduling import FromNow, Schedule, Schedules, trigger_of
from gateway.store.columns import moment_of
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.operators import Wanted, list_steps
from gateway.store.queue.steps import NewStep
from gateway.store.store import Store
from gateway.store.writing.transaction import Transaction
from tests.clocks import NOON, FakeClock
from tests.service.work import DEADLINE

EACH_SECOND = Schedule("tick", "count", every=timedelta(seconds=1))
EACH_NIGHT = Schedule("night", "purge", cron="30 2 * * *")


def fires(trigger: FromNow, first: datetime, looks: Sequence[datetime]) -> list[datetime]:
    """When something fires that is looked at now and then, as the library does it."""
    fired, following = [], first
    for now in looks:
        due = []
        while following <= now:
            due.append(following)
            following = trigger.get_next_fire_time(following, now) or datetime.max.replace(tzinfo=UTC)
            assert len(due) < 5
        fired += due[-1:]
    return fired


def test_an_interval_has_the_same_times_in_every_process() -> None:
    trigger = trigger_of(Schedule("s", "k", every=timedelta(minutes=10)))
    start = NOON + timedelta(minutes=3, seconds=7)
    assert trigger.get_next_fire_time(None, start) == NOON + timedelta(minutes=10)
    looks = [NOON + timedelta(minutes=minute, milliseconds=5) for minute in range(31)]
    assert fires(trigger, NOON, looks) == [NOON + timedelta(minutes=10 * n) for n in range(4)]


def test_a_cron_line_is_in_utc() -> None:
    first = trigger_of(EACH_NIGHT).get_next_fire_time(None, NOON)
    assert first == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("schedule", [EACH_SECOND, Schedule("minute", "k", cron="* * * * *")])
@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=365), timedelta(days=36500)])
def test_a_jump_forward_fires_once_and_not_for_all_that_was_passed(
    schedule: Schedule, jump: timedelta
) -> None:
    trigger = trigger_of(schedule)
    fired = fires(trigger, NOON, [NOON, NOON + jump, NOON + jump + timedelta(milliseconds=1)])
    assert len(fired) == 2
    assert len(set(fired)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"cron": "* * * * *", "every": timedelta(hours=1)},
        {},
        {"cron": "61 * * * *"},
        {"cron": "at noon"},
        {"every": timedelta(milliseconds=1500)},
        {"every": timedelta(0)},
    ],
)
def test_a_schedule_that_nobody_understands_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Schedule("s", "k", **wrong)  # type: ignore[arg-type]  # wrong on purpose


@dataclass(frozen=True, slots=True)
class HeardQueue(StepQueue):
    """Tells when steps were enqueued; the first `full` times there is no room."""

    heard: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    full: list[int] = field(default_factory=list)

    def enqueue(self, transaction: Transaction, step: NewStep) -> str | None:
        if self.full:
            self.full.pop()
            raise StorageFullError("no room")
        taken = StepQueue.enqueue(self, transaction, step)
        transaction.afterwards(self.heard.release)
        return taken


def keys(store: Store) -> list[str]:
    """What deduped the steps there are, oldest first."""
    with store.database.reading() as connection:
        return [each.dedupe or "" for each in list_steps(connection, Wanted())][::-1]


def test_two_schedulers_give_one_step_for_each_time(store: Store) -> None:
    queue, faults = HeardQueue(), list[Exception]()
    two = [
        Schedules(store.writer, queue, store.parts.clock, [EACH_SECOND, EACH_NIGHT], faults.append)
        for _ in range(2)
    ]
    for each in two:
        each.start()
    for _ in range(4):
        assert queue.heard.acquire(timeout=DEADLINE)
    for each in two:
        each.stop()
    taken = keys(store)
    assert len(taken) >= 2
    assert set(Counter(taken).values()) == {1}
    for key in taken:
        name, _, at = key.partition("@")
        assert name == "tick"
        assert moment_of(at).microsecond == 0
    assert faults == []


def test_what_could_not_be_kept_is_kept_later_and_once(store: Store) -> None:
    queue, faults = HeardQueue(full=[1]), list[Exception]()
    schedules = Schedules(store.writer, queue, FakeClock(), [EACH_NIGHT], faults.append)
    schedules.fired("night", NOON)
    store.writer.do(lambda transaction: None)  # what was asked for before is answered by then
    schedules.mend()
    store.writer.do(lambda transaction: None)
    schedules.mend()
    schedules.fired("night", NOON)
    store.writer.do(lambda transaction: None)
    assert [str(each) for each in faults] == ["no room"]
    assert keys(store) == ["night@2026-11-23T12:00:00.000000Z"]


def test_a_clock_that_was_set_back_leaves_no_schedule_silent(store: Store) -> None:
    clock = FakeClock(datetime.now(UTC) + timedelta(days=365))
    schedules = Schedules(store.writer, StepQueue(), clock, [EACH_NIGHT], lambda error: None)
    schedules.start()
    late = datetime.now(UTC) + timedelta(days=366)
    schedules._scheduler.modify_job("night", next_run_time=late)  # as a clock that is ahead makes it
    schedules.mend()
    assert schedules.next_times()["night"] > datetime.now(UTC) + timedelta(days=365)
    clock.jump(-timedelta(days=365))
    schedules.mend()
    assert schedules.next_times()["night"] < datetime.now(UTC) + timedelta(days=1, seconds=1)
    schedules.stop()


def test_two_schedules_of_one_name_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="same name"):
        Schedules(store.writer, StepQueue(), FakeClock(), [EACH_NIGHT, EACH_NIGHT], lambda error: None)
