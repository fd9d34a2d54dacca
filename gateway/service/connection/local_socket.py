"""The socket of a workspace, in its `var/`: only its owner reaches it, however long the path is."""

from __future__ import annotations

import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StoreBusyError, StoreError, UsageError

NAME = "socket"
OWNER_ONLY = 0o600
WAITING = 256  # connections that have not been taken yet
PATIENCE = 300.0  # seconds until the service has taken what was sent, and again until it has answered
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
        if _is_there(folder):
            (folder / NAME).unlink()  # of a service that was ended
        os.fchmod(listener.fileno(), OWNER_ONLY)  # its file has this mode from the first moment
        with _short(folder) as name:
            listener.bind(name)
        listener.listen(WAITING)
    except StoreError:
        listener.close()
        raise
    except OSError as error:
        listener.close()
        raise StoreError(
            f"The local socket in {folder} cannot be made: {error.strerror}; check who owns that folder"
        ) from error
    return listener


def connected(folder: Path) -> socket.socket | None:
    """A connection to the service of a workspace; None when none is running.

    Raises `StoreBusyError` when as many wait for it as may.
    """
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(PATIENCE)
    try:
        if _is_there(folder):
            with _short(folder) as name:
                link.connect(name)
            return link
    except (FileNotFoundError, ConnectionRefusedError):
        pass
    except (StoreError, OSError) as error:
        link.close()
        raise _why_not(error) from error
    link.close()
    return None


def peer_user(link: socket.socket) -> int:
    """The number of the user at the other end, as the system knows it."""
    credentials = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return int(CREDENTIALS.unpack(credentials)[1])


def _is_there(folder: Path) -> bool:
    """Whether there is a socket. Raises `StoreError` where something else has its name, which stays."""
    try:
        mode = (folder / NAME).lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISSOCK(mode):
        raise StoreError(f"{folder / NAME} should be the socket of the service, and is none; move it away")
    return True


def _why_not(error: StoreError | OSError) -> StoreError | UsageError:
    if isinstance(error, StoreError):
        return error
    if isinstance(error, PermissionError):
        return UsageError("This workspace belongs to another user; run the command as that user")
    if isinstance(error, BlockingIOError):  # what a socket without a reader of its queue tells
        return StoreBusyError("The service has more commands to do than may wait for it; try again later")
    return StoreError(
        f"The service of this workspace cannot be reached: {error.strerror}; look whether it runs"
    )
