"""The canonical checks, which every document goes through, whatever format it comes from."""

from __future__ import annotations

import msgspec

from gateway.documents.accept import accepts
from gateway.documents.business import warnings
from gateway.documents.judge import faults
from gateway.findings import NOWHERE, Location
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.places import about, of_document
from gateway.pipeline.tables import Outcome

__all__ = ["judged"]


def judged(outcome: Outcome, place: Location, knowledge: Knowledge) -> Outcome:
    """What is left after the checks: a document that its schema refuses goes no further, warnings go along.

    `place` is that of the document: the names of its envelopes, or its number in the file.
    """
    document, told = outcome.document, outcome.findings
    if document is not None and outcome.completing is not None:
        completed = outcome.completing(document)
        told += of_document(about(completed.findings), place, outcome.reading, outcome.pointer)
        document = None if completed.held else completed.document
    if document is not None:
        valid = (outcome.valid and document is outcome.document) or accepts(document)
        broken = () if valid else faults(document)
        more = broken or warnings(document, knowledge.arithmetic)
        if more:
            told += of_document(about(more), place, outcome.reading, outcome.pointer)
        document = None if broken else document
    if not told and document is outcome.document:
        return outcome
    if outcome.reading is not None:
        told = tuple(one if one.location != NOWHERE else of_document((one,), place)[0] for one in told)
    return msgspec.structs.replace(outcome, document=document, findings=told)
