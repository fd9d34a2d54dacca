"""Places of a target's schema that are empty in one document, mandatory ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gateway.formats.json import Json
from gateway.formats.x12.definitions import Requirement, SetDefinition
from gateway.mapping.bound import BlockPlan, ColumnSpot, JsonAt, JsonSpot, Plan, SayingPlan, X12Spot
from gateway.mapping.evaluate.sources import CsvTarget, Target, X12Target
from gateway.mapping.explain.model import Unfilled
from gateway.mapping.places import JsonPlaces, JsonSchema
from gateway.mapping.places_x12 import ENVELOPE
from gateway.mapping.plan import Here, Origin

__all__ = ["Naming", "named_keys", "named_record", "named_xpath", "unfilled"]

Keys = tuple[str, ...]
Naming = Callable[[Keys], str]
"""A path in a tree as people of its format say it."""


def named_keys(keys: Keys) -> str:
    """JSON: `items[].quantity`."""
    return ".".join(keys).replace(".[]", "[]")


def named_record(keys: Keys) -> str:
    """Fixed width: `ORL quantity`, the record and its field."""
    return " ".join([key for key in keys if key != "[]"][-2:])


def named_xpath(keys: Keys) -> str:
    """XML: `header/dates/date/@type`, from the outermost element on."""
    return "/".join(key for key in keys if key not in ("[]", "."))


def unfilled(
    plan: Plan, target: Target, schema: JsonSchema | None = None, named: Naming = named_keys
) -> tuple[Unfilled, ...]:
    """What a document leaves empty in its target; where a whole segment or object is missing, that alone.

    `schema`: that of a tree, whose paths are said as `named` does; without it, and for delimited files, the
    places of the table's own rows.
    """
    if isinstance(target, X12Target) and plan.definition is not None:
        empty = _of_x12(plan.definition, target, _x12_rows(plan.root))
    elif isinstance(target, CsvTarget):
        empty = _of_columns(plan, target)
    elif isinstance(target, dict) and schema is not None:
        places = JsonPlaces(schema)
        found = _of_objects(places, places.node(()), [target], (), dict(_json_rows(plan.root, ())))
        empty = (Unfilled(place=named(keys), mandatory=needed, row=row) for keys, needed, row in found)
    else:
        empty = iter(())
    return tuple(sorted(empty, key=lambda each: not each.mandatory))


def _sayings(block: BlockPlan) -> Iterator[SayingPlan]:
    """What a block writes by itself."""
    for row in block.rows:
        yield from (saying for saying in row.sayings if saying.writes)


def _x12_rows(block: BlockPlan) -> dict[tuple[int, int], Origin]:
    """The row of the table that fills an element, by the segment's place in the set."""
    rows: dict[tuple[int, int], Origin] = {}
    for saying in _sayings(block):
        for spot in saying.spots:
            if isinstance(spot, X12Spot):
                for element in range(spot.element, (spot.last or spot.element) + 1):
                    rows.setdefault((spot.row, element), saying.origin)
                rows.setdefault((spot.row, 0), saying.origin)
    for inner in block.blocks:
        rows |= {place: origin for place, origin in _x12_rows(inner).items() if place not in rows}
    return rows


def _of_x12(
    definition: SetDefinition, target: X12Target, rows: Mapping[tuple[int, int], Origin]
) -> Iterator[Unfilled]:
    held: dict[int, set[int]] = {}
    for index, written in zip(target.rows, target.segments, strict=True):
        elements = (number for number, text in enumerate(written[1:], 1) if text)
        held.setdefault(index, set()).update(elements)
    for row in definition.rows():
        if row.tag in ENVELOPE:
            continue
        segment = definition.segments[row.tag]
        path = row.path if not row.opens_loop else row.path.rpartition("/")[0]
        place = f"{path}/{row.tag}" if path else row.tag
        if row.index not in held:
            mandatory = row.use.requirement is Requirement.MANDATORY and not row.path
            origin = rows.get((row.index, 0))
            yield Unfilled(place=place, name=segment.name, mandatory=mandatory, row=origin)
            continue
        for number, use in enumerate(segment.uses, 1):
            if number not in held[row.index]:
                yield Unfilled(
                    place=f"{place}{number:02d}",
                    name=use.content.name,
                    mandatory=use.requirement is Requirement.MANDATORY,
                    row=rows.get((row.index, number)),
                )


def _of_columns(plan: Plan, target: CsvTarget) -> Iterator[Unfilled]:
    filled = {column for row in target.rows for column, text in row.items() if text}
    rows = {
        spot.column: saying
        for block in _blocks(plan.root)
        for saying in _sayings(block)
        for spot in saying.spots
        if isinstance(spot, ColumnSpot)
    }
    for column in plan.columns:
        if column not in filled:
            saying = rows.get(column)
            mandatory = saying is not None and saying.required
            origin = saying.origin if saying is not None else None
            yield Unfilled(place=column, mandatory=mandatory, row=origin)


def _blocks(block: BlockPlan) -> Iterator[BlockPlan]:
    yield block
    for inner in block.blocks:
        yield from _blocks(inner)


def _json_rows(block: BlockPlan, path: Keys) -> Iterator[tuple[Keys, Origin]]:
    """The path of every place a table writes, with its row; inner places stand for what is around them."""
    for saying in _sayings(block):
        for spot in saying.spots:
            if isinstance(spot, JsonSpot):
                yield from _outward((*path, *spot.keys), saying.origin)
    for inner in block.blocks:
        if isinstance(inner.at, JsonAt):
            keys = (*path, *inner.at.keys, *(("[]",) if inner.at.array else ()))
            yield from _outward(keys, inner.origin)
            yield from _json_rows(inner, keys)
        elif isinstance(inner.at, Here):
            yield from _json_rows(inner, path)


def _outward(keys: Keys, origin: Origin) -> Iterator[tuple[Keys, Origin]]:
    yield from ((keys[:length], origin) for length in range(1, len(keys) + 1))


def _of_objects(
    places: JsonPlaces, node: JsonSchema, objects: list[Json], path: Keys, rows: Mapping[Keys, Origin]
) -> Iterator[tuple[Keys, bool, Origin | None]]:
    """The properties that none of these objects has, and those of the objects and arrays inside."""
    required = set(places.required(node))
    for key, schema in places.properties(node).items():
        keys = (*path, key)
        inner = places.followed(schema if isinstance(schema, Mapping) else {})
        values = [each[key] for each in objects if isinstance(each, dict) and each.get(key) is not None]
        if not values:
            yield keys, key in required, rows.get(keys)
            continue
        items = [item for value in values if isinstance(value, list) for item in value]
        if items:
            held = inner.get("items")
            below = places.followed(held if isinstance(held, Mapping) else {})
            yield from _of_objects(places, below, items, (*keys, "[]"), rows)
        elif any(isinstance(value, dict) for value in values):
            yield from _of_objects(places, inner, values, keys, rows)
