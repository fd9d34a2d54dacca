"""What a traced process did to the files below one folder, and what it answered, as a row of events.

Files and folders are numbered (a *node*), so that a rename does not change which file is meant; names are
entries (folder, name) -> node. Node 0 is the root. Nothing is guessed: what cannot be followed (a write
through a mapped file, a copy inside the kernel, a file that somebody else made) raises `TraceError`, and
`Recording.differences` compares where the events lead to with the folder as it really is.

Not followed: symbolic links below the root, io_uring, and a place in a file that read(2) moved before a plain
write(2) without lseek(2) between them (such a drift shows in `differences`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults.events import Before, Event, Kind, before, change, memory_only, named
from tests.faults.following import World
from tests.faults.tracing import read_calls

__all__ = ["Recording"]


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
        world = World(root, at_first or {}, cwd or Path.cwd(), left_out)
        self.entries = dict(world.entries)
        self.contents = dict(world.contents)
        self.left_out = left_out
        recorded = read_calls(traced)
        world.relate(recorded)
        # a call that a kill cut off is about what its file was then, whatever became of that since
        recorded.sort(key=lambda call: call.start if call.end is None else call.end)
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
