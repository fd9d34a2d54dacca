"""Documents ready to be sent: written and read back before they have numbers, which come with the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from gateway.documents import Document
from gateway.findings import Finding
from gateway.formats.detect import Format
from gateway.formats.x12.writer import OutgoingSet
from gateway.pipeline.envelopes import Identities, identities
from gateway.pipeline.interchanges import FirstNumbers, InterchangeWriter
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import SegmentTable, Sourced
from gateway.pipeline.targets import write
from gateway.pipeline.written import no_mapping, of_source

EXTENSIONS: Mapping[Format, str] = MappingProxyType(
    {
        Format.X12: "x12",
        Format.CSV: "csv",
        Format.FIXED: "txt",
        Format.XML: "xml",
        Format.SPAPI: "json",
        Format.CANONICAL: "json",
    }
)
NO_NUMBERS = FirstNumbers()


class X12Numbers(msgspec.Struct, frozen=True):
    """The control numbers of an interchange: its own, that of its group, and one for each set."""

    interchange: int
    group: int
    sets: tuple[int, ...]


class ReadyX12(msgspec.Struct, frozen=True):
    """Sets of one kind for one receiver, which lack nothing but control numbers."""

    writer: InterchangeWriter
    table: SegmentTable
    names: Identities
    bodies: tuple[list[str], ...]

    @property
    def st01(self) -> str:
        """Which transaction set they are."""
        return self.table.definition.set

    @property
    def gs01(self) -> str:
        """The functional identifier of their group."""
        return self.table.definition.group

    @property
    def sender(self) -> str:
        """The sender as streams of control numbers name it."""
        return f"{self.names.sender.qualifier}/{self.names.sender.id}"

    @property
    def receiver(self) -> str:
        """The receiver, likewise."""
        return f"{self.names.receiver.qualifier}/{self.names.receiver.id}"

    def written(self, numbers: X12Numbers) -> bytes:
        """The interchange under its numbers."""
        sets = [
            OutgoingSet(self.st01, f"{number:04d}", body)
            for number, body in zip(numbers.sets, self.bodies, strict=True)
        ]
        first = FirstNumbers(numbers.interchange, numbers.group)
        numbered = InterchangeWriter(self.writer.knowledge, first, self.writer.at)
        return numbered.interchange([(self.table, sets)], self.names)


class ReadyFile(msgspec.Struct, frozen=True):
    """A file of another format, as it will be sent."""

    data: bytes


Ready = ReadyX12 | ReadyFile


class Prepared(msgspec.Struct, frozen=True):
    """What is ready of some documents of one kind, and what was found; None when nothing may go."""

    ready: Ready | None
    findings: tuple[Finding, ...] = ()


def prepare(documents: Sequence[Sourced], form: Format, knowledge: Knowledge, at: datetime) -> Prepared:
    """Write documents of one kind for one receiver, all in one file; where one cannot go, none goes."""
    if form is Format.X12:
        return _prepare_x12(documents, knowledge, at)
    written = write(documents, form, knowledge, NO_NUMBERS, at)
    if written.data is None:
        return Prepared(None, written.findings)
    return Prepared(ReadyFile(written.data), written.findings)


def _prepare_x12(documents: Sequence[Sourced], knowledge: Knowledge, at: datetime) -> Prepared:
    kind: type[Document] = type(documents[0].document)
    table = knowledge.written_segment_table(kind)
    if table is None:
        return Prepared(None, of_source((no_mapping(kind, "X12"),), documents[0]))
    names = identities(documents[0].document, knowledge.partner)
    writer = InterchangeWriter(knowledge, NO_NUMBERS, at)
    bodies: list[list[str]] = []
    findings: list[Finding] = [*names.findings]
    for each in documents:
        body, told = writer.body(each.document, table, names)
        findings += of_source(told, each)
        if body is None:
            return Prepared(None, tuple(findings))
        bodies.append(body)
    findings += writer.filled.findings("X12")
    return Prepared(ReadyX12(writer, table, names, tuple(bodies)), tuple(findings))
