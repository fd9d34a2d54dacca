"""The service: holds the workspace, takes commands, works through the queue, until it is told to stop."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

from structlog.typing import FilteringBoundLogger

from gateway import __version__
from gateway.errors import StorageDoubtError, StoreBusyError
from gateway.service.around import owned
from gateway.service.asking import lock_held
from gateway.service.listener import Listener
from gateway.service.local_socket import connected
from gateway.service.logging import place_of
from gateway.service.opened import Opened, open_workspace
from gateway.service.opening import Surroundings, database_name
from gateway.service.scheduling import Schedules
from gateway.service.work import at_start, handlers, schedules, tell_of_jump
from gateway.service.workers import Workers
from gateway.store.ids import new_id
from gateway.store.lock import WorkspaceLock
from gateway.store.steps import Leased

EXIT_DOUBT = 3
LOCK_PATIENCE = 10.0
PAUSE = 0.05

Ends: TypeAlias = "queue.SimpleQueue[signal.Signals | StorageDoubtError]"


def serve(root: Path, around: Surroundings, log: FilteringBoundLogger) -> int:
    """Run until SIGTERM or SIGINT; the exit code. The log says `ready` when commands are taken.

    When the disk fails to say that something is kept the process ends at once: what it has not answered it
    has not promised, and the next start looks at what is there.
    """
    ends: Ends = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, frame: ends.put(signal.Signals(got)))
    folder = root / "var"
    owned(folder)
    lock = WorkspaceLock(folder)
    _take(lock, folder, ends, log)
    with lock_held(lock):
        opened = open_workspace(root, around, log, ends.put)
        with closing(opened.store):
            if opened.store.database.remark:
                log.warning("database", remark=opened.store.database.remark)
            with _at_work(opened):
                log.info(
                    "ready",
                    version=__version__,
                    workspace=str(root),
                    database=database_name(opened.settings),
                    process=os.getpid(),
                    stop=f"Ctrl-C, or kill {os.getpid()}",
                )
                _wait(ends, log)
        while not ends.empty():  # a second signal changes nothing, a doubt does
            _end_at_once(ends.get(), log)
        log.info("stopped")
    return 0


@contextmanager
def _at_work(opened: Opened) -> Iterator[None]:
    """Steps are worked, schedules fire, and commands are taken; at the end in the other order."""

    def fault(error: Exception, step: Leased | None = None) -> None:
        opened.log.error("step-failed", step=step.id if step else None, **place_of(error))

    by = new_id(opened.around.clock.now(), opened.around.random)
    count = opened.settings.queue.workers
    workers = Workers(opened.store.writer, opened.queue, handlers(opened), by, fault, count)
    timetable = Schedules(
        opened.store.writer,
        opened.queue,
        opened.around.clock,
        schedules(opened.settings),
        fault,
        partial(tell_of_jump, opened),
    )
    listener = Listener(opened)
    with ExitStack() as ending:
        at_start(opened, by)
        workers.start()
        ending.callback(workers.stop)
        timetable.start()
        ending.callback(timetable.stop)
        listener.start()
        ending.callback(listener.stop)
        yield


def _wait(ends: Ends, log: FilteringBoundLogger) -> None:
    """Return when a signal says to stop."""
    end = ends.get()
    _end_at_once(end, log)
    log.info("stopping", signal=getattr(end, "name", None))


def _end_at_once(end: signal.Signals | StorageDoubtError, log: FilteringBoundLogger) -> None:
    """End the process for a doubt about the disk."""
    if isinstance(end, StorageDoubtError):
        log.error("stopped", why=str(end))
        sys.stderr.flush()
        os._exit(EXIT_DOUBT)


def _take(lock: WorkspaceLock, folder: Path, ends: Ends, log: FilteringBoundLogger) -> None:
    """Take the lock; a command that holds it is soon done, a service is not."""
    until = time.monotonic() + LOCK_PATIENCE
    told = False
    while True:
        try:
            lock.take()
        except StoreBusyError as error:
            link = connected(folder)
            if link is not None:
                link.close()
                raise StoreBusyError(
                    "A service runs in this workspace already; leave it at work, or stop it first"
                ) from error
            if time.monotonic() > until or not ends.empty():
                raise
            if not told:
                log.info("waiting", why=str(error))
                told = True
            time.sleep(PAUSE)
        else:
            return
