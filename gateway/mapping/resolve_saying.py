"""One cell of a table bound: its places, its codec, its words."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.mapping.bound import BoundPath, SayingPlan, Spot, X12Spot
from gateway.mapping.cells import CellError
from gateway.mapping.codecs import Setting, make_codec
from gateway.mapping.defaults import make_default
from gateway.mapping.library import Library
from gateway.mapping.paths import PathResolver
from gateway.mapping.places import Places, Scope
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import (
    Block,
    ComputedValue,
    FieldValue,
    Parameter,
    Saying,
    Table,
    Word,
    X12Place,
)
from gateway.mapping.scopes import exclusions

__all__ = ["SayingBinder", "Standing"]


class Standing(msgspec.Struct, frozen=True):
    """Where a row stands: its scope, the records of the blocks around it (its own last), the block whose loop
    it shares, and by field the keys of a map that have a row of their own."""

    scope: Scope
    records: tuple[type[msgspec.Struct], ...]
    sharing: Block
    keys: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)


class SayingBinder:
    """Binds cells; every function raises `CellError` with a mistake for the table's author."""

    def __init__(self, table: Table, library: Library, paths: PathResolver, places: Places) -> None:
        self.table = table
        self.library = library
        self.paths = paths
        self.places = places

    def bound(self, saying: Saying, fields: tuple[BoundPath, ...], standing: Standing) -> SayingPlan:
        """A cell bound to its places and its codec; `fields`: those of its row."""
        spots = tuple(self.places.spot(standing.scope, place) for place in saying.places)
        if saying.repeated:
            spots = tuple(self.excluding(spot, standing) for spot in spots)
            _check_repeated(spots)
        if len(fields) > 1 and (saying.default or saying.absent):
            raise CellError("`default` and `absent` are for rows of one field")
        given = saying.default
        default = None if isinstance(given, FieldValue | ComputedValue) else given
        return SayingPlan(
            spots=spots,
            codec=make_codec(saying.codec.name, self.setting(saying, fields, spots, standing)),
            repeated=saying.repeated,
            required=saying.required,
            direction=saying.direction,
            default=self.paths.value(default, fields[0]),
            default_unknown=self.unknown(default),
            agreed=isinstance(default, Parameter),
            default_from=self.default_from(saying, fields[0], standing),
            default_compute=(
                make_default(given.call, standing.records[-1]) if isinstance(given, ComputedValue) else None
            ),
            absent=self.paths.value(saying.absent, fields[0]),
            fills=saying.fills or any(field.up for field in fields),
            text=str(saying),
            origin=saying.origin,
        )

    def unknown(self, default: Word | None) -> str:
        """The parameter of a default that the agreement lacks, "" where there is none."""
        if not isinstance(default, Parameter) or default.name in self.paths.parameters.values:
            return ""
        return default.name

    def setting(
        self, saying: Saying, fields: tuple[BoundPath, ...], spots: tuple[Spot, ...], standing: Standing
    ) -> Setting:
        """What the codec of a cell is made for."""
        first = fields[0].steps[0].name if len(fields[0].steps) == 1 else ""
        return Setting(
            arguments=saying.codec.arguments,
            format=self.table.format.kind.codecs,
            fields=tuple(field.kind for field in fields),
            places=len(spots),
            repeated=saying.repeated,
            range=_range_length(spots),
            zone=self.paths.parameters.zone,
            settings=self.table.settings,
            lists=self.library.lists,
            excluded=standing.keys.get(first, frozenset()),
        )

    def default_from(self, saying: Saying, field: BoundPath, standing: Standing) -> BoundPath | None:
        """The field that fills in for an absent one, None when the cell names none."""
        if not isinstance(saying.default, FieldValue):
            return None
        path = self.paths.leaf(saying.default.path, standing.records)
        if path.kind is not field.kind:
            raise CellError(f"`default={saying.default}` must name a {field.kind.value}")
        return path

    def excluding(self, spot: Spot, standing: Standing) -> Spot:
        """A repeated place with the qualifiers of the segments it leaves to other rows."""
        places = self.places
        if not isinstance(spot, X12Spot) or not isinstance(places, X12Places):
            return spot

        def same_row(place: X12Place) -> bool:
            try:
                return places.row((*standing.scope.path, *place.loops), place).index == spot.row
            except CellError:
                return False

        excluded = exclusions(standing.sharing, spot.qualifiers, same_row)
        return msgspec.structs.replace(spot, excluded=excluded)


def _range_length(spots: tuple[Spot, ...]) -> int:
    ranged = [spot for spot in spots if isinstance(spot, X12Spot) and spot.last is not None]
    if ranged and len(spots) > 1:
        raise CellError("a range stands alone; it is not joined by `+`")
    return sum((spot.last or 0) - spot.element + 1 for spot in ranged)


def _check_repeated(spots: tuple[Spot, ...]) -> None:
    segments = {(spot.row, spot.qualifiers) for spot in spots if isinstance(spot, X12Spot)}
    if len(segments) > 1:
        raise CellError("places that repeat together stand in one segment")
    if any(isinstance(spot, X12Spot) and (spot.last or spot.own) for spot in spots):
        raise CellError("neither a range nor the segment of the block itself repeats")
