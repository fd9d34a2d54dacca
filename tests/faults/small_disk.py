"""A small disk that can be filled: a tmpfs of a few megabytes.

Where the tests may mount (root, with the right to), `small_disk` gives a folder that everybody sees. Else,
where user namespaces are allowed, `in_small_disk` gives a command line whose process alone sees it; that
one works for root as well. What a tmpfs cannot show is a failed sync: `injection` is for that.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

__all__ = ["SIZE", "in_small_disk", "may_mount", "needs_mount", "needs_small_disk", "small_disk"]

SIZE = 16 << 20  # bytes
MOUNT_AND_RUN = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


@functools.cache
def may_mount() -> bool:
    """Whether this process may mount a tmpfs."""
    if os.geteuid() != 0 or shutil.which("umount") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if not _runs(["mount", "-t", "tmpfs", "-o", "size=65536", "tmpfs", folder]):
            return False
        return _runs(["umount", folder])


@functools.cache
def _apart() -> tuple[str, ...]:
    """What to put before a command so that it may mount for itself; nothing where there is no way to."""
    ways = (("unshare", "--user", "--map-root-user", "--mount"), ("unshare", "--mount"))
    with tempfile.TemporaryDirectory() as folder:
        return next((way for way in ways if _runs([*way, *_mounted(["true"], Path(folder), 65536)])), ())


def _runs(command: Sequence[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _mounted(command: Sequence[str], folder: Path, size: int) -> list[str]:
    return ["sh", "-c", MOUNT_AND_RUN, "sh", str(size), str(folder), *command]


needs_mount = pytest.mark.skipif(
    not may_mount(), reason="only root, with the right to mount, can make a small disk that all can see"
)
needs_small_disk = pytest.mark.skipif(
    not _apart(),
    reason="no small disk can be made: `unshare --mount` is allowed neither with --user nor without",
)


@contextlib.contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[Path]:
    """A folder on a disk of `size` bytes, for as long as the block lasts; what is on it is gone then."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        # lazily, since a process of the test may still be about to end
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def in_small_disk(command: Sequence[str], folder: Path, size: int = SIZE) -> list[str]:
    """The command line that runs a command for which a folder (which must be there) is a small disk.

    Nobody else sees what it writes there, and it is gone when the command and its children have ended:
    whatever is to be looked at afterwards has to be looked at by a command that runs within.
    """
    return [*_apart(), *_mounted(command, folder, size)]
