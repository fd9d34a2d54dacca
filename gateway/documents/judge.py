"""Says everything that is wrong with a canonical document: its JSON Schema, applied by `jsonschema`.

Slow (about a millisecond for an order), so it is asked only when the generated checks have not accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.documents import DOCUMENTS, Document
from gateway.documents.walk import kind_of, tree_with_faults
from gateway.findings import Finding, Location, found
from gateway.formats.json import Json

__all__ = ["MAX_FAULTS", "faults", "faults_of_tree"]

MAX_FAULTS: Final = 200  # of one document; what follows says nothing new, and hostile input has no end of it


def faults(document: object) -> tuple[Finding, ...]:
    """Every fault of a canonical document, as errors with JSON pointers; none exactly when it is accepted."""
    kind = type(document)
    if not isinstance(document, DOCUMENTS) or kind not in DOCUMENTS:
        return (found("canonical-document", Location(pointer=""), kind_of(document)),)
    tree, wrong_types = tree_with_faults(document)
    places = {finding.location.pointer for finding in wrong_types}
    by_law = (fault for fault in _by_law(tree, kind, "") if not _within(fault.location.pointer, places))
    return tuple(_limited((*wrong_types, *by_law)))


def faults_of_tree(tree: Json, kind: type[Document], pointer: str = "") -> tuple[Finding, ...]:
    """Every fault of the JSON tree of a document of this kind; `pointer` is where it stands in its file."""
    return tuple(_limited(_by_law(tree, kind, pointer)))


def _limited(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, one for each place; of very many only the first, with a note that there are more."""
    places: set[str | None] = set()
    for finding in findings:
        if finding.location.pointer in places:
            continue
        if len(places) == MAX_FAULTS:
            yield found("findings-limit", limit=MAX_FAULTS)
            return
        places.add(finding.location.pointer)
        yield finding


def _within(pointer: str | None, places: set[str | None]) -> bool:
    """Whether a place is one of `places` or stands inside one of them."""
    while pointer:
        if pointer in places:
            return True
        pointer = pointer.rpartition("/")[0]
    return pointer in places


def _by_law(tree: object, kind: type[Document], pointer: str) -> Iterator[Finding]:
    from gateway.documents.law import faults_by_law  # noqa: PLC0415 - slow to load, and seldom asked

    return faults_by_law(tree, kind, pointer)
