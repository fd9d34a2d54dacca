"""Clients that take control numbers: `numbers.py WORKSPACE PROCESSES EACH FOLDER`.

Each is a process of its own, writes `KEY NUMBER` for each answer into its file of the folder, and asks again
by the same key when it got none.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gateway.errors import StoreBusyError, UnknownOutcomeError
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Json, Request
from gateway.service.connection.local_socket import connected

STREAM: dict[str, Json] = {
    "sender": "ZZ/ACORN",
    "receiver": "ZZ/AMAZON",
    "function": "interchange",
    "reason": "sent by mail",
}
PAUSE = 0.05
PATIENCE = 60.0


def taken(folder: Path, arguments: dict[str, Json]) -> int:
    """A number, however often the service goes away meanwhile."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            link = connected(folder)
            if link is not None:
                with link:
                    return int(str(ask(link, Request("take-number", arguments), ())["number"]))
        except (StoreBusyError, UnknownOutcomeError, ConnectionError):
            pass
        time.sleep(PAUSE)
    raise AssertionError(f"no number within {PATIENCE:g} seconds")


def client(folder: Path, name: str, each: int, told: Path) -> None:
    """Take numbers one after the other."""
    with told.open("w", encoding="ascii") as answers:
        for turn in range(each):
            key = f"{name}-{turn}"
            number = taken(folder, {**STREAM, "key": key, "new": turn == 0})
            answers.write(f"{key} {number}\n")


def main() -> int:
    """Start the clients and wait for all; 1 when one of them failed."""
    folder, processes, each, told = Path(sys.argv[1]) / "var", int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    started = []
    for number in range(processes):
        process = os.fork()
        if process == 0:
            client(folder, f"c{number}", each, Path(told) / f"{number}")
            os._exit(0)
        started.append(process)
    return min(1, sum(os.waitpid(process, 0)[1] for process in started))


if __name__ == "__main__":
    sys.exit(main())
