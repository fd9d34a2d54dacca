"""The commands that take documents: validate, translate, ack, view, detect.

Each imports what it needs when it runs: checking one small file must not wait for the mapping tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers, GroupAnswer
from gateway.cli import files
from gateway.cli.options import (
    At,
    FromFormat,
    Json,
    JsonBeside,
    JsonShown,
    MappingName,
    Numbers,
    Output,
    PartnerName,
    ReadAs,
    Reading,
    SecondOpinion,
    SourceFormat,
    Tolerant,
    control_numbers,
    moment,
    workspace_library,
    workspace_standards,
    x12_reading,
)
from gateway.cli.output import print_findings, print_json, print_report
from gateway.cli.screen import Screen, printable
from gateway.cli.watch import CHECKED_FROM_BYTES, MAPPED_FROM_BYTES, Watch
from gateway.errors import UnreadableFileError, UsageError
from gateway.findings import found
from gateway.formats.detect import HEAD_BYTES, Format, detect, is_blank
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport
from gateway.standards import Standards

FOUND_ERRORS = 1

NAMES = MappingProxyType(
    {
        Format.JSON: "JSON",
        Format.CSV: "a flat file (CSV)",
        Format.FIXED: "a flat file (fixed width)",
        Format.XML: "XML",
    }
)

Keep = Callable[[Iterator[bytes]], Iterator[bytes]]
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
    files.read_once(paths)
    reading = x12_reading(partner)

    def judged(path: Path, keep: Keep = iter) -> FileReport:
        return _validated(reading, path, tolerant, partner, keep)

    if second:
        end(*_validated_twice(workspace_standards(), paths, judged, as_json))
        return
    reports: list[FileReport] = []
    unread: list[str] = []
    for path in paths:
        try:
            reports.append(judged(path))
        except UnreadableFileError as fault:
            unread += fault.faults
    if as_json and reports:
        print_json(reports)
    elif reports:
        screen = Screen()
        for report in reports:
            print_report(screen, report)
    if unread:
        raise UnreadableFileError(*unread)
    end(*reports)


def translate(
    paths: OneOrTwoFiles,
    target: Target,
    source: FromFormat = None,
    mapping: MappingName = None,
    partner: PartnerName = None,
    numbers: Numbers = "1,1,0001",
    at: At = None,
    output: Output = None,
    as_json: JsonBeside = False,
) -> None:
    """Translate a file to another format.

    Faulty documents are reported, and the good ones still go. Two CSV files are documents and their lines.
    """
    from gateway.cli.conversion import check_mapping, received_from, written_to
    from gateway.pipeline.losses import told_once
    from gateway.pipeline.targets import FirstNumbers

    files.read_once(paths)
    for path in paths:
        files.not_over_input(path, output)
    first = FirstNumbers(*control_numbers(numbers))
    written_at = moment(at)
    library = workspace_library()
    knowledge = library.knowledge(partner, mapping)
    with Watch(MAPPED_FROM_BYTES) as watch:
        held = [(files.name_of(path), *opened(path, source, watch)) for path in paths]
        for _, form, _ in held:
            check_mapping(library, mapping, form, Format(target.value))
        received = received_from(held, knowledge)
        watch.stage(f"writing {target.value}")
        made, findings = written_to(output, received, Format(target.value), knowledge, first, written_at)
    report = received.report.with_findings(told_once(findings))
    for place, data in made:
        files.write_output(data, place)
    nothing = "" if made else _nothing_written(output)
    _tell(report, as_json=as_json, on_stdout=output is not None, remark=nothing)
    end(report)


def _nothing_written(output: Path | None) -> str:
    return "nothing was written" if output is None else f"nothing was written to {output}"


def ack(
    path: OneFile,
    kind: Annotated[
        AnswerKind, typer.Option(help="Which acknowledgments to write; auto: those that are owed.")
    ] = AnswerKind.AUTO,
    tolerant: Tolerant = False,
    partner: ReadAs = None,
    numbers: Numbers = "1,1,0001",
    at: At = None,
    output: Output = None,
    as_json: JsonBeside = False,
) -> None:
    """Write the TA1, and 997 or 999, that are owed for an X12 file."""
    files.not_over_input(path, output)
    isa, gs, st = control_numbers(numbers)
    written_at = moment(at)
    agreed, reading = _agreed_answer(partner), x12_reading(partner)
    with Watch(CHECKED_FROM_BYTES) as watch:
        form, chunks = opened(path, None, watch)
        intake = _taken_in(reading, chunks, tolerant)
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
    _tell(report, as_json=as_json, on_stdout=output is not None, remark=nothing)
    end(report)


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
    from gateway.cli.conversion import print_received, shown_json, with_answers_read
    from gateway.pipeline.sources import receive

    library = workspace_library()
    with Watch(MAPPED_FROM_BYTES) as watch:
        form, chunks = opened(path, source, watch)
        received = receive(files.name_of(path), chunks, form, library.knowledge(partner, None))
    report = with_answers_read(received)
    if as_json:
        typer.echo(shown_json(received, library))
        print_json([report], stderr=True)
    else:
        print_received(Screen(), received, library)
        print_findings(Screen(stderr=True), report.findings)
    end(report)


def detect_format(path: OneFile, as_json: Json = False) -> None:
    """Say which format a file has.

    Of JSON it also says which documents, where the beginning tells."""
    head = files.head(path, HEAD_BYTES)
    detected, kind, empty = _detected(head), "", False
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


def _validated(
    reading: Reading, path: Path, tolerant: bool, partner: str | None, keep: Keep = iter
) -> FileReport:
    """The report on a file; `keep` sees its bytes as they are read."""
    name = files.name_of(path)
    with Watch(CHECKED_FROM_BYTES) as watch:
        form, read_from = opened(path, None, watch)
        chunks = keep(read_from)
        if form is Format.X12:
            return _taken_in(reading, chunks, tolerant).report(name)
        from gateway.pipeline.sources import receive

        return receive(name, chunks, form, workspace_library().knowledge(partner, None)).report


def _validated_twice(
    standards: Standards, paths: list[Path], judged: Callable[[Path, Keep], FileReport], as_json: bool
) -> list[FileReport]:
    """Each file validated by us and by another program; both are told, and the reports are ours."""
    from gateway.cli.second_opinion import opinion_json, print_opinion, second_opinion

    both = []
    with second_opinion(standards) as other:
        for path in paths:
            report = judged(path, other.keep)
            both.append((report, other.on(report)))
    reports = [report for report, _ in both]
    if as_json:
        print_json(reports, more=[opinion_json(opinion) for _, opinion in both])
    else:
        screen = Screen()
        for report, opinion in both:
            print_report(screen, report)
            print_opinion(screen, report, opinion)
    return reports


def _taken_in(reading: Reading, chunks: Iterator[bytes], tolerant: bool) -> Intake:
    """X12 judged without a mapping table, to report on or to acknowledge."""
    intake = Intake(reading.validator(), tolerant=tolerant)
    for event in read(chunks, reading.options):
        intake.take(event)
        if intake.stopped:
            break
    return intake


def opened(path: Path, named: SourceFormat | None, watch: Watch) -> tuple[Format, Iterator[bytes]]:
    """The format of a file, the one that was named or the one it looks like, and its bytes."""
    head, chunks = files.head_and_chunks(path, HEAD_BYTES, watch)
    return (Format(named.value) if named is not None else _detected(head)), chunks


def _detected(head: bytes) -> Format:
    """The format of a file; one without a sure sign of its own may have the records of a known layout."""
    form = detect(head)
    if form not in (Format.UNKNOWN, Format.CSV):
        return form
    from gateway.formats.fixed_width import fits_layout

    whole = len(head) < HEAD_BYTES
    layouts = workspace_library().layouts.values()
    return Format.FIXED if any(fits_layout(head, each, whole=whole) for each in layouts) else form


def _tell(report: FileReport, *, as_json: bool, on_stdout: bool, remark: str = "") -> None:
    """The report, and a remark for people about the run as a whole."""
    if as_json:
        print_json([report], remark, stderr=not on_stdout)
        return
    screen = Screen(stderr=True)
    print_findings(screen, report.findings)
    if remark:
        screen.line(remark)


def end(*reports: FileReport) -> None:
    if any(report.has_errors for report in reports):
        raise typer.Exit(FOUND_ERRORS)
