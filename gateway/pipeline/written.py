"""What came of writing documents in a format, and the findings that every format may tell about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec

from gateway.documents import Document
from gateway.findings import NOWHERE, Finding, Location, found
from gateway.pipeline.filled import Filled
from gateway.pipeline.places import of_document
from gateway.pipeline.tables import Sourced

__all__ = [
    "Written",
    "WrittenPair",
    "are_nowhere",
    "at_place",
    "in_one_file",
    "mixed",
    "no_mapping",
    "not_valid",
    "of_source",
]


class OfDocuments(Protocol):
    """A table that writes documents of one kind."""

    @property
    def document(self) -> type[Document]:
        """The kind."""
        ...


Part = TypeVar("Part")
Table = TypeVar("Table", bound=OfDocuments)


class Written(msgspec.Struct, frozen=True):
    """What is to be sent; None when no document could be written."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


class WrittenPair(msgspec.Struct, frozen=True):
    """Two files that belong together, each with its name; none when nothing could be written."""

    files: tuple[tuple[str, bytes], ...]
    findings: tuple[Finding, ...] = ()


def in_one_file(
    documents: Sequence[Sourced],
    tables: Sequence[Table],
    form: str,
    part: Callable[[Document, Table, Filled], tuple[Part | None, tuple[Finding, ...]]],
    file: Callable[[Table, list[Part]], tuple[bytes | None, tuple[Finding, ...]]],
    again: Callable[[Table, bytes, list[Part]], bool],
) -> Written:
    """The file of the documents of the first one's kind, made by the table that writes this kind.

    Those of another kind are left out with a finding, and so are those that cannot be written. `part` makes
    what one document is in the file, `file` the file of them, and `again` says whether they are read back
    from it. `form` is the format in words.
    """
    first = type(documents[0].document)
    findings = [
        mixed(type(each.document), first, each.location)
        for each in documents
        if type(each.document) is not first
    ]
    table = next((each for each in tables if each.document is first), None)
    if table is None:
        return Written(None, (*findings, no_mapping(first, form)))
    parts: list[Part] = []
    filled = Filled()
    for each in documents:
        if type(each.document) is not first:
            continue
        made, faults = part(each.document, table, filled)
        findings += of_source(faults, each)
        if made is not None:
            parts.append(made)
    if not parts:
        return Written(None, tuple(findings))
    data, faults = file(table, parts)
    findings += (fault for fault in faults if fault not in findings)
    if data is not None and not again(table, data, parts):
        return Written(None, (*findings, found("read-back-differs", format=form.removeprefix("a "))))
    return Written(data, (*findings, *filled.findings(form)))


def of_source(findings: Iterable[Finding], source: Sourced) -> tuple[Finding, ...]:
    """Findings of writing, with the place of the document they are about, and of its field in the source."""
    findings = tuple(findings)
    if are_nowhere(findings):
        return at_place(findings, source.location)
    return of_document(findings, source.location, source.reading, source.pointer)


def are_nowhere(findings: Iterable[Finding]) -> bool:
    """Whether none of the findings has a place of its own."""
    return all(each.location is NOWHERE for each in findings)


def at_place(findings: Iterable[Finding], place: Location) -> tuple[Finding, ...]:
    """Findings without a place of their own, at this one."""
    return tuple(Finding(each.code, each.severity, place, each.value, each.details) for each in findings)


def no_mapping(kind: type[Document], form: str) -> Finding:
    """No table writes documents of this kind in this format."""
    return found("no-mapping", document=f"a {kind.__name__}", format=form)


def mixed(kind: type[Document], first: type[Document], place: Location) -> Finding:
    """A document of one kind is left out of a file that begins with one of another."""
    return found("documents-mixed", place, kind.__name__, other=f"{first.__name__} documents")


def not_valid(form: str, *broken: Finding, row: str = "") -> Finding:
    """The target's own rules refuse what was made; `row` of the table fills the place, "" when not known."""
    place = broken[0].location if broken else Location()
    problem = "; ".join(finding.message for finding in broken) or "it was refused"
    problem += f" (row {row})" if row else ""
    return found("written-not-valid", place, format=form, problem=problem)
