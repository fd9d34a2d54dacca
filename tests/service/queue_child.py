"""A process that works steps, and kills itself (SIGKILL) at a moment that it is told.

    python -m tests.service.queue_child FOLDER DATABASE-URL MOMENT COUNT

The moment is one of a step: `begin`, `change` (its effect is written, and not committed), `kept` (committed),
or `never`; it kills itself the time it comes there for the COUNT-th time. Says `ended` when nothing is left.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from itertools import count
from pathlib import Path

from gateway.errors import StorageDoubtError
from gateway.store.payloads.keys import WorkspaceKeys, new_workspace_key
from gateway.store.queue.steps import Leased
from gateway.store.store import Parts, open_store
from gateway.store.surroundings import SystemRandomness
from gateway.store.writing.transaction import Change, Transaction
from tests.clocks import SeededRandomness
from tests.service.work import DEADLINE, Desk, effect
from tests.store.stores import new_parts, postgresql_database

MOMENTS = ("begin", "change", "kept")


def parts_of(folder: Path, url: str) -> Parts:
    """The parts of a store that several processes open one after the other: all have its key."""
    parts = new_parts(folder, postgresql_database(url, 10.0) if url else None)
    key = new_workspace_key(SeededRandomness(1))
    return replace(parts, workspace_keys=WorkspaceKeys(key, [], SystemRandomness()))


def main(folder: str, url: str, moment: str, times: str) -> None:
    """Work until all is done, or until the moment."""
    store = open_store(parts_of(Path(folder), url), _stop)
    counters = {each: count(1) for each in MOMENTS}

    def passed(here: str) -> None:
        if next(counters[here]) == int(times) and here == moment:
            os.kill(os.getpid(), signal.SIGKILL)
            threading.Event().wait()  # nothing of this thread happens any more

    def handler(step: Leased) -> Change[object]:
        passed("begin")

        def change(transaction: Transaction) -> None:
            effect(step)(transaction)
            transaction.afterwards(lambda: passed("kept"))
            passed("change")

        return change

    desk = Desk(store)
    with desk.working({"k": handler}, count=4):
        desk.wait({"done": 200})
    store.close()
    print("ended", flush=True)


def _stop(doubt: StorageDoubtError) -> None:
    raise AssertionError(f"a disk in doubt after {DEADLINE}: {doubt}")


if __name__ == "__main__":
    main(*sys.argv[1:])
