"""Mapping tables as the way of a document uses them: one small face for each family of formats."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from gateway.documents import Document
from gateway.documents.identified import faulty_identifiers, may_be_held
from gateway.findings import Finding, Location
from gateway.formats import json
from gateway.formats.json import JsonObject
from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.model import Delimiters, TransactionSet
from gateway.mapping.crossrefs.complete import Completed
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import JsonSource, Source, X12Source, X12Target
from gateway.mapping.filled import DefaultRow, default_rows
from gateway.mapping.origins import origin_of_pointer
from gateway.mapping.plan import Direction, FormatKind
from gateway.pipeline.names import Name
from gateway.pipeline.places import Traced, TracedReading, about
from gateway.pipeline.proofs import Proof, Proofs
from gateway.pipeline.templates import Example, Templates
from gateway.schema.checker import CheckedSet
from gateway.spapi.contents import Kind

if TYPE_CHECKING:
    from gateway.mapping.compiled.template import JsonPlace

__all__ = [
    "FlatDocuments",
    "JsonTable",
    "MappingTable",
    "Outcome",
    "SegmentTable",
    "Sourced",
    "ready",
]


_NO_NAME = Name()


class Outcome(msgspec.Struct, frozen=True):
    """What was made of one document of a file: the document when it could be made, and all findings.

    `reading` traces it, where a table read it. `pointer` leads to it in a file of canonical documents, of
    which it is None elsewhere. `completing` fills in what cross-references tell, where a table asks for any.
    `lacks_orders`: orders would complete it, and none are at hand. `valid`: the document is known to be
    valid by the way it was made.
    """

    document: Document | None
    findings: tuple[Finding, ...] = ()
    reading: TracedReading | None = None
    pointer: str | None = None
    name: Name = _NO_NAME
    completing: Callable[[Document], Completed] | None = None
    valid: bool = False
    lacks_orders: bool = False


class FlatDocuments(msgspec.Struct, frozen=True):
    """What was made of the documents of a delimited file; an error in `findings` refuses all of them."""

    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...] = ()


class Sourced(msgspec.Struct, frozen=True):
    """A canonical document and its source: interchange, group and set, or its number in the file.

    `reading` and `pointer` are those of its outcome.
    """

    document: Document
    location: Location
    reading: TracedReading | None = None
    pointer: str | None = None


def _traced(mapper: Mapper, source: Source, *, details: bool = False) -> Traced | None:
    document, trace = mapper.traced(source, details=details)
    return None if document is None else Traced(document, trace, source, mapper)


class MappingTable:
    """What tables of all formats have in common."""

    def __init__(self, mapper: Mapper) -> None:
        self.mapper = mapper

    @cached_property
    def default_rows(self) -> tuple[DefaultRow, ...]:
        """The rows that fill what a document leaves open."""
        return default_rows(self.mapper.plan)

    def expect(self, places: int) -> None:
        """A document of so many segments, rows or lines is to be read next."""
        self.mapper.expect(places)

    def outcome(self, source: Source) -> Outcome:
        """What the table makes of a source."""
        document, findings = self.mapper.read(source)
        reading = partial(_traced, self.mapper, source)
        completing, lacks_orders = self.mapper.completing, self.mapper.lacks_orders
        return Outcome(document, findings, reading, completing=completing, lacks_orders=lacks_orders)

    @cached_property
    def takes_all_as_they_are(self) -> bool:
        """Whether `ready` gives every document of the table's kind as it is, and finds nothing."""
        return not self.mapper.completes(Direction.WRITE) and not may_be_held(self.mapper.plan.document)

    def ready(self, document: Document) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document to write, completed from cross-references; None when it is to go no further."""
        return ready(self.mapper, document)


def ready(mapper: Mapper, document: Document) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document a table is to write, completed from cross-references; None when it goes no further.

    Flat files and XML are for our own systems; a partner gets no identifiers that are none.
    """
    mapper.expect(len(document.lines))
    completed = mapper.completed(document, Direction.WRITE)
    for_partner = mapper.plan.format.kind in (FormatKind.X12, FormatKind.JSON)
    faulty = faulty_identifiers(completed.document) if for_partner else ()
    made = None if completed.held or faulty else completed.document
    findings = (*completed.findings, *faulty)
    return made, about(findings) if findings else ()


class SegmentTable(MappingTable):
    """A table of X12."""

    def __init__(self, mapper: Mapper, definition: SetDefinition) -> None:
        super().__init__(mapper)
        self.definition = definition

    def read(
        self,
        segments: Sequence[Sequence[str]],
        rows: Sequence[int],
        delimiters: Delimiters,
        location: Location,
    ) -> Outcome:
        """The document of a set cut into elements; `rows` are their places in the definition."""
        return self.outcome(X12Source(segments, rows, delimiters, location))

    def received(self, checked: CheckedSet, received: TransactionSet) -> Outcome:
        """The document of a set that was received.

        Cut into elements a set takes many times its size: to be traced it is kept as text, and cut again.
        """
        mapper = self.mapper
        mapper.expect(len(received.segments))
        known = None if checked.shaped is None else mapper.of_shape(checked.shaped)
        document: Document | None
        findings: tuple[Finding, ...] = ()
        if known is not None:
            document, valid = known
        else:
            source = X12Source(checked.elements, checked.rows, received.delimiters, received.location)
            document, findings, valid = mapper.reading(source)
        reading = partial(self.traced, received, checked.rows)
        return Outcome(document, findings, reading, None, _NO_NAME, mapper.completing, valid)

    def traced(
        self, received: TransactionSet, rows: Sequence[int], *, details: bool = False
    ) -> Traced | None:
        """The document of a set once more, with the places of its values."""
        source = X12Source(received.split(), rows, received.delimiters, received.location)
        return _traced(self.mapper, source, details=details)

    def write(
        self, document: Document, delimiters: Delimiters
    ) -> tuple[list[list[str]] | None, tuple[Finding, ...]]:
        """The segments between ST and SE, components joined."""
        target, findings = self.mapper.write(document, delimiters)
        return (target.segments if isinstance(target, X12Target) else None), about(findings)


class JsonTable(MappingTable):
    """A table of SP-API JSON."""

    def __init__(self, mapper: Mapper, kind: Kind) -> None:
        super().__init__(mapper)
        self.kind = kind
        self._proofs = Proofs()
        self.templates = Templates(mapper.template)

    def take_example(self, outline: Hashable, document: Document, entry: bytes, place: JsonPlace) -> None:
        """Takes a document of a proved outline, written uniformly, as an example for a template."""
        proof = self._proofs.of(outline)
        if proof is not None:
            self.templates.take_example(outline, Example(document, entry, place, proof))

    def write_uniformly(
        self, document: Document
    ) -> tuple[JsonObject, tuple[Finding, ...], Hashable, Proof | None] | None:
        """The object of one document as `write` gives it, the outline of the document, and what another one
        of this outline proved; None on doubt."""
        done = self.mapper.write_uniformly(document)
        if done is None:
            return None
        outline, tree, findings = done
        assert isinstance(tree, dict)
        return tree, about(findings) if findings else (), outline, self._proofs.of(outline)

    def prove(self, outline: Hashable, text: bytes, again: Document, proof: Proof) -> None:
        """Takes what was read back of the text of a document as a proof for those of its outline, where it
        is one."""
        tree = json.parse(text)[0]
        if isinstance(tree, dict) and self.mapper.comes_back(tree, again):
            self._proofs.add(outline, proof)

    def read(self, tree: JsonObject, pointer: str) -> Outcome:
        """The document of one object; `pointer` leads to it in its file."""
        return self.outcome(JsonSource(tree, pointer))

    def write(self, document: Document) -> tuple[JsonObject | None, tuple[Finding, ...]]:
        """The object of one document."""
        target, findings = self.mapper.write(document)
        return (target if isinstance(target, dict) else None), about(findings)

    def row(self, pointer: str) -> str:
        """File and line of the row that fills this place of a document; "" where there is none."""
        origin = origin_of_pointer(self.mapper.plan, pointer)
        return "" if origin is None else str(origin)
