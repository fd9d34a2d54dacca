"""How far the work on a long file is, shown to somebody who watches: on a terminal, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

from gateway.cli.screen import Screen, printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# A file of this size takes a second or two: to check it, and to map it to documents, which is more work.
CHECKED_FROM_BYTES = 20 << 20
MAPPED_FROM_BYTES = 2 << 20


class Watch(AbstractContextManager["Watch"]):
    """Shows the reading of one file of at least `from_bytes`, and the stages of work behind it.

    What it shows stands on standard error until it ends, then it is gone.
    """

    def __init__(self, from_bytes: int) -> None:
        self._from_bytes = from_bytes
        self._shown: Progress | None = None
        self._task: TaskID | None = None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()
        self._shown = self._task = None

    def reading(self, blocks: Iterator[bytes], name: str, size: int) -> Iterator[bytes]:
        """The blocks of a file of this size (0: not known), and how much of it they came to."""
        if not size or size < self._from_bytes or not Screen(stderr=True).is_terminal:
            yield from blocks
            return
        self._start(printable(name), size)
        for block in blocks:
            yield block
            if self._shown is not None and self._task is not None:
                self._shown.advance(self._task, len(block))
        self.stage(f"working on {name}")

    def stage(self, words: str) -> None:
        """Say what is done now; how long it takes is not known."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, description=printable(words), total=None, refresh=True)

    def _start(self, name: str, size: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
        )
        self._shown = Progress(*columns, console=console, transient=True)
        self._shown.start()
        self._task = self._shown.add_task(f"reading {name}", total=size)
