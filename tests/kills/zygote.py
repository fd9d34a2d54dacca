"""Starts services quickly: it has loaded everything, and forks one process for each line that it reads.

A line is JSON: `root`, `arguments`, `noted`, `log`, `fault` (the name of one to plant), and where the process
is to die `fatal` and `time`. It answers with the number of the process, and with its exit code when it has
ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import gateway.cli.application
import gateway.service.connection.client
import gateway.service.logging
import gateway.service.serving  # noqa: F401 - loaded before the fork, so that each start takes a moment
from gateway.cli import main
from tests.faults.launcher import FAULTS
from tests.kills.points import Point, Points


def serve_lines() -> None:
    """Fork for each line, one process at a time, until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(order)
        print(json.dumps({"process": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


def _become(order: dict[str, str | int | list[str]]) -> None:
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(str(order["root"]))
    FAULTS[str(order["fault"])]()
    fatal = Point(str(order["fatal"]), int(str(order["time"]))) if "fatal" in order else None
    Points(Path(str(order["noted"])), fatal).plant()
    arguments = order["arguments"]
    sys.argv = ["gateway", *(arguments if isinstance(arguments, list) else [])]
    main()
    os._exit(0)


if __name__ == "__main__":
    serve_lines()
