"""The service: holds the workspace, takes commands, works through the queue, until it is told to stop."""

from __future__ import annotations

import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeAlias

from structlog.typing import FilteringBoundLogger

from gateway import __version__
from gateway.errors import GatewayError, StorageDoubtError, StorageFullError, StoreBusyError
from gateway.one_line import one_line
from gateway.service.alerting.database_away import DatabaseAway
from gateway.service.alerting.doubt import note_doubt, tell_of_doubt
from gateway.service.around import Surroundings, refuse_other_owner
from gateway.service.connection.listener import Listener
from gateway.service.connection.local_socket import connected
from gateway.service.exchange.exchanging import Exchange
from gateway.service.logging import place_of
from gateway.service.opened import Opened, open_workspace
from gateway.service.parts import database_name, low_water_of
from gateway.service.room_keeping import RoomKeeper
from gateway.service.work.handlers import at_start, handlers, schedules, tell_of_jump
from gateway.service.work.scheduling import Schedules
from gateway.service.work.workers import Workers
from gateway.settings import read_settings
from gateway.store.alerts import alert, raise_alert
from gateway.store.ids import new_id
from gateway.store.lock import WorkspaceLock, when_free
from gateway.store.payloads.vault import Swept
from gateway.store.queue.steps import Leased
from gateway.workspace import VAR

EXIT_DOUBT = 3
LOOK_EVERY = 1.0  # seconds
SHOWN, SHOWN_AT_MOST = 300, 10  # characters of a name in the log, and names

Ends: TypeAlias = "queue.SimpleQueue[signal.Signals | StorageDoubtError]"


def serve(root: Path, around: Surroundings, log: FilteringBoundLogger) -> int:
    """Run until SIGTERM or SIGINT; the exit code. The log says `ready` when commands are taken.

    When the disk fails to say that something is kept the process ends at once: what it has not answered it
    has not promised, and the next start looks at what is there.
    """
    _leave_no_core()
    ends: Ends = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, frame: ends.put(signal.Signals(got)))
    folder = root / VAR
    refuse_other_owner(folder)
    lock = WorkspaceLock(folder)
    _take(lock, around, folder, ends, log)
    with lock:
        settings = read_settings(root)
        room = RoomKeeper(folder, around.disk, low_water_of(settings), log)
        room.start()  # first: on a full disk SQLite needs some room to begin
        opened = open_workspace(root, settings, around, log, ends.put)
        with closing(opened.store):
            if opened.store.database.remark:
                log.warning("database", remark=opened.store.database.remark)
            _tell_of_swept(opened.store.swept, log)
            tell_of_doubt(opened)
            room.tell_by(partial(_tell_of_full, opened))
            away = DatabaseAway(opened.store.writer, around.clock, opened.notices, log)
            with _at_work(opened, partial(_watch, room, away, ends)):
                log.info(
                    "ready",
                    version=__version__,
                    workspace=str(root),
                    database=database_name(opened.settings),
                    process=os.getpid(),
                    stop=f"Ctrl-C, or kill {os.getpid()}",
                )
                _wait(ends, opened, room, away)
        while not ends.empty():  # a second signal changes nothing, a doubt does
            _end_at_once(ends.get(), opened)
        log.info("stopped")
    return 0


@contextmanager
def _at_work(opened: Opened, watch: Callable[[GatewayError], None]) -> Iterator[None]:
    """Steps are worked, schedules fire, and commands are taken; at the end in the other order."""

    def fault(error: Exception, step: Leased | None = None) -> None:
        opened.log.error("step-failed", step=step.id if step else None, **place_of(error))
        if isinstance(error, GatewayError):
            watch(error)

    by = new_id(opened.around.clock.now(), opened.around.random)
    exchange = Exchange.of(opened, fault)
    count = opened.settings.queue.workers
    stopping = threading.Event()
    workers = Workers(
        opened.store.writer,
        opened.queue,
        opened.around.clock,
        {**handlers(opened, stopping), **exchange.handlers()},
        by,
        fault,
        count,
        stopping=stopping,
    )
    timetable = Schedules(
        opened.store.writer,
        opened.queue,
        opened.around.clock,
        (*schedules(opened.settings), *exchange.schedules()),
        fault,
        partial(tell_of_jump, opened),
    )
    listener = Listener(opened, watch=watch)
    with ExitStack() as ending:
        at_start(opened, by)
        workers.start()
        ending.callback(workers.stop)
        timetable.start()
        ending.callback(timetable.stop)
        ending.enter_context(exchange.at_work())
        listener.start()
        ending.callback(listener.stop)
        yield


def _tell_of_full(opened: Opened, error: StorageFullError) -> None:
    """Put it on the list of alerts; where even that finds no room, the log has it."""
    raised = alert("disk-full", "var", str(error))
    opened.store.writer.submit(lambda transaction: raise_alert(transaction, raised, opened.notices))


def _tell_of_swept(swept: Swept, log: FilteringBoundLogger) -> None:
    """What a stop left in the vault, and what others put there, which stays."""
    if swept.half_written or swept.strays:
        log.info("vault-swept", half_written=swept.half_written, without_row=swept.strays, kept=swept.kept)
    if swept.foreign:
        names = [one_line(each, SHOWN) for each in swept.foreign[:SHOWN_AT_MOST]]
        log.warning("vault-foreign", files=len(swept.foreign), first=names)


def _watch(room: RoomKeeper, away: DatabaseAway, ends: Ends, fault: GatewayError) -> None:
    """What a fault of one command means for the service."""
    if isinstance(fault, StorageDoubtError):
        ends.put(fault)
    elif isinstance(fault, StorageFullError):
        try:
            room.full(fault)
        except StorageDoubtError as doubt:
            ends.put(doubt)
    elif isinstance(fault, StoreBusyError):
        away.busy()


def _wait(ends: Ends, opened: Opened, room: RoomKeeper, away: DatabaseAway) -> None:
    """Return when a signal says to stop.

    The system may hand a signal to any thread, which does not wake this one; its handler runs only here.
    """
    end = None
    while end is None:
        try:
            room.look()
            away.look()
        except StorageDoubtError as doubt:
            ends.put(doubt)
        with suppress(queue.Empty):
            end = ends.get(timeout=LOOK_EVERY)
    _end_at_once(end, opened)
    opened.log.info("stopping", signal=getattr(end, "name", None))


def _end_at_once(end: signal.Signals | StorageDoubtError, opened: Opened) -> None:
    """End the process for a doubt about the disk; the next one tells people."""
    if isinstance(end, StorageDoubtError):
        opened.log.error("stopped", why=str(end))
        note_doubt(opened.root / VAR, opened.around.disk, end)
        sys.stderr.flush()
        os._exit(EXIT_DOUBT)


def _take(
    lock: WorkspaceLock, around: Surroundings, folder: Path, ends: Ends, log: FilteringBoundLogger
) -> None:
    """Take the lock; a command that holds it is soon done, a service is not."""
    told = False

    def busy(error: StoreBusyError) -> None:
        nonlocal told
        link = connected(folder)
        if link is not None:
            link.close()
            raise StoreBusyError(
                "A service runs in this workspace already; leave it at work, or stop it first"
            ) from error
        if not ends.empty():
            raise error
        if not told:
            log.info("waiting", why=str(error))
            told = True

    when_free(lock.take, around.clock, busy)


def _leave_no_core() -> None:
    """A core file of this process would hold the keys of the workspace."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
