"""Many client processes that send files until each is answered, whatever happens to the service meanwhile.

`python -m tests.kills.clients WORKSPACE PROCESSES FILES`: each process sends so many files, one after the
other, each with a key of its own; where it gets no answer it sends the same again. It prints a line of JSON
for each answer: `file`, `message` and `again`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from gateway.errors import GatewayError
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Answer
from gateway.service.connection.local_socket import connected
from tests.kills.work import Deed, receiving

SMALL, LARGE = 900, 70_000  # bytes
LARGE_EVERY = 8
PAUSE = 0.005  # seconds, where no service runs
MOST_TRIES = 12_000  # of one file: a minute of pauses


def file_of(process: int, number: int) -> Deed:
    """A file of one of the processes, which nobody else sends."""
    size = LARGE if number % LARGE_EVERY == 3 else SMALL
    return receiving(f"client-{process}-{number}-{size}", size)


def send(root: Path, process: int, files: int) -> None:
    """Send them, and say of each when it is answered."""
    for number in range(files):
        deed = file_of(process, number)
        answer = _until_answered(root, deed)
        told = {"process": process, "number": number, "message": answer["message"], "again": answer["again"]}
        os.write(1, json.dumps(told).encode() + b"\n")  # at once, so that lines of several do not mix


def _until_answered(root: Path, deed: Deed) -> Answer:
    pause = threading.Event()
    for _ in range(MOST_TRIES):
        try:
            link = connected(root / "var")
            if link is not None:
                with link:
                    return ask(link, deed.request, [deed.data])
        except (GatewayError, OSError):
            continue  # nobody knows whether it is kept: the same key again settles it
        pause.wait(PAUSE)
    raise SystemExit(f"{deed.request} was never answered")


def run(root: Path, processes: int, files: int) -> int:
    """Fork the processes, and wait for them; 0 when each has had all its answers."""
    children = []
    for process in range(processes):
        child = os.fork()
        if child == 0:
            send(root, process, files)
            os._exit(0)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
