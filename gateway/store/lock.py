"""The lock of a workspace: who holds it is the one process that may write."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from gateway.errors import StoreBusyError, StoreError
from gateway.ports import Clock

NAME = "lock"
PATIENCE = 10.0  # seconds to wait for a service that starts or ends, or for a command to end
PAUSE = 0.02

T = TypeVar("T")


class WorkspaceLock:
    """Held from `take` to `release`, or until the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the `var/` of the workspace."""
        self._path = folder / NAME
        self._held: int | None = None

    def take(self) -> None:
        """Take the lock. Raises `StoreBusyError` when another process holds it."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be opened: {error.strerror}; check its folder") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise StoreBusyError(
                f"Another gateway process ({holder or 'just starting'}) holds this workspace; wait until it "
                f"has ended"
            ) from error
        except OSError as error:
            os.close(handle)
            raise StoreError(
                f"{self._path} cannot be locked: {error.strerror}; put the workspace on a local disk"
            ) from error
        self._held = handle
        with contextlib.suppress(OSError):  # it is told for convenience; a full disk must not matter
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let others take it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def __enter__(self) -> Self:
        if self._held is None:
            self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def when_free(take: Callable[[], T], clock: Clock, told: Callable[[StoreBusyError], object]) -> T:
    """What `take` gives, which is tried again for a while when it raises `StoreBusyError`.

    `told` hears of each; it may raise, to try no more.
    """
    until = clock.monotonic() + PATIENCE
    while True:
        try:
            return take()
        except StoreBusyError as busy:
            told(busy)
            if clock.monotonic() > until:
                raise
            time.sleep(PAUSE)
