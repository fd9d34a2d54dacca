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
from gateway.formats.json import Json, JsonObject
from gateway.pipeline.filled import Filled
from gateway.pipeline.losses import losses
from gateway.pipeline.proofs import Proof
from gateway.pipeline.tables import JsonTable
from gateway.pipeline.written import Written, not_valid
from gateway.spapi.contents import wrapped
from gateway.spapi.schema import DocumentSchema, violations

__all__ = ["JsonWriter"]

FORM = "SP-API JSON"

Made = tuple["JsonObject | None", tuple[Finding, ...]]


class JsonWriter:
    """Takes documents of one kind, and writes those that can be written into one file."""

    def __init__(self, table: JsonTable, schema: DocumentSchema) -> None:
        self._table = table
        self._schema = schema
        self._filled = Filled()
        self._parts: list[bytes] = []
        self._said: list[object] = []  # what each part says: its tree where that did not fit
        self._all_fit = True

    def add(self, document: Document) -> tuple[Finding, ...]:
        """Takes one document, unless one of its findings is an error."""
        ready, findings = self._table.ready(document)
        if ready is None:
            return findings
        tree, faults = self._made(ready)
        if tree is not None:
            self._parts.append(json.packed(tree))
        return (*findings, *faults) if findings else faults

    def written(self, findings: Sequence[Finding]) -> Written:
        """The file of all that was taken, after what was found about it."""
        if not self._parts:
            return Written(None, tuple(findings))
        data = json.render_list(self._table.kind.list_key, self._parts)
        if not self._says_the_same(data) and not self._reads_the_same(data):
            return Written(None, (*findings, found("read-back-differs", format=FORM)))
        return Written(data, (*findings, *self._filled.findings(FORM)))

    def _says_the_same(self, data: bytes) -> bool:
        """Whether the text says what the trees say; no key can stand twice in what was made of a tree."""
        if not self._all_fit or not json.is_ordinary(data):
            return False
        return self._schema.accepting.listed(self._table.kind.list_key, data) == self._said

    def _reads_the_same(self, data: bytes) -> bool:
        """The same of any text, by the parser that reads what comes in."""
        trees = [self._tree(part, said) for part, said in zip(self._parts, self._said, strict=True)]
        return json.parse(data)[0] == wrapped(self._table.kind, trees)

    def _tree(self, part: bytes, said: object) -> Json:
        """The tree of a part: kept where it did not fit, else read of a part that says the same; None where
        the part says something else, so that the file differs too."""
        if isinstance(said, dict):
            return said
        tree = json.parse(part)[0]
        return tree if self._schema.accepting.fitted(tree) == said else None

    def _made(self, document: Document) -> Made:
        uniform = self._table.write_uniformly(document)
        tree, faults, outline, proof = uniform or (*self._table.write(document), None, None)
        if tree is None or has_errors(faults):
            return None, faults
        said = self._schema.accepting.fitted(tree)
        broken = () if said is not None else violations(tree, self._schema)
        if broken:
            named = [(finding, self._table.row(finding.location.pointer or "")) for finding in broken]
            return None, (*faults, *(not_valid(FORM, finding, row=row) for finding, row in named))
        if proof is None:
            proof = self._read_back(document, tree, outline)
            if proof is None:
                return None, (*faults, found("read-back-differs", format=FORM))
        else:
            self._filled.add(proof.filled)
        self._all_fit = self._all_fit and said is not None
        self._said.append(tree if said is None else said)
        return tree, (*faults, *proof.losses) if faults else proof.losses

    def _read_back(self, document: Document, tree: JsonObject, outline: Hashable) -> Proof | None:
        """Reads what was written and writes it once more; None when that differs."""
        again = self._table.read(tree, "").document
        if again is None or self._table.write(again)[0] != tree:
            return None
        rows = self._table.default_rows
        proof = Proof(losses(document, again, FORM, rows), self._filled.take(rows, document, again))
        if outline is not None:
            self._table.prove(outline, tree, again, proof)
        return proof
