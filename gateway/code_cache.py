"""Generated code kept on disk between runs, so that a start does not generate it again.

What lies here is executed, so it is taken only from a folder and files that belong to this user and that no
one else may touch, and only whole: each file carries a digest of its key and content. The digest finds
damage; owner and mode keep others out. Whatever is not right is treated as absent, and built anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600
OTHERS = 0o077
KEPT_FILES = 256  # a workspace uses some forty, and one for each partner; changed tables leave old ones
MAX_FILE_BYTES = 64 * 1024 * 1024  # bytes; generated modules are some hundred kilobytes
HEADER = b"gateway-code-1 "
DIGEST_LENGTH = 64
KEY = re.compile(r"[0-9a-f]{64}")


def content_key(*parts: bytes) -> str:
    """The key for code generated from these parts: a SHA-256 in hex that no other division of them shares."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class CodeCache:
    """Files in one owner-only folder, made when first needed. Keys are those of `content_key`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> bytes | None:
        """The data stored under the key, or None when there is none that can be trusted."""
        name = _name(key)
        try:
            with self._opened() as folder:
                data = _read(folder, name) if _ours_alone(os.fstat(folder)) else None
        except OSError:
            return None
        if data is None or not data.startswith(HEADER):
            return None
        start = len(HEADER) + DIGEST_LENGTH + 1
        content = data[start:]
        return content if data[:start] == _header(key, content) else None

    def store(self, key: str, data: bytes) -> None:
        """Keeps the data under the key, whole or not at all. That it could not be kept never stops a run."""
        name = _name(key)
        with contextlib.suppress(OSError):
            self._folder.parent.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
            self._folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
            with self._opened() as folder:
                os.fchmod(folder, OWNER_ONLY_FOLDER)
                _write(folder, name, _header(key, data) + data)
                _remove_oldest(folder)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder as a descriptor, so that nothing can be put in its place between two steps."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            yield folder
        finally:
            os.close(folder)


def _name(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of the code cache; make keys with content_key")
    return f"{key}.code"


def _header(key: str, data: bytes) -> bytes:
    return HEADER + content_key(key.encode(), data).encode() + b"\n"


def _ours_alone(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & OTHERS


def _read(folder: int, name: str) -> bytes | None:
    # without O_NONBLOCK a pipe of that name would hang the run
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    status = os.fstat(descriptor)
    if not _ours_alone(status) or not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_FILE_BYTES)


def _write(folder: int, name: str, data: bytes) -> None:
    aside = f".{name}.{os.urandom(8).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(aside, flags, OWNER_ONLY_FILE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(aside, dir_fd=folder)
        raise


def _remove_oldest(folder: int) -> None:
    with os.scandir(folder) as entries:
        by_age = sorted((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name) for entry in entries)
    for _, name in by_age[:-KEPT_FILES]:
        os.unlink(name, dir_fd=folder)
