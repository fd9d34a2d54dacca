"""The log of the service: lines on standard error, coloured for people, JSON for programs.

No line holds a payload, a secret or what a document says: ids, words of ours, sizes and times alone.
"""

from __future__ import annotations

import sys
import threading
import traceback
from contextlib import suppress

import structlog
from structlog.typing import FilteringBoundLogger, Processor


class Lines:
    """Writes whole lines from any thread; where nobody reads them any more the service goes on."""

    def __init__(self) -> None:
        self._guard = threading.Lock()

    def msg(self, line: str) -> None:
        """Write one line."""
        with self._guard, suppress(OSError, ValueError):  # the terminal or the pipe is closed
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    info = warning = error = msg


def service_log() -> FilteringBoundLogger:
    """A log of its own; nothing in the process is set up for others."""
    shown: Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    log: FilteringBoundLogger = structlog.wrap_logger(
        Lines(),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
    )
    return log


def place_of(error: Exception) -> dict[str, str]:
    """An error for the log, without its text, which may hold what a document says."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return {"error": type(error).__name__, "at": "".join(f"{each.name}, line {each.lineno}" for each in last)}
