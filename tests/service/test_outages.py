"""PostgreSQL stops and starts again under a working service, or its lock goes to another.

The service refuses what it cannot keep, goes on by itself when the database is back, and has by then lost
nothing that it acknowledged and doubled nothing that was asked again by its key. Without the lock it writes
nothing: each time it connects it takes the lock first, and reads anew where the log stands. While another has
the lock it refuses, and goes on when that one has ended; it does not end itself, since whoever took the lock
may be gone in a moment, and what is refused is not lost.
"""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from gateway.errors import GatewayError
from gateway.service.connection.client import ask
from gateway.service.connection.local_socket import connected
from gateway.store.postgresql import SERVICE_LOCK
from gateway.store.tables import LedgerLeaf
from tests.kills.work import SMALL, Deed, Told, receiving, untrue
from tests.postgresql import Server
from tests.processes import Running, Starter
from tests.service.planted import PLANTING, looking, serving, workspace_on
from tests.thoroughness import TIMES

OUTAGES = 2 if TIMES == 1 else 10
KINDS = ("stop_immediately", "crash", "stop")
BUSY = 75
POLITE = 10.0  # seconds until a command is refused
CLIENTS = 4
PAUSE = 0.02


@pytest.fixture
def root(tmp_path: Path, own_postgresql: Server) -> Path:
    """A workspace whose store is on the server, which waits a second for locks."""
    made = workspace_on(tmp_path / "ws", own_postgresql.url())
    settings = made / "gateway.yaml"
    text = settings.read_text(encoding="utf-8").replace("#busy_seconds: 5", "busy_seconds: 1")
    settings.write_text(text, encoding="utf-8")
    return made


class Clients:
    """Hand over files by key without a pause; what is refused or unanswered is asked again."""

    def __init__(self, root: Path) -> None:
        self.told: list[Told] = []
        self.done = threading.Event()
        self._folder = root / "var"

    def work(self, name: str) -> None:
        """One of them."""
        for turn in itertools.count():
            deed = receiving(f"{name}-{turn}", SMALL)
            while not self.hand_over(deed):
                self.done.wait(PAUSE)
            if self.done.is_set():
                return

    def go_on(self, running: Running, when: str) -> None:
        """Wait until some more were answered."""
        before = len(self.told)
        running.wait_until(lambda: len(self.told) > before + 5, what=f"files {when}")

    def hand_over(self, deed: Deed) -> bool:
        """Whether it was acknowledged."""
        link = connected(self._folder)
        assert link is not None, "the service ended"
        with link:
            try:
                self.told.append(Told(deed, ask(link, deed.request, [deed.data])))
            except GatewayError:
                return False
            return True


@contextmanager
def asked_by_many(root: Path) -> Iterator[Clients]:
    clients = Clients(root)
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(clients.work, f"c{number}") for number in range(CLIENTS)]
        try:
            yield clients
        finally:
            clients.done.set()
    for each in working:
        each.result()


def received(processes: Starter, root: Path, key: str) -> Running:
    """A command that hands over a file."""
    (root / "order.850").write_bytes(b"ISA*order")
    command = ("receive", "order.850", "--channel", "acorn", "--key", key)
    return processes.gateway(*command, folder=root)


def outages(processes: Starter, root: Path, server: Server, words: str, count: int) -> list[str]:
    """What the service acknowledged, and is not so behind the outages."""
    running = serving(processes, root, words)
    with asked_by_many(root) as clients:
        for turn, kind in zip(range(count), itertools.cycle(KINDS), strict=False):
            clients.go_on(running, "before the outage")
            getattr(server, kind)()
            since = time.monotonic()
            assert clients.hand_over(receiving(f"refused-{turn}", SMALL)) == bool(words)
            assert time.monotonic() - since < POLITE
            if not words:
                refused = received(processes, root, f"refused-{turn}")
                assert refused.wait() == BUSY, refused.err
                assert refused.err.startswith("gateway: Nothing was kept: the PostgreSQL server cannot be")
            server.start()
            clients.go_on(running, "behind the outage")
    running.kill()
    return untrue(root, clients.told)


def test_when_the_server_is_back_the_service_goes_on_and_has_lost_nothing(
    processes: Starter, root: Path, own_postgresql: Server
) -> None:
    assert outages(processes, root, own_postgresql, "", OUTAGES) == []


def test_a_service_that_acknowledges_what_it_cannot_keep_is_seen(
    processes: Starter, root: Path, own_postgresql: Server
) -> None:
    found = outages(processes, root, own_postgresql, "early", 1)
    assert any("was acknowledged" in each for each in found)


def leaves(root: Path) -> int:
    with looking(root) as connection:
        return connection.execute(select(func.count(col(LedgerLeaf.n)))).scalar_one()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("words", ["", "unlocked"], ids=["as it is", "planted"])
def test_a_second_service_from_another_folder_is_refused(
    processes: Starter, root: Path, tmp_path: Path, words: str
) -> None:
    other = Path(shutil.copytree(root, tmp_path / "other"))
    first = serving(processes, root)
    second = processes.python(PLANTING, words, "serve", folder=other)
    if words:
        second.wait_for_line('"event": "ready"')
        return
    assert second.wait() == BUSY
    assert second.err.endswith(
        "gateway: Another gateway service writes to this database; stop it, or work in its workspace\n"
    )
    assert received(processes, root, "still").wait() == 0
    assert first.status is None


@pytest.mark.one_in(2)
@pytest.mark.parametrize("words", ["", "unlocked"], ids=["as it is", "planted"])
def test_without_the_lock_it_writes_nothing_and_goes_on_when_it_has_it_again(
    processes: Starter, root: Path, own_postgresql: Server, words: str
) -> None:
    import psycopg  # noqa: PLC0415 - the other tests of this file are read where it is missing

    running = serving(processes, root, words)
    assert received(processes, root, "first").wait() == 0
    taking = f"SELECT pg_advisory_lock({SERVICE_LOCK})".encode()
    ending = b"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    waiting = b"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    address = own_postgresql.address()
    with psycopg.connect(address, autocommit=True) as other, psycopg.connect(address, autocommit=True) as by:
        taken = threading.Thread(target=other.execute, args=(taking,))
        taken.start()
        if not words:
            running.wait_until(lambda: by.execute(waiting).fetchone() is not None, what="a second in line")
            by.execute(ending)
        taken.join()
        before = leaves(root)
        refused = received(processes, root, "second")
        if words:
            assert refused.wait() == 0
            assert leaves(root) > before
            return
        # the first attempt may only find that its connection is gone
        while refused.wait() == BUSY and "Another gateway service writes" not in refused.err:
            refused = received(processes, root, "second")
        assert refused.status == BUSY, refused.err
        assert leaves(root) == before
    again = received(processes, root, "second")
    assert again.wait() == 0, again.err
    told = processes.gateway("status", "--json", folder=root)
    assert told.wait() == 0
    assert json.loads(told.out)["messages"] == 2
    assert running.status is None
