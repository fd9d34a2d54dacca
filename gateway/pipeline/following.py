"""Documents read once more, slowly, so that the place of each of their values is known."""

from __future__ import annotations

import msgspec

from gateway.documents import Document
from gateway.documents.codec import encode
from gateway.formats import json
from gateway.mapping.evaluate.trace import Trace
from gateway.mapping.explain.completing import follow
from gateway.mapping.explain.lines import json_lines, shown_source
from gateway.mapping.explain.model import Shown
from gateway.mapping.pairs.model import Pair
from gateway.mapping.plan import Direction
from gateway.pipeline.tables import Sourced

__all__ = ["Followed", "follow_again", "shown_document"]


class Followed(msgspec.Struct, frozen=True):
    """A document with its trace, completed from cross-references, and its source as it is shown.

    `read_by`: the pair of the table that read it. `pointer` leads to it in a file of canonical documents.
    """

    document: Document
    trace: Trace
    shown: Shown
    read_by: Pair | None = None
    pointer: str | None = None


def follow_again(each: Sourced) -> Followed:
    """The document with every place of it; in a file of canonical documents each field is its own place."""
    traced = each.reading(details=True) if each.reading is not None else None
    if traced is None:
        pointer = each.pointer or ""
        return Followed(
            each.document, Trace(details=True), shown_document(each.document, pointer), pointer=pointer
        )
    completed = traced.mapper.completed(traced.document, Direction.READ)
    follow(traced.trace, traced.document, completed)
    shown = traced.shown() if traced.shown is not None else shown_source(traced.source)
    return Followed(completed.document, traced.trace, shown, traced.mapper.plan.pair)


def shown_document(document: Document, pointer: str) -> Shown:
    """A canonical document as it is shown; `pointer` leads to it in its file."""
    return Shown(json_lines(json.parse(encode(document))[0], pointer))
