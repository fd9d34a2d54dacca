"""Documents to SP-API JSON: each mapped, judged by its schema and read back, and the file as a whole too.

Both are done fast where all is well. The text of a document as it stands in the file is read by the type that
its schema describes, which tells that it is valid, and must say what its tree says. What that means was read
back in full for one document, and holds for all of its outline: see `gateway.mapping.compiled.uniform`; what
is left for them is that every codec gives back what it was given, which the writer sees to.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

import msgspec

from gateway.documents import Document
from gateway.findings import Finding, Location, found, has_errors
from gateway.formats import json
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_accept import Accepting, Fits
from gateway.mapping.filled import DefaultRow
from gateway.packed import LONG_TEXT, PackedText
from gateway.pipeline.filled import Filled
from gateway.pipeline.knowledge import Knowledge
from gateway.pipeline.losses import ToldOnce, losses
from gateway.pipeline.proofs import Proof
from gateway.pipeline.tables import JsonTable, Sourced
from gateway.pipeline.written import Written, are_nowhere, at_place, mixed, no_mapping, not_valid, of_source
from gateway.spapi.schema import DocumentSchema, violations

__all__ = ["JsonWriting", "MadeJson"]

FORM = "SP-API JSON"

Findings = tuple[Finding, ...]
Filling = tuple[DefaultRow, ...]
Part = bytes | PackedText  # as it stands in the file; or packed, and indented when it is put there
_Made = tuple[Part | None, Findings, Filling]


class MadeJson(msgspec.Struct, frozen=True):
    """One document as it is written; `part` is None where it cannot be.

    `findings` have their places, or none of them has one: then they are about the document as a whole, which
    stands at `place`. `filled` are the rows of the table that filled something in.
    """

    kind: type[Document]
    place: Location
    part: Part | None
    findings: Findings = ()
    filled: Filling = ()


class JsonWriting:
    """Writes documents one by one, in any order; `joined` makes one file of those that are to be in it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._writers: dict[type[Document], _Writer | None] = {}

    def made(self, source: Sourced) -> MadeJson:
        """One document as it is written."""
        kind = type(source.document)
        writer = self._writers[kind] if kind in self._writers else self._open(kind)
        if writer is None:
            return MadeJson(kind, source.location, None)
        at_once = writer.made_at_once(source.document)
        if at_once is not None:
            text, proof = at_once
            return MadeJson(kind, source.location, text, proof.losses, proof.filled)
        part, findings, filled = writer.made(source.document)
        if not are_nowhere(findings):
            findings = of_source(findings, source)
        return MadeJson(kind, source.location, part, findings, filled)

    def joined(self, made: list[MadeJson]) -> Written:
        """The file of these documents; those of another kind than the first are left out of it.

        They are taken out of the list, so that a long text is not held once more than it must be.
        """
        if not made:
            return Written(None)
        first = made[0].kind
        writer = self._writers[first]
        if writer is None:
            others = _of_other_kinds(made)
            return Written(None, (*others, no_mapping(first, FORM)))
        parts, findings, filled = _taken(made)
        if not parts:
            return Written(None, findings)
        data = _listed(parts, writer.list_key)
        if data is None:
            return Written(None, (*findings, _differs()))
        return Written(data, (*findings, *filled.findings(FORM)))

    def _open(self, kind: type[Document]) -> _Writer | None:
        table = self._knowledge.written_json_table(kind)
        writer = None if table is None else _Writer(table, self._knowledge.schemas[table.kind])
        self._writers[kind] = writer
        return writer


def _taken(made: list[MadeJson]) -> tuple[list[Part], Findings, Filled]:
    """The texts of the documents of the first one's kind, what was found, and what was filled in."""
    others = _of_other_kinds(made)
    told, filled = ToldOnce(), Filled()
    parts: list[Part] = []
    for each in made:
        if each.kind is not made[0].kind:
            continue
        if each.findings and not told.again(each.findings):
            told.add(each.findings, partial(_placed, place=each.place))
        if each.part is not None:
            parts.append(each.part)
            filled.add(each.filled)
    made.clear()
    return parts, (*others, *told.findings()), filled


def _listed(parts: list[Part], key: str) -> bytes | None:
    """The file of these texts, which are taken out of the list one by one; None where it would say something
    else."""
    listing = json.Listing(key)
    parts.reverse()
    while parts:
        part = parts.pop()
        entry = listing.entry_of(part.text) if isinstance(part, PackedText) else part
        if entry is None:
            return None
        listing.add(entry)
    return listing.text()


def _of_other_kinds(made: Sequence[MadeJson]) -> list[Finding]:
    first = made[0].kind
    return [mixed(each.kind, first, each.place) for each in made if each.kind is not first]


def _placed(findings: Findings, place: Location) -> Findings:
    return at_place(findings, place) if are_nowhere(findings) else findings


class _Place(msgspec.Struct, frozen=True):
    """Where a document stands: in a list, and by a schema."""

    listing: json.Listing
    accepting: Accepting

    def entry(self, tree: Json) -> bytes:
        """The text of a tree as it stands in its file."""
        return self.listing.entry(tree)

    def fits(self, path: Sequence[str | int]) -> Fits | None:
        """What judges the text of a value; None where any text is valid."""
        return self.accepting.fits(path)

    def pattern(self, path: Sequence[str | int]) -> str | None:
        """The one rule of the texts of a place, a pattern; None where there is another, or none."""
        return self.accepting.pattern(path)


class _Writer:
    """Writes documents of one kind."""

    def __init__(self, table: JsonTable, schema: DocumentSchema) -> None:
        self._table = table
        self._schema = schema
        self._listing = json.Listing(self.list_key)
        self._place = _Place(self._listing, schema.accepting)
        self._templates = table.templates
        self._as_they_are = table.takes_all_as_they_are

    @property
    def list_key(self) -> str:
        """The key of the list of documents in a file."""
        return self._table.kind.list_key

    def made(self, document: Document) -> _Made:
        """One document, unless one of its findings is an error."""
        ready, findings = self._table.ready(document)
        if ready is None:
            return None, findings, ()
        part, faults, filled = self._made(ready)
        return part, ((*findings, *faults) if findings else faults), filled

    def made_at_once(self, document: Document) -> tuple[bytes, Proof] | None:
        """A document as a template writes it; None where none does, or it has to be made ready first."""
        return self._templates.entry(document) if self._as_they_are else None

    def _made(self, document: Document) -> _Made:
        # A table that takes documents as they are has asked its templates already.
        by_template = None if self._as_they_are else self._templates.entry(document)
        if by_template is None:
            return self._made_by_tree(document)
        text, proof = by_template
        return text, proof.losses, proof.filled

    def _made_by_tree(self, document: Document) -> _Made:
        uniform = self._table.write_uniformly(document)
        if uniform is None:
            return self._made_and_read_back(document, None)
        tree, faults, outline, proof = uniform
        if proof is None:
            return self._made_and_read_back(document, outline)
        if has_errors(faults):
            return None, faults, ()
        part, broken = self._entry(tree)
        if part is None:
            return None, (*faults, *broken), ()
        if not faults:
            self._table.take_example(outline, document, part, self._place)
        return part, ((*faults, *proof.losses) if faults else proof.losses), proof.filled

    def _made_and_read_back(self, document: Document, outline: Hashable | None) -> _Made:
        """The same in full: what was written is read, and written once more.

        Of a long document no more than two trees and texts are held at a time; it is indented
        when both are gone.
        """
        tree, faults = self._table.write(document)
        if tree is None or has_errors(faults):
            return None, faults, ()
        part = json.packed(tree)
        broken = self._faults(part, tree)
        if broken:
            return None, (*faults, *broken), ()
        if len(part) > LONG_TEXT:
            outline = None  # a proof for others like it takes more memory than all else, and few are as long
        kept = PackedText.of(part)
        del part
        again = self._table.read(tree, "").document
        del tree
        if again is None:
            return None, (*faults, _differs()), ()
        rows = self._table.default_rows
        filled = tuple(row for row in rows if row.filled(document, again))
        proof = Proof(losses(document, again, FORM, rows), filled)
        fresh = self._table.write(again)[0]
        if outline is None:
            del again
        if fresh is None or not self._says(kept.text, fresh):
            return None, (*faults, _differs()), ()
        if outline is not None:
            self._table.prove(outline, kept.text, again, proof)
        return kept, (*faults, *proof.losses), filled

    def _entry(self, tree: JsonObject) -> tuple[bytes | None, Findings]:
        """The text of a tree in the file, which says what the tree says; None where the schema forbids it."""
        entry = self._listing.entry(tree)
        broken = self._faults(entry, tree)
        return (None if broken else entry), broken

    def _faults(self, text: bytes, tree: JsonObject) -> Findings:
        """What the schema says of a tree; or that the text says something else."""
        if self._schema.accepting.accepts(text, tree):
            return ()
        broken = violations(tree, self._schema)
        if broken:
            named = [(finding, self._table.row(finding.location.pointer or "")) for finding in broken]
            return tuple(not_valid(FORM, finding, row=row) for finding, row in named)
        return () if json.parse(text)[0] == tree else (_differs(),)

    def _says(self, text: bytes, tree: JsonObject) -> bool:
        """Whether a text says what a tree says; in any order of keys."""
        return self._schema.accepting.accepts(text, tree) or bool(json.parse(text)[0] == tree)


def _differs() -> Finding:
    return found("read-back-differs", format=FORM)
