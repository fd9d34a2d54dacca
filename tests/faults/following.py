"""Follows the calls of a recording: which file each is about, and what it did to it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.events import NOWHERE, Before, Event, Kind
from tests.faults.names import Names
from tests.faults.tracing import Call, Descriptor, TraceError, descriptors, first_descriptor, sent, strings

__all__ = ["World"]


class _Opened:
    """An open file description, which descriptors of several numbers and processes may share."""

    __slots__ = ("append", "at_once", "line", "node", "offset")

    def __init__(self, node: int, flags: str, line: int) -> None:
        self.node = node
        self.line = line
        self.offset = 0
        self.append = "O_APPEND" in flags
        self.at_once = "O_SYNC" in flags or "O_DSYNC" in flags


class _Process:
    __slots__ = ("cwd", "opened")

    def __init__(self, cwd: str, opened: dict[int, _Opened]) -> None:
        self.cwd = cwd
        self.opened = opened


class World(Names):
    """Follows calls in order of completion and tells what they did below the root."""

    def __init__(self, root: Path, at_first: Before, cwd: Path, left_out: Callable[[str], bool]) -> None:
        super().__init__(root, at_first, left_out)
        self._cwd = str(cwd.resolve())
        self._processes: dict[int, _Process] = {}
        self._parents: dict[int, tuple[int, bool]] = {}

    def relate(self, recorded: list[Call]) -> None:
        """Notes which process made which; a child may be seen before the call that made it returns."""
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

    def _process(self, pid: int) -> _Process:
        if pid not in self._processes:
            parent, shares = self._parents.get(pid, (None, False))
            if parent is None:
                self._processes[pid] = _Process(self._cwd, {})
            else:
                of = self._process(parent)
                self._processes[pid] = of if shares else _Process(of.cwd, dict(of.opened))
        return self._processes[pid]

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
        below = None if reached is None else self.below(reached.leads_to)
        if reached is None or below is None:
            return
        flags = "O_CREAT|O_TRUNC" if call.name == "creat" else call.arguments
        if "O_TMPFILE" in flags:
            raise TraceError("files without a name (O_TMPFILE) are not followed")
        node = self.node(reached.leads_to)
        if node is None and "O_CREAT" not in flags:
            return  # a socket or a pipe with a name, or somebody else's file: an error when it is written
        if node is None:
            place = self.place(reached.leads_to)
            node = self.new(below, folder=False)
            self.entries[place] = node
            if node not in self.memory:
                yield Event(
                    Kind.NAMED, call.pid, call.start, call.end, node, below, entries=((*place, node),)
                )
        elif "O_TRUNC" in flags and self.sizes[node]:
            yield from self._resized(call, node, 0)
        process.opened[call.result] = _Opened(node, flags, call.end)

    def _opened(self, process: _Process, reached: Descriptor) -> _Opened | None:
        """The open file of a descriptor; None where it is no file below the root."""
        if self.below(reached.leads_to) is None:
            return None
        opened = process.opened.get(reached.number)
        node = None if reached.deleted else self.node(reached.leads_to)
        if opened is not None and (reached.deleted or node == opened.node):
            return opened
        if node is None:
            raise TraceError(f"{reached.leads_to} was made or opened in a way that is not followed")
        found = _Opened(node, "", 0)
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
            node = self.node(self._targets(process, call)[0])
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
        if self.below(old) is None and self.below(new) is None:
            return
        node = self.node(old)
        below = self.below(new)
        if node is None or below is None:
            raise TraceError(f"{old} -> {new}: renamed over the edge of the root, or not made while traced")
        entries = [(*self.place(old), None), (*self.place(new), node)]
        if "RENAME_EXCHANGE" in call.arguments:
            entries[0] = (*self.place(old), self.node(new))
        yield from self._named(call, node, below, entries)

    def _link(self, process: _Process, call: Call) -> Iterator[Event]:
        old, new = self._targets(process, call)
        below, node = self.below(new), self.node(old)
        if below is not None:
            if node is None or call.name.startswith("symlink"):
                raise TraceError(f"{new}: a symbolic link, or a link to a file that is not followed")
            yield from self._named(call, node, below, [(*self.place(new), node)])

    def _remove(self, process: _Process, call: Call) -> Iterator[Event]:
        path = self._targets(process, call)[0]
        node, below = self.node(path), self.below(path)
        if node is not None and below is not None:
            yield from self._named(call, node, below, [(*self.place(path), None)])

    def _make_folder(self, process: _Process, call: Call) -> Iterator[Event]:
        path = self._targets(process, call)[0]
        below = self.below(path)
        if below == ".":
            raise TraceError("the root must be there before the recording begins")
        if below is not None:
            node = self.new(below, folder=True)
            yield from self._named(call, node, below, [(*self.place(path), node)])

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
        if reached is None or self.below(reached.leads_to) is None:
            return
        if call.name == "syncfs":
            yield Event(Kind.SYNCED_ALL, call.pid, call.start, call.end)
            return
        node = self.node(reached.leads_to)
        if node is None or reached.deleted:
            opened = process.opened.get(reached.number)
            node = None if opened is None else opened.node
        if node is not None and node not in self.memory:
            yield Event(Kind.SYNCED, call.pid, call.start, call.end, node, self.paths[node])

    def _close(self, process: _Process, call: Call) -> Iterator[Event]:
        found = re.match(r"\d+", call.arguments)
        opened = None if found is None else process.opened.get(int(found[0]))
        # another thread may get the number again, and that be seen, before this call is seen to return
        if found is not None and opened is not None and opened.line < call.start:
            del process.opened[int(found[0])]
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
        if call.result and self.below(to.leads_to) is not None:
            raise TraceError(
                f"{to.leads_to} was copied inside the kernel ({call.name}), where nobody sees the bytes"
            )
        if call.result and _is_channel(to.leads_to):
            yield Event(Kind.ANSWERED, call.pid, call.start, call.end, path=to.leads_to, descriptor=to.number)

    def _map(self, process: _Process, call: Call) -> Iterator[Event]:
        if "MAP_SHARED" in call.arguments and "PROT_WRITE" in call.arguments:
            for reached in descriptors(call.arguments):
                below = self.below(reached.leads_to)
                if below is not None and not self.left_out(below):
                    raise TraceError(
                        f"{reached.leads_to} is written through memory, where nobody sees the bytes"
                    )
        yield from ()

    def _refuse(self, process: _Process, call: Call) -> Iterator[Event]:
        raise TraceError(f"{call.name} is not followed")


def _is_channel(leads_to: str) -> bool:
    return leads_to.startswith(("socket:[", "pipe:[", "UNIX", "TCP"))


FOLLOWED: dict[str, Callable[[World, _Process, Call], Iterator[Event]]] = {
    **dict.fromkeys(("open", "openat", "openat2", "creat"), World._open),
    **dict.fromkeys(("write", "writev", "pwrite64", "pwritev", "pwritev2"), World._write),
    **dict.fromkeys(("sendto", "sendmsg", "sendmmsg"), World._write),
    **dict.fromkeys(("truncate", "ftruncate", "fallocate"), World._resize),
    **dict.fromkeys(("rename", "renameat", "renameat2"), World._rename),
    **dict.fromkeys(("link", "linkat", "symlink", "symlinkat"), World._link),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), World._remove),
    **dict.fromkeys(("mkdir", "mkdirat"), World._make_folder),
    **dict.fromkeys(("fsync", "fdatasync", "sync", "syncfs"), World._sync),
    **dict.fromkeys(("dup", "dup2", "dup3"), World._copy_descriptor),
    **dict.fromkeys(("chdir", "fchdir"), World._change_folder),
    **dict.fromkeys(("sendfile", "copy_file_range", "splice"), World._copy_inside),
    "close": World._close,
    "lseek": World._seek,
    "mmap": World._map,
    "io_uring_setup": World._refuse,
}
