"""How a command is carried out: by the service where one runs, else here, under the lock of the workspace.

What the second way needs is loaded when it is taken: with a service a command is quick.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

from gateway.errors import StoreBusyError, UnknownOutcomeError
from gateway.service.around import Surroundings, refuse_other_owner
from gateway.service.connection.frames import (
    Answer,
    MalformedError,
    Request,
    pieces,
    read_answer,
    request_line,
)
from gateway.service.connection.local_socket import PATIENCE as ANSWER_PATIENCE
from gateway.service.connection.local_socket import connected
from gateway.store.lock import WorkspaceLock, when_free
from gateway.workspace import VAR


def carry_out(root: Path, request: Request, parts: Iterable[bytes], around: Surroundings) -> Answer:
    """The answer to a command, when what it changed is durable.

    Raises `GatewayError` where it was not carried out, `UnknownOutcomeError` when the service ended before it
    answered.
    """
    folder = root / VAR
    lock = WorkspaceLock(folder)

    def reached() -> socket.socket | None:
        link = connected(folder)
        if link is None:
            refuse_other_owner(folder)
            lock.take()
        return link

    link = when_free(reached, around.clock, lambda busy: None)
    if link is not None:
        with link:
            return ask(link, request, parts)
    with lock:
        from gateway.service.alone import done_alone  # noqa: PLC0415 - it loads the store

        return done_alone(root, request, parts, around)


def ask(
    link: socket.socket, request: Request, parts: Iterable[bytes], patience: float = ANSWER_PATIENCE
) -> Answer:
    """What the service at the other end of a connection answers. Raises as `carry_out` does.

    `patience`: seconds until it has taken what is sent, and again until it has answered.
    """
    link.settimeout(patience)
    with link.makefile("rb") as stream:
        try:
            link.sendall(request_line(request))
            for piece in pieces(parts):
                link.sendall(piece)
        except TimeoutError as error:  # without the end of its bytes a command is not carried out
            raise StoreBusyError(
                f"The service took nothing for {patience:g} seconds; nothing was kept, try again later"
            ) from error
        except (BrokenPipeError, ConnectionResetError):
            pass  # the service has refused already: its answer is there to be read
        try:
            return read_answer(stream)
        except TimeoutError as error:
            raise _unknown(f"The service gave no answer for {patience:g} seconds") from error
        except (MalformedError, OSError) as error:
            raise _unknown("The service ended before it answered") from error


def _unknown(why: str) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"{why}: nobody can say whether the command was carried out; with --key KEY it can be given again, "
        f"and is then carried out once"
    )
