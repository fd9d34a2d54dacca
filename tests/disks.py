"""Disks on which something ends in the middle."""

from __future__ import annotations

from pathlib import Path

from gateway.store.disk import Disk, OpenFile


class StoppedError(BaseException):
    """Stands for a process that is killed: nothing that it would do afterwards is done."""


class StoppingDisk(Disk):
    """Does so many steps, and then fails as it is told, at each one that is asked of it from then on."""

    def __init__(self, steps: int, fault: type[BaseException] = StoppedError) -> None:
        super().__init__()
        self.left = steps
        self._fault = fault

    def step(self) -> None:
        """One more; the last was the last."""
        self.left -= 1
        if self.left < 0:
            raise self._fault("planted")

    def open_new(self, path: Path, mode: int = 0o600) -> OpenFile:
        self.step()
        return super().open_new(path, mode)

    def write(self, file: OpenFile, data: bytes) -> None:
        self.step()
        super().write(file, data)

    def sync(self, file: OpenFile) -> None:
        self.step()
        super().sync(file)

    def sync_file(self, path: Path) -> None:
        self.step()
        super().sync_file(path)

    def sync_folder(self, path: Path) -> None:
        self.step()
        super().sync_folder(path)

    def rename(self, old: Path, new: Path) -> None:
        self.step()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        if self._fault is StoppedError:  # a full disk lets files be removed
            self.step()
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        if self._fault is StoppedError:
            self.step()
        super().remove_folder(path)

    def make_new_folder(self, path: Path) -> None:
        self.step()
        super().make_new_folder(path)

    def make_folder(self, path: Path) -> None:
        self.step()
        super().make_folder(path)
