"""The list of commands as `gateway --help` shows it: under headings, in the order in which they are met."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Protocol

import typer
from typer.core import TyperGroup

HEADINGS = MappingProxyType(
    {
        "Set up and run": ("init", "check", "serve", "status", "service", "receive", "partners", "channels"),
        "Follow what is exchanged": (
            "messages",
            "orders",
            "held",
            "quarantine",
            "balance",
            "queue",
            "alerts",
            "control-numbers",
        ),
        "Look at single files": ("validate", "translate", "explain", "diff", "ack", "view", "detect"),
        "Tables and definitions": ("mappings", "schemas", "codes"),
        "Prove, keep and erase": ("ledger", "backup", "restore", "erase"),
    }
)
"""The commands under each heading; one that is under none is shown at the end."""
OTHERS = "Further commands"
BESIDE = 6  # columns around a name


class Formatter(Protocol):
    """What is asked of that which lays the help out."""

    width: int

    def section(self, name: str) -> AbstractContextManager[None]:
        """A part with a heading."""
        ...

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names, each with what it is for."""
        ...


class Manual(TyperGroup):
    """The commands of the application, under headings."""

    def format_commands(self, ctx: typer.Context, formatter: Formatter) -> None:  # type: ignore[override]  # typer has no public names for what it hands over
        """Show the commands."""
        names = self.list_commands(ctx)
        under = {heading: [each for each in listed if each in names] for heading, listed in HEADINGS.items()}
        grouped = [each for listed in under.values() for each in listed]
        under[OTHERS] = [each for each in names if each not in grouped]
        longest = max(map(len, names))
        for heading, listed in under.items():
            rows = [
                (each.ljust(longest), command.get_short_help_str(formatter.width - BESIDE - longest))
                for each in listed
                if (command := self.get_command(ctx, each)) is not None
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
