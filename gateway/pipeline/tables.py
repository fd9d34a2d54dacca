"""Mapping tables as the way of a document uses them: one small face for each family of formats."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, partial

import msgspec

from gateway.documents import Document
from gateway.documents.identified import faulty_identifiers
from gateway.findings import Finding, Location, found, has_errors
from gateway.formats import json
from gateway.formats.delimited import DelimitedTable, Dialect, read_delimited
from gateway.formats.delimited_writer import write_delimited
from gateway.formats.json import JsonObject
from gateway.formats.x12.definitions import SetDefinition
from gateway.formats.x12.model import Delimiters, TransactionSet
from gateway.mapping.crossrefs.complete import Completed
from gateway.mapping.csv_documents import csv_documents, dialect_of, joined_rows
from gateway.mapping.csv_fit import Fit, fit_of
from gateway.mapping.csv_pair import Half, Joined, in_file, item_columns, join_halves, split_halves
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import CsvTarget, JsonSource, Source, X12Source, X12Target
from gateway.mapping.explain.lines import shown_rows
from gateway.mapping.filled import DefaultRow, default_rows
from gateway.mapping.origins import origin_of_pointer
from gateway.mapping.plan import Direction, FormatKind
from gateway.pipeline.names import Name, of_rows
from gateway.pipeline.places import Traced, TracedReading, about
from gateway.pipeline.proofs import Proof, Proofs
from gateway.schema.checker import CheckedSet
from gateway.spapi.contents import Kind

__all__ = [
    "FlatDocuments",
    "FlatRows",
    "FlatTable",
    "JsonTable",
    "MappingTable",
    "Outcome",
    "SegmentTable",
    "Sourced",
    "ready",
]


FlatRows = CsvTarget
"""The rows of one document of a delimited file."""


_NO_NAME = Name()


class Outcome(msgspec.Struct, frozen=True):
    """What was made of one document of a file: the document when it could be made, and all findings.

    `reading` traces it, where a table read it. `pointer` leads to it in a file of canonical documents, of
    which it is None elsewhere. `completing` fills in what cross-references tell, where a table asks for any.
    `valid`: the document is known to be valid by the way it was made.
    """

    document: Document | None
    findings: tuple[Finding, ...] = ()
    reading: TracedReading | None = None
    pointer: str | None = None
    name: Name = _NO_NAME
    completing: Callable[[Document], Completed] | None = None
    valid: bool = False


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


def _outcome(mapper: Mapper, source: Source) -> Outcome:
    """What a table makes of a source."""
    document, findings = mapper.read(source)
    return Outcome(document, findings, partial(_traced, mapper, source), completing=mapper.completing)


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
        return _outcome(self.mapper, X12Source(segments, rows, delimiters, location))

    def received(self, checked: CheckedSet, received: TransactionSet) -> Outcome:
        """The document of a set that was received.

        Cut into elements a set takes many times its size: to be traced it is kept as text, and cut again.
        """
        mapper = self.mapper
        mapper.expect(len(checked.elements))
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
        return _outcome(self.mapper, JsonSource(tree, pointer))

    def write(self, document: Document) -> tuple[JsonObject | None, tuple[Finding, ...]]:
        """The object of one document."""
        target, findings = self.mapper.write(document)
        return (target if isinstance(target, dict) else None), about(findings)

    def row(self, pointer: str) -> str:
        """File and line of the row that fills this place of a document; "" where there is none."""
        origin = origin_of_pointer(self.mapper.plan, pointer)
        return "" if origin is None else str(origin)


class FlatTable(MappingTable):
    """A table of delimited files."""

    def __init__(self, mapper: Mapper, document: type[Document]) -> None:
        super().__init__(mapper)
        self._dialect = dialect_of(mapper.plan.settings)
        self.document = document

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.mapper.plan.name

    @property
    def dialect(self) -> Dialect:
        """How its files are written down."""
        return self._dialect

    def fit(self, columns: Sequence[str]) -> Fit:
        """How well the table fits a header.

        The header alone decides: faults further down are told by the table that the file was meant for.
        """
        return fit_of(self.mapper.plan, columns)

    def faults(self, data: bytes) -> tuple[Finding, ...]:
        """What makes all of a file unreadable as delimited text, whatever its columns are."""
        table, findings = read_delimited(data, self._dialect)
        return () if table is not None else findings

    def read(self, data: bytes) -> FlatDocuments:
        """The documents of a file.

        Where a document is held back for rows that cannot be read, or the file as a whole, the cells of the
        rows that can be read are judged all the same; what is missing cannot be.
        """
        table, findings = read_delimited(data, self._dialect)
        return FlatDocuments((), findings) if table is None else self._documents(table)

    def read_pair(self, files: Sequence[tuple[str, bytes]]) -> FlatDocuments:
        """The documents of two files, one of documents and one of their items, in either order."""
        halves: list[Half] = []
        unread: list[Finding] = []
        for name, data in files:
            table, findings = read_delimited(data, self._dialect)
            unread += in_file(findings, name)
            if table is not None:
                halves.append(Half(name, table))
        if len(halves) < len(files):
            return FlatDocuments((), tuple(unread))
        items = item_columns(self.mapper.plan)
        counts = [len(items & set(half.table.columns)) for half in halves]
        if counts[0] == counts[1]:
            problem = f"{files[0][0]} and {files[1][0]} have as many columns of lines"
            return FlatDocuments((), (found("files-unclear", problem=problem),))
        documents, lines = halves if counts[0] < counts[1] else reversed(halves)
        joined = join_halves(self.mapper.plan, documents, lines)
        if has_errors(joined.findings):
            return FlatDocuments((), (*joined.findings, *joined.alone))
        read = self._documents(joined.table) if joined.table.rows else FlatDocuments(())
        placed = [_relocated(outcome, joined) for outcome in read.outcomes]
        alone = [
            Outcome(None, (finding,), name=Name(self.document.__name__, finding.value or ""))
            for finding in joined.alone
        ]
        return FlatDocuments((*placed, *alone), _placed(read.findings, joined))

    def _documents(self, table: DelimitedTable) -> FlatDocuments:
        documents, whole = csv_documents(self.mapper.plan, table)
        outcomes = []
        for document in documents:
            outcome = _outcome(self.mapper, document.source)
            made, faults = outcome.document, outcome.findings
            if document.findings or has_errors(whole):
                faults = (
                    *document.findings,
                    *(fault for fault in faults if fault.location.column is not None),
                )
                made = None
            name = of_rows(self.document, document.source, self.mapper.plan.settings.document_key)
            outcomes.append(msgspec.structs.replace(outcome, document=made, findings=faults, name=name))
        return FlatDocuments(tuple(outcomes), whole)

    def rows(self, document: Document) -> tuple[FlatRows | None, tuple[Finding, ...]]:
        """The rows of one document."""
        target, findings = self.mapper.write(document)
        return (target if isinstance(target, CsvTarget) else None), about(findings)

    def file(self, written: Sequence[FlatRows]) -> tuple[bytes | None, tuple[Finding, ...]]:
        """The file that holds the rows of these documents."""
        return write_delimited(*joined_rows(written), self._dialect)

    def files(self, written: Sequence[FlatRows]) -> tuple[tuple[tuple[str, bytes], ...], tuple[Finding, ...]]:
        """Two files that hold these documents and their items, by the names of the settings; none where a
        finding is an error, or the table names no files."""
        names = self.mapper.plan.settings.files
        made: list[tuple[str, bytes]] = []
        findings: list[Finding] = []
        halves = split_halves(self.mapper.plan, written) if names else ()
        for name, (columns, rows) in zip(names, halves, strict=True):
            data, faults = write_delimited(columns, rows, self._dialect)
            findings += in_file(faults, f"{name}.csv")
            if data is not None:
                made.append((f"{name}.csv", data))
        return (tuple(made) if len(made) == len(names) else ()), tuple(findings)


def _placed(findings: Sequence[Finding], joined: Joined) -> tuple[Finding, ...]:
    return tuple(
        msgspec.structs.replace(finding, location=joined.place(finding.location)) for finding in findings
    )


def _relocated(outcome: Outcome, joined: Joined) -> Outcome:
    """An outcome of joined files with each finding in the file it is about."""

    def reading(*, details: bool = False) -> Traced | None:
        traced = outcome.reading(details=details) if outcome.reading is not None else None
        if traced is None:
            return None
        shown = partial(shown_rows, traced.source, joined.place)
        return msgspec.structs.replace(traced, placed=joined.place, shown=shown)

    return msgspec.structs.replace(outcome, findings=_placed(outcome.findings, joined), reading=reading)
