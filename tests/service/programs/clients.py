"""Many clients at once, each a process of its own: `clients.py WORKSPACE PROCESSES COMMANDS [PLANTED]`.

Each gives its share of the commands. With PLANTED one of them writes to the database by itself as well.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from gateway.service.around import real_surroundings
from gateway.service.connection.client import carry_out
from gateway.service.connection.frames import Request


def client(root: Path, number: int, commands: int, planted: bool) -> None:
    """Give commands one after the other."""
    around = real_surroundings()
    for turn in range(commands):
        given = Request("receive", {"channel": "amazon", "file": f"order-{number}-{turn}.850"})
        answer = carry_out(root, given, [b"ISA*order %d %d" % (number, turn)], around)
        assert answer["again"] is False
    if planted and number == 0:
        with sqlite3.connect(root / "var" / "gateway.db", timeout=30) as connection:
            connection.execute("CREATE TABLE intruder (n INTEGER)")


def main() -> int:
    """Start the clients and wait for all; 1 when one of them failed."""
    root, processes, commands = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    share, rest = divmod(commands, processes)
    started = []
    for number in range(processes):
        process = os.fork()
        if process == 0:
            client(root, number, share + (number < rest), "PLANTED" in sys.argv)
            os._exit(0)
        started.append(process)
    return min(1, sum(os.waitpid(process, 0)[1] for process in started))


if __name__ == "__main__":
    sys.exit(main())
