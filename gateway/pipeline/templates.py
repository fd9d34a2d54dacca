"""Templates for the outlines of many documents: each writes documents at once, without a tree."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import msgspec

from gateway.documents import Document
from gateway.pipeline.proofs import MOST_PROOFS, Proof

if TYPE_CHECKING:
    from gateway.mapping.compiled.template import JsonPlace, Template

__all__ = ["Example", "Templates"]

AFTER = 64  # documents of an outline; making a template takes as long as writing about so many
MOST = 8  # all of them may be asked for each document


class Example(msgspec.Struct, frozen=True):
    """A document, its text as it stands in its file, and what is proved of its outline."""

    document: Document
    entry: bytes
    place: JsonPlace
    proof: Proof


class _Ready(msgspec.Struct, frozen=True):
    template: Template
    proof: Proof


class Templates:
    """Those of one table; `make` makes one where it can.

    The last one used is asked first; when there are too many the one that was used longest ago goes.
    """

    def __init__(self, make: Callable[[Document, bytes, JsonPlace], Template | None]) -> None:
        self._make = make
        self._counts: dict[Hashable, int] = {}
        self._ready: list[_Ready] = []

    def entry(self, document: Document) -> tuple[bytes, Proof] | None:
        """The text of a document, and what is proved of its outline; None where no template writes it."""
        for number, ready in enumerate(self._ready):
            entry = ready.template.entry(document)
            if entry is not None:
                if number:
                    self._ready.insert(0, self._ready.pop(number))
                return entry, ready.proof
        return None

    def take_example(self, outline: Hashable, example: Example) -> None:
        """One more document of an outline that no template wrote; of the last of many a template is made."""
        count = self._counts.get(outline, 0) + 1
        if len(self._counts) >= MOST_PROOFS:
            self._counts.clear()
        self._counts[outline] = count
        if count != AFTER:
            return
        template = self._make(example.document, example.entry, example.place)
        if template is not None:
            self._ready = [_Ready(template, example.proof), *self._ready[: MOST - 1]]
            del self._counts[outline]
