"""Joins what was traced on reading and on writing: each place of the target with its places of the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.documents import Document
from gateway.documents.parts import Moment
from gateway.findings import Location
from gateway.formats.json_pointer import child
from gateway.mapping.evaluate.trace import QUALIFIER, Author, Kind, Leaf, Place, Source, Trace, Written
from gateway.mapping.explain.model import Field, Output, Part, Reading, Shown, key_of
from gateway.mapping.explain.text import text_of
from gateway.mapping.pairs.model import Pair
from gateway.mapping.plan import Origin

__all__ = ["Joined"]

NOT_SHOWN = Shown(())


class Joined:
    """One document with its trace.

    `read_by` and `written_by` are the pairs of both tables. `pointer` leads to the document in a file of
    canonical documents, and is None where a table read it. `source` tells where places of the source stand in
    its file.
    """

    def __init__(
        self,
        document: Document,
        trace: Trace,
        *,
        read_by: Pair | None = None,
        written_by: Pair | None = None,
        pointer: str | None = None,
        source: Shown = NOT_SHOWN,
    ) -> None:
        self.document = document
        self.source = source
        self.trace = trace
        self.read_by = read_by.name if read_by is not None else ""
        self.written_by = written_by.name if written_by is not None else ""
        self.shaping = frozenset(read_by.makes) if read_by is not None else frozenset()
        self.pointer = pointer
        self.known: Mapping[int, str] = dict(_pointers(document, ""))
        self._told: dict[tuple[int, str, str], Field | None] = {}

    def outputs(self, target: Shown) -> tuple[Output, ...]:
        """Each place that was written or that the writer makes by itself, in the order of the target."""
        made = tuple(
            Output(location=own.place.location, value=own.place.value, kind=Kind.WRITER, text=own.made)
            for own in target.own
        )
        outputs = (*(self._output(each, target.at(each.place)) for each in self.trace.written), *made)
        order = {part.key: number for number, part in enumerate(_parts(target)) if part.key}
        return tuple(sorted(outputs, key=lambda each: order.get(key_of(each.location), len(order))))

    def canonical(self) -> tuple[Output, ...]:
        """Each value of the canonical document itself as a place of the target."""
        return tuple(self._canonical(leaf, pointer) for leaf, pointer in _leaves(self.document, ""))

    def unread(self) -> tuple[Reading, ...]:
        """What no row read."""
        kept = (
            Reading(location=place.location, value=place.value, kind=Kind.KEPT)
            for _, source in self.trace.all_sources()
            if source.kind is Kind.KEPT
            for place in map(self.source.at, source.places)
        )
        return tuple(dict.fromkeys(kept))  # rows of lines say again what their document says

    def implied(self) -> tuple[Reading, ...]:
        """What the target says by its kind, or by saying nothing, and what gave the source its shape, with
        what its reader alone checks."""
        fields = (
            field for leaf in self.trace.implied for field in self._fields(leaf.record, leaf.field, leaf.key)
        )
        readings = [reading for field in fields for reading in field.readings]
        readings += [reading for source in self.trace.checked for reading in self._readings(source)]
        shaped = (source for field, source in self.trace.all_sources() if field in self.shaping)
        readings += [reading for source in shaped for reading in self._readings(source)]
        readings += [Reading(location=own.place.location, value=own.place.value) for own in self.source.own]
        return tuple(dict.fromkeys(reading for reading in readings if reading.kind is Kind.VALUE))

    def unwritten(self, outputs: tuple[Output, ...]) -> tuple[Reading, ...]:
        """What was read, and nothing of the target was made of it."""
        fields = {id(field): field for output in outputs for field in output.fields}
        used = {key_of(each.location) for field in fields.values() for each in field.readings}
        used |= {key_of(each.location) for each in self.implied()}
        told: dict[str, Reading] = {}
        for _, source in self.trace.all_sources():
            for reading in self._readings(source) if source.kind is Kind.VALUE and source.places else ():
                if key_of(reading.location) not in used:
                    told.setdefault(key_of(reading.location), reading)
        return tuple(told.values())

    def _output(self, written: Written, place: Place) -> Output:
        author = written.author
        if author is None:
            return Output(location=place.location, value=place.value, kind=Kind.CONSTANT)
        if written.part == QUALIFIER and author.kind is not Kind.KEPT:
            return Output(
                location=place.location,
                value=place.value,
                kind=Kind.CONSTANT,
                row=author.row,
                text=author.text,
                fields=self._all_fields(author, "") if author.kind is Kind.CONSTANT else (),
            )
        number = written.part // 2
        key = author.keys[number] if number < len(author.keys) else ""
        return Output(
            location=place.location,
            value=place.value,
            kind=author.kind,
            row=author.row,
            text=author.text,
            code=_code(author, number if key else 0, written.part),
            fields=self._all_fields(author, key),
        )

    def _all_fields(self, author: Author, key: str) -> tuple[Field, ...]:
        leaves = author.fields
        return tuple(
            field for leaf in leaves for field in self._fields(leaf.record, leaf.field, leaf.key or key)
        )

    def _fields(self, record: msgspec.Struct, name: str, key: str) -> Iterator[Field]:
        leaves = tuple(self.trace.origins(record, name, self.known))
        if not leaves and _value(record, name, key) is not None:
            made_by = self.written_by or "the table"
            yield Field(pointer="", value=text_of(_value(record, name, key)), made_by=made_by)
        for leaf in leaves:
            field = self.field(leaf.record, leaf.field, key)
            if field is not None:
                yield field

    def _canonical(self, leaf: Leaf, pointer: str) -> Output:
        field = self.field(leaf.record, leaf.field, leaf.key)
        readings = field.readings if field is not None else ()
        first = readings[0] if readings else None
        value = text_of(_value(leaf.record, leaf.field, leaf.key))
        return Output(
            location=Location(pointer=pointer),
            value=value,
            kind=first.kind if first is not None else Kind.DERIVED if self.read_by else Kind.VALUE,
            row=first.row if first is not None else None,
            code=first.code if first is not None else None,
            fields=(field,) if field is not None else (),
        )

    def field(self, record: msgspec.Struct, name: str, key: str) -> Field | None:
        """A field of the canonical document, or one key of it; None where it says nothing.

        It is made once: many rows of a delimited file repeat what stands in many others.
        """
        known = (id(record), name, key)
        if known not in self._told:
            self._told[known] = self._field(record, name, key)
        return self._told[known]

    def _field(self, record: msgspec.Struct, name: str, key: str) -> Field | None:
        value = _value(record, name, key)
        if value is None:
            return None
        pointer = child(self.known[id(record)], name)
        if name == "ext":
            pointer = next((child(child(pointer, form), key) for form in _forms(record, key)), pointer)
        elif key:
            pointer = child(pointer, key)
        sources = self.trace.told(record, name)
        chosen = [source for source in sources if not key or source.key == key]
        if self.pointer is not None and not chosen:
            at = Location(pointer=self.pointer + pointer)
            return Field(
                pointer=pointer, value=text_of(value), readings=(Reading(location=at, value=text_of(value)),)
            )
        readings = tuple(dict.fromkeys(reading for source in chosen for reading in self._readings(source)))
        made_by = self.read_by if not readings else ""
        return Field(pointer=pointer, value=text_of(value), readings=readings, made_by=made_by)

    def _readings(self, source: Source) -> Iterator[Reading]:
        row = None if source.kind is Kind.KEPT and source.places else source.row
        for place in source.places or (Place(source.location, ""),):
            at = self.source.at(place)
            yield Reading(
                location=at.location,
                value=at.value,
                row=row,
                code=source.code,
                kind=source.kind,
                crossref=source.crossref,
                order=source.order,
            )


def _parts(shown: Shown) -> Iterator[Part]:
    for line in shown.lines:
        yield from line.parts


def _code(author: Author, number: int, part: int) -> Origin | None:
    """The row of the code list; of pairs it turned the qualifier, not the value."""
    if author.keys and part % 2:
        return None
    return author.codes[number] if number < len(author.codes) else None


def _pointers(value: object, pointer: str) -> Iterator[tuple[int, str]]:
    """Every record of the document by identity, with the pointer to it."""
    if isinstance(value, Moment):
        return
    if isinstance(value, msgspec.Struct):
        yield id(value), pointer
        for name in value.__struct_fields__:
            yield from _pointers(getattr(value, name), child(pointer, name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _pointers(item, f"{pointer}/{number}")


def _leaves(record: msgspec.Struct, pointer: str) -> Iterator[tuple[Leaf, str]]:
    """Every value of a record, each key of a map by itself."""
    for name in record.__struct_fields__:
        value, at = getattr(record, name), child(pointer, name)
        if isinstance(value, msgspec.Struct) and not isinstance(value, Moment):
            yield from _leaves(value, at)
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            for number, item in enumerate(value):
                yield from _leaves(item, f"{at}/{number}")
        elif name == "ext" and isinstance(value, dict):
            for form, places in value.items():
                for key in places:
                    yield Leaf(record, name, key), child(child(at, form), key)
        elif isinstance(value, dict):
            for key in value:
                yield Leaf(record, name, key), child(at, key)
        elif value not in (None, "", ()):
            yield Leaf(record, name), at


def _forms(record: msgspec.Struct, key: str) -> Iterator[str]:
    ext: object = getattr(record, "ext", None)
    if isinstance(ext, dict):
        yield from (form for form, places in ext.items() if key in places)


def _value(record: msgspec.Struct, name: str, key: str) -> object:
    value: object = getattr(record, name, None)
    if name == "ext" and isinstance(value, dict):
        return next((value[form][key] for form in _forms(record, key)), None)
    if key:
        return value.get(key) if isinstance(value, dict) else None
    return value
