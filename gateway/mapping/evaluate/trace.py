"""Where the values of a document come from, and what became of them: kept on request by the slow path only.

Records are frozen and kept by their identity, so that a pair can pass on where it took a value from. One
trace follows one document from its source to its target.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from gateway.findings import NOWHERE, Location
from gateway.mapping.orders.model import OrderPlace
from gateway.mapping.plan import Origin

__all__ = ["QUALIFIER", "Author", "Kind", "Leaf", "Place", "Source", "Trace", "Written"]

QUALIFIER = -1  # `Written.part` of what a row's qualifier wrote


class Kind(StrEnum):
    """How a value came to be: moved from somewhere, or given by the table itself.

    `kept` is what no row claims, carried along in `ext`; `completed` comes from a cross-reference, and
    `writer` is what every file of a format has and no table says, such as the number of its segments.
    """

    VALUE = "value"
    DEFAULT = "default"
    CONSTANT = "constant"
    DERIVED = "derived"
    KEPT = "kept"
    COMPLETED = "completed"
    WRITER = "writer"


class Place(msgspec.Struct, frozen=True):
    """One place of a file, and the text that stands there."""

    location: Location
    value: str


class Source(msgspec.Struct, frozen=True):
    """What a row of the table read for one field: `place` in its words, `location` the first place.

    `places` are all places, when the trace keeps details. `key`: of a map, or the place in `ext`. `code` is
    the row of a code list that turned the code. A constant was set by its row, and read nowhere. What was
    `completed` has the row of the cross-reference (None for a default), and the places that found it; or
    its place in the `order` that it was taken from.
    """

    place: str
    location: Location
    row: Origin
    places: tuple[Place, ...] = ()
    key: str = ""
    code: Origin | None = None
    kind: Kind = Kind.VALUE
    crossref: Origin | None = None
    order: OrderPlace | None = None


class Leaf(msgspec.Struct, frozen=True):
    """A field of a record, and where it is a map one key of it."""

    record: msgspec.Struct
    field: str
    key: str = ""


class Author(msgspec.Struct, frozen=True):
    """Who writes: a row of the table with the fields it writes, or the block that opens an occurrence.

    `row` is None for what is put back from `ext`. `keys` and `codes`: for pairs, the keys of the map in the
    order they are written, and the row of the code list for each; else `codes` has that of the value.
    """

    kind: Kind
    row: Origin | None
    text: str = ""
    fields: tuple[Leaf, ...] = ()
    keys: tuple[str, ...] = ()
    codes: tuple[Origin | None, ...] = ()


class Written(msgspec.Struct, frozen=True):
    """A place of the target, and who wrote it; `part` counts the texts of one value, -1 is a qualifier."""

    place: Place
    author: Author | None
    part: int = 0


class Trace:
    """Sources by record and field. It satisfies `gateway.mapping.pairs.PairTrace`.

    With `details` a reader also tells every single place and what it left over, and a writer its places.
    """

    def __init__(self, *, details: bool = False) -> None:
        self.details = details
        self.written: tuple[Written, ...] = ()
        self.checked: list[Source] = []  # sums that were compared with what is computed
        self.implied: list[Leaf] = []  # fields that the target says by where things stand, or by silence
        self._records: dict[int, msgspec.Struct] = {}  # kept alive, so that an identity is never given again
        self._locations: dict[int, Location] = {}
        self._sources: dict[tuple[int, str], list[Source]] = {}
        self._copied: dict[tuple[int, str], tuple[tuple[msgspec.Struct, str], ...]] = {}
        self._moved: dict[int, tuple[msgspec.Struct, ...]] = {}
        self._merged: set[int] = set()

    def made(
        self, record: msgspec.Struct, sources: Mapping[str, Sequence[Source]], location: Location
    ) -> None:
        """A record was made at `location` from these sources of its fields."""
        self._records[id(record)] = record
        self._locations[id(record)] = location
        for field, places in sources.items():
            self._sources.setdefault((id(record), field), []).extend(places)

    def copy(self, new: msgspec.Struct, field: str, *sources: tuple[msgspec.Struct, str]) -> None:
        """`new.field` was made from these fields of other records."""
        self._records[id(new)] = new
        for record, _ in sources:
            self._records[id(record)] = record
        self._copied[id(new), field] = (*self._copied.get((id(new), field), ()), *sources)

    def moved(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """`new` stands where the first of these records stands, and has their fields of like names."""
        self._records[id(new)] = new
        self._moved[id(new)] = old

    def merged(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """`new` stands where the first of these records stands; all of them say its fields of like names."""
        self.moved(new, *old)
        self._merged.add(id(new))

    def completed(self, record: msgspec.Struct, field: str, source: Source) -> None:
        """A field of `record`, or a key of it, was filled in; other keys keep their sources."""
        others = [each for each in self.told(record, field) if source.key and each.key != source.key]
        self._records[id(record)] = record
        self._sources[id(record), field] = [*others, source]

    def where(self, record: msgspec.Struct) -> Location:
        """Where in the source the record stands."""
        own = self._locations.get(id(record))
        if own is not None:
            return own
        places = (self.where(old) for old in self._moved.get(id(record), ()))
        return next((place for place in places if place != NOWHERE), NOWHERE)

    def sources(self, record: msgspec.Struct, field: str) -> tuple[Source, ...]:
        """Where a field's value was read from; empty when nothing is known."""
        return tuple(source for source in self.told(record, field) if source.kind is Kind.VALUE)

    def told(self, record: msgspec.Struct, field: str) -> tuple[Source, ...]:
        """The same with constants that a row set, and for `ext` what no row read."""
        own = self._sources.get((id(record), field))
        if own is not None:
            return tuple(own)
        copied = self._copied.get((id(record), field))
        if copied is not None:
            return tuple(dict.fromkeys(source for link in copied for source in self.told(*link)))
        links = (self.told(*link) for link in self._like_named(record, field))
        if id(record) in self._merged:
            return tuple(dict.fromkeys(source for sources in links for source in sources))
        return next((sources for sources in links if sources), ())

    def all_sources(self) -> Iterator[tuple[str, Source]]:
        """Every source that was told with its field, in the order in which records were made."""
        for (_, field), sources in self._sources.items():
            yield from ((field, source) for source in sources)

    def origins(self, record: msgspec.Struct, field: str, known: Container[int]) -> Iterable[Leaf]:
        """The fields of the `known` records (by identity) that a field was made of, through any pair."""
        if id(record) in known:
            return (Leaf(record, field),)
        copied = self._copied.get((id(record), field))
        if copied is not None:
            leaves = [leaf for link in copied for leaf in self.origins(*link, known)]
            return {(id(leaf.record), leaf.field): leaf for leaf in leaves}.values()
        links = (tuple(self.origins(*link, known)) for link in self._like_named(record, field))
        return next((leaves for leaves in links if leaves), ())

    def _like_named(self, record: msgspec.Struct, field: str) -> Iterable[tuple[msgspec.Struct, str]]:
        for old in self._moved.get(id(record), ()):
            if field in old.__struct_fields__ and getattr(old, field) not in (None, "", (), {}):
                yield old, field
