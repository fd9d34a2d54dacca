"""Takes what people wrote in partner files and tables into force: whole and checked, or not at all.

What was adopted is kept in the store. So a service that is started with mistakes in its files goes on under
what was in force before, and every translation can be done again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway.attempt import Failed, attempt
from gateway.errors import DataFileError, UsageError
from gateway.held_texts import all_texts
from gateway.service.alerting.notices import Notices
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.order_memory import remembered
from gateway.service.exchange.recording import WAITS_FOR_ROWS, take_up_waiting
from gateway.store.alerts import alert, raise_alert
from gateway.store.configurations import Texts, adopt, latest, texts_of
from gateway.store.people import SERVICE, actor_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.store import Store
from gateway.store.writing.transaction import Transaction
from gateway.workspace import DATA_FOLDERS, Workspace

LOOK_SECONDS = 1.0
REFUSED = "configuration-refused"


class Configuring:
    """Holds what is in force; `start` looks for changes of files, until `stop`."""

    def __init__(
        self,
        workspace: Workspace,
        store: Store,
        queue: StepQueue,
        notices: Notices,
        on_fault: Callable[[Exception], None],
        log: FilteringBoundLogger,
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._queue = queue
        self._notices = notices
        self._on_fault = on_fault
        self._log = log
        self._look_of: object = None
        self._refused: str | None = None  # the digest of what was refused last
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="configuration", daemon=True)
        self._now = self._begin()

    @property
    def now(self) -> InForce:
        """What is in force."""
        return self._now

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> bool:
        """Take changed files into force; whether something changed. Mistakes are told, and change nothing."""
        look = tuple(self._stamps())
        if look == self._look_of:
            return False
        texts = Texts(all_texts(self._workspace))
        adopted = False
        if texts.digest != self._now.digest:
            adopted = self._taken(texts)
        self._look_of = look
        return adopted

    def _begin(self) -> InForce:
        self._look_of = tuple(self._stamps())
        texts = attempt(lambda: Texts(all_texts(self._workspace)))
        made = attempt(lambda: self._made(texts.value)) if not isinstance(texts, Failed) else texts
        if not isinstance(made, Failed):
            self._adopt(made.value)
            return made.value
        if not isinstance(made.error, DataFileError | UsageError):
            raise made.error
        self._tell(made.error)
        with self._store.database.reading() as connection:
            digest = latest(connection)
            kept = Texts({}) if digest is None else texts_of(connection, digest)
        return self._made(kept)

    def _taken(self, texts: Texts) -> bool:
        made = attempt(lambda: self._made(texts))
        if not isinstance(made, Failed):
            self._adopt(made.value)
            self._now = made.value
            return True
        if not isinstance(made.error, DataFileError | UsageError):
            raise made.error
        if texts.digest != self._refused:
            self._refused = texts.digest
            self._tell(made.error)
        return False

    def _made(self, texts: Texts) -> InForce:
        return InForce(texts, self._workspace.code_cache, partial(remembered, self._store))

    def _adopt(self, made: InForce) -> None:
        def change(transaction: Transaction) -> bool:
            who = actor_id(transaction, SERVICE)
            adopted = adopt(transaction, made.texts, who)
            if adopted:
                take_up_waiting(transaction, self._queue, who, WAITS_FOR_ROWS)
            return adopted

        if self._store.writer.do(change):
            self._log.info(
                "configuration", digest=made.digest[:16], partners=len(made.configuration.partners)
            )

    def _tell(self, error: Exception) -> None:
        text = f"{error}. What was in force before stays; `gateway check` shows every mistake."
        raised = alert(REFUSED, "partners", text)

        def change(transaction: Transaction) -> str:
            return raise_alert(transaction, raised, self._notices)

        self._store.writer.do(change)

    def _stamps(self) -> Iterator[tuple[str, int, int]]:
        """By what a change of a file is seen: its name, its size, and when it was changed."""
        root = self._workspace.root
        for folder in DATA_FOLDERS if root is not None else ():
            for path in sorted((Path(str(root)) / folder).rglob("*")):
                found = attempt(path.stat)
                if not isinstance(found, Failed):
                    yield str(path), found.value.st_size, found.value.st_mtime_ns

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            looked = attempt(self.look)
            if isinstance(looked, Failed):
                self._on_fault(looked.error)
