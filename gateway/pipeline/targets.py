"""Canonical documents to the bytes of a format: mapped, judged by the target's own rules, read back.

A document that cannot be written is left out with its findings; the others still go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from gateway.agreements.partner import X12Style
from gateway.documents import Document
from gateway.documents.codec import decode, encode
from gateway.errors import GatewayError, NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError
from gateway.findings import Finding, Location, Severity, found, has_errors
from gateway.formats import json
from gateway.formats.detect import Format
from gateway.formats.json import JsonObject
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
from gateway.pipeline.intake import Intake
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.losses import losses
from gateway.pipeline.tables import FlatRows, FlatTable, JsonTable, SegmentTable, Sourced
from gateway.report import Verdict
from gateway.spapi.contents import wrapped
from gateway.spapi.schema import violations

__all__ = ["FirstNumbers", "Written", "write"]

_UNWRITABLE = (NotInCharsetError, SeparatorInDataError, UnwritableEnvelopeError)

SHOWN_PROBLEMS = 3  # of a target that is not valid; the first ones are the cause of the others


class FirstNumbers(msgspec.Struct, frozen=True):
    """The control numbers to begin with."""

    interchange: int = 1
    group: int = 1
    set: int = 1


class Written(msgspec.Struct, frozen=True):
    """What is to be sent; None when no document could be written."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


def write(
    documents: Sequence[Sourced], form: Format, knowledge: Knowledge, numbers: FirstNumbers, at: datetime
) -> Written:
    """The documents in a format. `at` is the time of writing for X12 envelopes.

    A finding tells which document it is about by the place of its source, and where in it by a JSON pointer
    into its canonical form, or by the place in what would have been written.
    """
    if not documents:
        return Written(None)
    if form is Format.CANONICAL:
        return _write_canonical(documents)
    if form is Format.SPAPI:
        return _write_json(documents, knowledge)
    if form is Format.CSV:
        return _write_flat(documents, knowledge)
    return _InterchangeWriter(knowledge, numbers, at).write(documents)


def _write_canonical(documents: Sequence[Sourced]) -> Written:
    plain = tuple(each.document for each in documents)
    data = encode(plain)
    if decode(data).documents != plain:
        return Written(None, (found("read-back-differs", format="canonical JSON"),))
    return Written(data)


def _of_one_kind(documents: Sequence[Sourced]) -> tuple[list[Sourced], list[Finding]]:
    """The documents of the first one's kind, and a finding for each of another kind."""
    first = type(documents[0].document)
    mixed = [
        found(
            "documents-mixed",
            each.location,
            type(each.document).__name__,
            other=f"{first.__name__} documents",
        )
        for each in documents
        if type(each.document) is not first
    ]
    return [each for each in documents if type(each.document) is first], mixed


def _write_json(documents: Sequence[Sourced], knowledge: Knowledge) -> Written:
    same, findings = _of_one_kind(documents)
    table = knowledge.written_json_table(type(same[0].document))
    if table is None:
        return Written(None, (*findings, _no_mapping(same[0].document, "SP-API JSON")))
    trees: list[JsonObject] = []
    for each in same:
        tree, faults = _json_of(each.document, table, knowledge)
        findings += _of_source(faults, each)
        if tree is not None:
            trees.append(tree)
    if not trees:
        return Written(None, tuple(findings))
    data = json.render(wrapped(table.kind, trees))
    if json.parse(data)[0] != wrapped(table.kind, trees):
        return Written(None, (*findings, found("read-back-differs", format="SP-API JSON")))
    return Written(data, tuple(findings))


def _json_of(
    document: Document, table: JsonTable, knowledge: Knowledge
) -> tuple[JsonObject | None, tuple[Finding, ...]]:
    tree, findings = table.write(document)
    if tree is None or has_errors(findings):
        return None, findings
    broken = violations(tree, knowledge.schemas[table.kind])
    if broken:
        named = [(finding, table.row(finding.location.pointer or "")) for finding in broken]
        return None, (*findings, *(_not_valid("SP-API JSON", finding, row=row) for finding, row in named))
    again = table.read(tree, "")
    if again.document is None or table.write(again.document)[0] != tree:
        return None, (*findings, found("read-back-differs", format="SP-API JSON"))
    return tree, (*findings, *losses(document, again.document, "SP-API JSON"))


def _write_flat(documents: Sequence[Sourced], knowledge: Knowledge) -> Written:
    same, findings = _of_one_kind(documents)
    kind = type(same[0].document)
    table = next((each for each in knowledge.flat_tables() if each.document is kind), None)
    if table is None:
        return Written(None, (*findings, _no_mapping(same[0].document, "a delimited file")))
    rows: list[FlatRows] = []
    for each in same:
        written, faults = _rows_of(each.document, table)
        findings += _of_source(faults, each)
        if written is not None:
            rows.append(written)
    if not rows:
        return Written(None, tuple(findings))
    data, faults = table.file(rows)
    findings += faults
    if data is not None and len(table.read(data)) != len(rows):
        return Written(None, (*findings, found("read-back-differs", format="delimited file")))
    return Written(data, tuple(findings))


def _rows_of(document: Document, table: FlatTable) -> tuple[FlatRows | None, tuple[Finding, ...]]:
    """The rows of one document, read back from a file of their own."""
    rows, findings = table.rows(document)
    if rows is None or has_errors(findings):
        return None, findings
    alone, faults = table.file([rows])
    if alone is None:
        return None, (*findings, *faults)
    again = [outcome.document for outcome in table.read(alone)]
    if len(again) != 1 or again[0] is None or not _same_rows(table.rows(again[0])[0], rows):
        return None, (*findings, found("read-back-differs", format="delimited file"))
    return rows, (*findings, *losses(document, again[0], "a delimited file"))


def _same_rows(one: FlatRows | None, other: FlatRows) -> bool:
    return one is not None and one.rows == other.rows


class _InterchangeWriter:
    """Writes documents as one interchange, a group for each kind."""

    def __init__(self, knowledge: Knowledge, numbers: FirstNumbers, at: datetime) -> None:
        self.knowledge = knowledge
        self.numbers = numbers
        self.at = at
        self.style = knowledge.partner.x12 if knowledge.partner else X12Style()
        self.delimiters = delimiters_of(self.style)
        self.findings: list[Finding] = []

    def write(self, documents: Sequence[Sourced]) -> Written:
        names = identities(documents[0].document, self.knowledge.partner)
        self.findings += names.findings
        groups: dict[str, tuple[SegmentTable, list[OutgoingSet]]] = {}
        number = self.numbers.set
        for each in documents:
            table = self.knowledge.written_segment_table(type(each.document))
            if table is None:
                self.findings += _of_source((_no_mapping(each.document, "X12"),), each)
                continue
            body, faults = self.body(each.document, table, names)
            self.findings += _of_source(faults, each)
            if body is not None:
                outgoing = OutgoingSet(table.definition.set, f"{within_nine_digits(number):04d}", body)
                groups.setdefault(table.definition.group, (table, []))[1].append(outgoing)
                number += 1
        if not groups:
            return Written(None, tuple(self.findings))
        try:
            return Written(self.interchange(list(groups.values()), names), tuple(self.findings))
        except _UNWRITABLE as fault:
            return Written(None, (*self.findings, _unwritable(fault)))

    def body(
        self, document: Document, table: SegmentTable, names: Identities
    ) -> tuple[list[str] | None, tuple[Finding, ...]]:
        """The segments of one document, judged in an interchange of its own and read back from it."""
        segments, findings = table.write(document, self.delimiters)
        if segments is None or has_errors(findings):
            return None, findings
        try:
            body = [joined_segment_text(segment, self.delimiters) for segment in segments]
            alone = self.interchange([(table, [OutgoingSet(table.definition.set, "0001", body)])], names)
        except _UNWRITABLE as fault:
            return None, (*findings, _unwritable(fault))
        again = self.read_back(alone, segments, table)
        if isinstance(again, Finding):
            return None, (*findings, again)
        return body, (*findings, *losses(document, again, "X12"))

    def read_back(self, data: bytes, segments: list[list[str]], table: SegmentTable) -> Document | Finding:
        """The document of an interchange with one set, or why it must not go: not valid, or not the same."""
        intake = Intake(self.knowledge.validator, keep_sets=True)
        options = ReadOptions(charset=self.style.charset)
        read = [each for event in read_x12([data], options) for each in intake.take(event)]
        report = intake.report("")
        if report.verdict is not Verdict.ACCEPTED or len(read) != 1:
            errors = [each for each in report.findings if each.severity is Severity.ERROR]
            return _not_valid("X12", *errors[:SHOWN_PROBLEMS])
        checked = read[0].checked
        again = table.read(checked.elements, checked.rows, self.delimiters, Location())
        if again.document is None or table.write(again.document, self.delimiters)[0] != segments:
            return found("read-back-differs", format="X12")
        return again.document

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


def _of_source(findings: Iterable[Finding], source: Sourced) -> tuple[Finding, ...]:
    """Findings of writing, with the place of the document they are about."""
    names = {
        name: getattr(source.location, name)
        for name in ("interchange", "group", "set", "isa13", "gs06", "st02")
    }
    return tuple(
        msgspec.structs.replace(finding, location=msgspec.structs.replace(finding.location, **names))
        for finding in findings
    )


def _unwritable(fault: GatewayError) -> Finding:
    return found("written-not-valid", format="X12", problem=str(fault))


def _no_mapping(document: Document, form: str) -> Finding:
    return found("no-mapping", document=f"a {type(document).__name__}", format=form)


def _not_valid(form: str, *broken: Finding, row: str = "") -> Finding:
    """`row` is that of the table which fills the place, where it is known."""
    place = broken[0].location if broken else Location()
    problem = "; ".join(finding.message for finding in broken) or "it was refused"
    problem += f" (row {row})" if row else ""
    return found("written-not-valid", place, format=form, problem=problem)
