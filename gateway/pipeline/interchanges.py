"""Canonical documents to one X12 interchange, each judged and read back as if it were alone in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from gateway.agreements.partner import X12Style
from gateway.codes import CATALOGUE
from gateway.documents import Document
from gateway.errors import GatewayError, NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError
from gateway.findings import Finding, Location, Severity, found, has_errors
from gateway.formats.x12.limits import ReadOptions
from gateway.formats.x12.numbers import within_nine_digits
from gateway.formats.x12.reader import read as read_x12
from gateway.formats.x12.writer import (
    OutgoingGroup,
    OutgoingInterchange,
    OutgoingSet,
    group_date_time,
    interchange_bytes,
    interchange_date_time,
    joined_segment_text,
)
from gateway.pipeline.envelopes import Identities, delimiters_of, identities
from gateway.pipeline.filled import Filled
from gateway.pipeline.intake import Intake
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.losses import losses
from gateway.pipeline.tables import SegmentTable, Sourced
from gateway.pipeline.written import Written, no_mapping, not_valid, of_source
from gateway.report import Verdict

__all__ = ["FirstNumbers", "InterchangeWriter"]

_UNWRITABLE = (NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError)

MAX_SHOWN_PROBLEMS = 3  # of a target that is not valid; the first ones are the cause of the others


class FirstNumbers(msgspec.Struct, frozen=True):
    """The control numbers to begin with."""

    interchange: int = 1
    group: int = 1
    set: int = 1


class InterchangeWriter:
    """Writes documents as one interchange, a group for each kind."""

    def __init__(self, knowledge: Knowledge, numbers: FirstNumbers, at: datetime) -> None:
        self.knowledge = knowledge
        self.numbers = numbers
        self.at = at
        self.style = knowledge.partner.x12 if knowledge.partner else X12Style()
        self.delimiters = delimiters_of(self.style)
        self.findings: list[Finding] = []
        self.filled = Filled()

    def write(self, documents: Sequence[Sourced]) -> Written:
        """The interchange of these documents; sender and receiver are those of the first. Call it once."""
        names = identities(documents[0].document, self.knowledge.partner)
        self.findings += names.findings
        groups: dict[str, tuple[SegmentTable, list[OutgoingSet]]] = {}
        number = self.numbers.set
        for each in documents:
            table = self.knowledge.written_segment_table(type(each.document))
            if table is None:
                self.findings += of_source((no_mapping(type(each.document), "X12"),), each)
                continue
            body, faults = self.body(each.document, table, names)
            self.findings += of_source(faults, each)
            if body is not None:
                outgoing = OutgoingSet(table.definition.set, f"{within_nine_digits(number):04d}", body)
                groups.setdefault(table.definition.group, (table, []))[1].append(outgoing)
                number += 1
        if not groups:
            return Written(None, tuple(self.findings))
        try:
            data = self.interchange(list(groups.values()), names)
        except _UNWRITABLE as fault:
            return Written(None, (*self.findings, _unwritable(fault)))
        assumed = (found("control-numbers-assumed"),) if self.numbers == FirstNumbers() else ()
        return Written(data, (*self.findings, *self.filled.findings("X12"), *assumed))

    def body(
        self, document: Document, table: SegmentTable, names: Identities
    ) -> tuple[list[str] | None, tuple[Finding, ...]]:
        """The segments of one document, judged in an interchange of its own and read back from it."""
        ready, findings = table.ready(document)
        if ready is None:
            return None, findings
        segments, faults = table.write(ready, self.delimiters)
        findings += faults
        if segments is None or has_errors(faults):
            return None, findings
        try:
            body = [joined_segment_text(segment, self.delimiters) for segment in segments]
            alone = self.interchange([(table, [OutgoingSet(table.definition.set, "0001", body)])], names)
        except _UNWRITABLE as fault:
            return None, (*findings, _unwritable(fault))
        again, told = self.read_back(alone, segments, table)
        findings = (*findings, *told)
        if again is None:
            return None, findings
        self.filled.take(table.default_rows, ready, again)
        return body, (*findings, *losses(ready, again, "X12", table.default_rows))

    def read_back(
        self, data: bytes, segments: list[list[str]], table: SegmentTable
    ) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document of an interchange with one set; None with why it must not go: not valid, not the same.

        What a guide of the partner asks and nobody has verified is told, and goes.
        """
        intake = Intake(self.knowledge.written_validator, hand_out=len(data))
        options = ReadOptions(charset=self.style.charset)
        read = [each for event in read_x12([data], options) if (each := intake.take(event)) is not None]
        report = intake.report("")
        if report.verdict is not Verdict.ACCEPTED or len(read) != 1:
            errors = [each for each in report.findings if each.severity is Severity.ERROR]
            return None, (not_valid("X12", *errors[:MAX_SHOWN_PROBLEMS]),)
        checked = read[0].checked
        again = table.read(checked.elements, checked.rows, self.delimiters, Location())
        if again.document is None or table.write(again.document, self.delimiters)[0] != segments:
            return None, (found("read-back-differs", format="X12"),)
        return again.document, tuple(
            _of_guide(each) for each in report.findings if CATALOGUE[each.code].guide
        )

    def interchange(
        self, groups: Iterable[tuple[SegmentTable, list[OutgoingSet]]], names: Identities
    ) -> bytes:
        date, time = interchange_date_time(self.at)
        outgoing = OutgoingInterchange(
            sender_qualifier=names.sender.qualifier,
            sender=names.sender.id,
            receiver_qualifier=names.receiver.qualifier,
            receiver=names.receiver.id,
            date=date,
            time=time,
            control_number=str(self.numbers.interchange),
            version=self.style.interchange_version,
            acknowledgment_requested="1" if self.style.acknowledgment_requested else "0",
            usage=self.style.usage,
            groups=[
                self.group(table, sets, names, within_nine_digits(self.numbers.group + index))
                for index, (table, sets) in enumerate(groups)
            ],
        )
        return interchange_bytes(outgoing, self.delimiters, self.style.charset)

    def group(
        self, table: SegmentTable, sets: list[OutgoingSet], names: Identities, number: int
    ) -> OutgoingGroup:
        date, time = group_date_time(self.at, table.definition.release)
        return OutgoingGroup(
            functional_id=table.definition.group,
            sender=names.sender.group_id,
            receiver=names.receiver.group_id,
            date=date,
            time=time,
            control_number=str(number),
            version=table.definition.release,
            sets=sets,
        )


def _of_guide(finding: Finding) -> Finding:
    """The finding with its place in the set alone: the envelope it was judged in is not the one that goes."""
    place = finding.location
    kept = Location(
        segment_in_set=place.segment_in_set,
        tag=place.tag,
        loop=place.loop,
        element=place.element,
        component=place.component,
        repetition=place.repetition,
    )
    return msgspec.structs.replace(finding, location=kept)


def _unwritable(fault: GatewayError) -> Finding:
    return found("written-not-valid", format="X12", problem=str(fault))
