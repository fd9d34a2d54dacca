"""A workspace that is open for changes: by the service, or for one command under the lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway.errors import StorageDoubtError
from gateway.service.alerting.notices import Notices
from gateway.service.around import Surroundings
from gateway.service.exchange.names import TAKE_UP
from gateway.service.parts import parts_of
from gateway.settings import Settings
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import NewStep, Rules
from gateway.store.store import Store, open_store
from gateway.store.writing.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Opened:
    """What commands and steps work with. `close` the store of it."""

    root: Path
    settings: Settings
    around: Surroundings
    store: Store
    queue: StepQueue
    notices: Notices
    log: FilteringBoundLogger


def open_workspace(
    root: Path,
    settings: Settings,
    around: Surroundings,
    log: FilteringBoundLogger,
    on_doubt: Callable[[StorageDoubtError], None],
) -> Opened:
    """Open a workspace; its lock must be held. Raises `GatewayError`."""
    queue = StepQueue(Rules(tries=settings.queue.tries))
    notices = Notices(settings.alerts, queue, log)
    queue = replace(queue, after_burial=notices.buried)
    parts = parts_of(root, settings, around)
    store = open_store(parts, on_doubt, lambda change, id: _arrived(queue, change, id))
    return Opened(root, settings, around, store, queue, notices, log)


def _arrived(queue: StepQueue, transaction: Transaction, message: str) -> None:
    """What is to be done with a file that was received."""
    queue.enqueue(transaction, NewStep(TAKE_UP, message=message))
