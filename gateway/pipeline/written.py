"""What came of writing documents in a format, and the findings that every format may tell about it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gateway.documents import Document
from gateway.findings import Finding, Location, found
from gateway.pipeline.places import of_document
from gateway.pipeline.tables import Sourced

__all__ = ["Written", "WrittenPair", "no_mapping", "not_valid", "of_source"]


class Written(msgspec.Struct, frozen=True):
    """What is to be sent; None when no document could be written."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


class WrittenPair(msgspec.Struct, frozen=True):
    """Two files that belong together, each with its name; none when nothing could be written."""

    files: tuple[tuple[str, bytes], ...]
    findings: tuple[Finding, ...] = ()


def of_source(findings: Iterable[Finding], source: Sourced) -> tuple[Finding, ...]:
    """Findings of writing, with the place of the document they are about, and of its field in the source."""
    return of_document(findings, source.location, source.reading, source.pointer)


def no_mapping(document: Document, form: str) -> Finding:
    """No table writes such a document in this format."""
    return found("no-mapping", document=f"a {type(document).__name__}", format=form)


def not_valid(form: str, *broken: Finding, row: str = "") -> Finding:
    """The target's own rules refuse what was made; `row` of the table fills the place, "" when not known."""
    place = broken[0].location if broken else Location()
    problem = "; ".join(finding.message for finding in broken) or "it was refused"
    problem += f" (row {row})" if row else ""
    return found("written-not-valid", place, format=form, problem=problem)
