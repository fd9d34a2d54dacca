"""The closed catalogue of faults: messages, acknowledgments, documentation and tests all read it."""

from __future__ import annotations

from types import MappingProxyType

from gateway.codes import (
    acknowledgments,
    canonical,
    exchange,
    files,
    fixed,
    flat,
    guides,
    json,
    mapping,
    spreadsheets,
    translation,
    x12_elements,
    x12_groups,
    x12_interchanges,
    x12_limits,
    x12_structure,
    x12_sums,
    xml,
)
from gateway.codes.model import Code, Severity

__all__ = ["CATALOGUE", "FAMILIES", "Code", "Severity"]

FAMILIES: tuple[tuple[str, tuple[Code, ...]], ...] = (
    ("Files and formats", files.CODES),
    ("X12 envelopes: interchanges, groups, transaction sets", (*x12_interchanges.CODES, *x12_groups.CODES)),
    ("X12 limits", x12_limits.CODES),
    ("X12 structure: segments and loops", x12_structure.CODES),
    ("X12 elements", x12_elements.CODES),
    ("X12 totals", x12_sums.CODES),
    ("Guides of partners", guides.CODES),
    ("Acknowledgments received", acknowledgments.CODES),
    ("JSON", json.CODES),
    ("XML", xml.CODES),
    ("Flat files", flat.CODES),
    ("Fixed-width files", fixed.CODES),
    ("Mapping", mapping.CODES),
    ("Spreadsheets of tables", spreadsheets.CODES),
    ("Translation", translation.CODES),
    ("Canonical documents and business checks", canonical.CODES),
    ("Exchange: agreements, duplicates, receipts", exchange.CODES),
)

CATALOGUE = MappingProxyType({code.code: code for _, codes in FAMILIES for code in codes})
