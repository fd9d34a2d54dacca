"""How things stand in a workspace, without changing anything."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.errors import StoreBusyError
from gateway.service.around import Surroundings, refuse_without_store
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Request
from gateway.service.connection.local_socket import connected
from gateway.service.status_form import Status
from gateway.workspace import VAR

PATIENCE = 5.0  # seconds; a service that says nothing for as long is not waited for


def status_of(root: Path, around: Surroundings) -> Status:
    """The status of a workspace: from its service, which has all at hand, else from its database.

    Raises `GatewayError` when the settings or the database cannot be read.
    """
    running = False
    refuse_without_store(root / VAR)
    try:
        link = connected(root / VAR)
        if link is not None:
            running = True
            with link:
                return msgspec.convert(ask(link, Request("status", {}), (), PATIENCE), Status)
    except StoreBusyError:  # it has too much to do to answer: the database is read beside it
        running = True
    from gateway.service.standing import standing_of  # noqa: PLC0415 - it loads the store

    return standing_of(root, around, running)
