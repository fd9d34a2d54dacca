"""Canonical documents to the bytes of a format: mapped, judged by the target's own rules, read back.

A document that cannot be written is left out with its findings; the others still go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from gateway.documents import Document
from gateway.documents.codec import encode_all
from gateway.findings import Finding, found, has_errors
from gateway.formats.delimited import MAX_FINDINGS
from gateway.formats.detect import Format
from gateway.formats.json import JsonObject
from gateway.pipeline.filled import Filled
from gateway.pipeline.fixed_tables import FixedTable
from gateway.pipeline.interchanges import FirstNumbers, InterchangeWriter
from gateway.pipeline.json_files import JsonWriting
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.losses import losses
from gateway.pipeline.tables import FlatRows, FlatTable, Sourced
from gateway.pipeline.written import Written, WrittenPair, in_one_file, mixed, no_mapping

__all__ = ["FirstNumbers", "Written", "WrittenPair", "write", "write_pair"]


def write(
    documents: Sequence[Sourced], form: Format, knowledge: Knowledge, numbers: FirstNumbers, at: datetime
) -> Written:
    """The documents in a format. `at` is the time of writing for X12 envelopes.

    A finding tells which document it is about by the place of its source, and where in it by the field of
    its canonical form, with the place of that in the source where it is known; or by the place in what would
    have been written.
    """
    if not documents:
        return Written(None)
    if form is Format.CANONICAL:
        return _write_canonical(documents)
    if form is Format.SPAPI:
        writing = JsonWriting(knowledge)
        return writing.joined([writing.made(each) for each in documents])
    if form is Format.CSV:
        return _write_flat(documents, knowledge)
    if form is Format.FIXED:
        return _write_fixed(documents, knowledge)
    if form is Format.XML:
        return _write_xml(documents, knowledge)
    return InterchangeWriter(knowledge, numbers, at).write(documents)


def _write_canonical(documents: Sequence[Sourced]) -> Written:
    data = encode_all(each.document for each in documents)
    if data is None:
        return Written(None, (found("read-back-differs", format="canonical JSON"),))
    return Written(data)


def _of_one_kind(documents: Sequence[Sourced]) -> tuple[list[Sourced], list[Finding]]:
    """The documents of the first one's kind, and a finding for each of another kind."""
    first = type(documents[0].document)
    others = [
        mixed(type(each.document), first, each.location)
        for each in documents
        if type(each.document) is not first
    ]
    return [each for each in documents if type(each.document) is first], others


def _write_xml(documents: Sequence[Sourced], knowledge: Knowledge) -> Written:
    from gateway.pipeline.xml_files import write_xml  # noqa: PLC0415 - lxml is loaded for XML alone

    same, findings = _of_one_kind(documents)
    kind = type(same[0].document)
    table = next((each for each in knowledge.xml_tables() if each.document is kind), None)
    if table is None:
        return Written(None, (*findings, no_mapping(kind, "XML")))
    written = write_xml(same, table)
    return Written(written.data, (*findings, *written.findings))


def _write_flat(documents: Sequence[Sourced], knowledge: Knowledge) -> Written:
    same, findings = _of_one_kind(documents)
    kind = type(same[0].document)
    table = next((each for each in knowledge.flat_tables() if each.document is kind), None)
    if table is None:
        return Written(None, (*findings, no_mapping(kind, "a delimited file")))
    written = in_one_file(
        same,
        "a delimited file",
        lambda document, filled: _rows_of(document, table, filled),
        table.file,
        lambda data, rows: len(table.read(data).outcomes) == len(rows),
    )
    return Written(written.data, (*findings, *written.findings))


def write_pair(documents: Sequence[Sourced], knowledge: Knowledge) -> WrittenPair:
    """The documents in two delimited files, one of documents and one of their items, read back together."""
    written = _write_flat(documents, knowledge) if documents else Written(None)
    if written.data is None:
        return WrittenPair((), written.findings)
    kind = type(documents[0].document)
    table = next(each for each in knowledge.flat_tables() if each.document is kind)
    one = [outcome.document for outcome in table.read(written.data).outcomes]
    rows = [
        made for document in one if document is not None and (made := table.rows(document)[0]) is not None
    ]
    files, faults = table.files(rows)
    findings = (*written.findings, *faults)
    if not files:
        if not has_errors(findings):
            findings = (*findings, found("files-unclear", problem=f"{table.name} names no two `files`"))
        return WrittenPair((), findings)
    again = table.read_pair(files)
    refused = [each for outcome in again.outcomes for each in outcome.findings if outcome.document is None]
    if any(each.code == "files-no-items" for each in refused):
        return WrittenPair((), (*findings, *refused))
    if refused or [outcome.document for outcome in again.outcomes] != one:
        return WrittenPair((), (*findings, *refused, found("read-back-differs", format="pair of files")))
    return WrittenPair(files, findings)


def _rows_of(
    document: Document, table: FlatTable, filled: Filled
) -> tuple[FlatRows | None, tuple[Finding, ...]]:
    """The rows of one document, read back from a file of their own."""
    ready, findings = table.ready(document)
    if ready is None:
        return None, findings
    rows, faults = table.rows(ready)
    findings += faults
    if rows is None or has_errors(faults):
        return None, findings
    alone, faults = table.file([rows])
    if alone is None:
        return None, (*findings, *faults)
    again = [outcome.document for outcome in table.read(alone).outcomes]
    if len(again) != 1 or again[0] is None or not _same_rows(table.rows(again[0])[0], rows):
        reasons = tuple(islice(_rimmed(rows), MAX_FINDINGS)) or (
            found("read-back-differs", format="delimited file"),
        )
        return None, (*findings, *reasons)
    filled.take(table.default_rows, ready, again[0])
    return rows, (*findings, *losses(ready, again[0], "a delimited file", table.default_rows))


def _same_rows(one: FlatRows | None, other: FlatRows) -> bool:
    return one is not None and one.rows == other.rows


def _rimmed(written: FlatRows) -> Iterator[Finding]:
    """The texts with blanks at their start or end, which a reader of delimited files leaves out."""
    for row in written.rows:
        for column, text in row.items():
            if text != text.strip():
                yield found("flat-blanks", value=text, column=column)


def _write_fixed(documents: Sequence[Sourced], knowledge: Knowledge) -> Written:
    same, findings = _of_one_kind(documents)
    kind = type(same[0].document)
    table = next((each for each in knowledge.fixed_tables() if each.document is kind), None)
    if table is None:
        return Written(None, (*findings, no_mapping(kind, "a fixed-width file")))
    written = in_one_file(
        same,
        "a fixed-width file",
        lambda document, filled: _tree_of(document, table, filled),
        table.file,
        lambda data, trees: len(table.read(data).outcomes) == len(trees),
    )
    return Written(written.data, (*findings, *written.findings))


def _tree_of(
    document: Document, table: FixedTable, filled: Filled
) -> tuple[JsonObject | None, tuple[Finding, ...]]:
    """The records of one document, read back from a file of their own."""
    full, findings = table.ready(document)
    if full is None:
        return None, findings
    tree, faults = table.records(full)
    findings = (*findings, *faults)
    if tree is None or has_errors(findings):
        return None, findings
    alone, faults = table.file([tree])
    findings = (*findings, *faults)
    if alone is None:
        return None, findings
    read = [outcome.document for outcome in table.read(alone).outcomes]
    again = read[0] if len(read) == 1 else None
    written = None if again is None else table.records(again)[0]
    if again is None or written is None or table.file([written])[0] != alone:
        return None, (*findings, found("read-back-differs", format="fixed-width file"))
    filled.take(table.default_rows, full, again)
    return tree, (*findings, *losses(full, again, "a fixed-width file", table.default_rows))
