"""Options that several commands share; what their texts mean is in `option_texts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.option_texts import SourceFormat

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
Orders = Annotated[
    Path | None,
    typer.Option(
        "--orders", metavar="FILE", help="Orders that answers to them are completed from; any format."
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
