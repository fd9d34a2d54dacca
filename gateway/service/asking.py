"""How a command is carried out: by the service where one runs, else here, under the lock of the workspace."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StorageDoubtError, StoreBusyError, UnknownOutcomeError
from gateway.service.commands import COMMANDS
from gateway.service.frames import Answer, MalformedError, Request, pieces, read_answer, request_line
from gateway.service.local_socket import connected
from gateway.service.logging import service_log
from gateway.service.opened import Opened, open_workspace
from gateway.service.opening import Surroundings, user_of
from gateway.store.lock import WorkspaceLock

PATIENCE = 10.0  # seconds to wait for a service that is starting, or for another command to end
PAUSE = 0.02


def carry_out(root: Path, request: Request, parts: Iterable[bytes], around: Surroundings) -> Answer:
    """The answer to a command, when what it changed is durable.

    Raises `GatewayError` where it was not carried out, `UnknownOutcomeError` when the service ended before it
    answered.
    """
    folder = root / "var"
    lock = WorkspaceLock(folder)
    until = time.monotonic() + PATIENCE
    while True:
        link = connected(folder)
        if link is not None:
            with link:
                return ask(link, request, parts)
        try:
            lock.take()
        except StoreBusyError:  # a service that starts or ends, or a command
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
            continue
        with lock_held(lock), opened(root, around) as workspace:
            return COMMANDS[request.command](workspace, request.arguments, user_of(os.getuid()), parts)


@contextmanager
def lock_held(lock: WorkspaceLock) -> Iterator[None]:
    """Release a lock that is held, at the end."""
    try:
        yield
    finally:
        lock.release()


@contextmanager
def opened(root: Path, around: Surroundings) -> Iterator[Opened]:
    """A workspace open for one command; its lock must be held."""
    workspace = open_workspace(root, around, service_log(), _told_by_the_answer)
    try:
        yield workspace
    finally:
        workspace.store.close()


def _told_by_the_answer(doubt: StorageDoubtError) -> None:
    """A command ends with the fault anyway."""


def ask(link: socket.socket, request: Request, parts: Iterable[bytes]) -> Answer:
    """What the service at the other end of a connection answers. Raises as `carry_out` does."""
    with link.makefile("rb") as stream:
        try:
            link.sendall(request_line(request))
            for piece in pieces(parts):
                link.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the service has refused already: its answer is there to be read
        try:
            return read_answer(stream)
        except (MalformedError, OSError) as error:
            raise UnknownOutcomeError(
                "The service ended before it answered: nobody can say whether the command was carried out. "
                "Give it again with the same --key when the service runs; it is then carried out once"
            ) from error
