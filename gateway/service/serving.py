"""The service: holds the workspace, takes commands, works through the queue, until it is told to stop."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from pathlib import Path
from typing import TypeAlias

from structlog.typing import FilteringBoundLogger

from gateway import __version__
from gateway.errors import GatewayError, StorageDoubtError, StorageFullError, StoreBusyError
from gateway.service.listener import Listener
from gateway.service.opening import Surroundings, parts_of
from gateway.service.room_keeping import RoomKeeper
from gateway.store.lock import WorkspaceLock
from gateway.store.room import LowWater
from gateway.store.store import open_store

EXIT_DOUBT = 3
LOCK_PATIENCE = 10.0
PAUSE = 0.05
LOOK_EVERY = 1.0  # seconds

End: TypeAlias = signal.Signals | StorageDoubtError


def serve(root: Path, around: Surroundings, log: FilteringBoundLogger) -> int:
    """Run until SIGTERM or SIGINT; the exit code. The log says `ready` when commands are taken.

    When the disk fails to say that something is kept the process ends at once: what it has not answered it
    has not promised, and the next start looks at what is there. When the disk is full what comes is refused,
    and taken again by itself when there is room.
    """
    ends: queue.SimpleQueue[End] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, frame: ends.put(signal.Signals(got)))
    lock = WorkspaceLock(root / "var")
    _take(lock)
    try:
        parts = parts_of(root, around)
        room = RoomKeeper(parts.folder, parts.disk, parts.low_water or LowWater(), log)
        room.start()  # first: on a full disk SQLite needs some room to begin
        store = open_store(parts, ends.put)
        if store.database.remark:
            log.warning("database", remark=store.database.remark)
        listener = Listener(root / "var", store, log, lambda fault: _watch(fault, room, ends))
        listener.start()
        log.info("ready", version=__version__, workspace=str(root), process=os.getpid())
        end = _end(ends, room)
        if isinstance(end, StorageDoubtError):
            listener.give_up()
            log.error("stopped", why=str(end))
            sys.stderr.flush()
            os._exit(EXIT_DOUBT)
        log.info("stopping", signal=end.name)
        listener.stop()
        store.close()
        log.info("stopped")
        return 0
    finally:
        lock.release()


def _watch(fault: GatewayError, room: RoomKeeper, ends: queue.SimpleQueue[End]) -> None:
    """What a fault of one command means for the service."""
    if isinstance(fault, StorageDoubtError):
        ends.put(fault)
    elif isinstance(fault, StorageFullError):
        try:
            room.full(fault)
        except StorageDoubtError as doubt:
            ends.put(doubt)


def _end(ends: queue.SimpleQueue[End], room: RoomKeeper) -> End:
    """Why the service is to end, when it is.

    The system may hand a signal to any thread, which does not wake this one; its handler runs only here.
    """
    while True:
        try:
            return ends.get(timeout=LOOK_EVERY)
        except queue.Empty:
            pass
        try:
            room.look()
        except StorageDoubtError as doubt:
            return doubt


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
