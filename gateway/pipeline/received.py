"""What a file is once it was read: its documents, the report on it, and the acknowledgments in it."""

from __future__ import annotations

import msgspec

from gateway.acknowledgments.answered import Acknowledged
from gateway.findings import Location
from gateway.pipeline.tables import Sourced
from gateway.report import FileReport

__all__ = ["Answer", "Received"]


class Answer(msgspec.Struct, frozen=True):
    """An acknowledgment that somebody sent, and the place of its set or segment."""

    acknowledged: Acknowledged
    location: Location


class Received(msgspec.Struct, frozen=True):
    """A file made canonical: the documents that came through, in order, and the report on all of it.

    `answers` are the acknowledgments in it, which no table maps: faulty ones too, with their own findings.
    """

    documents: tuple[Sourced, ...]
    report: FileReport
    answers: tuple[Answer, ...] = ()
