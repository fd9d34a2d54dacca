"""Services of one workspace, started again and again by one zygote."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import NamedTuple

from gateway.service.connection.local_socket import connected
from tests.kills.points import Point

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0
READY_WITHIN = 10.0  # seconds from start to the first command taken


class Ended(NamedTuple):
    """How a process ended: its exit code, minus a signal."""

    status: int

    @property
    def killed(self) -> bool:
        """Whether it was killed at its fatal moment."""
        return self.status == -signal.SIGKILL


class Zygote:
    """Forks processes of the gateway, one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told: Queue[dict[str, int]] = Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(self, root: Path, *arguments: str, fatal: Point | None = None, fault: str = "none") -> int:
        """Start a command in a folder; the number of its process. Wait for its `end` before another."""
        order: dict[str, object] = {
            "root": str(root),
            "arguments": arguments,
            "noted": str(root.parent / f"{root.name}.points"),
            "log": str(root.parent / f"{root.name}.log"),
            "fault": fault,
        }
        if fatal is not None:
            order |= {"fatal": fatal.name, "time": fatal.time}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        while "process" not in (told := self._told.get(timeout=DEADLINE)):
            continue  # the end of one that nobody waited for, since a test failed
        return told["process"]

    def end(self, within: float = DEADLINE) -> Ended:
        """Wait until the process that was started has ended."""
        return Ended(self._told.get(timeout=within)["status"])

    @property
    def has_ended(self) -> bool:
        """Whether the process that was started has ended, and nobody has waited for it."""
        return not self._told.empty()

    def close(self) -> None:
        """End the zygote."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(DEADLINE)
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(json.loads(line))


@contextmanager
def serving(zygote: Zygote, root: Path, fatal: Point | None = None, fault: str = "none") -> Iterator[int]:
    """A service in a workspace, by the number of its process; it is stopped at the end."""
    process = zygote.start(root, "serve", fatal=fatal, fault=fault)
    try:
        yield process
    finally:
        if not zygote.has_ended:
            with suppress(ProcessLookupError):  # it has just died
                os.kill(process, signal.SIGTERM)


def seconds_until_ready(zygote: Zygote, root: Path) -> float | None:
    """How long the service takes until it takes commands; None when it ended before.

    Raises `Empty` when it does neither within `READY_WITHIN`.
    """
    start = time.monotonic()
    pause = threading.Event()
    while time.monotonic() - start < READY_WITHIN:
        if zygote.has_ended:
            return None
        link = connected(root / "var")
        if link is not None:
            link.close()
            return time.monotonic() - start
        pause.wait(0.005)
    raise Empty
