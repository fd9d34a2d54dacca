"""Room on the disk of the service: a reserve that is given back when it is full, and taken again later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway.errors import StorageFullError
from gateway.store.disk import Disk
from gateway.store.room import MIB, LowWater, Reserve

NAME = "reserve"
MOST = 8 * MIB
SHARE = 64  # of a small disk the reserve takes one part in so many

Tell = Callable[[StorageFullError], None]
"""Lets people know, once until there is room again; a row can be written, as the reserve is free by then."""


class RoomKeeper:
    """From `start` on. Threads may share it; its steps raise `StorageDoubtError` as those of the disk do."""

    def __init__(self, folder: Path, disk: Disk, low_water: LowWater, log: FilteringBoundLogger) -> None:
        """`folder`: the `var/` of the workspace."""
        self._folder = folder
        self._disk = disk
        self._low_water = low_water
        self._log = log
        self._tell: Tell | None = None
        self._size = min(MOST, disk.space(folder).total // SHARE)
        self._reserve = Reserve(folder / NAME, disk, self._size)
        self._full: StorageFullError | None = None
        self._changing = threading.Lock()

    def start(self) -> None:
        """Take the reserve, before the store is opened: on a full disk it is given back for that."""
        with self._changing:
            try:
                self._low_water.check(self._disk, self._folder, 0 if self._reserve.held else self._size)
            except StorageFullError as error:
                self._is_full(error)
            else:
                self._reserve.take()

    def tell_by(self, tell: Tell) -> None:
        """From now on let people know so, also of a disk that is full already."""
        with self._changing:
            self._tell = tell
            if self._full is not None:
                tell(self._full)

    def full(self, error: StorageFullError) -> None:
        """Something found no room: give the reserve back where there is little else, and tell people once."""
        with self._changing:
            self._is_full(error)

    def look(self) -> None:
        """Take the reserve again when there is room for it."""
        with self._changing:
            if self._full is None:
                return
            try:
                self._low_water.check(self._disk, self._folder, 0 if self._reserve.held else self._size)
            except StorageFullError:
                return
            if self._reserve.take():
                self._full = None
                self._log.info("disk-has-room")

    def _is_full(self, error: StorageFullError) -> None:
        if self._disk.free_bytes(self._folder) < self._size:
            self._reserve.release()
        if self._full is not None:
            return
        self._full = error
        self._log.error("disk-full", why=str(error))
        if self._tell is not None:
            self._tell(error)
