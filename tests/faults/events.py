"""What a recording is made of: events, and the names under which files can be reached."""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

__all__ = ["NOWHERE", "ROOT", "Before", "Event", "Kind", "before", "change", "memory_only", "named"]

ROOT = 0
NOWHERE = -1


class Kind(enum.Enum):
    """What an event did."""

    NAMED = "named"  # entries of folders were set or removed, all at once
    WRITTEN = "written"
    RESIZED = "resized"
    SYNCED = "synced"  # one file or one folder
    SYNCED_ALL = "synced all"
    ANSWERED = "answered"  # bytes left on a socket or a pipe


class Event(msgspec.Struct, frozen=True):
    """One thing done.

    `start` and `end` are the lines of the recording between which it took effect; `end` is None where the
    process ended in it. `path` is the name that the file had (below the root), or the channel of an answer.
    `entries` are the (folder, name, node or None) that a NAMED event sets, its new name last. `size` is the
    new length of a RESIZED file, `offset` where the data of a WRITTEN one begin, both in bytes.
    """

    kind: Kind
    pid: int
    start: int
    end: int | None
    node: int = NOWHERE
    path: str = ""
    data: bytes = b""
    offset: int = 0
    size: int = 0
    entries: tuple[tuple[int, str, int | None], ...] = ()
    descriptor: int = -1


Before = dict[str, bytes | None]  # path below the root -> content, None for a folder


def memory_only(path: str) -> bool:
    """Whether a file is shared memory of SQLite, which is made anew after a loss of power."""
    return path.endswith("-shm")


def before(root: Path) -> Before:
    """Everything below a folder; it is held to be safely there when the recording begins."""
    found: Before = {}
    for folder, _, files in os.walk(root):
        if Path(folder) != root:
            found[os.path.relpath(folder, root)] = None
        for name in files:
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                found[os.path.relpath(path, root)] = path.read_bytes()
    return found


def change(content: bytearray, event: Event) -> None:
    """Writes or resizes; a gap is filled with zeros."""
    if event.kind is Kind.RESIZED:
        del content[event.size :]
        content.extend(bytes(event.size - len(content)))
        return
    if len(content) < event.offset:
        content.extend(bytes(event.offset - len(content)))
    content[event.offset : event.offset + len(event.data)] = event.data


def named(entries: dict[tuple[int, str], int | None], folders: frozenset[int]) -> Iterator[tuple[str, int]]:
    """Each path that can be reached from the root, and its node; a folder comes before what is in it."""
    inside: dict[int, list[tuple[str, int]]] = {}
    for (folder, name), node in entries.items():
        if node is not None:
            inside.setdefault(folder, []).append((name, node))
    waiting, seen = [("", ROOT)], {ROOT}
    while waiting:
        head, folder = waiting.pop()
        for name, node in inside.get(folder, ()):
            path = f"{head}{name}"
            yield path, node
            if node in folders and node not in seen:
                seen.add(node)
                waiting.append((f"{path}/", node))
