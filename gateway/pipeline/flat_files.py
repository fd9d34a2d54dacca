"""Documents to delimited files, one or two of them: each document is read back from a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from gateway.documents import Document
from gateway.findings import Finding, found, has_errors
from gateway.formats.delimited import MAX_FINDINGS
from gateway.mapping.csv_owners import Key
from gateway.pipeline.filled import Filled
from gateway.pipeline.flat_tables import FlatRows, FlatTable
from gateway.pipeline.losses import losses
from gateway.pipeline.tables import Sourced
from gateway.pipeline.written import Written, WrittenPair, in_one_file

__all__ = ["write_flat", "write_pair"]


def write_flat(documents: Sequence[Sourced], tables: Sequence[FlatTable]) -> Written:
    """The documents in one delimited file."""
    writing = _Writing()
    return in_one_file(documents, tables, "a delimited file", writing.rows, writing.file, writing.holds_all)


class _Writing:
    """One file as it comes to be; that of one document was made, and read back, when its rows were."""

    def __init__(self) -> None:
        self._held: set[Key] = set()
        self._alone: tuple[bytes | None, tuple[Finding, ...]] = None, ()

    def rows(
        self, document: Document, table: FlatTable, filled: Filled
    ) -> tuple[FlatRows | None, tuple[Finding, ...]]:
        made = _rows_of(self._held, document, table, filled)
        if made.rows is not None:
            self._alone = made.alone
        return made.rows, made.findings

    def file(self, table: FlatTable, rows: list[FlatRows]) -> tuple[bytes | None, tuple[Finding, ...]]:
        return self._alone if len(rows) == 1 else table.file(rows)

    def holds_all(self, table: FlatTable, data: bytes, rows: list[FlatRows]) -> bool:
        return len(rows) == 1 or len(table.read(data).outcomes) == len(rows)


class _Made(NamedTuple):
    """The rows of a document, None where it cannot be written, and the file of them alone."""

    rows: FlatRows | None
    findings: tuple[Finding, ...]
    alone: tuple[bytes | None, tuple[Finding, ...]] = (None, ())


def write_pair(documents: Sequence[Sourced], tables: Sequence[FlatTable]) -> WrittenPair:
    """The documents in two delimited files, one of documents and one of their items, read back together."""
    written = write_flat(documents, tables) if documents else Written(None)
    if written.data is None:
        return WrittenPair((), written.findings)
    table = next(each for each in tables if each.document is type(documents[0].document))
    one = [outcome.document for outcome in table.read(written.data).outcomes]
    rows = [
        made for document in one if document is not None and (made := table.rows(document)[0]) is not None
    ]
    files, faults = table.files(rows)
    findings = (*written.findings, *faults)
    if not files:
        if not has_errors(findings):
            findings = (*findings, found("files-unclear", problem=f"{table.name} names no two `files`"))
        return WrittenPair((), findings)
    again = table.read_pair(files)
    refused = [each for outcome in again.outcomes for each in outcome.findings if outcome.document is None]
    if any(each.code == "files-no-items" for each in refused):
        return WrittenPair((), (*findings, *refused))
    if refused or [outcome.document for outcome in again.outcomes] != one:
        return WrittenPair((), (*findings, *refused, found("read-back-differs", format="pair of files")))
    return WrittenPair(files, findings)


def _rows_of(held: set[Key], document: Document, table: FlatTable, filled: Filled) -> _Made:
    """The rows of one document, read back from a file of their own; `held`: the keys of the file so far."""
    ready, findings = table.ready(document)
    if ready is None:
        return _Made(None, findings)
    rows, faults = table.rows(ready)
    findings += faults
    if rows is None or has_errors(faults):
        return _Made(None, findings)
    file = table.file([rows])
    alone, faults = file
    if alone is None:
        return _Made(None, (*findings, *faults))
    again = [outcome.document for outcome in table.read(alone).outcomes]
    if len(again) != 1 or again[0] is None or not _same_rows(table.rows(again[0])[0], rows):
        reasons = tuple(islice(_rimmed(rows), MAX_FINDINGS)) or (
            found("read-back-differs", format="delimited file"),
        )
        return _Made(None, (*findings, *reasons))
    key = tuple(rows.rows[0].get(column, "") for column in table.document_key)
    if key in held:
        return _Made(None, (*findings, _held_already(table.document_key, key)))
    held.add(key)
    filled.take(table.default_rows, ready, again[0])
    lost = losses(ready, again[0], "a delimited file", table.default_rows)
    return _Made(rows, (*findings, *lost), file)


def _held_already(columns: Key, key: Key) -> Finding:
    value = " + ".join(key)
    other = f"a document whose {' + '.join(columns)} is {value}" if columns else "a document"
    return found("flat-key-held", value=value or None, other=other)


def _same_rows(one: FlatRows | None, other: FlatRows) -> bool:
    return one is not None and one.rows == other.rows


def _rimmed(written: FlatRows) -> Iterator[Finding]:
    """The texts with blanks at their start or end, which a reader of delimited files leaves out."""
    for row in written.rows:
        for column, text in row.items():
            if text != text.strip():
                yield found("flat-blanks", value=text, column=column)
