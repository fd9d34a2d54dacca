"""The names of files and folders below a root, as they change while a recording is followed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.faults.events import ROOT, Before
from tests.faults.tracing import TraceError

__all__ = ["Names"]


class Names:
    """The files and folders below a root, by number and by name.

    `entries` are (folder, name) -> node, `contents` and `sizes` of each file at first and now, `paths` the
    first name of each node, `memory` the files whose content does not outlive the process.
    """

    def __init__(self, root: Path, at_first: Before, left_out: Callable[[str], bool]) -> None:
        self.root = str(root.resolve())
        self._also = str(root.absolute())  # as it may stand in calls that take a name
        self.left_out = left_out
        self.entries: dict[tuple[int, str], int | None] = {}
        self.contents: dict[int, bytes] = {}
        self.sizes: dict[int, int] = {}
        self.paths: dict[int, str] = {ROOT: "."}
        self.folders = {ROOT}
        self.memory: set[int] = set()
        for path in sorted(at_first):
            data = at_first[path]
            node = self.new(path, data is None)
            folder, name = self.place(f"{self.root}/{path}")
            self.entries[folder, name] = node
            if data is not None:
                self.contents[node] = data
                self.sizes[node] = len(data)

    def new(self, path: str, folder: bool) -> int:
        """Numbers a new file or folder."""
        node = len(self.paths)
        self.paths[node] = path
        if folder:
            self.folders.add(node)
        elif self.left_out(path):
            self.memory.add(node)
        self.sizes[node] = 0
        return node

    def below(self, path: str) -> str | None:
        """A path as it is named below the root; None where it is elsewhere."""
        path = os.path.normpath(path)
        for root in (self.root, self._also):
            if path == root:
                return "."
            if path.startswith(f"{root}/"):
                return path[len(root) + 1 :]
        return None

    def node(self, path: str) -> int | None:
        """What a path leads to; None where it leads to nothing that is known below the root."""
        below = self.below(path)
        if below is None:
            return None
        node = ROOT
        for name in () if below == "." else below.split("/"):
            found = self.entries.get((node, name))
            if found is None:
                return None
            node = found
        return node

    def place(self, path: str) -> tuple[int, str]:
        """The folder and the name of a path below the root, whether or not there is anything."""
        head, name = os.path.split(os.path.normpath(path))
        folder = self.node(head)
        if folder is None:
            raise TraceError(f"{head} was made by a process that was not traced")
        return folder, name
