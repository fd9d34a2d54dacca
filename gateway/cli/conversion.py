"""What `translate` and `view` need beside reading and writing: checks of their options, and what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.bootstrap import Library
from gateway.cli.answers import Words, answer_json, print_answer
from gateway.cli.screen import Screen
from gateway.cli.view import print_document
from gateway.documents.codec import encode
from gateway.errors import UsageError
from gateway.findings import Finding, Location
from gateway.formats.detect import Format
from gateway.mapping.plan import FormatKind
from gateway.pipeline.flat_files import write_pair
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.sources import Received, receive, receive_pair
from gateway.pipeline.targets import FirstNumbers, Written, write
from gateway.pipeline.translating import x12_to_json
from gateway.report import FileReport


def check_mapping(library: Library, mapping: str | None, source: Format, target: Format) -> None:
    """A table asked for by name must be for one of the two formats; it is not passed over in silence."""
    if mapping is None:
        return
    kind = library.table(mapping).format.kind
    meant = {
        FormatKind.X12: {Format.X12},
        FormatKind.CSV: {Format.CSV},
        FormatKind.FIXED: {Format.FIXED},
        FormatKind.XML: {Format.XML},
    }.get(kind, {Format.SPAPI, Format.JSON})
    if not meant & {source, target}:
        raise UsageError(
            f"the table {mapping} is for {kind.column}, "
            f"and this translates {source.value} to {target.value}; "
            "`gateway mappings list` shows the tables and their formats"
        )


Opened = tuple[str, Format, Iterator[bytes]]  # name, format, bytes


class Conversion(NamedTuple):
    """What translating came to: the report on what was read, and the files to write, each with its place."""

    report: FileReport
    files: Sequence[tuple[Path | None, bytes]]
    findings: tuple[Finding, ...]


class Converter(NamedTuple):
    """How files are translated: into which format, with what, and where to; None is standard output.

    A folder takes delimited documents in two files. `writing` is called when all has been read.
    """

    target: Format
    knowledge: Knowledge
    numbers: FirstNumbers
    at: datetime
    output: Path | None
    writing: Callable[[], None]

    def convert(self, opened: Sequence[Opened]) -> Conversion:
        """What one file says in the format, or two delimited ones together."""
        if len(opened) == 1 and (opened[0][1], self.target) == (Format.X12, Format.SPAPI):
            name, _, chunks = opened[0]
            translated = x12_to_json(name, chunks, self.knowledge)
            return self._in_one_file(translated.report, translated.written)
        received = received_from(opened, self.knowledge)
        self.writing()
        if self.target is Format.CSV and self.output is not None and self.output.is_dir():
            pair = write_pair(received.documents, self.knowledge.flat_tables())
            files = [(self.output / name, data) for name, data in pair.files]
            return Conversion(received.report, files, pair.findings)
        written = write(received.documents, self.target, self.knowledge, self.numbers, self.at)
        return self._in_one_file(received.report, written)

    def _in_one_file(self, report: FileReport, written: Written) -> Conversion:
        files = [] if written.data is None else [(self.output, written.data)]
        return Conversion(report, files, written.findings)


def received_from(opened: Sequence[Opened], knowledge: Knowledge) -> Received:
    """What one file holds, or two delimited ones together."""
    if len(opened) == 1:
        name, form, chunks = opened[0]
        return receive(name, chunks, form, knowledge)
    if len(opened) > 2:
        raise UsageError("one file is read, or two delimited ones: documents and their lines")
    for name, form, _ in opened:
        if form is not Format.CSV:
            raise UsageError(f"{name} is no delimited file; only those are read in twos")
    return receive_pair([(name, chunks) for name, _, chunks in opened], knowledge)


def print_received(screen: Screen, received: Received, library: Library) -> None:
    """The documents and then the acknowledgments of a file, for people."""
    for each in received.documents:
        print_document(screen, each.document)
    if received.answers:
        words = _words(library)
        for answer in received.answers:
            print_answer(screen, answer.acknowledged, words)


def shown_json(received: Received, library: Library) -> str:
    """The documents and then the acknowledgments of a file as one JSON array."""
    if not received.answers:
        return encode([each.document for each in received.documents]).decode()
    words = _words(library)
    shown = [encode(each.document).decode() for each in received.documents]
    shown += [json.dumps(answer_json(each.acknowledged, words), indent=2) for each in received.answers]
    return f"[{','.join(shown)}]"


def with_answers_read(received: Received) -> FileReport:
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


def _words(library: Library) -> Words:
    return Words(library.envelope, library.releases.values())
