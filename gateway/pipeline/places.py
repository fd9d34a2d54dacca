"""Where a finding about a canonical document stands in the file that the document was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from gateway.documents import Document
from gateway.findings import NOWHERE, Finding, Location
from gateway.formats.json_pointer import parts_of
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import Source
from gateway.mapping.evaluate.trace import Trace
from gateway.mapping.explain.model import Shown

__all__ = ["Traced", "TracedReading", "about", "of_document", "place_in_source"]


class Traced(msgspec.Struct, frozen=True):
    """A document read with a trace; the trace knows its very records, not equal ones.

    `source` was read by the table of `mapper`. Where it is not the file itself, as the tree of an XML file is
    not, `placed` turns a place of it into one of the file, and `shown` gives the file as a person reads it.
    """

    document: Document
    trace: Trace
    source: Source
    mapper: Mapper
    placed: Callable[[Location], Location] | None = None
    shown: Callable[[], Shown] | None = None


class TracedReading(Protocol):
    """Reads a document again, slowly, so that the places of its values are known."""

    def __call__(self, *, details: bool = False) -> Traced | None:
        """The document, None where it cannot be read; `details`: every place, see `Trace`."""


def about(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings about a canonical document that is no file: what was their `pointer` is their `field`."""
    return tuple(
        msgspec.structs.replace(
            finding,
            location=msgspec.structs.replace(
                finding.location, pointer=None, field=finding.location.field or finding.location.pointer
            ),
        )
        for finding in findings
    )


def of_document(
    findings: Iterable[Finding],
    document: Location,
    reading: TracedReading | None = None,
    pointer: str | None = None,
) -> tuple[Finding, ...]:
    """Findings with the envelopes or number of their document, and the place of their field in its file.

    The document is read again only when there is such a finding; where its field was made by a table, or
    stands for the whole document, the field alone is told. In a file of canonical documents, where `pointer`
    leads to the document, the field is a place of the file.
    """
    findings = tuple(findings)
    if pointer is not None:
        findings = tuple(_in_canonical(finding, pointer) for finding in findings)
    fields = [finding.location.field for finding in findings if finding.location.field]
    traced = reading() if fields and reading is not None else None
    return tuple(
        msgspec.structs.replace(finding, location=_merged(finding.location, document, traced))
        for finding in findings
    )


def _in_canonical(finding: Finding, pointer: str) -> Finding:
    field = finding.location.field
    if field is None:
        return finding
    place = msgspec.structs.replace(finding.location, pointer=pointer + field, field=None)
    return msgspec.structs.replace(finding, location=place)


def _merged(own: Location, document: Location, traced: Traced | None) -> Location:
    held = {name: getattr(own, name) for name in own.__struct_fields__ if getattr(own, name) is not None}
    place = place_in_source(traced, own.field) if traced is not None and own.field else NOWHERE
    for outer in (place, document):
        for name in outer.__struct_fields__:
            if name not in held and getattr(outer, name) is not None:
                held[name] = getattr(outer, name)
    return Location(**held)


def place_in_source(traced: Traced, field: str) -> Location:
    """Where the value or record that a JSON pointer leads to was read from; nowhere when that is unknown."""
    trace = traced.trace
    value: object = traced.document
    root = nearest = trace.where(traced.document)
    for part in parts_of(field):
        holder, value = value, _inside(value, part)
        if isinstance(value, msgspec.Struct):
            own = trace.where(value)
            nearest = own if own not in (NOWHERE, nearest) else next(_read_from(trace, value), nearest)
        elif isinstance(holder, msgspec.Struct) and not isinstance(value, tuple | dict):
            sources = trace.sources(holder, part)
            nearest = sources[0].location if sources else nearest
    if nearest == root:
        return NOWHERE
    return nearest if traced.placed is None else traced.placed(nearest)


def _inside(value: object, part: str) -> object:
    if isinstance(value, tuple):
        return value[int(part)] if part.isdecimal() and int(part) < len(value) else None
    return value.get(part) if isinstance(value, dict) else getattr(value, part, None)


def _read_from(trace: Trace, record: msgspec.Struct) -> Iterator[Location]:
    """Where the fields of a record were read from, in their order."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, msgspec.Struct):
            yield from _read_from(trace, value)
        else:
            yield from (source.location for source in trace.sources(record, name))
