"""The commands that take documents: validate, ack, detect."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers
from gateway.bootstrap import Library
from gateway.cli import files
from gateway.cli.options import Json, Output, control_numbers, moment, workspace_library
from gateway.cli.output import print_findings, print_report, report_json
from gateway.formats.detect import HEAD_BYTES, Format, detect
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport

FOUND_ERRORS = 1

Files = Annotated[list[Path], typer.Argument(help="The files to check.", show_default=False)]
OneFile = Annotated[Path, typer.Argument(help="The file.", show_default=False)]
Tolerant = Annotated[
    bool, typer.Option("--tolerant", help="Lower the errors that `gateway codes` marks as tolerable.")
]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("validate")(validate)
    application.command("ack")(ack)
    application.command("detect")(detect_format)


def validate(paths: Files, tolerant: Tolerant = False, as_json: Json = False) -> None:
    """Check files against the standard and report every fault with its place."""
    library = workspace_library()
    terminal = Console(stderr=True)
    reports = [_validated(library, path, tolerant, terminal) for path in paths]
    if as_json:
        typer.echo(report_json(reports))
    else:
        console = Console()
        for report in reports:
            print_report(console, report)
    if any(report.has_errors for report in reports):
        raise typer.Exit(FOUND_ERRORS)


def _validated(library: Library, path: Path, tolerant: bool, terminal: Console) -> FileReport:
    intake = Intake(library.validator, tolerant=tolerant)
    for event in read(files.chunks(path, terminal)):
        intake.take(event)
    return intake.report(str(path))


def ack(
    path: OneFile,
    kind: Annotated[AnswerKind, typer.Option(help="Which acknowledgments to write.")] = AnswerKind.AUTO,
    tolerant: Tolerant = False,
    numbers: Annotated[
        str, typer.Option("--control-numbers", metavar="ISA,GS,ST", help="The first numbers to use.")
    ] = "1,1,0001",
    at: Annotated[str | None, typer.Option(metavar="TIME", help="The time of writing (ISO 8601).")] = None,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Write the TA1 and 997 that are owed for a file."""
    library = workspace_library()
    terminal = Console(stderr=True)
    isa, gs, st = control_numbers(numbers)
    intake = Intake(library.validator, tolerant=tolerant)
    for event in read(files.chunks(path, terminal)):
        intake.take(event)
    report = intake.report(str(path))
    answers = acknowledge(
        intake.interchanges,
        kind=kind,
        control_numbers=ControlNumbers(interchange=isa, group=gs, set=st),
        at=moment(at) if at else datetime.now().astimezone(),
    )
    files.write_output(b"".join(answers), output)
    _tell(report, terminal, as_json=as_json, on_stdout=output is not None)
    if report.has_errors:
        raise typer.Exit(FOUND_ERRORS)


def _tell(report: FileReport, terminal: Console, *, as_json: bool, on_stdout: bool) -> None:
    if as_json:
        typer.echo(report_json([report]), err=not on_stdout)
    else:
        print_findings(terminal, report.findings)


def detect_format(path: OneFile, as_json: Json = False) -> None:
    """Say which format a file has."""
    detected = detect(files.head(path, HEAD_BYTES))
    if as_json:
        typer.echo(json.dumps({"file": str(path), "format": detected.value}))
    else:
        typer.echo(detected.value)
    if detected is Format.UNKNOWN:
        raise typer.Exit(FOUND_ERRORS)
