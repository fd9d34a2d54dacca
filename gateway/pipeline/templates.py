"""Templates for the outlines of many documents: each writes the documents like one at once, without a tree."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import msgspec

from gateway.documents import Document
from gateway.mapping.compiled.template import Template
from gateway.pipeline.proofs import MOST_PROOFS, Proof

__all__ = ["Templates"]

AFTER = 64  # documents of an outline; making a template takes as long as writing about so many
MOST = 8  # of one kind of document: each of them may be asked


class _Proved(msgspec.Struct, frozen=True):
    template: Template
    proof: Proof


class Templates:
    """Those of one table: `make` makes one of a document and its text, where it can. The last one used is asked
    first; the one used longest ago goes when there are too many."""

    def __init__(self, make: Callable[[Document, bytes], Template | None]) -> None:
        self._make = make
        self._counts: dict[Hashable, int] = {}
        self._ready: list[_Proved] = []

    def entry(self, document: Document) -> tuple[bytes, Proof] | None:
        """The text of a document as it stands in its file, and what is proved of its outline."""
        for number, ready in enumerate(self._ready):
            entry = ready.template.entry(document)
            if entry is not None:
                if number:
                    self._ready.insert(0, self._ready.pop(number))
                return entry, ready.proof
        return None

    def count(self, outline: Hashable, document: Document, entry: bytes, proof: Proof) -> None:
        """One more document of a proved outline was written in another way."""
        count = self._counts.get(outline, 0) + 1
        if len(self._counts) >= MOST_PROOFS:
            self._counts.clear()
        self._counts[outline] = count
        if count != AFTER:
            return
        template = self._make(document, entry)
        if template is not None:
            self._ready = [_Proved(template, proof), *self._ready[: MOST - 1]]
            del self._counts[outline]
