"""Room on the disk: how much of it always stays free, and a reserve for the alert that there is none left."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from gateway.errors import StorageFullError
from gateway.store.disk import Disk, no_room

MIB = 1024 * 1024
FEWEST_FILES = 64  # new files that a file system must still be able to hold


class LowWater(NamedTuple):
    """How much of a file system stays free: `percent` of it, yet never less than `least` bytes.

    On a small file system `least` would be all there is, so it counts for at most `most_percent` of it.
    """

    percent: int = 5
    least: int = 512 * MIB
    most_percent: int = 25

    def check(self, disk: Disk, path: Path, wanted: int) -> None:
        """Raises StorageFullError unless `wanted` bytes more, where `path` is, leave the mark untouched."""
        space = disk.space(path)
        low = self.of(space.total)
        if space.free - wanted < low:
            said = f"{_mebibytes(space.free)} are free, {_mebibytes(wanted)} are wanted, and"
            raise no_room(path, f"{said} {_mebibytes(low)} stay free by the settings")
        if space.files is not None and space.files < FEWEST_FILES:
            raise no_room(path, f"its file system can hold only {space.files} more files")

    def of(self, total: int) -> int:
        """The bytes to leave free on a file system of `total` bytes."""
        return max(total * self.percent // 100, min(self.least, total * self.most_percent // 100))


ALL_MAY_BE_USED = LowWater(0, 0)


class Reserve:
    """A file that takes up room, given back when the disk is full so that the alert can still be written."""

    def __init__(self, path: Path, disk: Disk, size: int = 8 * MIB) -> None:
        self._path = path
        self._disk = disk
        self._size = size

    @property
    def held(self) -> bool:
        """Whether the room is taken at the moment, all of it."""
        return (self._disk.held_bytes(self._path) or 0) >= self._size

    def take(self) -> bool:
        """Takes the room if there is some; whether it is held afterwards."""
        if self.held:
            return True
        self._disk.remove(self._path)
        try:
            self._allocate()
        except StorageFullError:
            return False
        self._disk.sync_folder(self._path.parent)
        return self.held

    def release(self) -> bool:
        """Gives the room back; whether there was any."""
        if self._disk.held_bytes(self._path) is None:
            return False
        self._disk.remove(self._path)
        self._disk.sync_folder(self._path.parent)
        return True

    def _allocate(self) -> None:
        file = self._disk.open_new(self._path)
        try:
            try:
                self._disk.allocate(file, self._size)
            finally:
                self._disk.close(file)
        except StorageFullError:
            self._disk.remove(self._path)
            raise


def _mebibytes(count: int) -> str:
    return f"{count / MIB:.1f} MiB"
