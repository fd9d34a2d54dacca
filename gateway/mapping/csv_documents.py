"""Delimited files hold several documents: rows are told apart by the columns a table's settings name."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.findings import Finding, Location, found
from gateway.formats.delimited import DelimitedRow, DelimitedTable, Dialect
from gateway.mapping.bound import BlockPlan, ColumnSpot, Plan
from gateway.mapping.evaluate.sources import CsvSource, CsvTarget
from gateway.mapping.plan import CsvSettings, Here, Origin
from gateway.suggestions import suggestion

__all__ = ["check_columns", "csv_documents", "dialect_of", "joined_rows"]


def dialect_of(settings: CsvSettings) -> Dialect:
    """How a table's files are written down."""
    return Dialect(settings.delimiter, settings.quote, settings.line_end, settings.charset)


def csv_documents(plan: Plan, table: DelimitedTable) -> tuple[tuple[CsvSource, ...], tuple[Finding, ...]]:
    """The documents of a file, in the order of their first rows, and what is wrong with its columns and keys.

    No documents when a column is missing that every document needs.
    """
    findings = list(check_columns(plan, table))
    if any(finding.code == "flat-column-missing" for finding in findings):
        return (), tuple(findings)
    keys = plan.settings.document_key
    positions = [table.columns.index(key) for key in keys if key in table.columns]
    groups: dict[tuple[str, ...], list[DelimitedRow]] = {}
    for row in table.rows:
        key = tuple(row.cells[position].strip() for position in positions)
        if positions and not any(key):
            place = Location(line=row.line, column=positions[0] + 1)
            held = next((cell for cell in row.cells if cell.strip()), "")
            findings.append(found("rows-without-key", place, held, column=" + ".join(keys)))
        else:
            groups.setdefault(key, []).append(row)
    return tuple(CsvSource(table.columns, tuple(rows)) for rows in groups.values()), tuple(findings)


def check_columns(plan: Plan, table: DelimitedTable) -> tuple[Finding, ...]:
    """Columns that are missing though every document needs them, and columns no row of the table names."""
    findings = []
    given = set(table.columns)
    unnamed = [column for column in table.columns if column not in plan.columns]
    needed = _required(plan.root) | dict.fromkeys(plan.settings.document_key, plan.root.origin)
    for column, origin in needed.items():
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


def _required(block: BlockPlan) -> dict[str, Origin]:
    """The columns every document needs: those of required rows that stand in no block of their own rows."""
    needed: dict[str, Origin] = {}
    for row in block.rows:
        for saying in row.sayings:
            if saying.required and saying.reads and saying.absent is None and len(saying.spots) == 1:
                needed |= {
                    spot.column: saying.origin for spot in saying.spots if isinstance(spot, ColumnSpot)
                }
    for inner in block.blocks:
        if isinstance(inner.at, Here):
            needed |= _required(inner)
    return needed
