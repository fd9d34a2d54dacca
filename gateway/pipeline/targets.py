"""Canonical documents to the bytes of a format: mapped, judged by the target's own rules, read back.

A document that cannot be written is left out with its findings; the others still go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.documents.codec import encode_all
from gateway.findings import found
from gateway.formats.detect import Format
from gateway.pipeline.fixed_files import write_fixed
from gateway.pipeline.flat_files import write_flat
from gateway.pipeline.interchanges import FirstNumbers, InterchangeWriter
from gateway.pipeline.json_files import JsonWriting
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.tables import Sourced
from gateway.pipeline.written import Written

__all__ = ["FirstNumbers", "Written", "write"]


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
        return write_flat(documents, knowledge.flat_tables())
    if form is Format.FIXED:
        return write_fixed(documents, knowledge.fixed_tables())
    if form is Format.XML:
        from gateway.pipeline.xml_files import write_xml  # noqa: PLC0415 - lxml is loaded for XML alone

        return write_xml(documents, knowledge.xml_tables())
    return InterchangeWriter(knowledge, numbers, at).write(documents)


def _write_canonical(documents: Sequence[Sourced]) -> Written:
    data = encode_all(each.document for each in documents)
    if data is None:
        return Written(None, (found("read-back-differs", format="canonical JSON"),))
    return Written(data)
