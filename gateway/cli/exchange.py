"""The commands that take documents: validate, translate, ack, view, detect.

Each imports what it needs when it runs: checking one small file must not wait for the mapping tables.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers, GroupAnswer
from gateway.cli import files
from gateway.cli.checking import FOUND_ERRORS, checked, exit_code, format_of, opened_file, taken_in
from gateway.cli.option_texts import FIRST_NUMBERS, SourceFormat, control_numbers, moment, named
from gateway.cli.options import (
    At,
    FromFormat,
    Json,
    JsonBeside,
    JsonShown,
    MappingName,
    Numbers,
    Orders,
    Output,
    PartnerName,
    ReadAs,
    SecondOpinion,
    Tolerant,
)
from gateway.cli.output import print_findings, tell
from gateway.cli.reading import workspace_library, x12_reading
from gateway.cli.screen import Screen, printable
from gateway.cli.watch import CHECKED_FROM_BYTES, Watch
from gateway.errors import UsageError
from gateway.findings import found
from gateway.formats.detect import HEAD_BYTES, Format, is_blank
from gateway.pipeline.intake import Intake
from gateway.report import FileReport

NAMES = MappingProxyType(
    {
        Format.JSON: "JSON",
        Format.CSV: "a flat file (CSV)",
        Format.FIXED: "a flat file (fixed width)",
        Format.XML: "XML",
    }
)

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="The files to check; - is standard input.", show_default=False),
]
OneFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="The file; its format is detected. - is standard input.",
        show_default=False,
    ),
]
OneOrTwoFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="The file, or two delimited ones: documents and lines. - is standard input.",
        show_default=False,
    ),
]
Target = Annotated[SourceFormat, typer.Option("--to", help="The format to write.", show_default=False)]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("validate")(validate)
    application.command("translate")(translate)
    application.command("ack")(ack)
    application.command("view")(view)
    application.command("detect")(detect_format)


def validate(
    paths: Files,
    tolerant: Tolerant = False,
    partner: ReadAs = None,
    second: SecondOpinion = False,
    as_json: Json = False,
) -> None:
    """Check files and report every fault with its place."""
    raise typer.Exit(checked(paths, tolerant=tolerant, partner=partner, second=second, as_json=as_json))


def translate(
    paths: OneOrTwoFiles,
    target: Target,
    source: FromFormat = None,
    mapping: MappingName = None,
    partner: PartnerName = None,
    numbers: Numbers = FIRST_NUMBERS,
    at: At = None,
    orders: Orders = None,
    output: Output = None,
    as_json: JsonBeside = False,
) -> None:
    """Translate a file to another format.

    Faulty documents are reported, and the good ones still go. Two CSV files are documents and their lines.
    """
    from gateway.cli.translating import Wanted, translated

    wanted = Wanted(Format(target.value), named(source), mapping, partner, numbers, at, output, orders)
    raise typer.Exit(translated(paths, wanted, as_json=as_json))


def ack(
    path: OneFile,
    kind: Annotated[
        AnswerKind, typer.Option(help="Which acknowledgments to write; auto: those that are owed.")
    ] = AnswerKind.AUTO,
    tolerant: Tolerant = False,
    partner: ReadAs = None,
    numbers: Numbers = FIRST_NUMBERS,
    at: At = None,
    output: Output = None,
    as_json: JsonBeside = False,
) -> None:
    """Write the TA1, and 997 or 999, that are owed for X12."""
    files.not_over_input(path, output)
    isa, gs, st = control_numbers(numbers)
    written_at = moment(at)
    agreed, reading = _agreed_answer(partner), x12_reading(partner)
    with Watch(CHECKED_FROM_BYTES) as watch:
        form, chunks = opened_file(path, None, watch, reading.library)
        intake = taken_in(reading, chunks, tolerant)
    if not intake.interchanges and form in NAMES:
        raise UsageError(_not_acknowledged(path, form))
    report = intake.report(files.name_of(path))
    answers = acknowledge(
        intake.interchanges,
        kind=kind,
        control_numbers=ControlNumbers(interchange=isa, group=gs, set=st),
        at=written_at,
        agreed=agreed,
    )
    written = b"".join(answers)
    if written:  # where no answer is owed there is no file to send
        files.write_output(written, output)
    nothing = "" if written else _nothing_owed(intake)
    tell(report, as_json=as_json, on_stdout=output is not None, remark=nothing)
    _end(report)


def _agreed_answer(partner: str | None) -> GroupAnswer:
    """What a partner's groups from 005010 on are answered with."""
    if partner is None:
        return GroupAnswer.IMPLEMENTATION
    return GroupAnswer(workspace_library().partner(partner).x12.acknowledge.value)


def _not_acknowledged(path: Path, form: Format) -> str:
    name = files.name_of(path)
    return (
        f"{name} is {NAMES[form]} as it looks, and only X12 is answered with TA1, 997 and 999; "
        f"`gateway validate {path}` checks it"
    )


def _nothing_owed(intake: Intake) -> str:
    if not intake.interchanges:
        return "nothing is owed: the file holds no interchange that could be answered"
    return "nothing is owed: the file holds acknowledgments alone, and those are not answered (X12.20)"


def view(
    path: OneFile, source: FromFormat = None, partner: PartnerName = None, as_json: JsonShown = False
) -> None:
    """Show what a file says, documents and acknowledgments."""
    from gateway.cli.viewing import viewed

    raise typer.Exit(viewed(path, named(source), partner, as_json=as_json))


def detect_format(path: OneFile, as_json: Json = False) -> None:
    """Say which format a file has.

    Of JSON it also says which documents, where the beginning tells."""
    head = files.head(path, HEAD_BYTES)
    detected, kind, empty = format_of(head, workspace_library), "", False
    if detected is Format.JSON:
        from gateway.pipeline.beginning import json_beginning

        begun = json_beginning(head, whole=len(head) < HEAD_BYTES)
        detected, kind, empty = begun.format, begun.kind, begun.empty
    name = files.name_of(path)
    if as_json:
        named = {"kind": kind} if kind else {}
        typer.echo(json.dumps({"file": name, "format": detected.value, **named}))
    else:
        typer.echo(printable(f"{detected.value}  {kind}".rstrip()))
    if empty:
        typer.echo(printable(f"{name} is JSON without anything in it; look where it was written"), err=True)
    if detected is Format.UNKNOWN and is_blank((head,)):
        print_findings(Screen(stderr=True), (found("file-empty"),))
    if detected is Format.UNKNOWN or empty:
        raise typer.Exit(FOUND_ERRORS)


def _end(report: FileReport) -> None:
    raise typer.Exit(exit_code(report))
