"""Named moments of a process: before and after each commit, sync, rename and answer.

The gateway knows nothing of them. A process that is to be killed is started by `zygote`, which wraps the
few functions through which everything durable passes; so whatever the gateway makes durable has a name here
without anybody listing it.
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy.engine.default import DefaultDialect

from gateway.store.disk import Disk
from gateway.store.open_folders import FolderDisk
from gateway.store.writing.writer import Writer

P = ParamSpec("P")
R = TypeVar("R")
DEEDS = ("sync", "sync_folder", "rename", "remove")
DEEDS_IN_FOLDERS = ("move", "link_in", "replace_in", "remove_in", "sync_open_folder")
PRIMITIVES = ("gateway.store.disk", "gateway.store.open_folders")


class Point(NamedTuple):
    """A moment: its name, and the how manieth time it is reached, from 1."""

    name: str
    time: int = 1


class Points:
    """Notes each moment that is reached, and kills the process at one of them."""

    def __init__(self, noted: Path, fatal: Point | None) -> None:
        self._noted = os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._fatal = fatal
        self._times: Counter[str] = Counter()
        self._batch: tuple[str, ...] = ()  # the changes that are committed together now
        self._counting = threading.Lock()

    def reached(self, name: str) -> None:
        """The process is at this moment now."""
        with self._counting:
            self._times[name] += 1
            now = Point(name, self._times[name])
        os.write(self._noted, f"{name}\n".encode())
        if self._fatal == now:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, deed: Callable[P, R], names: Callable[[], Sequence[str]]) -> Callable[P, R]:
        """The deed, with a moment before it and one after it, for each name that it has then."""

        @functools.wraps(deed)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            told = names()
            for name in told:
                self.reached(f"before {name}")
            result = deed(*args, **kwargs)
            for name in told:
                self.reached(f"after {name}")
            return result

        return wrapped

    def plant(self) -> None:
        """Wrap what makes things durable and what answers, in this process."""
        for deed in DEEDS:
            setattr(Disk, deed, self.around(getattr(Disk, deed), functools.partial(_named, deed)))
        for deed in DEEDS_IN_FOLDERS:
            setattr(FolderDisk, deed, self.around(getattr(FolderDisk, deed), functools.partial(_named, deed)))
        commit = self.around(
            DefaultDialect.do_commit, lambda: [f"commit of {each}" for each in self._batch or (caller(),)]
        )
        setattr(DefaultDialect, "do_commit", commit)  # noqa: B010 - on purpose
        answer = self.around(socket.socket.sendall, lambda: [f"answer in {caller()}"])
        setattr(socket.socket, "sendall", answer)  # noqa: B010 - as above
        self._know_batches()

    def _know_batches(self) -> None:
        committed = Writer._committed

        def knowing(writer: Writer, orders: Sequence[Any]) -> object:  # Any: private to the writer
            self._batch = tuple(sorted({_change(order) for order in orders}))
            try:
                return committed(writer, orders)
            finally:
                self._batch = ()

        setattr(Writer, "_committed", knowing)  # noqa: B010 - as above


def _change(order: object) -> str:
    change = getattr(order, "change")  # noqa: B009 - an order is private to the writer
    within = inspect.getclosurevars(change).nonlocals.get("change")  # what ends a step has that of its work
    return _name(change) if within is None else f"{_name(change)} with {_name(within)}"


def _name(change: Callable[..., object]) -> str:
    return change.__qualname__.replace(".<locals>", "").replace(".<lambda>", "")


def _named(deed: str) -> tuple[str, ...]:
    return (f"{deed} in {caller()}",)


def caller() -> str:
    """The function of the gateway that is at work, apart from the primitives themselves."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("gateway.") and module not in PRIMITIVES:
            return frame.f_code.co_qualname
        frame = frame.f_back
    return "nobody"
