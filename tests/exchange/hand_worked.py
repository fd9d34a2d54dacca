"""Workers whose steps are worked by hand, in the thread of the test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gateway.ports import Clock
from gateway.service.work.handling import Handler, Together
from gateway.service.work.workers import OnFault, Workers
from gateway.store.queue.leased_table import StepQueue
from gateway.store.writing.writer import Writer

ENDLESS = 20_000  # jobs; a test that needs more goes round in circles


class HandWorked(Workers):
    """The real workers, but for their threads: what fails is judged, split and put off as they do it."""

    def __init__(
        self,
        writer: Writer,
        queue: StepQueue,
        clock: Clock,
        handlers: Mapping[str, Handler | Together],
        by: str,
        on_fault: OnFault,
    ) -> None:
        super().__init__(writer, queue, clock, handlers, by, on_fault)
        self.worked: Counter[str] = Counter()  # how many steps of each kind were begun

    def work_off(self) -> int:
        """Work until nothing is due any more; how many steps that were."""
        before = self.worked.total()
        for _ in range(ENDLESS):
            self._turn()
            jobs = [line.jobs.popleft() for line in self._lines for _ in range(len(line.jobs))]
            if not jobs:
                return self.worked.total() - before
            for job in jobs:
                self.worked.update(step.kind for step in job)
                self._work(job)
                self._forget([each for each in job if each not in self._put_off])
        raise AssertionError(f"there is always more to do: {self.worked}")
