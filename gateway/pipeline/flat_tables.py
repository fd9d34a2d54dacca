"""Mapping tables of delimited files, as the way of a document uses them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from gateway.documents import Document
from gateway.findings import Finding, found, has_errors
from gateway.formats.delimited import DelimitedTable, Dialect, read_delimited
from gateway.formats.delimited_writer import write_delimited
from gateway.mapping.csv_documents import csv_documents, dialect_of, joined_rows
from gateway.mapping.csv_fit import Fit, fit_of
from gateway.mapping.csv_pair import Half, Joined, in_file, item_columns, join_halves, split_halves
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import CsvTarget
from gateway.mapping.explain.lines import shown_rows
from gateway.pipeline.names import Name, of_rows
from gateway.pipeline.places import Traced, about
from gateway.pipeline.tables import FlatDocuments, MappingTable, Outcome

__all__ = ["FlatRows", "FlatTable"]

FlatRows = CsvTarget
"""The rows of one document of a delimited file."""


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
    def document_key(self) -> tuple[str, ...]:
        """The columns whose values tell the documents of a file apart; none where a file holds one."""
        return self.mapper.plan.settings.document_key

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
            outcome = self.outcome(document.source)
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
