"""What `translate` and `view` need beside reading and writing: checks of their options, and what is shown."""

from __future__ import annotations

import json

import msgspec

from gateway.bootstrap import Library
from gateway.cli.answers import Words, answer_json, print_answer
from gateway.cli.screen import Screen
from gateway.cli.view import print_document
from gateway.documents.codec import encode
from gateway.errors import UsageError
from gateway.findings import Location
from gateway.formats.detect import Format
from gateway.mapping.plan import FormatKind
from gateway.pipeline.sources import Received
from gateway.report import FileReport


def check_mapping(library: Library, mapping: str | None, source: Format, target: Format) -> None:
    """A table asked for by name must be for one of the two formats; it is not passed over in silence."""
    if mapping is None:
        return
    kind = library.table(mapping).format.kind
    meant = {FormatKind.X12: {Format.X12}, FormatKind.CSV: {Format.CSV}}.get(
        kind, {Format.SPAPI, Format.JSON}
    )
    if not meant & {source, target}:
        raise UsageError(
            f"the table {mapping} is for {kind.column}, "
            f"and this translates {source.value} to {target.value}; "
            "`gateway mappings list` shows the tables and their formats"
        )


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
