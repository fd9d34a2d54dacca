"""A listener in this process, with the store of a workspace behind it and a log that can be read."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import func, select
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from gateway.errors import StorageDoubtError
from gateway.service.around import real_surroundings
from gateway.service.connection.incoming import Patience
from gateway.service.connection.listener import Listener
from gateway.service.connection.local_socket import connected
from gateway.service.opened import open_workspace
from gateway.settings import read_settings
from gateway.store.tables import Message

QUICK = Patience(line=0.3, silence=0.3, slowest=1 << 20)
DEADLINE = 30.0


class Listening:
    """From `with` to its end; its log is in `events`."""

    def __init__(self, root: Path, patience: Patience = QUICK) -> None:
        self.folder = root / "var"
        self.events: list[EventDict] = []
        self._guard = threading.Lock()
        opened = open_workspace(root, read_settings(root), real_surroundings(), self._log(), _surprised)
        self.store = opened.store
        self.listener = Listener(opened, patience)

    def __enter__(self) -> Self:
        self.listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.listener.stop()
        self.store.close()

    def link(self) -> socket.socket:
        """A new connection."""
        link = connected(self.folder)
        assert link is not None
        link.settimeout(DEADLINE)
        return link

    def messages(self) -> int:
        """How many messages are kept."""
        with self.store.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(Message)).scalar_one()

    def vault(self) -> list[Path]:
        """The files beside the database, whole or half."""
        return [each for each in (self.folder / "vault").rglob("*") if each.is_file()]

    def told(self, *events: str) -> list[EventDict]:
        """What the log says of these events."""
        with self._guard:
            return [each for each in self.events if each["event"] in events]

    def _log(self) -> FilteringBoundLogger:
        def keep(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
            with self._guard:
                self.events.append(event)
            raise structlog.DropEvent

        log: FilteringBoundLogger = structlog.wrap_logger(
            None, processors=[keep], wrapper_class=structlog.make_filtering_bound_logger("INFO")
        )
        return log


def _surprised(doubt: StorageDoubtError) -> None:
    raise AssertionError(doubt)
