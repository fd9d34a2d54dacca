"""Workers: threads that take due steps, do their work, and end each together with what came of it.

One thread, the keeper, leases ahead and says that what is in hand is still worked on. It waits until a step
is due, not for a while and then again. What is wrong with one step reaches no other, and what takes long has
a worker of its own: however many such steps there are, all else finds the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import timedelta

from gateway.attempt import Done, Failed, attempt
from gateway.errors import GatewayError, StorageDoubtError, StorageFullError, StoreBusyError
from gateway.ports import Clock
from gateway.service.logging import place_of
from gateway.service.work.handling import Handler, Retry, Together
from gateway.service.work.line import Job, Line
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import BACKGROUND, FOREGROUND, Hand, Leased, LeaseLostError
from gateway.store.writing.transaction import Change, Transaction
from gateway.store.writing.writer import Writer

OnFault = Callable[[Exception, Leased | None], None]
"""Told what went wrong, and with which step; it must not fail."""

LEASE_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0  # seconds, when nothing can be written
AWAY = (StorageFullError, StoreBusyError)
MOST_IN_HAND, MOST_IN_BACKGROUND = 500, 8


class Workers:
    """`start` them, and `stop` them; in between they work what is due."""

    def __init__(
        self,
        writer: Writer,
        queue: StepQueue,
        clock: Clock,
        handlers: Mapping[str, Handler | Together],
        by: str,
        on_fault: OnFault,
        count: int = 4,
        lease_seconds: float = LEASE_SECONDS,
        stopping: threading.Event | None = None,
    ) -> None:
        """`by` is an id that no process had before; `count` steps run at a time, and one that takes long.

        `stopping` is set when nothing more is to begin: what takes long may look at it.
        """
        self._writer = writer
        self._queue = queue
        self._clock = clock
        self._handlers = dict(handlers)
        self._by = by
        self._on_fault = on_fault
        self._lease_seconds = lease_seconds
        self._lines = (
            Line(FOREGROUND, count, MOST_IN_HAND, clock),
            Line((BACKGROUND,), 1, MOST_IN_BACKGROUND, clock),
        )
        self._changed = threading.Condition()
        self._put_off: list[Leased] = []
        self._stopping = stopping or threading.Event()
        self._next_round = 0.0
        self._keeper = threading.Thread(target=self._keep, name="steps", daemon=True)
        self._threads = [
            threading.Thread(target=self._serve, args=(line,), name=f"steps-{number}", daemon=True)
            for line in self._lines
            for number in range(1, line.workers + 1)
        ]

    def start(self) -> None:
        """Let go of what earlier processes had leased, and begin."""
        self._round()
        self._keeper.start()
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 30.0) -> None:
        """Begin nothing more, wait up to `patience` seconds for what runs, and give the rest back.

        What runs even then is given back too, and suspected: a start that does it again might not end either.
        """
        self._stopping.set()
        self._queue.due.set()
        with self._changed:
            unbegun = {step.n for line in self._lines for job in line.jobs for step in job}
            for line in self._lines:
                line.jobs.clear()
            self._changed.notify_all()
        until = self._clock.monotonic() + patience
        for thread in (self._keeper, *self._threads):
            thread.join(max(0.0, until - self._clock.monotonic()))
        with self._changed:
            unbegun.update(step.n for step in self._put_off)
            left = [step for line in self._lines for step in line.in_hand.values()]
        if left:
            self._done(lambda transaction: self._leave(transaction, left, unbegun))

    def _leave(self, transaction: Transaction, left: Sequence[Leased], unbegun: Container[int]) -> None:
        _give_back(transaction, self._queue, [each for each in left if each.n in unbegun], timedelta(0))
        for step in left:
            if step.n not in unbegun:
                self._queue.abandon(transaction, step)

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            self._queue.due.clear()  # before looking: what comes meanwhile sets it again
            turn = attempt(self._turn)
            if isinstance(turn, Done):
                pause = FIRST_PAUSE
                self._queue.due.wait(turn.value)
                continue
            self._on_fault(turn.error, None)
            if isinstance(turn.error, StorageDoubtError):
                self._stopping.set()
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        with self._changed:
            self._changed.notify_all()

    def _turn(self) -> float:
        """Take what is due; gives for how many seconds there is nothing to do unless `due` is set."""
        if self._clock.monotonic() >= self._next_round:
            self._round()
        rest = self._next_round - self._clock.monotonic()
        with self._changed:
            rooms = [(line, room) for line in self._lines if (room := line.room())]
        if not rooms:
            return rest

        def lease(transaction: Transaction) -> list[Hand]:
            return [
                self._queue.lease(transaction, self._by, room, self._lease_seconds, line.priorities)
                for line, room in rooms
            ]

        for (line, _), hand in zip(rooms, self._writer.do(lease), strict=True):
            self._take(line, hand)
            if hand.following is not None and hand.following > hand.now:
                rest = min(rest, (hand.following - hand.now).total_seconds())
        return rest  # at the latest: the end of what is in hand sets `due`

    def _take(self, line: Line, hand: Hand) -> None:
        with self._changed:
            line.appetite.took(len(hand.steps), self._clock.monotonic())
            line.in_hand.update((each.n, each) for each in hand.steps)
            line.jobs.extend(self._jobs_of(hand.steps))
            self._changed.notify_all()

    def _jobs_of(self, steps: Sequence[Leased]) -> list[Job]:
        """The steps as they are worked: those of a kind that is done together, together."""
        jobs: list[list[Leased]] = []
        open_jobs: dict[str, list[Leased]] = {}
        for step in steps:
            handler = self._handlers.get(step.kind)
            if not isinstance(handler, Together):
                jobs.append([step])
            elif (job := open_jobs.get(step.kind)) is not None and len(job) < handler.most:
                job.append(step)
            else:
                open_jobs[step.kind] = [step]
                jobs.append(open_jobs[step.kind])
        return [tuple(job) for job in jobs]

    def _round(self) -> None:
        """Say what is still worked on, let go of what nobody works on, give back what could not be ended."""
        with self._changed:
            # Who fails meanwhile sets it back.
            self._next_round = self._clock.monotonic() + self._lease_seconds / 3
            put_off = list(self._put_off)
            in_hand = [each for line in self._lines for each in line.in_hand.values() if each not in put_off]

        def change(transaction: Transaction) -> None:
            self._queue.heartbeat(transaction, in_hand, self._lease_seconds)
            _give_back(transaction, self._queue, put_off, self._queue.rules.first_wait)
            self._queue.release_stale(transaction, self._by, self._lease_seconds)

        try:
            self._writer.do(change)
        except GatewayError:
            self._next_round = self._clock.monotonic()
            raise
        with self._changed:
            self._put_off = self._put_off[len(put_off) :]
        self._forget(put_off)

    def _serve(self, line: Line) -> None:
        while (job := self._next(line)) is not None:
            try:
                self._work(job)
            finally:  # also when the thread is ended: what nobody works on must not be kept alive
                self._forget([each for each in job if each not in self._put_off])

    def _next(self, line: Line) -> Job | None:
        with self._changed:
            while not line.jobs and not self._stopping.is_set():
                self._changed.wait()
            return line.jobs.popleft() if line.jobs and not self._stopping.is_set() else None

    def _work(self, job: Job) -> None:
        made = attempt(lambda: self._made(job))
        ended = attempt(lambda: self._end(job, made.value)) if isinstance(made, Done) else made
        if isinstance(ended, Done):
            return
        if len(job) == 1 or isinstance(ended.error, (StorageDoubtError, *AWAY)):
            for step in job:
                self._fail(step, ended.error)
            return
        for step in job:
            self._work((step,))

    def _made(self, job: Job) -> Change[object]:
        handler = self._handlers.get(job[0].kind)
        if handler is None:
            raise LookupError(f"Nothing in this gateway does steps of the kind {job[0].kind}")
        return handler.work(job) if isinstance(handler, Together) else handler(job[0])

    def _end(self, job: Job, change: Change[object]) -> None:
        def ended(transaction: Transaction) -> None:
            self._queue.finish(transaction, *job)
            change(transaction)

        self._writer.do(ended)

    def _fail(self, step: Leased, error: Exception) -> None:
        """See to a step that could not be ended."""
        if isinstance(error, (LeaseLostError, StorageDoubtError)):
            self._on_fault(error, step)
            return
        if isinstance(error, AWAY) or not self._done(
            lambda transaction: self._judge(transaction, step, error)
        ):
            with self._changed:
                self._put_off.append(step)
                self._next_round = self._clock.monotonic()
            self._queue.due.set()
        if not isinstance(error, Retry):
            self._on_fault(error, step)

    def _judge(self, transaction: Transaction, step: Leased, error: Exception) -> None:
        if isinstance(error, Retry):
            self._queue.retry(transaction, step, str(error), error.after)
        else:
            self._queue.harmed(transaction, step, _words_of(error))

    def _done(self, change: Change[object]) -> bool:
        """Whether a change was made, or need not be, since the lease is lost; faults are told."""
        result = attempt(lambda: self._writer.do(change))
        if isinstance(result, Failed):
            self._on_fault(result.error, None)
            return isinstance(result.error, LeaseLostError)
        return True

    def _forget(self, steps: Sequence[Leased]) -> None:
        with self._changed:
            hungry = [line for line in self._lines if line.forget(steps)]
        if hungry:
            self._queue.due.set()


def _give_back(transaction: Transaction, queue: StepQueue, steps: Sequence[Leased], after: timedelta) -> None:
    for step in steps:
        queue.give_back(transaction, step, after)


def _words_of(error: Exception) -> str:
    """Why a step failed, for the list of steps: the words of others may hold what a document says."""
    if isinstance(error, GatewayError):
        return f"{type(error).__name__}: {error}"
    place = place_of(error)
    return f"{place['error']} at {place['at']}"
