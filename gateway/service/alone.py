"""A command carried out in its own process, where no service runs; the lock of the workspace must be held."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StorageDoubtError
from gateway.service.around import Surroundings
from gateway.service.commands.table import COMMANDS
from gateway.service.connection.frames import Answer, Request
from gateway.service.logging import service_log
from gateway.service.opened import Opened, open_workspace
from gateway.service.parts import user_of
from gateway.settings import read_settings


def done_alone(root: Path, request: Request, parts: Iterable[bytes], around: Surroundings) -> Answer:
    """The answer to a command, when what it changed is durable. Raises `GatewayError`."""
    with opened(root, around) as workspace:
        return COMMANDS[request.command](workspace, request.arguments, user_of(os.geteuid()), parts)


@contextmanager
def opened(root: Path, around: Surroundings) -> Iterator[Opened]:
    """A workspace open for one command."""
    workspace = open_workspace(root, read_settings(root), around, service_log(), _told_by_the_answer)
    try:
        yield workspace
    finally:
        workspace.store.close()


def _told_by_the_answer(doubt: StorageDoubtError) -> None:
    """A command ends with the fault anyway."""
