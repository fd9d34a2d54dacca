"""Faults of ours. A fault in somebody's document is a `gateway.findings.Finding`, never one of these."""

from __future__ import annotations


class GatewayError(Exception):
    """Something the gateway or its set-up did wrong; the message says what, where and what to do next."""


class UsageError(GatewayError):
    """The command was asked for something that cannot be done: a missing file, an unknown name."""


class DataFileError(GatewayError):
    """A schema, mapping table, code list or partner file of this workspace has mistakes.

    `mistakes` holds each as (file, line, text); line is counted from 1, or 0 when it concerns the whole file.
    """

    def __init__(self, mistakes: tuple[tuple[str, int, str], ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{file}:{line}: {text}" for file, line, text in mistakes))
