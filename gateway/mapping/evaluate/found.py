"""What stands at the places of a row, and for a trace with details where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from gateway.findings import Location
from gateway.formats.json_pointer import child
from gateway.mapping.bound import ENTRY_TEXT, BlockPlan, BoundPath, SayingPlan, StepKind
from gateway.mapping.evaluate.trace import Kind, Place, Source

__all__ = ["Details", "Found", "TellsPlaces"]


class Found(msgspec.Struct, frozen=True):
    """What stands at the places of a row: the arguments for its codec. `claims` is the adapter's own."""

    values: tuple[object, ...]
    location: Location
    claims: tuple[object, ...] = ()

    @property
    def present(self) -> bool:
        """Whether any of the places holds something."""
        return any(value is not None for value in self.values)


@runtime_checkable
class TellsPlaces(Protocol):
    """What an adapter may offer beside, so that a trace with details knows every place."""

    def places(self, found: Found) -> Sequence[Place | None]:
        """The places of a row, None where nothing stands; of a range or repeated place one for each text."""

    def left_places(self) -> Mapping[str, Sequence[Place]]:
        """The places of what the last call of `leftovers` gave, by its keys."""


class Details:
    """Tells the places of what was read and of what was left over."""

    def __init__(self, adapter: TellsPlaces) -> None:
        self.adapter = adapter

    def of(
        self,
        source: Source,
        saying: SayingPlan,
        field: BoundPath,
        value: object,
        held: Found,
        used: Sequence[int] | None,
    ) -> tuple[Source, ...]:
        """The source of a field with its places; of pairs one for each key of the map."""
        places = self.adapter.places(held)
        rows = saying.codec.rows
        if used is not None and isinstance(value, dict):
            at = [(used[2 * number], used[2 * number + 1]) for number in range(len(value))]
            return tuple(
                msgspec.structs.replace(
                    source,
                    places=tuple(place for place in (places[code], places[text]) if place is not None),
                    key=key,
                    code=rows.read(_text(places[code])) if rows is not None else None,
                )
                for key, (code, text) in zip(value, at, strict=True)
            )
        named = saying.codec.entries
        if named and isinstance(value, dict) and places[0] is not None:
            listed = isinstance(held.values[0], list)
            start = places[0].location.pointer or ""
            objects = [f"{start}/{number}" if listed else start for number in range(len(value))]
            return tuple(
                msgspec.structs.replace(source, places=_of_entry(pointer, named, entry), key=key)
                for pointer, entry, key in zip(objects, _entries(held.values[0]), value, strict=True)
            )
        keyed = field.steps[-1].kind is StepKind.KEY
        told = msgspec.structs.replace(
            source,
            places=tuple(place for place in places if place is not None),
            key=field.steps[-1].name if keyed else "",
            code=rows.read(*held.values) if rows is not None else None,
        )
        return (told,)

    def kept(self, location: Location, block: BlockPlan) -> list[Source]:
        """What is kept in `ext`, by its key."""
        return [
            Source(
                key,
                places[0].location if places else location,
                block.origin,
                tuple(places),
                key,
                kind=Kind.KEPT,
            )
            for key, places in self.adapter.left_places().items()
        ]


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _of_entry(pointer: str, key: str, entry: object) -> tuple[Place, ...]:
    """Where the key and the value of an entry stand."""
    return tuple(
        Place(Location(pointer=child(pointer, name)), str(entry[name]))
        for name in (key, ENTRY_TEXT)
        if isinstance(entry, dict) and name in entry
    )


def _text(place: Place | None) -> str | None:
    return None if place is None else place.value
