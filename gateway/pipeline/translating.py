"""X12 to SP-API JSON set by set, for files of many small documents."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.pipeline.json_files import JsonWriting
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.written import Written
from gateway.pipeline.x12_files import MAX_TRANSLATED_BYTES, X12Stream
from gateway.report import FileReport

__all__ = ["Translated", "x12_to_json"]


class Translated(msgspec.Struct, frozen=True):
    """The report on a file as it was read, and what was written of its documents."""

    report: FileReport
    written: Written


def x12_to_json(file: str, chunks: Iterable[bytes], knowledge: Knowledge) -> Translated:
    """What reading the file and then writing its documents comes to.

    Each document is written as soon as it is read, and only its text is kept until its interchange lets it
    through: texts are a fraction of documents, and what was just made is at hand.
    """
    stream, writing = X12Stream(knowledge, MAX_TRANSLATED_BYTES), JsonWriting(knowledge)
    made = stream.let_through(chunks, writing.made)
    return Translated(stream.intake.report(file), writing.joined(made))
