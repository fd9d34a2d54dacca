"""Faults of canonical documents, and business checks that never reject."""

from __future__ import annotations

from gateway.codes.model import Code, Severity

_LAW = "The schemas in `schemas/canonical/` say what every mapping may rely on."
_TABLE = (
    "When a translation made the document, correct the row of the mapping table that fills this place; "
    "when it came as a file, correct the file."
)

CODES = (
    Code(
        code="canonical-document",
        severity=Severity.ERROR,
        title="Not a canonical document",
        message="{value} at {place} is no canonical document",
        why="The field `document` tells which schema applies; without it nothing can be checked.",
        remedy="Set `document` to `PurchaseOrder`, `OrderAcknowledgment`, `ShipNotice` or `Invoice`.",
    ),
    Code(
        code="canonical-missing",
        severity=Severity.ERROR,
        title="Required field missing",
        message="{place} is missing",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-unknown-field",
        severity=Severity.ERROR,
        title="Unknown field",
        message="no field is called {value} at {place}",
        why="A field nobody knows would be dropped without a word.",
        remedy="Correct the name, or put what no field says under `ext`.",
    ),
    Code(
        code="canonical-type",
        severity=Severity.ERROR,
        title="Value of the wrong kind",
        message="{found} at {place}, where {expected} belongs",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-value",
        severity=Severity.ERROR,
        title="Value not allowed",
        message="{value} at {place} is not {expected}",
        why=_LAW,
        remedy=_TABLE,
    ),
    Code(
        code="canonical-one-of",
        severity=Severity.ERROR,
        title="Not exactly one of several fields",
        message="{place} must have exactly one of {alternatives}",
        why="A day without a zone and a time with one say different things; both or neither say nothing.",
        remedy=_TABLE,
    ),
)
