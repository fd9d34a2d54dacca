"""Options that several commands share, and what their texts mean."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway.errors import UsageError
from gateway.formats.detect import Format
from gateway.formats.x12.numbers import HIGHEST_CONTROL_NUMBER


class SourceFormat(StrEnum):
    """The formats that can be read and written."""

    CANONICAL = "canonical"
    SPAPI = "spapi"
    X12 = "x12"
    CSV = "csv"
    FIXED = "fixed"
    XML = "xml"


Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Report as JSON. A wrong use is then told as JSON too, on standard error, with exit code 2.",
    ),
]
JsonBeside = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Report as JSON: on standard output with -o, else on standard error, since standard output "
        "holds what is written. A wrong use is told as JSON on standard error, with exit code 2.",
    ),
]
JsonShown = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Show as JSON, and report as JSON on standard error, where a wrong use is told as JSON too.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="PATH", help="Write to this file, not to standard output."),
]
Tolerant = Annotated[
    bool, typer.Option("--tolerant", help="Let faults that `gateway codes` calls tolerable pass as warnings.")
]
SecondOpinion = Annotated[
    bool, typer.Option("--second-opinion", help="Show beside our verdicts on X12 those of pyx12.")
]
FromFormat = Annotated[
    SourceFormat | None,
    typer.Option("--from", help="The format of the file, if not the detected one."),
]
MappingName = Annotated[
    str | None,
    typer.Option(
        "--mapping", metavar="NAME", help="A table of `gateway mappings list` to use in place of the usual."
    ),
]
PartnerName = Annotated[
    str | None,
    typer.Option("--partner", metavar="NAME", help="The partner, a folder in partners/ of the workspace."),
]
ReadAs = Annotated[
    str | None,
    typer.Option(
        "--partner",
        metavar="NAME",
        help="The partner whose file it is, a folder in partners/: its character set and its guides are "
        "taken for X12.",
    ),
]
Numbers = Annotated[
    str,
    typer.Option(
        "--control-numbers",
        metavar="ISA,GS,ST",
        help="The first control numbers to write (ISA13, GS06, ST02).",
    ),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="The time of writing, such as 2026-11-03T09:15; else now."),
]


def named(form: SourceFormat | None) -> Format | None:
    """The format of a file, where one was named."""
    return None if form is None else Format(form.value)


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


def moment(text: str | None) -> datetime:
    """A time in ISO 8601, or now; `UsageError` when it is none."""
    if text is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(text)
    except ValueError as fault:
        raise UsageError(f"--at takes a time such as 2026-11-03T09:15, not {text}") from fault
