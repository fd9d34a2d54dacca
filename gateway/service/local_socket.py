"""The socket of a workspace, in its `var/`: only its owner reaches it, however long the path is."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StoreError

NAME = "socket"
WAITING = 256  # connections that have not been taken yet
PATIENCE = 60.0  # seconds without a byte from the other side
CREDENTIALS = struct.Struct("3i")  # struct ucred of Linux: process, user, group


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """A short name of the socket: the path of one may have 107 bytes, and that of a workspace more."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)


def listening(folder: Path) -> socket.socket:
    """A socket that takes connections of this user and of root. The lock of the workspace must be held."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        (folder / NAME).unlink(missing_ok=True)  # of a service that was ended
        before = os.umask(0o177)
        try:
            with _short(folder) as name:
                listener.bind(name)
        finally:
            os.umask(before)
        listener.listen(WAITING)
    except OSError as error:
        listener.close()
        raise StoreError(
            f"The local socket in {folder} cannot be made: {error.strerror}; check who owns that folder"
        ) from error
    return listener


def connected(folder: Path) -> socket.socket | None:
    """A connection to the service of a workspace; None when none is running."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(PATIENCE)
    try:
        with _short(folder) as name:
            link.connect(name)
    except (FileNotFoundError, ConnectionRefusedError):
        link.close()
        return None
    except OSError as error:
        link.close()
        raise StoreError(
            f"The service of this workspace cannot be reached: {error.strerror}; run the command as its user"
        ) from error
    return link


def peer_user(link: socket.socket) -> int:
    """The number of the user at the other end, as the system knows it."""
    credentials = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return int(CREDENTIALS.unpack(credentials)[1])
