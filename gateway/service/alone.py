"""A command carried out in its own process, where no service runs; the lock of the workspace must be held."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from gateway.service.alerting.doubt import note_doubt
from gateway.service.around import Surroundings
from gateway.service.commands.table import COMMANDS
from gateway.service.connection.frames import Answer, Request
from gateway.service.logging import service_log
from gateway.service.opened import Opened, open_workspace
from gateway.service.parts import user_of
from gateway.settings import read_settings
from gateway.workspace import VAR


def done_alone(root: Path, request: Request, parts: Iterable[bytes], around: Surroundings) -> Answer:
    """The answer to a command, when what it changed is durable. Raises `GatewayError`."""
    with opened(root, around) as workspace:
        return COMMANDS[request.command](workspace, request.arguments, user_of(os.geteuid()), parts)


@contextmanager
def opened(root: Path, around: Surroundings) -> Iterator[Opened]:
    """A workspace open for one command."""
    settings = read_settings(root)
    doubt = partial(note_doubt, root / VAR, around.disk)
    workspace = open_workspace(root, settings, around, service_log(), doubt)
    try:
        yield workspace
    finally:
        workspace.store.close()
