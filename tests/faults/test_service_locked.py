"""Another process holds the database of the real service for a while: it refuses politely, and goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from gateway.errors import GatewayError, StoreBusyError
from tests.faults.service import LARGE, SMALL, held
from tests.faults.test_service_full import set_limits, told
from tests.kills.services import Zygote, seconds_until_ready, serving
from tests.kills.work import Deed, receiving
from tests.thoroughness import Tell, either

AT_ONCE = 8


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


def _sent_while_held(root: Path, deeds: list[Deed], seconds: int) -> list[GatewayError]:
    """Each is sent, again and again until the time is over; all must be refused."""
    over, refusals = Event(), list[GatewayError]()

    def send(deed: Deed) -> None:
        while True:
            answer = told(root, deed)
            assert isinstance(answer, GatewayError)
            refusals.append(answer)
            if seconds == 0 or over.is_set():
                return

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sending = [pool.submit(send, deed) for deed in deeds]
        over.wait(seconds)
        over.set()
        for each in sending:
            each.result()
    return refusals


def test_it_refuses_while_another_program_holds_the_database(
    zygote: Zygote, tmp_path: Path, tell: Tell
) -> None:
    root = tmp_path / "ws"
    root.mkdir()
    zygote.start(root, "init", str(root))
    assert zygote.end().status == 0
    set_limits(root, "busy_seconds: 1")
    deeds = [receiving(f"held-{at}-{size}", size) for at, size in enumerate([SMALL, LARGE] * (AT_ONCE // 2))]
    seconds = either(0, 60)
    with serving(zygote, root) as process:
        assert seconds_until_ready(zygote, root) is not None
        with closing(sqlite3.connect(root / "var/gateway.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            refusals = _sent_while_held(root, deeds, seconds)
            holder.execute("ROLLBACK")
        assert all(isinstance(each, StoreBusyError) for each in refusals)
        assert "another program holds the database; close what has var/gateway.db open" in str(refusals[0])
        answers = [told(root, deed) for deed in deeds]
        kept = {str(each["message"]) for each in answers if not isinstance(each, GatewayError)}
        assert len(kept) == len(deeds)
        os.kill(process, signal.SIGTERM)
        assert zygote.end().status == 0
    tell(f"held for {seconds or 1} s, {len(refusals)} refusals, then all {len(kept)} files kept")
    assert held(root, kept) == []
