"""What a traced process did to the files below one folder, and what it answered, as a row of events.

Files and folders are numbered (a *node*), so that a rename does not change which file is meant; names are entries
(folder, name) -> node. Node 0 is the root. Nothing is guessed: what cannot be followed (a write through a mapped
file, a copy inside the kernel, a file that somebody else made) raises `TraceError`, and `Recording.differences`
compares where the events lead to with the folder as it really is.

Not followed: symbolic links below the root, io_uring, and a place in a file that read(2) moved before a plain
write(2) without lseek(2) between them (such a drift shows in `differences`).
"""

from __future__ import annotations

import enum
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tests.faults.tracing import (
    Call,
    Descriptor,
    TraceError,
    descriptors,
    first_descriptor,
    read_calls,
    sent,
    strings,
)

__all__ = ["ROOT", "Before", "Event", "Kind", "Recording", "before", "memory_only"]

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

    `start` and `end` are the lines of the recording between which it took effect; `end` is None where the process
    ended in it. `path` is the name that the file had (below the root), or the channel of an answer. `entries` are
    the (folder, name, node or None) that a NAMED event sets, its new name last. `size` is the new length of a
    RESIZED file, `offset` where the data of a WRITTEN one begin, both in bytes.
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


class Recording:
    """The events of one traced run.

    `at_first` is what `before` found; `left_out` chooses files (by name) whose content does not outlive the
    process. `nodes` gives the first name of each node, `folders` says which nodes are folders.
    """

    def __init__(
        self,
        traced: Path,
        root: Path,
        at_first: Before | None = None,
        cwd: Path | None = None,
        left_out: Callable[[str], bool] = memory_only,
    ) -> None:
        self.root = root.resolve()
        world = _World(root, at_first or {}, cwd or Path.cwd(), left_out)
        self.entries = dict(world.entries)
        self.contents = dict(world.contents)
        self.left_out = left_out
        recorded = read_calls(traced)
        world.relate(recorded)
        self.events: tuple[Event, ...] = tuple(event for call in recorded for event in world.events(call))
        self.nodes: dict[int, str] = world.paths
        self.folders: frozenset[int] = frozenset(world.folders)

    def answers(self) -> list[Event]:
        """Everything that left on a socket or a pipe, in order."""
        return [event for event in self.events if event.kind is Kind.ANSWERED]

    def differences(self, folder: Path) -> list[str]:
        """Names below a folder that are not as the events say; after a run there must be none."""
        entries, contents = (
            dict(self.entries),
            {node: bytearray(data) for node, data in self.contents.items()},
        )
        for event in self.events:
            if event.end is None:
                continue
            if event.kind is Kind.NAMED:
                for place, name, node in event.entries:
                    entries[place, name] = node
            elif event.kind in {Kind.WRITTEN, Kind.RESIZED}:
                change(contents.setdefault(event.node, bytearray()), event)
        told = {
            path: None if node in self.folders else bytes(contents.get(node, b""))
            for path, node in named(entries, self.folders)
        }
        real = {path: data for path, data in before(folder).items() if not self.left_out(path)}
        return sorted(path for path in {*told, *real} if told.get(path, b"-") != real.get(path, b"+"))


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


class _Opened:
    """An open file description, which descriptors of several numbers and processes may share."""

    __slots__ = ("append", "at_once", "node", "offset")

    def __init__(self, node: int, flags: str) -> None:
        self.node = node
        self.offset = 0
        self.append = "O_APPEND" in flags
        self.at_once = "O_SYNC" in flags or "O_DSYNC" in flags


class _Process:
    __slots__ = ("cwd", "opened")

    def __init__(self, cwd: str, opened: dict[int, _Opened]) -> None:
        self.cwd = cwd
        self.opened = opened


class _World:
    """Follows calls in order of completion and tells what they did below the root."""

    def __init__(self, root: Path, at_first: Before, cwd: Path, left_out: Callable[[str], bool]) -> None:
        self.root = str(root.resolve())
        self._also = str(root.absolute())  # as it may stand in calls that take a name
        self.left_out = left_out
        self.entries: dict[tuple[int, str], int | None] = {}
        self.contents: dict[int, bytes] = {}
        self.sizes: dict[int, int] = {}
        self.paths: dict[int, str] = {ROOT: "."}
        self.folders = {ROOT}
        self.memory: set[int] = set()
        self._cwd = str(cwd.resolve())
        self._processes: dict[int, _Process] = {}
        self._parents: dict[int, tuple[int, bool]] = {}
        for path in sorted(at_first):
            data = at_first[path]
            node = self._new(path, data is None)
            folder, name = self._place(f"{self.root}/{path}")
            self.entries[folder, name] = node
            if data is not None:
                self.contents[node] = data
                self.sizes[node] = len(data)

    def relate(self, recorded: list[Call]) -> None:
        """Notes which process made which, since the child may be seen before the call that made it returns."""
        for call in recorded:
            if (
                call.name in {"clone", "clone3", "fork", "vfork"}
                and call.result is not None
                and call.result > 0
            ):
                self._parents[call.result] = (call.pid, "CLONE_FILES" in call.arguments)

    def events(self, call: Call) -> Iterator[Event]:
        """What a call did, as events; nothing where it failed or lay outside the root."""
        process = self._process(call.pid)
        follow = FOLLOWED.get(call.name)
        if follow is None or (call.result is not None and call.result < 0):
            return
        yield from follow(self, process, call)

    # processes, names and nodes

    def _process(self, pid: int) -> _Process:
        if pid not in self._processes:
            parent, shares = self._parents.get(pid, (None, False))
            if parent is None:
                self._processes[pid] = _Process(self._cwd, {})
            else:
                of = self._process(parent)
                self._processes[pid] = of if shares else _Process(of.cwd, dict(of.opened))
        return self._processes[pid]

    def _new(self, path: str, folder: bool) -> int:
        node = len(self.paths)
        self.paths[node] = path
        if folder:
            self.folders.add(node)
        elif self.left_out(path):
            self.memory.add(node)
        self.sizes[node] = 0
        return node

    def _below(self, path: str) -> str | None:
        """A path as it is named below the root; None where it is elsewhere."""
        path = os.path.normpath(path)
        for root in (self.root, self._also):
            if path == root:
                return "."
            if path.startswith(f"{root}/"):
                return path[len(root) + 1 :]
        return None

    def _node(self, path: str) -> int | None:
        below = self._below(path)
        if below is None:
            return None
        node: int | None = ROOT
        for name in () if below == "." else below.split("/"):
            node = self.entries.get((node, name))
            if node is None:
                return None
        return node

    def _place(self, path: str) -> tuple[int, str]:
        """The folder and the name of a path below the root, whether or not there is anything."""
        head, name = os.path.split(os.path.normpath(path))
        folder = self._node(head)
        if folder is None:
            raise TraceError(f"{head} was made by a process that was not traced")
        return folder, name

    def _targets(self, process: _Process, call: Call) -> list[str]:
        """The paths that a call names, made absolute."""
        bases = [each.leads_to for each in descriptors(call.arguments)]
        names = [os.fsdecode(text) for text in strings(call.arguments)]
        bases += [process.cwd] * (len(names) - len(bases))
        return [os.path.normpath(Path(base, name)) for base, name in zip(bases, names, strict=False)]

    # what calls do

    def _open(self, process: _Process, call: Call) -> Iterator[Event]:
        if call.result is None or call.end is None:
            return
        reached = first_descriptor(call.returned)
        process.opened.pop(call.result, None)
        below = None if reached is None else self._below(reached.leads_to)
        if reached is None or below is None:
            return
        flags = "O_CREAT|O_TRUNC" if call.name == "creat" else call.arguments
        if "O_TMPFILE" in flags:
            raise TraceError("files without a name (O_TMPFILE) are not followed")
        node = self._node(reached.leads_to)
        if node is None and "O_CREAT" not in flags:
            return  # a socket or a pipe with a name, or somebody else's file: an error when it is written
        if node is None:
            place = self._place(reached.leads_to)
            node = self._new(below, folder=False)
            self.entries[place] = node
            if node not in self.memory:
                yield Event(
                    Kind.NAMED, call.pid, call.start, call.end, node, below, entries=((*place, node),)
                )
        elif "O_TRUNC" in flags and self.sizes[node]:
            yield from self._resized(call, node, 0)
        process.opened[call.result] = _Opened(node, flags)

    def _opened(self, process: _Process, reached: Descriptor) -> _Opened | None:
        """The open file of a descriptor; None where it is no file below the root."""
        if self._below(reached.leads_to) is None:
            return None
        opened = process.opened.get(reached.number)
        node = None if reached.deleted else self._node(reached.leads_to)
        if opened is not None and (reached.deleted or node == opened.node):
            return opened
        if node is None:
            raise TraceError(f"{reached.leads_to} was made or opened in a way that is not followed")
        found = _Opened(node, "")
        found.offset = NOWHERE
        return found

    def _write(self, process: _Process, call: Call) -> Iterator[Event]:
        reached = first_descriptor(call.arguments)
        if reached is None:
            return
        data = sent(call)
        if _is_channel(reached.leads_to):
            yield Event(
                Kind.ANSWERED, call.pid, call.start, call.end, path=reached.leads_to, data=data,
                descriptor=reached.number,
            )  # fmt: skip
            return
        opened = self._opened(process, reached)
        if opened is None or opened.node in self.memory:
            return
        offset = self._offset(call, opened, reached)
        if call.name in {"write", "writev"} and call.end is not None:
            opened.offset = offset + len(data)
        self.sizes[opened.node] = max(self.sizes[opened.node], offset + len(data))
        path = self.paths[opened.node]
        yield Event(Kind.WRITTEN, call.pid, call.start, call.end, opened.node, path, data, offset)
        if opened.at_once:
            yield Event(Kind.SYNCED, call.pid, call.start, call.end, opened.node, path)

    def _offset(self, call: Call, opened: _Opened, reached: Descriptor) -> int:
        if opened.append:
            return self.sizes[opened.node]
        if call.name.startswith("pwrite"):
            found = re.search(
                r", (\d+)" + (r", \w+\Z" if call.name == "pwritev2" else r"\)?\Z"), call.arguments
            )
            if found is None:
                raise TraceError(f"{call.name} without its place: {call.arguments[-80:]!r}")
            return int(found[1])
        if opened.offset == NOWHERE:
            raise TraceError(f"the place in {reached.leads_to} is not known (its descriptor was copied)")
        return opened.offset

    def _seek(self, process: _Process, call: Call) -> Iterator[Event]:
        reached = first_descriptor(call.arguments)
        if reached is not None and call.result is not None and reached.number in process.opened:
            process.opened[reached.number].offset = call.result
        yield from ()

    def _resize(self, process: _Process, call: Call) -> Iterator[Event]:
        if call.name == "truncate":
            node = self._node(self._targets(process, call)[0])
            if node is not None:
                yield from self._resized(call, node, int(call.arguments.rsplit(", ", 1)[1]))
            return
        reached = first_descriptor(call.arguments)
        opened = None if reached is None else self._opened(process, reached)
        if opened is None:
            return
        numbers = call.arguments.rsplit(">", 1)[1].split(", ")
        if call.name == "ftruncate":
            yield from self._resized(call, opened.node, int(numbers[-1]))
        elif "KEEP_SIZE" not in call.arguments:
            if numbers[-3] != "0":
                raise TraceError(
                    f"fallocate is not followed where it does more than reserve: {call.arguments}"
                )
            size = max(self.sizes[opened.node], int(numbers[-2]) + int(numbers[-1]))
            yield from self._resized(call, opened.node, size)

    def _resized(self, call: Call, node: int, size: int) -> Iterator[Event]:
        self.sizes[node] = size
        if node not in self.memory:
            yield Event(Kind.RESIZED, call.pid, call.start, call.end, node, self.paths[node], size=size)

    def _rename(self, process: _Process, call: Call) -> Iterator[Event]:
        old, new = self._targets(process, call)
        if self._below(old) is None and self._below(new) is None:
            return
        node = self._node(old)
        below = self._below(new)
        if node is None or below is None:
            raise TraceError(f"{old} -> {new}: renamed over the edge of the root, or not made while traced")
        entries = [(*self._place(old), None), (*self._place(new), node)]
        if "RENAME_EXCHANGE" in call.arguments:
            entries[0] = (*self._place(old), self._node(new))
        yield from self._named(call, node, below, entries)

    def _link(self, process: _Process, call: Call) -> Iterator[Event]:
        old, new = self._targets(process, call)
        below, node = self._below(new), self._node(old)
        if below is not None:
            if node is None or call.name.startswith("symlink"):
                raise TraceError(f"{new}: a symbolic link, or a link to a file that is not followed")
            yield from self._named(call, node, below, [(*self._place(new), node)])

    def _remove(self, process: _Process, call: Call) -> Iterator[Event]:
        path = self._targets(process, call)[0]
        node, below = self._node(path), self._below(path)
        if node is not None and below is not None:
            yield from self._named(call, node, below, [(*self._place(path), None)])

    def _make_folder(self, process: _Process, call: Call) -> Iterator[Event]:
        path = self._targets(process, call)[0]
        below = self._below(path)
        if below == ".":
            raise TraceError("the root must be there before the recording begins")
        if below is not None:
            node = self._new(below, folder=True)
            yield from self._named(call, node, below, [(*self._place(path), node)])

    def _named(
        self, call: Call, node: int, path: str, entries: list[tuple[int, str, int | None]]
    ) -> Iterator[Event]:
        if call.end is not None:
            for folder, name, to in entries:
                self.entries[folder, name] = to
        if node not in self.memory:
            yield Event(Kind.NAMED, call.pid, call.start, call.end, node, path, entries=tuple(entries))

    def _sync(self, process: _Process, call: Call) -> Iterator[Event]:
        if call.name == "sync":
            yield Event(Kind.SYNCED_ALL, call.pid, call.start, call.end)
            return
        reached = first_descriptor(call.arguments)
        if reached is None or self._below(reached.leads_to) is None:
            return
        if call.name == "syncfs":
            yield Event(Kind.SYNCED_ALL, call.pid, call.start, call.end)
            return
        node = self._node(reached.leads_to)
        if node is None or reached.deleted:
            opened = process.opened.get(reached.number)
            node = None if opened is None else opened.node
        if node is not None and node not in self.memory:
            yield Event(Kind.SYNCED, call.pid, call.start, call.end, node, self.paths[node])

    def _close(self, process: _Process, call: Call) -> Iterator[Event]:
        found = re.match(r"\d+", call.arguments)
        if found is not None:
            process.opened.pop(int(found[0]), None)
        yield from ()

    def _copy_descriptor(self, process: _Process, call: Call) -> Iterator[Event]:
        found = re.match(r"\d+", call.arguments)
        if found is not None and call.result is not None:
            process.opened.pop(call.result, None)
            if int(found[0]) in process.opened:
                process.opened[call.result] = process.opened[int(found[0])]
        yield from ()

    def _change_folder(self, process: _Process, call: Call) -> Iterator[Event]:
        reached = first_descriptor(call.arguments)
        process.cwd = self._targets(process, call)[0] if reached is None else reached.leads_to
        yield from ()

    def _copy_inside(self, process: _Process, call: Call) -> Iterator[Event]:
        reached = descriptors(call.arguments)
        to = reached[0] if call.name == "sendfile" else reached[-1]
        if call.result and self._below(to.leads_to) is not None:
            raise TraceError(
                f"{to.leads_to} was copied inside the kernel ({call.name}), where nobody sees the bytes"
            )
        if call.result and _is_channel(to.leads_to):
            yield Event(Kind.ANSWERED, call.pid, call.start, call.end, path=to.leads_to, descriptor=to.number)

    def _map(self, process: _Process, call: Call) -> Iterator[Event]:
        if "MAP_SHARED" in call.arguments and "PROT_WRITE" in call.arguments:
            for reached in descriptors(call.arguments):
                below = self._below(reached.leads_to)
                if below is not None and not self.left_out(below):
                    raise TraceError(
                        f"{reached.leads_to} is written through memory, where nobody sees the bytes"
                    )
        yield from ()

    def _refuse(self, process: _Process, call: Call) -> Iterator[Event]:
        raise TraceError(f"{call.name} is not followed")
        yield  # a generator, as all of these are


def _is_channel(leads_to: str) -> bool:
    return leads_to.startswith(("socket:[", "pipe:[", "UNIX", "TCP"))


FOLLOWED: dict[str, Callable[[_World, _Process, Call], Iterator[Event]]] = {
    **dict.fromkeys(("open", "openat", "openat2", "creat"), _World._open),
    **dict.fromkeys(("write", "writev", "pwrite64", "pwritev", "pwritev2"), _World._write),
    **dict.fromkeys(("sendto", "sendmsg", "sendmmsg"), _World._write),
    **dict.fromkeys(("truncate", "ftruncate", "fallocate"), _World._resize),
    **dict.fromkeys(("rename", "renameat", "renameat2"), _World._rename),
    **dict.fromkeys(("link", "linkat", "symlink", "symlinkat"), _World._link),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), _World._remove),
    **dict.fromkeys(("mkdir", "mkdirat"), _World._make_folder),
    **dict.fromkeys(("fsync", "fdatasync", "sync", "syncfs"), _World._sync),
    **dict.fromkeys(("dup", "dup2", "dup3"), _World._copy_descriptor),
    **dict.fromkeys(("chdir", "fchdir"), _World._change_folder),
    **dict.fromkeys(("sendfile", "copy_file_range", "splice"), _World._copy_inside),
    "close": _World._close,
    "lseek": _World._seek,
    "mmap": _World._map,
    "io_uring_setup": _World._refuse,
}
