"""Documents to SP-API JSON: each mapped, judged by its schema and read back, and the file as a whole too.

Both are done fast where all is well. A tree that fits the type its schema describes is valid. What was read
back in full for one document holds for all of its outline: see `gateway.mapping.compiled.uniform`; what is
left for them is that every codec gives back what it was given, which the writer sees to.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from gateway.documents import Document
from gateway.findings import Finding, found, has_errors
from gateway.formats import json
from gateway.formats.json import JsonObject
from gateway.packed import PackedText
from gateway.pipeline.filled import Filled
from gateway.pipeline.losses import losses
from gateway.pipeline.proofs import Proof
from gateway.pipeline.tables import JsonTable
from gateway.pipeline.written import Written, not_valid
from gateway.spapi.schema import DocumentSchema, violations

__all__ = ["JsonWriter"]

FORM = "SP-API JSON"

Findings = tuple[Finding, ...]


class JsonWriter:
    """Takes documents of one kind, and writes those that can be written into one file."""

    def __init__(self, table: JsonTable, schema: DocumentSchema) -> None:
        self._table = table
        self._schema = schema
        self._filled = Filled()
        self._parts: list[bytes] = []

    def add(self, document: Document) -> Findings:
        """Takes one document, unless one of its findings is an error."""
        ready, findings = self._table.ready(document)
        if ready is None:
            return findings
        part, faults = self._made(ready)
        if part is not None:
            self._parts.append(part)
        return (*findings, *faults) if findings else faults

    def written(self, findings: Sequence[Finding]) -> Written:
        """The file of all that was taken, after what was found about it. It holds nothing any more then."""
        if not self._parts:
            return Written(None, tuple(findings))
        data = json.listed(self._parts, self._table.kind.list_key)
        if data is None:
            return Written(None, (*findings, found("read-back-differs", format=FORM)))
        return Written(data, (*findings, *self._filled.findings(FORM)))

    def _made(self, document: Document) -> tuple[bytes | None, Findings]:
        uniform = self._table.write_uniformly(document)
        if uniform is None:
            return self._made_and_read_back(document, None)
        tree, faults, outline, proof = uniform
        if proof is None:
            return self._made_and_read_back(document, outline)
        if has_errors(faults):
            return None, faults
        part, broken = self._packed(tree)
        if part is None:
            return None, (*faults, *broken)
        self._filled.add(proof.filled)
        return part, (*faults, *proof.losses) if faults else proof.losses

    def _made_and_read_back(
        self, document: Document, outline: Hashable | None
    ) -> tuple[bytes | None, Findings]:
        """The same in full: what was written is read, and written once more.

        Of a long document no more than two trees and texts are held at a time.
        """
        tree, faults = self._table.write(document)
        if tree is None or has_errors(faults):
            return None, faults
        part, broken = self._packed(tree)
        if part is None:
            return None, (*faults, *broken)
        kept = PackedText.of(part)
        del part
        again = self._table.read(tree, "").document
        del tree
        if again is None:
            return None, (*faults, found("read-back-differs", format=FORM))
        rows = self._table.default_rows
        filled = tuple(row for row in rows if row.filled(document, again))
        proof = Proof(losses(document, again, FORM, rows), filled)
        fresh = self._table.write(again)[0]
        if outline is None:
            del again
        said = self._schema.accepting.fitted(fresh)
        if said is not None:
            fresh = None
        if not self._says(kept.text, said, fresh):
            return None, (*faults, found("read-back-differs", format=FORM))
        self._filled.add(filled)
        if outline is not None:
            self._table.prove(outline, kept.text, again, proof)
        return kept.text, (*faults, *proof.losses)

    def _packed(self, tree: JsonObject) -> tuple[bytes | None, Findings]:
        """The text of a tree, which says what the tree says; None where the schema forbids it."""
        said = self._schema.accepting.fitted(tree)
        broken = () if said is not None else violations(tree, self._schema)
        if broken:
            named = [(finding, self._table.row(finding.location.pointer or "")) for finding in broken]
            return None, tuple(not_valid(FORM, finding, row=row) for finding, row in named)
        part = json.packed(tree)
        if said is not None and self._schema.accepting.read(part) == said:
            return part, ()
        if json.parse(part)[0] == tree:
            return part, ()
        return None, (found("read-back-differs", format=FORM),)

    def _says(self, text: bytes, said: object | None, tree: JsonObject | None) -> bool:
        """Whether a text says this, or where that is None, what a tree says; in any order of keys."""
        if said is not None:
            return self._schema.accepting.read(text) == said
        return tree is not None and json.parse(text)[0] == tree
