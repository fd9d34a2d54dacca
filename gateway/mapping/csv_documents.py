"""Delimited files hold several documents: rows are told apart by the columns a table's settings name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import DelimitedRow, DelimitedTable, Dialect
from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan
from gateway.mapping.csv_owners import Key, Unowned, owner_of
from gateway.mapping.evaluate.sources import CsvSource, CsvTarget
from gateway.mapping.plan import CsvSettings, Here, Origin
from gateway.suggestions import suggestion

__all__ = ["CsvDocument", "csv_documents", "dialect_of", "joined_rows", "needed_columns"]


def dialect_of(settings: CsvSettings) -> Dialect:
    """How a table's files are written down."""
    return Dialect(settings.delimiter, settings.quote, settings.line_end, settings.charset)


class CsvDocument(msgspec.Struct, frozen=True):
    """A document of a file; `findings` are about rows of it that cannot be read, and hold it back."""

    source: CsvSource
    findings: tuple[Finding, ...] = ()


def csv_documents(plan: Plan, table: DelimitedTable) -> tuple[tuple[CsvDocument, ...], tuple[Finding, ...]]:
    """The documents of a file, in the order of their first rows, and what is wrong with all of it.

    A faulty row belongs to the document whose key it has. An error among the findings of the file refuses all
    its documents: a column is missing that each of them needs, or one of them may lack a row.
    """
    findings = list(check_columns(plan, table))
    if any(finding.code == "flat-column-missing" for finding in findings):
        return (), (*findings, *(finding for row in table.faulty for finding in row.findings))
    keys = plan.settings.document_key
    positions = [table.columns.index(key) for key in keys]
    groups: dict[Key, list[DelimitedRow]] = {}
    for row in table.rows:
        key = tuple(row.cells[position].strip() for position in positions)
        if positions and not any(key):
            place = Location(line=row.line, column=positions[0] + 1)
            held = next((cell for cell in row.cells if cell.strip()), "")
            findings.append(found("rows-without-key", place, held, column=" + ".join(keys)))
        else:
            groups.setdefault(key, []).append(row)
    held_back: dict[Key, list[Finding]] = {}
    for faulty in table.faulty:
        owner = owner_of(faulty, len(table.columns), positions, groups)
        if isinstance(owner, Unowned):
            findings += faulty.findings
            if positions:
                place = Location(line=faulty.line, column=positions[0] + 1)
                named, reason = " + ".join(keys), owner.reason
                findings.append(found("rows-of-no-document", place, column=named, reason=reason))
        else:
            held_back.setdefault(owner, []).extend(faulty.findings)
    return tuple(
        CsvDocument(CsvSource(table.columns, tuple(rows)), tuple(held_back.get(key, ())))
        for key, rows in groups.items()
    ), tuple(findings)


def check_columns(plan: Plan, table: DelimitedTable) -> tuple[Finding, ...]:
    """Columns that are missing though every document needs them, and columns no row of the table names."""
    findings = []
    given = set(table.columns)
    unnamed = [column for column in table.columns if column not in plan.columns]
    for column, origin in needed_columns(plan).items():
        if column not in given:
            hint = suggestion(column, unnamed) if unnamed else ""
            findings.append(
                found("flat-column-missing", Location(line=table.line), column, row=origin, hint=hint)
            )
    for column in unnamed:
        place = Location(line=table.line, column=table.columns.index(column) + 1)
        absent = [name for name in plan.columns if name not in given]
        hint = suggestion(column, absent) if absent else ""
        findings.append(found("flat-column-unknown", place, column, hint=hint))
    return tuple(findings)


def joined_rows(targets: Iterable[CsvTarget]) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns and rows of one file that holds all these documents."""
    columns: dict[str, None] = {}
    rows: list[dict[str, str]] = []
    for target in targets:
        columns |= dict.fromkeys(target.columns)
        rows += target.rows
    return tuple(columns), rows


def needed_columns(plan: Plan) -> Mapping[str, Origin]:
    """The columns every document needs, each with the row that says so."""
    return _required(plan.root) | dict.fromkeys(plan.settings.document_key, plan.root.origin)


def _required(block: BlockPlan) -> dict[str, Origin]:
    """The columns every document needs: those of required rows that stand in no block of their own rows."""
    needed: dict[str, Origin] = {}
    for row in block.rows:
        for saying in row.sayings:
            if saying.must_be_read and len(saying.spots) == 1:
                needed |= {
                    spot.column: saying.origin for spot in saying.spots if isinstance(spot, ColumnSpot)
                }
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            needed |= _required(inner)
    return needed
