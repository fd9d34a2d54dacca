"""Our way of a document, by the functions that the command line calls, behind one call for each task.

Each task takes the bytes of one file and returns how many transaction sets came through.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.workspace import PARTNER
from gateway.bootstrap import Library
from gateway.cli.files import CHUNK_BYTES
from gateway.formats.x12.limits import ReadOptions
from gateway.formats.x12.reader import read
from gateway.pipeline.intake import Intake
from gateway.pipeline.translating import x12_to_json
from gateway.pipeline.x12_files import MAX_TRANSLATED_BYTES, X12Stream
from gateway.report import FileReport, Verdict
from gateway.workspace import Workspace

ONE_GROUP = 1  # the interchanges that are measured have one


class Ours:
    """The gateway in one workspace, for the partner who sends the orders."""

    def __init__(self, workspace: Path) -> None:
        library = Library(Workspace(workspace))
        self._knowledge = library.knowledge(PARTNER, None)
        self._options = ReadOptions(charset=library.partner(PARTNER).x12.charset)

    def validate(self, data: bytes) -> int:
        """Bytes to findings and verdicts: what `gateway validate` does."""
        intake = Intake(self._knowledge.validator)
        for event in read(_chunks(data), self._options):
            intake.take(event)
            if intake.stopped:
                break
        return _accepted(intake.report(""))

    def canonical(self, data: bytes) -> int:
        """Bytes to findings and canonical documents with their extensions, each handed on as it is made."""
        stream = X12Stream(self._knowledge, MAX_TRANSLATED_BYTES)
        made = let_through = 0
        for each in stream.mapped(_chunks(data)):
            if each is not None:
                made += each.outcome.document is not None
            elif stream.intake.lets_through(ONE_GROUP):
                let_through, made = let_through + made, 0
        return min(_accepted(stream.intake.report("")), let_through)

    def translate(self, data: bytes) -> int:
        """Bytes to those of SP-API JSON: the target checked against its schema, and read back."""
        written = x12_to_json("", _chunks(data), self._knowledge).written
        return 0 if written.data is None else written.data.count(b'"purchaseOrderNumber"')


def split(data: bytes) -> int:
    """What plain Python needs to cut the bytes into elements, when it keeps and checks nothing."""
    for segment in data.split(b"~"):
        segment.split(b"*")
    return data.count(b"~\nSE*")


def _chunks(data: bytes) -> Iterator[bytes]:
    """The bytes in the pieces in which the command line reads a file."""
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def _accepted(report: FileReport) -> int:
    return sum(each.verdict is Verdict.ACCEPTED for each in report.sets)
