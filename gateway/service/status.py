"""How things stand in a workspace, without changing anything."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.errors import StoreBusyError
from gateway.service.around import Surroundings, has_store
from gateway.service.asking import ask
from gateway.service.frames import Request
from gateway.service.local_socket import connected

PATIENCE = 5.0  # seconds; a service that says nothing for as long is not waited for


class Status(msgspec.Struct, frozen=True):
    """`steps` and `alerts` count by state and severity; the disk is that of `var/`, in bytes."""

    running: bool
    messages: int
    leaves: int
    checkpoint: int | None
    steps: dict[str, int]
    alerts: dict[str, int]
    disk_free: int
    disk_total: int
    remark: str | None


def status_of(root: Path, around: Surroundings) -> Status:
    """The status of a workspace: from its service, which has all at hand, else from its database.

    Raises `GatewayError` when the settings or the database cannot be read.
    """
    running = False
    has_store(root / "var")
    try:
        link = connected(root / "var")
        if link is not None:
            running = True
            with link:
                return msgspec.convert(ask(link, Request("status", {}), (), PATIENCE), Status)
    except StoreBusyError:  # it has too much to do to answer: the database is read beside it
        running = True
    from gateway.service.standing import standing_of  # noqa: PLC0415 - it loads the store

    return standing_of(root, around, running)
