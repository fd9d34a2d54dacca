"""The command line: `gateway validate`, `translate`, `ack`, `view` and what helps to use them."""

from __future__ import annotations

from gateway.cli.start import main

__all__ = ["main"]
