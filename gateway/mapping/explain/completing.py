"""What cross-references filled in, told to the trace of a document: new records stand for old ones."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.documents import Document
from gateway.documents.parts import Moment
from gateway.findings import NOWHERE, Location
from gateway.formats.json_pointer import parts_of
from gateway.mapping.crossrefs.complete import Completed, Filling
from gateway.mapping.evaluate.trace import Kind, Place, Source, Trace
from gateway.mapping.explain.text import text_of

__all__ = ["follow"]


def follow(trace: Trace, before: Document, completed: Completed, pointer: str | None = None) -> None:
    """Tells a trace what became of the records of a document, and where each filled value comes from.

    `pointer` leads to the document in a file of canonical documents: its fields are places of the file.
    """
    if completed.document is before:
        return
    _moved(trace, before, completed.document)
    for filling in completed.fillings:
        holder = _holder(completed.document, filling.pointer)
        if holder is not None:
            record, field, key = holder
            places = tuple(_places(trace, completed.document, filling, pointer))
            source = Source(
                place="",
                location=places[0].location if places else NOWHERE,
                row=filling.completion,
                places=places,
                key=key,
                kind=Kind.COMPLETED,
                crossref=filling.row,
                order=filling.order,
            )
            trace.completed(record, field, source)


def _moved(trace: Trace, old: object, new: object) -> None:
    """Tells the trace each record that was made anew."""
    if new is old or isinstance(new, Moment):
        return
    if isinstance(new, tuple) and isinstance(old, tuple):
        for one, other in zip(old, new, strict=False):
            _moved(trace, one, other)
    elif isinstance(new, msgspec.Struct) and isinstance(old, msgspec.Struct):
        trace.moved(new, old)
        for name in new.__struct_fields__:
            _moved(trace, getattr(old, name), getattr(new, name))


def _holder(document: Document, pointer: str) -> tuple[msgspec.Struct, str, str] | None:
    """The record that a pointer leads into, the field of it, and of a map the key."""
    value: object = document
    held: tuple[msgspec.Struct, str, str] | None = None
    for part in parts_of(pointer):
        if isinstance(value, tuple):
            value = value[int(part)]
        elif isinstance(value, msgspec.Struct):
            held = (value, part, "")
            value = getattr(value, part)
        elif held is not None:
            held = (held[0], held[1], part)
    return held


def _places(trace: Trace, document: Document, filling: Filling, pointer: str | None) -> Iterator[Place]:
    """Where the values stand that found the row."""
    for each in filling.keys:
        holder = _holder(document, each)
        if holder is None:
            continue
        record, field, key = holder
        if pointer is not None:
            value: object = getattr(record, field)
            text = text_of(value.get(key) if isinstance(value, dict) else value)
            yield Place(Location(pointer=pointer + each), text)
            continue
        for source in trace.told(record, field):
            if not key or source.key == key:
                yield from source.places
