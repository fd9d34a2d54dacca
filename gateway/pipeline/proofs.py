"""What was found out about writing one document, and holds for all documents of its outline."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from gateway.findings import Finding
from gateway.mapping.filled import DefaultRow

__all__ = ["Proof", "Proofs"]

MOST_PROOFS = 1024  # outlines of the documents of a busy partner; full, it starts anew


class Proof(msgspec.Struct, frozen=True):
    """A document was written, and what was read back of it is written alike: what it loses by that, and
    which rows of the table filled something in."""

    losses: tuple[Finding, ...]
    filled: tuple[DefaultRow, ...]


class Proofs:
    """Proofs by outline; each table has its own."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Proof] = {}

    def of(self, outline: Hashable) -> Proof | None:
        """What is known of documents of an outline."""
        return self._known.get(outline)

    def add(self, outline: Hashable, proof: Proof) -> None:
        """Remember what one document of an outline proved."""
        if len(self._known) >= MOST_PROOFS:
            self._known.clear()
        self._known[outline] = proof
