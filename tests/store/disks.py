"""Disks that write down their steps, and disks with one planted fault each."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gateway.store.disk import Disk, OpenFile


class RecordingDisk(Disk):
    """Does every step and keeps a list of them: its name, and the name of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[str, str]] = []

    def open_new(self, path: Path, mode: int = 0o600) -> OpenFile:
        self.steps.append(("open", path.name))
        return super().open_new(path, mode)

    def write(self, file: OpenFile, data: bytes) -> None:
        self.steps.append(("write", file.path.name))
        super().write(file, data)

    def sync(self, file: OpenFile) -> None:
        self.steps.append(("sync", file.path.name))
        super().sync(file)

    def close(self, file: OpenFile) -> None:
        self.steps.append(("close", file.path.name))
        super().close(file)

    def sync_folder(self, path: Path) -> None:
        self.steps.append(("sync folder", path.name))
        super().sync_folder(path)

    def rename(self, old: Path, new: Path) -> None:
        self.steps.append(("rename", new.name))
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self.steps.append(("remove", path.name))
        super().remove(path)

    def make_folder(self, path: Path) -> None:
        self.steps.append(("make folder", path.name))
        super().make_folder(path)


class FullDisk(RecordingDisk):
    """Writes the first `room` pieces; from then on the system says that there is no room."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        self.room -= 1
        if self.room >= 0:
            return super().write_some(file, data)
        full = os.open("/dev/full", os.O_WRONLY)
        try:
            return super().write_some(file._replace(number=full), data)
        finally:
            os.close(full)


class ShortDisk(RecordingDisk):
    """Takes at most seven bytes at a time."""

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        return super().write_some(file, data[:7])


class FailingCall:
    """Stands in for a call of the system: the n-th, counted from 1, fails with the error.

    All after it succeed, as they do on a disk that has dropped what it could not write.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, owner: object, name: str, nth: int = 1, number: int = errno.EIO
    ) -> None:
        self.calls = 0
        self._nth = nth
        self._number = number
        self._real = getattr(owner, name)
        patch.setattr(owner, name, self)

    def __call__(self, *arguments: object) -> object:
        self.calls += 1
        if self.calls == self._nth:
            raise OSError(self._number, os.strerror(self._number))
        return self._real(*arguments)
