"""Where the values of a document come from: kept on request by the slow path only.

Records are frozen and kept by their identity, so that a pair can pass on where it took a value from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gateway.findings import NOWHERE, Location
from gateway.mapping.plan import Origin

__all__ = ["Source", "Trace"]


class Source(msgspec.Struct, frozen=True):
    """One place a value was read from, and the row of the table that read it."""

    place: str
    location: Location
    row: Origin


class Trace:
    """Sources by record and field. It satisfies `gateway.mapping.pairs.PairTrace`."""

    def __init__(self) -> None:
        self._records: dict[int, msgspec.Struct] = {}  # kept alive, so that an identity is never given again
        self._locations: dict[int, Location] = {}
        self._sources: dict[tuple[int, str], list[Source]] = {}
        self._moved: dict[int, tuple[msgspec.Struct, ...]] = {}

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
        for record, name in sources:
            self._sources.setdefault((id(new), field), []).extend(self.sources(record, name))

    def moved(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """`new` stands where the first of these records stands, and has their fields of like names."""
        self._records[id(new)] = new
        self._moved[id(new)] = old

    def relocate(self, place: Callable[[Location], Location]) -> None:
        """Tell every place in other terms: a file may be read through a tree that is not the file itself."""
        self._locations = {key: place(location) for key, location in self._locations.items()}
        for key, sources in self._sources.items():
            self._sources[key] = [
                msgspec.structs.replace(source, location=place(source.location)) for source in sources
            ]

    def where(self, record: msgspec.Struct) -> Location:
        """Where in the source the record stands."""
        own = self._locations.get(id(record))
        if own is not None:
            return own
        places = (self.where(old) for old in self._moved.get(id(record), ()))
        return next((place for place in places if place != NOWHERE), NOWHERE)

    def sources(self, record: msgspec.Struct, field: str) -> tuple[Source, ...]:
        """Where a field's value was read from; empty when nothing is known."""
        own = self._sources.get((id(record), field))
        if own is not None:
            return tuple(own)
        moved = (self.sources(old, field) for old in self._moved.get(id(record), ()))
        return next((sources for sources in moved if sources), ())
