"""The documents of others, format by format: what holds for any bytes, and for what is accepted of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from zlib import crc32

import msgspec

from gateway.acknowledgments.answer import AnswerKind, acknowledge
from gateway.acknowledgments.received import ControlNumbers
from gateway.codes import CATALOGUE
from gateway.documents import Document
from gateway.documents.accept import accepts
from gateway.documents.codec import decode, encode
from gateway.documents.judge import faults
from gateway.documents.ship_notice import ShipNotice
from gateway.findings import Finding, Severity
from gateway.formats import json, xml, xml_judge
from gateway.formats.detect import Format, detect
from gateway.formats.json import Json
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.reader import read as read_x12
from gateway.pipeline.flat_files import write_pair
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.sources import Received, receive, receive_pair
from gateway.pipeline.tables import Sourced
from gateway.pipeline.targets import FirstNumbers, write
from gateway.report import Verdict
from tests.pipeline.knowledge import judged, knowledge, library
from tests.soak.places import Judge, expect_bounded, in_bytes, in_json, in_lines, in_xml
from tests.soak.promise import expect
from tests.soak.seeds import documents

__all__ = ["DOCUMENTS", "DocumentTarget"]

AT = datetime(2026, 11, 9, 9, 15, tzinfo=UTC)
PARTNERS = ("amazon", "amazon", "amazon", None)
VERDICTS = ("AK5", "IK5", "AK9")  # the segments that accept or refuse
KINDS = tuple(AnswerKind)
OTHERS = (Format.X12, Format.SPAPI, Format.CSV, Format.FIXED, Format.XML)
UNTOLD = {"not-carried", "filled-by-default"}  # notes of a document that does not come back as it was
# What an answer repeats of a file for its sender to know it again may be wrong there.
REPEATED = {"interchange-element", "group-version-unknown", "no-definition", "element-code"}


class DocumentTarget(msgspec.Struct, frozen=True, dict=True):
    """One format: its separators, and how a place of it is judged."""

    name: str
    form: Format
    written: Format
    marks: bytes
    judge_of: Callable[[bytes], Judge]

    @cached_property
    def _seeds(self) -> tuple[bytes, ...]:
        return documents(self.name)

    def seeds(self) -> Sequence[bytes]:
        """Where the search begins."""
        return self._seeds

    def look(self, data: bytes) -> None:
        """Read any bytes as this format; what is accepted is written and read again."""
        chance = crc32(data)
        known = knowledge(PARTNERS[chance % len(PARTNERS)])
        detect(data)
        received = receive("soak", [data], self.form, known)
        expect_bounded(received.report, data, self.judge_of(data))
        expect(len(received.documents) <= len(received.report.sets), "each document is reported")
        if self.form is Format.X12:
            _answers(data, chance)
            if chance % len(PARTNERS) == 0:
                _in_two_chunks(data, received, known, chance)
        if self.form is Format.XML:
            _judges(data)
        for each in received.documents:
            _canonical(each)
        if received.documents:
            self._again(received, known)
            _elsewhere(received.documents, OTHERS[chance // 7 % len(OTHERS)], known)

    def _again(self, received: Received, known: Knowledge) -> None:
        """Written again and read back, the documents are what they were, unless a note says what is lost."""
        form = self.written if received.report.format != Format.CANONICAL else Format.CANONICAL
        written = write(received.documents, form, known, FirstNumbers(), AT)
        _no_fault_of_ours(written.findings)
        if written.data is None:
            return
        back = receive("again", [written.data], self.form, known)
        _accepted(back, written.data)
        told = {finding.code for finding in written.findings}
        whole = not told & UNTOLD and not any(each.severity is Severity.ERROR for each in written.findings)
        if whole:
            expect(_meant(back) == _meant(received), "read back it is the same", written.data)
        once_more = write(back.documents, form, known, FirstNumbers(), AT).data
        same = once_more is not None and _content(once_more, form) == _content(written.data, form)
        expect(same, "written twice it is the same", (written.data, once_more))
        if self.form is Format.CSV:
            _pair(back, known)


def _plain(received: Received) -> list[Document]:
    return [each.document for each in received.documents]


def _meant(received: Received) -> list[object]:
    """What the documents say. Lines stand in an order, but for those of a ship notice, which its goods name;
    what else there are several of, such as parties, stands in none."""
    documents = _plain(received)
    return [_unordered(msgspec.to_builtins(each), isinstance(each, ShipNotice)) for each in documents]


def _unordered(tree: object, all_of_it: bool) -> object:
    if isinstance(tree, dict):
        return {
            key: _ordered_as_it_is(value, all_of_it)
            if key == "lines" and not all_of_it
            else _unordered(value, all_of_it)
            for key, value in tree.items()
        }
    if isinstance(tree, list | tuple):
        return sorted((_unordered(item, all_of_it) for item in tree), key=str)
    return tree


def _ordered_as_it_is(tree: object, all_of_it: bool) -> object:
    assert isinstance(tree, list | tuple)
    return [_unordered(item, all_of_it) for item in tree]


def _content(data: bytes, form: Format) -> Json | bytes:
    """What a file says: the members of JSON stand in no order."""
    return json.parse(data)[0] if form in (Format.SPAPI, Format.CANONICAL) else data


def _accepted(received: Received, data: bytes) -> None:
    """Without an error; a guide of a partner is about what it sends, and not about what we write back."""
    errors = [
        finding.message
        for finding in received.report.findings
        if finding.severity is Severity.ERROR and not CATALOGUE[finding.code].guide
    ]
    expect(not errors, "what we write we accept", (errors, data))


def _no_fault_of_ours(findings: Sequence[Finding]) -> None:
    ours = [finding for finding in findings if finding.code == "read-back-differs"]
    expect(not ours, "what is written can be read back", ours)
    for finding in findings:
        expect(bool(finding.message and finding.remedy), "a finding says what and how", finding)


def _canonical(each: Sourced) -> None:
    document = each.document
    decoded = decode(encode([document]))
    expect(decoded.documents == (document,), "canonical JSON says all of a document", decoded)
    expect(accepts(document) and not faults(document), "what goes on fulfils its schema", document)
    traced = each.reading() if each.reading is not None else None
    if traced is not None:
        expect(traced.document == document, "generated code and evaluator agree", traced.document)


def _elsewhere(sourced: Sequence[Sourced], form: Format, known: Knowledge) -> None:
    """Written in another format; what is written there is accepted."""
    written = write(sourced, form, known, FirstNumbers(), AT)
    _no_fault_of_ours(written.findings)
    if written.data is not None:
        _accepted(receive("elsewhere", [written.data], form, known), written.data)


def _pair(received: Received, known: Knowledge) -> None:
    written = write_pair(received.documents, known.flat_tables())
    _no_fault_of_ours(written.findings)
    if written.files:
        back = receive_pair([(name, [data]) for name, data in written.files], known)
        expect(_meant(back) == _meant(received), "two files say the same as one", written.files)


def _in_two_chunks(data: bytes, received: Received, known: Knowledge, chance: int) -> None:
    cut = chance % (len(data) + 1)
    parts = receive("soak", [data[:cut], data[cut:]], Format.X12, known)
    expect(parts.report == received.report, "chunks do not matter", cut)
    expect(_plain(parts) == _plain(received), "chunks do not matter", cut)


def _judges(data: bytes) -> None:
    """What goes through a schema once and what libxml2 says of it are the same."""
    root, _ = xml.parse(data)
    if root is None:
        return
    for schema in library().xml_schemas.values():
        if root.tag == f"{{{schema.namespace}}}{schema.single}":
            told = next(xml_judge.faults(root, schema.shape, schema.namespace), None)
            valid = schema.judge.validate(root)
            expect(valid is (told is None), "our judge and libxml2 agree", (told, schema.judge.error_log))


def _answers(data: bytes, chance: int) -> None:
    """What is answered is itself without fault, and accepts nothing of a file that is refused."""
    tolerant, kind = chance % 2 == 0, KINDS[chance // 2 % len(KINDS)]
    intake = judged(data, tolerant=tolerant)
    refused = intake.report("soak").verdict is Verdict.REJECTED
    for one in acknowledge(intake.interchanges, kind=kind, control_numbers=ControlNumbers(), at=AT):
        told = judged(one).report("answer").findings
        errors = {each.code for each in told if each.severity is Severity.ERROR}
        expect(errors <= REPEATED, "an answer is without fault", (errors, one))
        expect(not (refused and _accepts(one)), "no answer accepts what is refused", one)


def _accepts(answer: bytes) -> bool:
    """Whether an answer accepts a set or a group. What it copies of a document may look like a segment."""
    sets = (event for event in read_x12([answer]) if isinstance(event, TransactionSet))
    return any(segment[0] in VERDICTS and segment[1] == "A" for each in sets for segment in each.split())


DOCUMENTS = (
    DocumentTarget("x12", Format.X12, Format.X12, rb"[~\n*>]", in_bytes),
    DocumentTarget("csv", Format.CSV, Format.CSV, rb"[\n,;]", in_lines),
    DocumentTarget("fixed", Format.FIXED, Format.FIXED, rb"[\n ]", in_lines),
    DocumentTarget("xml", Format.XML, Format.XML, rb"[<>\n]", in_xml),
    DocumentTarget("json", Format.JSON, Format.SPAPI, rb"[{}\[\],\n]", in_json),
)
