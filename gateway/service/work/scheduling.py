"""Schedules: when something is to be done again and again. What fires is put into the queue, and no more.

The steps of one fire share a key, so that two schedulers, or one that fires twice, give one step. Times are
multiples of the interval, counted from a fixed moment, or those of a cron line: they are the same in every
process and after every start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from gateway.attempt import Failed, attempt
from gateway.ports import Clock
from gateway.store.columns import moment_text
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep
from gateway.store.writing.promise import Promise
from gateway.store.writing.transaction import Transaction
from gateway.store.writing.writer import Writer

ANCHOR = datetime(2000, 1, 1, tzinfo=UTC)
LOOK_SECONDS = 20.0  # between two looks at whether the clock was set, and at what could not be kept
SET_BACK = timedelta(seconds=1)
JUMP = timedelta(seconds=10)  # between two looks; a time service that slews moves a clock by less
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to enqueue a step of a kind: at a cron line of five fields, or each `every`; in UTC.

    Raises `ValueError` when it says neither or both, or what nobody can understand.
    """

    name: str
    kind: str
    cron: str | None = None
    every: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.cron is None) == (self.every is None):
            raise ValueError(f"The schedule {self.name} needs either a cron line or an interval")
        if self.every is not None and (self.every < timedelta(seconds=1) or self.every.microseconds):
            raise ValueError(f"The schedule {self.name}: an interval is of whole seconds, one at least")
        NewStep(self.kind, dedupe=f"{self.name}@")
        trigger_of(self)


class FromNow(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Fires as another does, but never for what is past: after a sleep or a jump of the clock it goes on."""

    def __init__(self, inner: CronTrigger | IntervalTrigger) -> None:
        self._inner = inner

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first time from now on, and behind the one before."""
        start = now if previous is None else max(now, previous + MICROSECOND)
        following: datetime | None = self._inner.get_next_fire_time(None, start)
        return following


def trigger_of(schedule: Schedule) -> FromNow:
    """What tells the library when a schedule fires. Raises `ValueError` for a cron line it cannot read."""
    if schedule.every is not None:
        seconds = round(schedule.every.total_seconds())
        return FromNow(IntervalTrigger(seconds=seconds, start_date=ANCHOR, timezone=UTC))
    return FromNow(CronTrigger.from_crontab(schedule.cron, timezone=UTC))


class Schedules:
    """Puts steps into the queue when they are due; `start` and `stop` it."""

    def __init__(
        self,
        writer: Writer,
        queue: StepQueue,
        clock: Clock,
        schedules: Sequence[Schedule],
        on_fault: Callable[[Exception], None],
        on_jump: Callable[[timedelta], object] | None = None,
    ) -> None:
        """`on_jump` is told by how much the clock was set.

        Raises `ValueError` when two have the same name.
        """
        self._schedules = {each.name: each for each in schedules}
        if len(self._schedules) < len(schedules):
            raise ValueError("Two schedules have the same name; what they do could not be told apart")
        self._writer = writer
        self._queue = queue
        self._clock = clock
        self._on_fault = on_fault
        self._on_jump = on_jump
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_listener(self._submitted, EVENT_JOB_SUBMITTED)
        self._open = threading.Lock()
        self._asked: dict[str, tuple[datetime, Promise[str | None]]] = {}  # the last of each
        self._ahead = self._offset()
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._look, name="schedules", daemon=True)

    def start(self) -> None:
        """Begin to fire."""
        for schedule in self._schedules.values():
            self._add(schedule)
        self._scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """Fire no more."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        self._watch.join()

    def next_times(self) -> dict[str, datetime]:
        """When each schedule fires next."""
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs()}

    def _enqueue(self, name: str, at: datetime) -> Promise[str | None]:
        """Enqueue the step of one fire; the answer is None when that was done before."""
        schedule = self._schedules[name]
        moment = moment_text(at)
        step = NewStep(schedule.kind, {"schedule": name, "fire": moment}, dedupe=f"{name}@{moment}")

        def change(transaction: Transaction) -> str | None:
            return self._queue.enqueue(transaction, step)

        return self._writer.submit(change)

    def mend(self) -> None:
        """Enqueue what could not be kept, and count anew when the clock was set back.

        The library counts on from its last time: set back by a year, it would be silent for a year.
        """
        for name, at, error in self._unkept():
            self._on_fault(error)
            self.fired(name, at)
        ahead = self._offset()
        if ahead < self._ahead - SET_BACK:
            for schedule in self._schedules.values():
                self._add(schedule)
        jump, self._ahead = ahead - self._ahead, ahead
        if self._on_jump is not None and abs(jump) >= JUMP:
            self._on_jump(jump)

    def _add(self, schedule: Schedule) -> None:
        self._scheduler.add_job(
            _nothing,
            trigger_of(schedule),
            id=schedule.name,
            replace_existing=True,
            coalesce=True,  # after a sleep only the last of the times that went by
            misfire_grace_time=None,
            max_instances=1000,  # none takes any time; a slow machine must not make it skip one
        )

    def _submitted(self, event: JobSubmissionEvent) -> None:
        for at in event.scheduled_run_times:
            self.fired(event.job_id, at.astimezone(UTC))

    def fired(self, name: str, at: datetime) -> None:
        """Enqueue the step of one fire; `mend` sees to it that it is kept."""
        answer = self._enqueue(name, at)
        with self._open:
            self._asked[name] = (at, answer)

    def _unkept(self) -> list[tuple[str, datetime, Exception]]:
        """What fired last of each schedule and was not kept; what was is forgotten."""
        unkept = []
        with self._open:
            for name, (at, answer) in list(self._asked.items()):
                if not answer.given:
                    continue
                del self._asked[name]
                kept = attempt(answer.result)
                if isinstance(kept, Failed):
                    unkept.append((name, at, kept.error))
        return unkept

    def _look(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            looked = attempt(self.mend)
            if isinstance(looked, Failed):
                self._on_fault(looked.error)

    def _offset(self) -> timedelta:
        """By how much the time of day is ahead of the time that passes."""
        return self._clock.now() - ANCHOR - timedelta(seconds=self._clock.monotonic())


def _nothing() -> None:
    """The work of a job of the library: its time is all that is wanted of it."""
