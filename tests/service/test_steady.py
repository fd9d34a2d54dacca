"""Two services, one on each database, that are asked by many without a pause: they do not grow."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from gateway.errors import StoreBusyError
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Request
from gateway.service.connection.local_socket import connected
from tests.processes import Running, Starter
from tests.service.planted import serving, workspace_on
from tests.service.programs.numbers import STREAM
from tests.thoroughness import TIMES, either

PRODUCERS = 16  # of each of the two
# Rounds of each service, after which its threads are there, and its caches as far as they grow in this time:
# those of the connections to SQLite, some MB each, fill as the database does.
WARM = either(200, 500)
SECONDS = 5.0 if TIMES == 1 else 60.0
GROWTH = 0.10
MOST_KIB = 300 * 1024  # what is promised of a service
SCHEDULING = 10  # threads that APScheduler starts for jobs, as it comes to need them, and keeps
EACH_LARGE = 20  # so manieth file goes to the vault
LARGE = 100_000


class Size(NamedTuple):
    """What a process has: memory in KiB, threads, open files."""

    memory: int
    threads: int
    files: int


def size_of(process: int) -> Size:
    """As the system knows it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    told = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    memory, threads = int(told["VmRSS"].split()[0]), int(told["Threads"])
    return Size(memory, threads, len(list(Path(f"/proc/{process}/fd").iterdir())))


class Producers:
    """Ask one service for everything, again and again."""

    def __init__(self, root: Path, running: Running) -> None:
        self.running = running
        self.asked = itertools.count()
        self.done = 0
        self._folder = root / "var"

    def work(self, name: str, stop: threading.Event) -> None:
        """One of them."""
        for turn in itertools.count():
            if stop.is_set():
                return
            key = f"{name}-{turn}"
            data = key.encode() * (LARGE // len(key) if turn % EACH_LARGE == 0 else 30)
            self._ask(Request("receive", {"channel": "acorn", "file": key, "key": key}), data)
            self._ask(Request("take-number", {**STREAM, "key": key, "new": True}))
            self._ask(Request("status", {}))
            self.done = next(self.asked)

    def _ask(self, request: Request, data: bytes = b"") -> None:
        try:
            link = connected(self._folder)
            assert link is not None, "the service ended"
            with link:
                ask(link, request, [data])
        except StoreBusyError:  # more wait than may
            return


def sizes(producers: list[Producers]) -> Iterator[list[Size]]:
    """The sizes of all, when they are warm and when they have worked for a while."""
    stop = threading.Event()
    with ThreadPoolExecutor(PRODUCERS * len(producers)) as pool:
        working = [
            pool.submit(each.work, f"p{number}", stop) for each in producers for number in range(PRODUCERS)
        ]
        try:
            for each in producers:
                each.running.wait_until(lambda each=each: each.done > WARM, what="a warm service")  # type: ignore[misc]  # bound now
            yield [size_of(each.running.pid) for each in producers]
            stop.wait(SECONDS)
            yield [size_of(each.running.pid) for each in producers]
        finally:
            stop.set()
    for work in working:
        work.result()


def grown(before: Size, after: Size) -> list[str]:
    """What has grown, in words."""
    found = []
    if after.memory > min(before.memory * (1 + GROWTH), MOST_KIB):
        found.append(f"memory from {before.memory} to {after.memory} KiB")
    if after.threads > before.threads + SCHEDULING:
        found.append(f"threads from {before.threads} to {after.threads}")
    if after.files > before.files + PRODUCERS:  # a connection of each may just be open
        found.append(f"open files from {before.files} to {after.files}")
    return found


def test_under_load_services_do_not_grow(
    processes: Starter, root: Path, tmp_path: Path, postgresql_url: str
) -> None:
    other = workspace_on(tmp_path / "on-postgresql", postgresql_url)
    both = [Producers(each, serving(processes, each)) for each in (root, other)]
    before, after = sizes(both)
    assert [grown(*each) for each in zip(before, after, strict=True)] == [[], []]


def test_a_service_that_leaks_is_seen(processes: Starter, root: Path) -> None:
    leaking = [Producers(root, serving(processes, root, "leaking"))]
    (before,), (after,) = sizes(leaking)
    assert len(grown(before, after)) == 3
