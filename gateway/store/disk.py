"""Files that outlast a power cut: small steps towards the disk, each with its faults in plain words.

A step that reports no room kept nothing and promised nothing: StorageFullError. A disk that fails to say that
something is kept is in doubt: StorageDoubtError. Nobody asks it twice, since after a failed sync the system
may forget what it could not write and report success the next time; the process stops, and the next start
reads what is there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.errors import StorageDoubtError, StorageFullError, StoreError, TamperedError

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600
PART = ".part"  # ends the name of a file that is still being written
READ_BYTES = 1024 * 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class OpenFile(NamedTuple):
    """A file being written: its number in this process, and where it stands."""

    number: int
    path: Path


class Space(NamedTuple):
    """What a file system holds and what is left for this user, in bytes; `files` is None where uncounted."""

    total: int
    free: int
    files: int | None


class Entries(NamedTuple):
    """The names in a folder, sorted; `others` are links and whatever else is neither folder nor file."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    others: tuple[str, ...]


class Disk:
    """The steps by which files are kept. Threads may share one; after a doubt it syncs nothing more."""

    def __init__(self) -> None:
        self._doubt: str | None = None
        self._replacing = threading.Lock()

    @property
    def in_doubt(self) -> bool:
        """Whether a step failed after which nothing may be promised by this process."""
        return self._doubt is not None

    def open_new(self, path: Path, mode: int = OWNER_ONLY_FILE) -> OpenFile:
        """Makes the file, with exactly this mode, and opens it to write; there must be none of that name."""
        with self._changing("made", path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            number = os.open(path, flags, mode)
            try:
                os.fchmod(number, mode)
            except OSError:
                os.close(number)
                raise
            return OpenFile(number, path)

    def write(self, file: OpenFile, data: bytes) -> None:
        """Writes all of the data, in as many pieces as the system takes."""
        left = memoryview(data)
        while left:
            written = self.write_some(file, left)
            if not written:
                raise no_room(file.path, "the disk took nothing of it")
            left = left[written:]

    def write_some(self, file: OpenFile, data: memoryview) -> int:
        """Writes the beginning of the data; how many bytes the system took."""
        with self._changing("written", file.path):
            return os.write(file.number, data)

    def allocate(self, file: OpenFile, size: int) -> None:
        """Takes room for so many bytes, so that they are gone from the disk's free ones."""
        with self._changing("written", file.path):
            os.posix_fallocate(file.number, 0, size)

    def sync(self, file: OpenFile) -> None:
        """Returns when the content is on the disk; a failure is a doubt."""
        with self._promising(file.path):
            os.fsync(file.number)

    def close(self, file: OpenFile) -> None:
        """Closes the file, synced or given up."""
        with self._changing("closed", file.path):
            os.close(file.number)

    def sync_folder(self, path: Path) -> None:
        """Returns when the names in the folder are on the disk; a failure is a doubt."""
        with self._promising(path):
            number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    def rename(self, old: Path, new: Path) -> None:
        """Gives the file its name, in place of what had it; a failure is a doubt."""
        with self._promising(new):
            old.rename(new)

    def remove(self, path: Path) -> None:
        """Removes the file; that there is none is no fault. A sync of its folder makes it last."""
        with self._changing("removed", path):
            path.unlink(missing_ok=True)

    def sync_file(self, path: Path) -> None:
        """Returns when the content that another program wrote is on the disk; a failure is a doubt."""
        with self._promising(path):
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    def make_new_folder(self, path: Path) -> None:
        """Makes the folder, for its owner alone; there must be none of that name. Its name is not synced."""
        with self._changing("made", path):
            path.mkdir(OWNER_ONLY_FOLDER)

    def remove_folder(self, path: Path) -> None:
        """Removes the folder, which must be empty; that there is none is no fault."""
        with self._changing("removed", path), contextlib.suppress(FileNotFoundError):
            path.rmdir()

    def make_folder(self, path: Path) -> None:
        """Makes the folder, for its owner alone, where there is none; its name in its parent is synced.

        The parent is synced in any case: whoever made the folder may have been stopped before that.
        """
        with self._changing("made", path):
            try:
                path.mkdir(OWNER_ONLY_FOLDER)
            except FileExistsError:
                if not path.is_dir():
                    raise
        self.sync_folder(path.parent)

    def write_aside(self, part: Path, pieces: Iterable[bytes], mode: int = OWNER_ONLY_FILE) -> int:
        """Writes and syncs a new file; its size in bytes. It is gone again when it cannot be written whole.

        A failure to sync leaves it: nothing more is asked of a disk in doubt.
        """
        file = self.open_new(part, mode)
        with contextlib.ExitStack() as undo:
            undo.callback(self._give_up, file)
            size = 0
            for piece in pieces:
                self.write(file, piece)
                size += len(piece)
            undo.pop_all()
        try:
            self.sync(file)
        finally:
            self.close(file)
        return size

    def replace(self, path: Path, data: bytes, mode: int = OWNER_ONLY_FILE) -> None:
        """Keeps the data under this name: a power cut leaves the old content or the new, whole."""
        part = path.with_name(path.name + PART)
        with self._replacing:
            self.remove(part)
            self.write_aside(part, (data,), mode)
            self.rename(part, path)
            self.sync_folder(path.parent)

    def read(self, path: Path) -> Iterator[bytes]:
        """The content of a file, in pieces; a link, pipe or device in its place is refused."""
        with _reading(path):
            # without O_NONBLOCK, opening a named pipe would wait for a writer
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise StoreError(
                    f"{path} is no file, but a folder, pipe or device; find out who put it there"
                )
            while piece := self.read_some(OpenFile(number, path)):
                yield piece
        finally:
            os.close(number)

    def read_some(self, file: OpenFile) -> bytes:
        """The next piece of an open file; nothing at its end."""
        with _reading(file.path):
            return os.read(file.number, READ_BYTES)

    def read_small(self, path: Path, most: int) -> bytes:
        """All of a file that is small where nobody changed it; TamperedError above so many bytes."""
        held = bytearray()
        for piece in self.read(path):
            held += piece
            if len(held) > most:
                raise TamperedError(f"{path} is longer than {most:,} bytes, as it never is: it was changed")
        return bytes(held)

    def entries(self, folder: Path) -> Entries:
        """What the folder holds; nothing when there is none."""
        folders, files, others = [], [], []
        with _reading(folder), contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
                else:
                    others.append(entry.name)
        return Entries(tuple(sorted(folders)), tuple(sorted(files)), tuple(sorted(others)))

    def exists(self, path: Path) -> bool:
        """Whether there is anything of this name, be it a link that leads nowhere."""
        return self.held_bytes(path) is not None

    def is_link(self, path: Path) -> bool:
        """Whether a symbolic link stands there, wherever it leads."""
        with _reading(path):
            return path.is_symlink()

    def held_bytes(self, path: Path) -> int | None:
        """How many bytes of the disk the file takes up, whatever its length; None when there is none."""
        with _reading(path):
            try:
                found = path.lstat()
            except FileNotFoundError:
                return None
        return found.st_blocks * 512 if stat.S_ISREG(found.st_mode) else 0

    def space(self, path: Path) -> Space:
        """The room on the file system of a file or folder that is there."""
        with _reading(path):
            found = os.statvfs(path)
        files = found.f_favail if found.f_files else None
        return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize, files)

    def free_bytes(self, path: Path) -> int:
        """The bytes left for this user on the file system of a file or folder that is there."""
        return self.space(path).free

    def _give_up(self, file: OpenFile) -> None:
        """Closes and removes what is half written. What cannot be removed, the sweep at start finds."""
        try:
            self.close(file)
            self.remove(file.path)
        except StorageDoubtError:
            raise
        except StoreError:
            return

    @contextlib.contextmanager
    def _changing(self, deed: str, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in NO_ROOM:
                raise no_room(path, _why(error)) from error
            # the device itself fails, so no later promise of it is worth anything
            if error.errno == errno.EIO:
                raise self._doubted(path, error) from error
            raise StoreError(
                f"{path} cannot be {deed}: {_why(error)}. Nothing was kept. Check that its folder is there "
                f"and that the user of the gateway may write in it, then try again."
            ) from error

    @contextlib.contextmanager
    def _promising(self, path: Path) -> Iterator[None]:
        if self._doubt is not None:
            raise StorageDoubtError(self._doubt)
        try:
            yield
        except OSError as error:
            raise self._doubted(path, error) from error

    def _doubted(self, path: Path, error: OSError) -> StorageDoubtError:
        if self._doubt is None:
            self._doubt = (
                f"The disk did not confirm that {path} is kept: {_why(error)}. Nothing more is promised and "
                f"the gateway stops. Check the disk and the log of the system, then start the gateway again; "
                f"it looks through what is kept before it takes anything new."
            )
        return StorageDoubtError(self._doubt)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {_why(error)}. Check that it is there and that the user of the gateway "
            f"may read it; if it is lost, bring it back from a backup."
        ) from error


def no_room(path: Path, why: str) -> StorageFullError:
    """The fault that there is no room for this file, or no more in this folder."""
    return StorageFullError(
        f"There is no room for {path}: {why}. Nothing was kept and nothing was promised. Make room on that "
        f"disk, or raise its quota or limit, then send it again."
    )


def _why(error: OSError) -> str:
    return error.strerror or "the system does not say why"
