"""The log of the service: lines on standard error, coloured for people, JSON for programs.

No line holds a payload, a secret or what a document says: ids, words of ours, sizes and times alone.
"""

from __future__ import annotations

import sys

import structlog
from structlog.typing import FilteringBoundLogger, Processor


def service_log() -> FilteringBoundLogger:
    """A log of its own; nothing in the process is set up for others."""
    shown: Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
    )
    return log
