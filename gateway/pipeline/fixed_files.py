"""Documents to a fixed-width file: each is read back from a file of its own."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.documents import Document
from gateway.findings import Finding, found, has_errors
from gateway.formats.json import JsonObject
from gateway.pipeline.filled import Filled
from gateway.pipeline.fixed_tables import FixedTable
from gateway.pipeline.losses import losses
from gateway.pipeline.tables import Sourced
from gateway.pipeline.written import Written, in_one_file

__all__ = ["write_fixed"]


def write_fixed(documents: Sequence[Sourced], tables: Sequence[FixedTable]) -> Written:
    """The documents in one fixed-width file."""
    return in_one_file(documents, tables, "a fixed-width file", _tree_of, FixedTable.file, _holds_all)


def _holds_all(table: FixedTable, data: bytes, trees: list[JsonObject]) -> bool:
    return len(table.read(data).outcomes) == len(trees)


def _tree_of(
    document: Document, table: FixedTable, filled: Filled
) -> tuple[JsonObject | None, tuple[Finding, ...]]:
    """The records of one document, read back from a file of their own."""
    full, findings = table.ready(document)
    if full is None:
        return None, findings
    tree, faults = table.records(full)
    findings = (*findings, *faults)
    if tree is None or has_errors(findings):
        return None, findings
    alone, faults = table.file([tree])
    findings = (*findings, *faults)
    if alone is None:
        return None, findings
    read = [outcome.document for outcome in table.read(alone).outcomes]
    again = read[0] if len(read) == 1 else None
    written = None if again is None else table.records(again)[0]
    if again is None or written is None or table.file([written])[0] != alone:
        return None, (*findings, found("read-back-differs", format="fixed-width file"))
    filled.take(table.default_rows, full, again)
    return tree, (*findings, *losses(full, again, "a fixed-width file", table.default_rows))
