"""The service: holds the workspace, takes commands, works through the queue, until it is told to stop."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway import __version__
from gateway.errors import StorageDoubtError, StoreBusyError
from gateway.service.listener import Listener
from gateway.service.opened import Opened, open_workspace
from gateway.service.opening import Surroundings
from gateway.service.scheduling import Schedules
from gateway.service.work import handlers, schedules
from gateway.service.workers import Workers
from gateway.store.ids import new_id
from gateway.store.lock import WorkspaceLock
from gateway.store.steps import Leased

EXIT_DOUBT = 3
LOCK_PATIENCE = 10.0
PAUSE = 0.05


def serve(root: Path, around: Surroundings, log: FilteringBoundLogger) -> int:
    """Run until SIGTERM or SIGINT; the exit code. The log says `ready` when commands are taken.

    When the disk fails to say that something is kept the process ends at once: what it has not answered it
    has not promised, and the next start looks at what is there.
    """
    ends: queue.SimpleQueue[signal.Signals | StorageDoubtError] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, frame: ends.put(signal.Signals(got)))
    lock = WorkspaceLock(root / "var")
    _take(lock)
    try:
        opened = open_workspace(root, around, log, ends.put)
        if opened.store.database.remark:
            log.warning("database", remark=opened.store.database.remark)
        with _at_work(opened):
            log.info("ready", version=__version__, workspace=str(root), process=os.getpid())
            end = ends.get()
            if isinstance(end, StorageDoubtError):
                log.error("stopped", why=str(end))
                sys.stderr.flush()
                os._exit(EXIT_DOUBT)
            log.info("stopping", signal=end.name)
        opened.store.close()
        log.info("stopped")
        return 0
    finally:
        lock.release()


@contextmanager
def _at_work(opened: Opened) -> Iterator[None]:
    """Steps are worked, schedules fire, and commands are taken; at the end in the other order."""

    def fault(error: Exception, step: Leased | None = None) -> None:
        opened.log.error("step-failed", step=step.id if step else None, error=repr(error))

    by = new_id(opened.around.clock.now(), opened.around.random)
    count = opened.settings.queue.workers
    workers = Workers(opened.store.writer, opened.queue, handlers(opened), by, fault, count)
    timetable = Schedules(opened.store.writer, opened.queue, opened.around.clock, schedules(), fault)
    listener = Listener(opened)
    with ExitStack() as ending:
        workers.start()
        ending.callback(workers.stop)
        timetable.start()
        ending.callback(timetable.stop)
        listener.start()
        ending.callback(listener.stop)
        yield


def _take(lock: WorkspaceLock) -> None:
    """Take the lock; a command that holds it is soon done."""
    until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            lock.take()
        except StoreBusyError:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
        else:
            return
