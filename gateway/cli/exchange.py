"""The commands that take documents: validate, translate, ack, view, detect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers
from gateway.bootstrap import Library
from gateway.cli import files
from gateway.cli.answers import Words, answer_json, print_answer
from gateway.cli.options import (
    At,
    FromFormat,
    Json,
    MappingName,
    Numbers,
    Output,
    PartnerName,
    SourceFormat,
    Tolerant,
    control_numbers,
    moment,
    workspace_library,
)
from gateway.cli.output import print_findings, print_report, report_json, terminal
from gateway.cli.view import print_document
from gateway.documents.codec import encode
from gateway.errors import UsageError
from gateway.findings import Location
from gateway.formats.detect import HEAD_BYTES, Format, detect
from gateway.formats.x12.reader import read
from gateway.mapping.plan import FormatKind
from gateway.pipeline.intake import Intake
from gateway.pipeline.sources import Received, receive
from gateway.pipeline.targets import FirstNumbers, write
from gateway.report import FileReport

FOUND_ERRORS = 1

NAMES = MappingProxyType({Format.JSON: "JSON", Format.CSV: "a flat file (CSV)", Format.XML: "XML"})

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="The files to check.", show_default=False)]
OneFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file; its format is detected.", show_default=False)
]
Target = Annotated[SourceFormat, typer.Option("--to", help="The format to write.", show_default=False)]


def register(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("validate")(validate)
    application.command("translate")(translate)
    application.command("ack")(ack)
    application.command("view")(view)
    application.command("detect")(detect_format)


def validate(paths: Files, tolerant: Tolerant = False, as_json: Json = False) -> None:
    """Check files and report every fault with its place."""
    library = workspace_library()
    watched = terminal(stderr=True)
    reports = [_validated(library, path, watched, tolerant) for path in paths]
    if as_json:
        typer.echo(report_json(reports))
    else:
        console = terminal()
        for report in reports:
            print_report(console, report)
    _end(*reports)


def translate(
    path: OneFile,
    target: Target,
    source: FromFormat = None,
    mapping: MappingName = None,
    partner: PartnerName = None,
    numbers: Numbers = "1,1,0001",
    at: At = None,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Translate a file to another format.

    Faulty documents are reported, and the good ones still go.
    """
    watched = terminal(stderr=True)
    first = FirstNumbers(*control_numbers(numbers))
    written_at = moment(at)
    library = workspace_library()
    knowledge = library.knowledge(partner, mapping)
    form, chunks = _opened(path, watched, source)
    _check_mapping(library, mapping, form, Format(target.value))
    received = receive(str(path), chunks, form, knowledge)
    written = write(received.documents, Format(target.value), knowledge, first, written_at)
    report = received.report.with_findings(written.findings)
    if written.data is not None:
        files.write_output(written.data, output)
    _tell(report, watched, as_json=as_json, on_stdout=output is not None)
    _end(report)


def _check_mapping(library: Library, mapping: str | None, source: Format, target: Format) -> None:
    """A table asked for by name must be for one of the two formats; it is not passed over in silence."""
    if mapping is None:
        return
    kind = library.tables[mapping].format.kind
    meant = {FormatKind.X12: {Format.X12}, FormatKind.CSV: {Format.CSV}}.get(
        kind, {Format.SPAPI, Format.JSON}
    )
    if not meant & {source, target}:
        raise UsageError(
            f"the table {mapping} is for {kind.column}, "
            f"and this translates {source.value} to {target.value}; "
            "`gateway mappings list` shows the tables and their formats"
        )


def ack(
    path: OneFile,
    kind: Annotated[
        AnswerKind, typer.Option(help="Which acknowledgments to write; auto: those that are owed.")
    ] = AnswerKind.AUTO,
    tolerant: Tolerant = False,
    numbers: Numbers = "1,1,0001",
    at: At = None,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Write the TA1 and 997 that are owed for an X12 file."""
    library = workspace_library()
    watched = terminal(stderr=True)
    isa, gs, st = control_numbers(numbers)
    written_at = moment(at)
    form, chunks = _opened(path, watched, None)
    intake = _taken_in(library, chunks, tolerant)
    if not intake.interchanges and form in NAMES:
        raise UsageError(_not_acknowledged(path, form))
    report = intake.report(str(path))
    answers = acknowledge(
        intake.interchanges,
        kind=kind,
        control_numbers=ControlNumbers(interchange=isa, group=gs, set=st),
        at=written_at,
    )
    written = b"".join(answers)
    if written:  # where no answer is owed there is no file to send
        files.write_output(written, output)
    _tell(report, watched, as_json=as_json, on_stdout=output is not None)
    _end(report)


def _not_acknowledged(path: Path, form: Format) -> str:
    instead = "" if form is Format.XML else f"; `gateway validate {path}` checks it"
    return f"{path} is {NAMES[form]} as it looks, and only X12 is answered with TA1 and 997{instead}"


def view(
    path: OneFile, source: FromFormat = None, partner: PartnerName = None, as_json: Json = False
) -> None:
    """Show what a file says, documents and acknowledgments."""
    watched = terminal(stderr=True)
    library = workspace_library()
    form, chunks = _opened(path, watched, source)
    received = receive(str(path), chunks, form, library.knowledge(partner, None))
    report = _with_answers_read(received)
    words = Words(library.envelope, library.releases.values())
    if as_json:
        typer.echo(_shown_json(received, words))
        typer.echo(report_json([report]), err=True)
    else:
        console = terminal()
        for each in received.documents:
            print_document(console, each.document)
        for answer in received.answers:
            print_answer(console, answer.acknowledged, words)
        print_findings(watched, report.findings)
    _end(report)


def _shown_json(received: Received, words: Words) -> str:
    """The documents and then the acknowledgments of a file as one JSON array."""
    if not received.answers:
        return encode([each.document for each in received.documents]).decode()
    shown = [encode(each.document).decode() for each in received.documents]
    shown += [json.dumps(answer_json(each.acknowledged, words), indent=2) for each in received.answers]
    return f"[{','.join(shown)}]"


def _with_answers_read(received: Received) -> FileReport:
    """The report of a file whose acknowledgments need no table, but can contradict themselves."""
    report = received.report
    read = {_of_set(answer.location) for answer in received.answers}
    kept = tuple(
        each for each in report.findings if each.code != "no-mapping" or _of_set(each.location) not in read
    )
    known = set(kept)
    told = (each for answer in received.answers for each in answer.acknowledged.findings)
    return msgspec.structs.replace(report, findings=(*kept, *(each for each in told if each not in known)))


def _of_set(place: Location) -> tuple[int | None, int | None, int | None]:
    return place.interchange, place.group, place.set


def detect_format(path: OneFile, as_json: Json = False) -> None:
    """Say which format a file has."""
    detected = detect(files.head(path, HEAD_BYTES))
    if as_json:
        typer.echo(json.dumps({"file": str(path), "format": detected.value}))
    else:
        typer.echo(detected.value)
    if detected is Format.UNKNOWN:
        raise typer.Exit(FOUND_ERRORS)


def _validated(library: Library, path: Path, watched: Console, tolerant: bool) -> FileReport:
    form, chunks = _opened(path, watched, None)
    if form is not Format.X12:
        return receive(str(path), chunks, form, library.knowledge(None, None)).report
    return _taken_in(library, chunks, tolerant).report(str(path))


def _taken_in(library: Library, chunks: Iterator[bytes], tolerant: bool) -> Intake:
    """X12 judged by its standard alone, to report on or to acknowledge."""
    intake = Intake(library.validator, tolerant=tolerant)
    for event in read(chunks):
        intake.take(event)
        if intake.stopped:
            break
    return intake


def _opened(path: Path, watched: Console, named: SourceFormat | None) -> tuple[Format, Iterator[bytes]]:
    """The format of a file, the one that was named or the one it looks like, and its bytes."""
    head, chunks = files.head_and_chunks(path, watched, HEAD_BYTES)
    return (Format(named.value) if named is not None else detect(head)), chunks


def _tell(report: FileReport, watched: Console, *, as_json: bool, on_stdout: bool) -> None:
    if as_json:
        typer.echo(report_json([report]), err=not on_stdout)
    else:
        print_findings(watched, report.findings)


def _end(*reports: FileReport) -> None:
    if any(report.has_errors for report in reports):
        raise typer.Exit(FOUND_ERRORS)
