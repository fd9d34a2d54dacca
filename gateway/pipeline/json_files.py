"""Documents to SP-API JSON: each mapped, judged by its schema and read back, and the file as a whole too.

Both are done fast where all is well. The text of a document as it stands in the file is read by the type that
its schema describes, which tells that it is valid, and must say what its tree says. What that means was read
back in full for one document, and holds for all of its outline: see `gateway.mapping.compiled.uniform`; what
is left for them is that every codec gives back what it was given, which the writer sees to.
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
        self._file = json.Listing(table.kind.list_key)
        self._holds_any = False

    def add(self, document: Document) -> Findings:
        """Takes one document, unless one of its findings is an error."""
        ready, findings = self._table.ready(document)
        if ready is None:
            return findings
        entry, faults = self._made(ready)
        if entry is not None:
            self._file.add(entry)
            self._holds_any = True
        return (*findings, *faults) if findings else faults

    def written(self, findings: Sequence[Finding]) -> Written:
        """The file of all that was taken, after what was found about it; to be asked for once."""
        if not self._holds_any:
            return Written(None, tuple(findings))
        data = self._file.text()
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
        entry, broken = self._entry(tree)
        if entry is None:
            return None, (*faults, *broken)
        self._filled.add(proof.filled)
        return entry, (*faults, *proof.losses) if faults else proof.losses

    def _made_and_read_back(
        self, document: Document, outline: Hashable | None
    ) -> tuple[bytes | None, Findings]:
        """The same in full: what was written is read, and written once more.

        Of a long document no more than two trees and texts are held at a time.
        """
        tree, faults = self._table.write(document)
        if tree is None or has_errors(faults):
            return None, faults
        entry, broken = self._entry(tree)
        if entry is None:
            return None, (*faults, *broken)
        kept = PackedText.of(entry)
        del entry
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
        if not self._says(kept.text, fresh):
            return None, (*faults, found("read-back-differs", format=FORM))
        self._filled.add(filled)
        if outline is not None:
            self._table.prove(outline, kept.text, again, proof)
        return kept.text, (*faults, *proof.losses)

    def _entry(self, tree: JsonObject) -> tuple[bytes | None, Findings]:
        """The text of a tree in the file, which says what the tree says; None where the schema forbids it."""
        entry = self._file.entry(tree)
        if self._schema.accepting.accepts(entry, tree):
            return entry, ()
        broken = violations(tree, self._schema)
        if broken:
            named = [(finding, self._table.row(finding.location.pointer or "")) for finding in broken]
            return None, tuple(not_valid(FORM, finding, row=row) for finding, row in named)
        if json.parse(entry)[0] == tree:
            return entry, ()
        return None, (found("read-back-differs", format=FORM),)

    def _says(self, text: bytes, tree: JsonObject | None) -> bool:
        """Whether a text says what a tree says; in any order of keys."""
        if tree is None:
            return False
        return self._schema.accepting.accepts(text, tree) or bool(json.parse(text)[0] == tree)
