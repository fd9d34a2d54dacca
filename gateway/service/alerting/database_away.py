"""A database that cannot be written for a while: the log has it at once, the list when it is back."""

from __future__ import annotations

import threading

from structlog.typing import FilteringBoundLogger

from gateway.attempt import Done, attempt
from gateway.ports import Clock
from gateway.store.alerts import Telling, alert, raise_alert
from gateway.store.writing.promise import Promise
from gateway.store.writing.transaction import Change, Transaction
from gateway.store.writing.writer import Writer

PATIENCE = 30.0  # seconds: a lock that others hold for less is of no interest
ASKED_EVERY = 5.0  # seconds


class DatabaseAway:
    """`busy` says that something was refused, `look` whether it can be kept again. Threads may share it."""

    def __init__(self, writer: Writer, clock: Clock, telling: Telling, log: FilteringBoundLogger) -> None:
        self._writer = writer
        self._clock = clock
        self._telling = telling
        self._log = log
        self._guard = threading.Lock()
        self._since: float | None = None
        self._asked: Promise[None] | None = None
        self._ask_at = 0.0
        self._logged = False

    def busy(self) -> None:
        """Something was refused, for a reason that may be gone by now."""
        with self._guard:
            if self._since is None:
                self._since = self._clock.monotonic()

    def look(self) -> None:
        """Ask the database from time to time, until it answers; it waits for nothing, and is called often."""
        with self._guard:
            since, now = self._since, self._clock.monotonic()
            if since is None:
                return
            if self._asked is None:
                if now >= self._ask_at:
                    self._asked, self._ask_at = self._writer.submit(self._change(since)), now + ASKED_EVERY
            elif self._asked.given:
                answer, self._asked = attempt(self._asked.result), None
                if isinstance(answer, Done):
                    self._since, self._logged, self._ask_at = None, False, 0.0
                    return
            if now - since >= PATIENCE and not self._logged:
                self._logged = True
                self._log.error("database-away", seconds=round(now - since))

    def _change(self, since: float) -> Change[None]:
        def change(transaction: Transaction) -> None:
            seconds = self._clock.monotonic() - since
            if seconds >= PATIENCE:
                text = f"For about {seconds:,.0f} seconds nothing could be kept; now it can be again."
                raise_alert(transaction, alert("database-away", "database", text), self._telling)

        return change
