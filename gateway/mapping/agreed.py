"""A table as an agreement uses it: with its own dates, and with those cross-references that it names."""

from __future__ import annotations

import msgspec

from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind, Table

__all__ = ["as_agreed"]


def as_agreed(table: Table, parameters: Parameters) -> Table:
    """The table with what was agreed; dates of files that are not delimited are told elsewhere."""
    if parameters.dates and table.format.kind is FormatKind.CSV:
        first, *others = parameters.dates
        settings = msgspec.structs.replace(table.settings, date=first, other_dates=tuple(others))
        table = msgspec.structs.replace(table, settings=settings)
    if parameters.crossrefs:
        used = {
            records: tuple(each for each in completions if each.crossref in parameters.crossrefs)
            for records, completions in table.crossrefs.items()
        }
        table = msgspec.structs.replace(table, crossrefs=used)
    return table
