"""Explanations in words: the names of places, and how a value came to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gateway.findings import NOWHERE, Location
from gateway.mapping.evaluate.trace import Kind
from gateway.mapping.explain.model import Field, Line, Output, Reading, key_of
from gateway.mapping.plan import Origin

__all__ = ["FORMATS", "Names", "Readings", "how", "how_read", "made_by"]

FORMATS = {
    "x12": "X12",
    "spapi": "SP-API JSON",
    "json": "SP-API JSON",
    "csv": "delimited file",
    "fixed": "fixed-width file",
    "xml": "XML",
    "canonical": "canonical document",
}
KINDS = {
    Kind.DEFAULT: "default of the table",
    Kind.CONSTANT: "constant of the table",
    Kind.KEPT: "kept, and put back",
}
LABEL = ": "  # between the name of a column or field and its value, in lines that have one value


class Names:
    """What the places of a document are called; cells and fields have the names that its lines give them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.labels: Mapping[str, str] = {
            line.parts[1].key: line.parts[0].text.removesuffix(LABEL)
            for line in lines
            if len(line.parts) == 2 and line.parts[0].text.endswith(LABEL)
        }

    def of(self, location: Location) -> str:
        """The whole name: `4 FOB01`, `line 3, quantity`, `/lines/0/quantity`, `/order/header/date`."""
        if location.segment_in_set is not None:
            return f"{location.segment_in_set} {location.place}"
        if location.xpath is not None:
            return location.xpath
        label = self.labels.get(key_of(location)) if location.line is not None else None
        return location.place if label is None else f"line {location.line}, {label}"

    def group(self, location: Location) -> str:
        """The segment, row, object or element that a place stands in."""
        path = location.pointer if location.pointer is not None else location.xpath
        if path is not None:
            return _parted(path)[0] or "/"
        if location.line is not None:
            return f"line {location.line}"
        return f"segment {location.segment_in_set} {location.tag}"

    def within(self, location: Location) -> str:
        """The name of a place in its group."""
        path = location.pointer if location.pointer is not None else location.xpath
        if path is not None:
            return _parted(path)[1].replace("~1", "/").replace("~0", "~") or "/"
        if location.line is None:
            return location.place
        return self.labels.get(key_of(location), f"column {location.column}")


def _parted(path: str) -> tuple[str, str]:
    """The way to a value and its name; an attribute goes with its element."""
    way, _, name = path.rpartition("/")
    if name.startswith("@"):
        way, _, element = way.rpartition("/")
        name = f"{element}/{name}"
    return way, name


class Readings:
    """What places of a target were made of. Many rows of a delimited file repeat what stands in others, so
    what is told of the same fields is worked out once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], tuple[tuple[Field, ...], _Told]] = {}

    def of(self, fields: Sequence[Field]) -> list[tuple[Reading, int]]:
        """The places that fields were read from, each with how many there are of its kind: of a column in
        which several rows say the same, the first alone is told."""
        return self._told(fields).places

    def origins(self, output: Output) -> Iterator[Origin]:
        """The rows of tables, code lists and cross-references on the way, from the target back."""
        told = [output.row, output.code, *self._told(output.fields).origins]
        yield from dict.fromkeys(origin for origin in told if origin is not None)

    def _told(self, fields: Sequence[Field]) -> _Told:
        known = tuple(map(id, fields))
        if known not in self._known:  # the fields are kept, so that an identity is never given again
            self._known[known] = (
                tuple(fields),
                _told_of([each for field in fields for each in field.readings]),
            )
        return self._known[known][1]


class _Told(msgspec.Struct, frozen=True):
    places: list[tuple[Reading, int]]
    origins: list[Origin | None]


def _told_of(readings: Sequence[Reading]) -> _Told:
    first: dict[object, Reading] = {}
    count: Counter[object] = Counter()
    origins: dict[Origin | None, None] = {}
    for reading in readings:
        place = reading.location
        key = reading if place.column is None else (place.file, place.column, reading.value, reading.kind)
        first.setdefault(key, reading)
        count[key] += 1
        origins |= dict.fromkeys((reading.crossref, reading.row, reading.code))
    return _Told([(reading, count[key]) for key, reading in first.items()], list(origins))


def how(output: Output) -> str:
    """How a value came to be; "" where it was carried over."""
    if output.kind in (Kind.DERIVED, Kind.WRITER):
        return f"made by the writer: {output.text}" if output.text else "made by the writer"
    return KINDS.get(output.kind, "")


def how_read(reading: Reading, names: Names, times: int = 1) -> str:
    """Where a value was read: its place and what stands there, or what the table says in its stead."""
    more = f" (and in {times - 1:,} more rows)" if times > 1 else ""
    return _read(reading, names) + more


def _read(reading: Reading, names: Names) -> str:
    if reading.kind is Kind.CONSTANT:
        return "constant of the table that read it"
    if reading.order is not None:
        return f"taken from order {reading.order.number}, {reading.order.pointer}"
    if reading.kind is Kind.COMPLETED and reading.crossref is None:
        return "default, as no row of the cross-reference fits"
    if reading.kind is Kind.COMPLETED and reading.location == NOWHERE:
        return "looked up by what the table says"
    place = names.of(reading.location)
    place = f"{place} = {reading.value}" if reading.value else place
    return f"looked up by {place}" if reading.kind is Kind.COMPLETED else place


def made_by(field: Field) -> str:
    """Who computed a field that no place says."""
    return f"made by {field.made_by}" if field.made_by else ""
