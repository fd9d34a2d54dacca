"""Options that several commands share, and what their texts mean."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap import Library
from gateway.errors import UsageError
from gateway.workspace import Workspace

HIGHEST_CONTROL_NUMBER = 999_999_999  # nine digits, in ISA13, GS06 and ST02 alike

Json = Annotated[bool, typer.Option("--json", help="Report as JSON.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="PATH", help="Write here, not to standard output.")
]


def workspace_library() -> Library:
    """What is known in the workspace around the current folder."""
    return Library(Workspace.around(Path.cwd()))


def control_numbers(text: str) -> tuple[int, int, int]:
    """`ISA,GS,ST` as three numbers; `UsageError` when it is not that."""
    parts = text.split(",")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise UsageError(f"--control-numbers takes three numbers such as 1,1,0001, not {text}")
    isa, gs, st = (int(part[:10]) for part in parts)
    for number in (isa, gs, st):
        if not 1 <= number <= HIGHEST_CONTROL_NUMBER:
            raise UsageError(f"--control-numbers takes numbers from 1 to {HIGHEST_CONTROL_NUMBER}")
    return isa, gs, st


def moment(text: str) -> datetime:
    """A time in ISO 8601; `UsageError` when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"--at takes a time such as 2026-11-03T09:15, not {text}") from fault
