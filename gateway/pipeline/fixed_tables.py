"""Mapping tables of fixed-width files, as the way of a document uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec

from gateway.documents import Document
from gateway.findings import Finding, Location, has_errors
from gateway.formats.fixed_fields import read_field
from gateway.formats.fixed_layout import Field, FieldKind, Layout, RecordType
from gateway.formats.fixed_width import FixedDocument, fits_layout, read_fixed
from gateway.formats.fixed_width_writer import write_fixed
from gateway.formats.json import JsonObject
from gateway.formats.json_pointer import pointer_of
from gateway.mapping.engine import Mapper
from gateway.mapping.evaluate.sources import JsonSource
from gateway.mapping.evaluate.trace import Place
from gateway.mapping.explain.model import Line, Own, Part, Shown, key_of
from gateway.mapping.origins import origin_of_pointer
from gateway.pipeline.names import Name, of_records
from gateway.pipeline.places import Traced, about
from gateway.pipeline.tables import FlatDocuments, MappingTable, Outcome

__all__ = ["FixedTable"]


class FixedTable(MappingTable):
    """A table of fixed-width files and their layout."""

    def __init__(self, mapper: Mapper, document: type[Document], layout: Layout) -> None:
        super().__init__(mapper)
        self.document = document
        self.layout = layout

    def fits(self, data: bytes) -> bool:
        """Whether a file has the records of the layout."""
        return fits_layout(data, self.layout, whole=True)

    def read(self, data: bytes) -> FlatDocuments:
        """The documents of a file.

        A document whose records are faulty is held back; what can be read of it is judged all the same.
        """
        documents, whole = read_fixed(data, self.layout)
        return FlatDocuments(tuple(self._outcome(document) for document in documents), whole)

    def _outcome(self, document: FixedDocument) -> Outcome:
        if has_errors(document.findings):
            return Outcome(None, document.findings, name=self._name(document))
        made, faults = self.mapper.read(JsonSource(document.tree))
        findings = (*document.findings, *_placed(faults, document))
        return Outcome(
            made,
            findings,
            partial(self._traced, document),
            completing=self.mapper.completing,
            lacks_orders=self.mapper.lacks_orders,
            name=self._name(document),
        )

    def _name(self, document: FixedDocument) -> Name:
        return of_records(self.document, document.tree, self.mapper.plan)

    def _traced(self, document: FixedDocument, *, details: bool = False) -> Traced | None:
        source = JsonSource(document.tree)
        made, trace = self.mapper.traced(source, details=details)
        if made is None:
            return None
        placed = partial(_place, places=document.places())
        return Traced(made, trace, source, self.mapper, placed, partial(shown_records, document))

    def records(self, document: Document) -> tuple[JsonObject | None, tuple[Finding, ...]]:
        """The tree of records of one document."""
        target, findings = self.mapper.write(document)
        return (target if isinstance(target, dict) else None), about(findings)

    def file(self, trees: Sequence[JsonObject]) -> tuple[bytes | None, tuple[Finding, ...]]:
        """The file that holds the records of these documents."""
        data, found_faults = write_fixed(trees, self.layout)
        return data, tuple(self._with_row(finding, path) for finding, path in found_faults)

    def shown(self, tree: JsonObject) -> Shown | None:
        """The file of one document as it is shown; None where it cannot be written."""
        data, _ = self.file([tree])
        documents, _ = read_fixed(data, self.layout) if data is not None else ((), ())
        return shown_records(documents[0]) if documents else None

    def _with_row(self, finding: Finding, path: tuple[str | int, ...]) -> Finding:
        """The finding with the row of the table that fills the field."""
        if finding.code != "fixed-not-written":
            return finding
        origin = origin_of_pointer(self.mapper.plan, pointer_of(path))
        details = dict(finding.details) | {"row": "" if origin is None else f" (row {origin})"}
        return msgspec.structs.replace(finding, details=tuple(details.items()))


def _placed(faults: Sequence[Finding], document: FixedDocument) -> Iterator[Finding]:
    """Findings of a mapping at line and column, in place of a pointer into the tree of records."""
    if not faults:
        return
    places = document.places()
    for fault in faults:
        yield msgspec.structs.replace(fault, location=_place(fault.location, places))


def shown_records(document: FixedDocument) -> Shown:
    """The records of a document, each field on a line of its own, under its name."""
    places = document.places()
    lines: list[Line] = []
    own: list[Own] = []
    texts: dict[str, str] = {}
    for _, line, record, text in sorted(document.records, key=lambda each: each[1]):
        for field in record.fields:
            raw = text[field.start - 1 : field.end]
            at = Location(line=line, column=field.start)
            if not raw or read_field(field, raw) is None:
                continue
            raw = raw.strip()
            texts[key_of(at)] = raw
            lines.append(Line(line, (Part(f"{record.name} {field.name}: "), Part(raw, key_of(at)))))
            if not field.is_mapped:
                own.append(Own(Place(at, raw), _made(field)))

    def moved(place: Place) -> Place:
        at = _place(place.location, places)
        return Place(at, texts.get(key_of(at), place.value))

    return Shown(tuple(lines), tuple(own), moved)


def _made(field: Field) -> str:
    """What a field is that no table fills."""
    if field.kind is FieldKind.CONSTANT:
        return "the same in every file of the layout"
    return "number of records" if field.argument == "records" else f"number of records {field.argument}"


def _place(found_at: Location, places: Mapping[str, tuple[int, RecordType]]) -> Location:
    """Line and column of a field, or the line of the nearest record around the place."""
    pointer, last = found_at.pointer or "", ""
    while pointer not in places and pointer:
        pointer, _, last = pointer.rpartition("/")
    line, record = places.get(pointer, (1, None))
    field = record.by_name.get(last) if record is not None else None
    return Location(line=line, column=None if field is None else field.start)
