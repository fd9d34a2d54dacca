"""What was done is remembered for a month, and then forgotten however much of it there is."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from gateway.service.alone import opened
from gateway.service.around import Surroundings
from gateway.service.ledger import check
from gateway.service.opened import Opened
from gateway.service.work import handlers as module
from gateway.service.work.handlers import KEPT_FOR, PURGE, handlers
from gateway.store.disk import Disk
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.receiving import Arrival
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.store.tables import Request, Step
from tests.clocks import NOON, FakeClock
from tests.store.stores import ME

STEP = Leased(1, "", PURGE, {}, None, None, 0, NOON, None, 0, 0, 0, 1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SystemClock().now())


@pytest.fixture
def workspace(root: Path, clock: FakeClock) -> Iterator[Opened]:
    with opened(root, Surroundings(os.environ, clock, SystemRandomness(), Disk())) as made:
        yield made


def receive(workspace: Opened, request: str) -> str:
    return workspace.store.intake.receive(Arrival("amazon", ME, request=request), [b"ISA"]).message


def purge(workspace: Opened) -> tuple[int, int]:
    """Do it once; how many requests are still known, and how many purges are to come."""
    workspace.store.writer.do(handlers(workspace, threading.Event())[PURGE](STEP))
    with workspace.store.database.reading() as connection:
        known = connection.execute(select(func.count()).select_from(Request)).scalar_one()
        to_come = select(func.count()).select_from(Step).where(col(Step.kind) == PURGE)
        return known, connection.execute(to_come.where(col(Step.state) == "waiting")).scalar_one()


def faults_of(workspace: Opened) -> list[str]:
    """What the ledger has against the state, in words."""
    report = check(workspace.root, workspace.around, deep=True)
    return [f"{fault.place}: {fault.text}" for fault in report.faults]


def forget_newest(workspace: Opened) -> None:
    """What nobody may do: a request is forgotten before its time."""
    newest = select(func.max(col(Request.made_at))).scalar_subquery()
    workspace.store.writer.do(
        lambda transaction: transaction.connection.execute(
            delete(Request).where(col(Request.made_at) == newest)
        )
    )


def test_the_answer_to_a_request_is_known_for_thirty_days(workspace: Opened, clock: FakeClock) -> None:
    first = receive(workspace, "one")
    clock.advance(KEPT_FOR.total_seconds() - 60)
    assert purge(workspace) == (1, 0)
    assert receive(workspace, "one") == first
    receive(workspace, "two")
    clock.advance(120)
    assert purge(workspace) == (1, 0)
    assert receive(workspace, "one") != first
    assert KEPT_FOR.days == 30
    assert faults_of(workspace) == []
    forget_newest(workspace)
    assert len(faults_of(workspace)) == 1


def test_a_part_is_forgotten_at_a_time(
    workspace: Opened, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PURGED_AT_ONCE", 3)
    for number in range(7):
        receive(workspace, f"{number}")
    clock.advance(KEPT_FOR.total_seconds() + 60)
    assert [purge(workspace) for _ in range(3)] == [(4, 1), (1, 2), (0, 2)]


def test_steps_that_ended_are_forgotten_and_others_stay(workspace: Opened, clock: FakeClock) -> None:
    queue, writer = workspace.queue, workspace.store.writer
    for dedupe in ("done", "open"):
        step = NewStep("tick", dedupe=dedupe, priority=2)
        writer.do(partial(queue.enqueue, step=step))
    (leased,) = writer.do(
        lambda transaction: queue.lease(transaction, "01JD0000000000000000000009", 1, 60)
    ).steps
    writer.do(lambda transaction: queue.finish(transaction, leased))
    clock.advance(KEPT_FOR.total_seconds() + 60)
    purge(workspace)
    with workspace.store.database.reading() as connection:
        kept = connection.execute(select(col(Step.dedupe)).where(col(Step.kind) == "tick")).scalars().all()
    assert kept == ["open"]
