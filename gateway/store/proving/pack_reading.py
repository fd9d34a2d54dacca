"""The files of a proof pack that somebody was handed: a folder, or the zip file as it came.

Nothing is unpacked, and nothing is read before it is known how long it is.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import IO, BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from gateway.errors import TamperedError, UsageError

MOST_FILES = 500_000
LARGEST_ZIP = 2 << 30  # bytes
LARGEST_LIST = 128 << 20  # bytes of what a zip file tells of its entries
ENTRY = b"PK\x01\x02"  # begins what is told of each
ENCRYPTED = 0x1


class PackFiles(Mapping[str, bytes]):
    """The files by their paths; `lengths` has how long each is, and `read` reads one."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self._lengths = lengths

    def __iter__(self) -> Iterator[str]:
        return iter(self._lengths)

    def __len__(self) -> int:
        return len(self._lengths)

    def __contains__(self, path: object) -> bool:
        return path in self._lengths

    def length_of(self, path: str) -> int:
        """The bytes of a file."""
        return self._lengths[path]


class _Folder(PackFiles):
    def __init__(self, root: Path) -> None:
        self._root = root
        super().__init__(dict(_plain_files(root)))

    def __getitem__(self, path: str) -> bytes:
        length = self.length_of(path)
        try:
            with (self._root / path).open("rb") as file:
                return file.read(length + 1)  # one that grows meanwhile is another
        except OSError as fault:
            raise TamperedError(f"it cannot be read: {fault.strerror}") from fault


class _Bounded:
    """A zip file of which the list of entries is refused before millions of objects are made of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As of a file. TamperedError for more bytes or entries than a pack can have."""
        data = self._file.read(min(size, LARGEST_LIST + 1) if size >= 0 else LARGEST_LIST + 1)
        if len(data) > LARGEST_LIST or data.count(ENTRY) > MOST_FILES:
            raise TamperedError("The zip file is no proof pack: it lists more files than any")
        return data

    def close(self) -> None:
        """Nothing: who opened the file closes it."""


class _Zip(PackFiles):
    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._entries = _entries(archive.infolist())
        super().__init__({path: entry.file_size for path, entry in self._entries.items()})

    def __getitem__(self, path: str) -> bytes:
        try:
            with self._archive.open(self._entries[path]) as file:
                return file.read(self.length_of(path) + 1)
        except (BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError) as fault:
            raise TamperedError(f"it cannot be read from the zip file: {fault}") from fault


@contextmanager
def open_pack(path: Path) -> Iterator[PackFiles]:
    """The files of a pack. Raises `UsageError` where there is none, `TamperedError` for a damaged one."""
    try:
        if path.is_dir():
            yield _Folder(path)
            return
        if path.stat().st_size > LARGEST_ZIP:
            raise TamperedError(f"{path} is larger than any proof pack; nothing of it was read")
        with path.open("rb") as file:
            try:
                archive = ZipFile(cast(IO[bytes], _Bounded(file)))
            except (BadZipFile, ValueError, OverflowError, NotImplementedError) as fault:
                raise UsageError(f"{path} is no zip file and no folder of a proof pack: {fault}") from fault
            with archive:
                yield _Zip(archive)
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}; correct the path") from fault


def _entries(listed: list[ZipInfo]) -> dict[str, ZipInfo]:
    """Entries by their paths below the one folder that all are in."""
    found: dict[str, ZipInfo] = {}
    tops = {entry.filename.partition("/")[0] for entry in listed}
    if len(listed) > MOST_FILES or len(tops) != 1:
        raise TamperedError("The zip file is no proof pack: one holds a single folder with the files of it")
    for entry in listed:
        if entry.is_dir():
            continue
        path = entry.filename.partition("/")[2]
        mode = entry.external_attr >> 16
        if not path or path in found or entry.flag_bits & ENCRYPTED or (mode and not S_ISREG(mode)):
            raise TamperedError(f"{entry.filename[:100]!r} of the zip file is twice there, or no plain file")
        found[path] = entry
    return found


def _plain_files(root: Path) -> Iterator[tuple[str, int]]:
    """The paths and lengths of the files of a folder, in which there may be nothing but files and folders."""
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield path.relative_to(root).as_posix(), entry.stat(follow_symlinks=False).st_size
                else:
                    raise TamperedError(f"{path} is a link or device; a pack holds plain files only")
