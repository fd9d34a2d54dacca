"""Runs the real gateway with something planted in it: `planting.py WORDS COMMAND...`, words joined by commas.

- `kill=MOMENT:TIME`: it is killed at a moment of `tests.kills.points`.
- `doubled`, `skipped`, `keyless`: control numbers are given twice, left out, or their keys forgotten.
- `forgotten`: a restore skips no control numbers.
- `unlocked`: it does not ask for the lock of the database.
- `early`: a file is answered for before it is kept.
- `clock=FILE`: the time of day is what the file says, see `FileClock`; work is tried in vain, and a schedule
  fires each second.
- `stormy`: what failed does not wait, where the clock was set back.
- `leaking`: each command leaves memory, a thread and an open file behind.
"""

from __future__ import annotations

import functools
import itertools
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import MappingProxyType

import apscheduler.schedulers.base
from sqlalchemy import Connection

import gateway.service.around
import gateway.service.commands.once
import gateway.service.commands.operating
import gateway.service.opened
import gateway.service.serving
import gateway.service.work.handlers
import gateway.service.work.scheduling
from gateway.cli import main
from gateway.errors import GatewayError
from gateway.service.commands.arguments import Arguments
from gateway.service.connection.frames import Answer
from gateway.service.connection.listener import Listener
from gateway.service.opened import Opened
from gateway.service.work.handling import Handler, Retry
from gateway.service.work.key_reading import READ_KEYS
from gateway.service.work.scheduling import Schedule
from gateway.service.work.workers import Workers
from gateway.store.backup import new_epoch
from gateway.store.control_numbers import setting as control_numbers
from gateway.store.control_numbers.allotting import take
from gateway.store.control_numbers.names import StreamKey
from gateway.store.ids import new_id
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.queue import statements as queue_statements
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep, Rules
from gateway.store.receiving import Arrival, Intake, Received
from gateway.store.surroundings import SystemClock, SystemRandomness
from gateway.store.writing.transaction import Transaction
from tests.kills.points import Point, Points

LOOK_SECONDS = 0.1
LEASE_SECONDS = 1.0
TICK = "tick"
Enqueue = Callable[[StepQueue, Transaction, NewStep], str | None]


def put(place: object, name: str, thing: object) -> None:
    """Put something of a test in the place of what the gateway has."""
    setattr(place, name, thing)


class FileClock(SystemClock):
    """The time of day by a file: `+SECONDS` or `-SECONDS` beside the real one, or `=TIME` to stand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """What the file says now."""
        said = self._path.read_text(encoding="utf-8").strip()
        if said.startswith("="):
            return datetime.fromisoformat(said[1:])
        return datetime.now(UTC) + timedelta(seconds=float(said))


def clocked(path: str) -> None:
    """The clock of the file, for the gateway and the library of its schedules."""
    clock = FileClock(Path(path))
    put(gateway.service.around, "SystemClock", lambda: clock)

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as wide as is used
            return clock.now().astimezone(tz)

    put(apscheduler.schedulers.base, "datetime", Jumping)
    put(gateway.service.work.scheduling, "LOOK_SECONDS", LOOK_SECONDS)
    put(gateway.service.serving, "Workers", functools.partial(Workers, lease_seconds=LEASE_SECONDS))
    handlers, tried = gateway.service.work.handlers.handlers, Path(f"{path}.tried")

    def in_vain(step: Leased) -> Callable[[Transaction], object]:
        with tried.open("a", encoding="utf-8") as noted:
            noted.write(f"{step.n}\n")
        raise Retry("the other side is away")

    def vain(opened: Opened, stopping: threading.Event) -> Mapping[str, Handler]:
        return {**handlers(opened, stopping), READ_KEYS: in_vain, TICK: lambda step: lambda transaction: None}

    put(gateway.service.serving, "handlers", vain)
    tick = Schedule(TICK, TICK, every=timedelta(seconds=1))
    put(gateway.service.serving, "schedules", lambda settings: (tick,))
    waits = functools.partial(Rules, first_wait=timedelta(minutes=30))
    put(gateway.service.opened, "Rules", waits)
    put(StepQueue, "enqueue", _beside_each_other)


def _beside_each_other(
    queue: StepQueue, transaction: Transaction, step: NewStep, enqueue: Enqueue = StepQueue.enqueue
) -> str | None:
    """Steps wait for their next try at the same time, where those of one lane wait for the first of them."""
    return enqueue(queue, transaction, replace(step, lane=None))


def stormy() -> None:
    """What was made in what is now the future does not wait, however often it failed."""
    mend = "UPDATE step SET run_at = :now WHERE state = 'waiting' AND run_at > :now AND made_at > :now"
    put(queue_statements, "MEND_DUE", queue_statements._statement(mend))


def killed(where: str) -> None:
    """It dies at a moment."""
    name, _, count = where.rpartition(":")
    Points(Path(os.devnull), Point(name, int(count))).plant()


def doubled() -> None:
    """Each fiftieth number was given before."""
    turns = itertools.count(1)

    def careless(transaction: Transaction, key: StreamKey, reason: str, who: str, *, new: bool) -> int:
        number = take(transaction, key, reason, who, new=new)
        return number - 1 if next(turns) % 50 == 0 else number

    put(gateway.service.commands.operating, "take", careless)


def skipped() -> None:
    """Each fiftieth time a number is left out, and nothing says so."""
    turns = itertools.count(1)

    def careless(transaction: Transaction, key: StreamKey, reason: str, who: str, *, new: bool) -> int:
        if next(turns) % 50 == 0:
            counting = "UPDATE control_number_stream SET following = following + 1"
            transaction.connection.exec_driver_sql(counting)
        return take(transaction, key, reason, who, new=new)

    put(gateway.service.commands.operating, "take", careless)


def keyless() -> None:
    """The keys of commands are forgotten."""
    once = gateway.service.commands.once.changed_once

    def forgetful(
        opened: Opened, command: str, arguments: Arguments, change: Callable[[Transaction], Answer]
    ) -> Answer:
        kept = {name: value for name, value in arguments.items() if name != "key"}
        return once(opened, command, kept, change)

    put(gateway.service.commands.operating, "changed_once", forgetful)


def forgotten() -> None:
    """After a restore control numbers go on where the backup has them."""
    put(new_epoch, "_skip", lambda transaction, actor, epoch: [])
    put(control_numbers, "_restores", lambda transaction: 0)


def unlocked() -> None:
    """The database is written without its lock."""

    def careless(database: PostgresqlDatabase, connection: Connection) -> None:
        connection.rollback()

    put(PostgresqlDatabase, "made_sure", careless)


def early() -> None:
    """What finds no database is said to be kept all the same."""
    receive = Intake.receive

    def careless(intake: Intake, arrival: Arrival, parts: Iterable[bytes]) -> Received:
        try:
            return receive(intake, arrival, parts)
        except GatewayError:
            return Received(new_id(datetime.now(UTC), SystemRandomness()), 0)

    put(Intake, "receive", careless)


def leaking() -> None:
    """Each command leaves something behind."""
    left: list[object] = []
    line = Listener._line

    def careless(listener: Listener, link: socket.socket) -> bytes:
        left.append(bytearray(os.urandom(1 << 16)))
        if len(left) % 20 == 0:
            left.append(os.open(os.devnull, os.O_RDONLY))
            thread = threading.Thread(target=threading.Event().wait, daemon=True)
            thread.start()
        return line(listener, link)

    put(Listener, "_line", careless)


FAULTS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "clock": clocked,
        "doubled": doubled,
        "early": early,
        "forgotten": forgotten,
        "keyless": keyless,
        "kill": killed,
        "leaking": leaking,
        "skipped": skipped,
        "stormy": stormy,
        "unlocked": unlocked,
    }
)


def run(words: str, arguments: list[str]) -> None:
    """Plant what the words say, and run a command."""
    for word in filter(None, words.split(",")):
        name, _, value = word.partition("=")
        FAULTS[name](*([value] if value else []))
    sys.argv = ["gateway", *arguments]
    main()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
