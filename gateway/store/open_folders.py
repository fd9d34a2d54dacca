"""Steps in folders that others may write in: each goes by an open folder, so that no link can lead it away.

A path is looked up anew at each step, and whoever may write in a folder may put a link in its place between
two of them. An open folder stays the same one.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from gateway.store.disk import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, Disk, OpenFile

RENAME_NOREPLACE = 1
NOT_OFFERED = frozenset({errno.ENOSYS, errno.EINVAL})  # by an old kernel, or by this file system
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Moved(Enum):
    """What became of a file that was to get another name."""

    DONE = "done"
    TAKEN = "taken"  # there is something of that name
    GONE = "gone"  # there is no such file any more


class OpenFolder(NamedTuple):
    """A folder that is held open: its number in this process, and where it stood when it was opened."""

    number: int
    path: Path

    def file(self, name: bytes) -> Path:
        """Where a file in it stands, for messages; what cannot be printed is escaped."""
        return self.path / printable(name)


class FolderDisk(Disk):
    """The steps of a disk, and those that go by open folders. Faults are those of `Disk`."""

    def open_new_in(self, folder: OpenFolder, name: bytes, mode: int = OWNER_ONLY_FILE) -> OpenFile:
        """Makes the file, with exactly this mode, and opens it to write; there must be none of that name."""
        path = folder.file(name)
        with self._changing("made", path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            number = os.open(name, flags, mode, dir_fd=folder.number)
            try:
                os.fchmod(number, mode)
            except OSError:
                os.close(number)
                raise
            return OpenFile(number, path)

    def write_new_in(self, folder: OpenFolder, name: bytes, data: bytes, mode: int = OWNER_ONLY_FILE) -> None:
        """Writes and syncs a new file. One that cannot be written whole stays, to be removed."""
        file = self.open_new_in(folder, name, mode)
        try:
            self.write(file, data)
            self.sync(file)
        finally:
            self.close(file)

    def move(self, old: OpenFolder, old_name: bytes, new: OpenFolder, new_name: bytes) -> Moved:
        """Gives a file another name, never in place of another. Syncs of both folders make it last."""
        with self._changing("renamed", new.file(new_name)):
            try:
                _rename_new(old.number, old_name, new.number, new_name)
            except FileExistsError:
                return Moved.TAKEN
            except FileNotFoundError:
                return Moved.GONE
        return Moved.DONE

    def replace_in(self, folder: OpenFolder, old_name: bytes, new_name: bytes) -> None:
        """Gives a file another name in its folder, in place of what had it."""
        with self._changing("renamed", folder.file(new_name)):
            os.rename(old_name, new_name, src_dir_fd=folder.number, dst_dir_fd=folder.number)

    def link_in(self, folder: OpenFolder, name: bytes, other: bytes) -> None:
        """Gives a file a second name in its folder; there must be none of that name."""
        with self._changing("linked", folder.file(other)):
            os.link(name, other, src_dir_fd=folder.number, dst_dir_fd=folder.number, follow_symlinks=False)

    def remove_in(self, folder: OpenFolder, name: bytes) -> None:
        """Removes the file; that there is none is no fault."""
        with self._changing("removed", folder.file(name)), contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder.number)

    def make_folder_in(self, folder: OpenFolder, name: bytes, mode: int = OWNER_ONLY_FOLDER) -> None:
        """Makes the folder where there is none, and syncs its name. What is there already is left alone."""
        with self._changing("made", folder.file(name)):
            try:
                os.mkdir(name, mode, dir_fd=folder.number)
            except FileExistsError:
                return
        self.sync_open_folder(folder)

    def sync_open_folder(self, folder: OpenFolder) -> None:
        """Returns when the names in the folder are on the disk; a failure is a doubt."""
        with self._promising(folder.path):
            os.fsync(folder.number)


@contextlib.contextmanager
def opened_folder(path: Path, *below: bytes) -> Iterator[OpenFolder]:
    """A folder and those below it, opened one by one without following a link; OSError when one is none.

    `path` itself is the operator's, and may lead through links.
    """
    number = os.open(path, FOLDER_FLAGS & ~os.O_NOFOLLOW)
    try:
        for name in below:
            inner = os.open(name, FOLDER_FLAGS, dir_fd=number)
            os.close(number)
            number = inner
            path /= printable(name)
        yield OpenFolder(number, path)
    finally:
        os.close(number)


@contextlib.contextmanager
def opened_below(folder: OpenFolder, name: bytes) -> Iterator[OpenFolder]:
    """A folder in an open one; OSError when it is a link, no folder, or not there."""
    number = os.open(name, FOLDER_FLAGS, dir_fd=folder.number)
    try:
        yield OpenFolder(number, folder.file(name))
    finally:
        os.close(number)


def found_in(folder: OpenFolder, name: bytes) -> os.stat_result | None:
    """What stands there, be it a link; None when there is nothing."""
    try:
        return os.stat(name, dir_fd=folder.number, follow_symlinks=False)
    except FileNotFoundError:
        return None


def names_in(folder: OpenFolder) -> list[bytes]:
    """The names in the folder, sorted."""
    with os.scandir(folder.number) as entries:
        return sorted(os.fsencode(entry.name) for entry in entries)


def printable(name: bytes) -> str:
    """A file name for people: what cannot be printed, and what is no UTF-8, is escaped."""
    text = name.decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)


_libc = ctypes.CDLL(None, use_errno=True)


def _rename_new(old: int, old_name: bytes, new: int, new_name: bytes) -> None:
    call = getattr(_libc, "renameat2", None)  # glibc has it since 2.28
    if call is not None and call(old, old_name, new, new_name, RENAME_NOREPLACE) == 0:
        return
    number = errno.ENOSYS if call is None else ctypes.get_errno()
    if number not in NOT_OFFERED:
        raise OSError(number, os.strerror(number))
    # two steps: a stop between them leaves both names, which the caller tells by the number of links
    os.link(old_name, new_name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)
    os.unlink(old_name, dir_fd=old)
