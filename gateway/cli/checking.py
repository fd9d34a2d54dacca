"""`gateway validate`: files judged and reported. It needs neither tables nor the parser of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli import files
from gateway.cli.output import print_json, print_report
from gateway.cli.reading import Reading, workspace_standards, x12_reading
from gateway.cli.screen import Screen
from gateway.cli.watch import CHECKED_FROM_BYTES, Watch
from gateway.errors import UnreadableFileError
from gateway.formats.detect import HEAD_BYTES, Format, detect
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.report import FileReport
from gateway.standards import Standards

if TYPE_CHECKING:
    from gateway.bootstrap import Library
    from gateway.pipeline.knowledge import Knowledge

FOUND_ERRORS = 1

Keep = Callable[[Iterator[bytes]], Iterator[bytes]]


def checked(
    paths: list[Path],
    *,
    tolerant: bool = False,
    partner: str | None = None,
    second: bool = False,
    as_json: bool = False,
) -> int:
    """Check files and report on them; the exit code."""
    files.read_once(paths)
    reading = x12_reading(partner)
    knowledge = cache(lambda: reading.library().knowledge(partner, None))

    def judged(path: Path, keep: Keep = iter) -> FileReport:
        return _validated(reading, knowledge, path, tolerant, keep)

    if second:
        return exit_code(*_validated_twice(workspace_standards(), paths, judged, as_json))
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
    return exit_code(*reports)


def exit_code(*reports: FileReport) -> int:
    """1 when one of the reports has errors, else 0."""
    return FOUND_ERRORS if any(report.has_errors for report in reports) else 0


def _validated(
    reading: Reading, knowledge: Callable[[], Knowledge], path: Path, tolerant: bool, keep: Keep
) -> FileReport:
    """The report on a file; `keep` sees its bytes as they are read."""
    name = files.name_of(path)
    with Watch(CHECKED_FROM_BYTES) as watch:
        form, read_from = opened_file(path, None, watch, reading.library)
        chunks = keep(read_from)
        if form is Format.X12:
            return taken_in(reading, chunks, tolerant).report(name)
        from gateway.pipeline.sources import receive

        return receive(name, chunks, form, knowledge()).report


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


def taken_in(reading: Reading, chunks: Iterator[bytes], tolerant: bool) -> Intake:
    """X12 judged without a mapping table, to report on or to acknowledge."""
    intake = Intake(reading.validator(), tolerant=tolerant)
    for event in read(chunks, reading.options):
        intake.take(event)
        if intake.stopped:
            break
    return intake


def opened_file(
    path: Path, named: Format | None, watch: Watch, library: Callable[[], Library]
) -> tuple[Format, Iterator[bytes]]:
    """The format of a file, the one that was named or the one it looks like, and its bytes."""
    head, chunks = files.head_and_chunks(path, HEAD_BYTES, watch)
    return (format_of(head, library) if named is None else named), chunks


def format_of(head: bytes, library: Callable[[], Library]) -> Format:
    """The format of a file; one without a sure sign of its own may have the records of a known layout."""
    form = detect(head)
    if form not in (Format.UNKNOWN, Format.CSV):
        return form
    from gateway.formats.fixed_width import format_by_layouts

    return format_by_layouts(head, form, library().layouts.values(), whole=len(head) < HEAD_BYTES)
