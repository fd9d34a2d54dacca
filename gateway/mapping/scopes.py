"""What the rows of one scope leave to each other: segments for repeated places, keys for `pairs`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import Block, Here, Qualifier, Row, X12Place

__all__ = ["contradict", "exclusions", "own_keys"]


def contradict(first: tuple[Qualifier, ...], second: tuple[Qualifier, ...]) -> bool:
    """Whether no segment can satisfy both."""
    wanted = {(qualifier.element, qualifier.component): qualifier.value for qualifier in first}
    return any(
        wanted.get((qualifier.element, qualifier.component), qualifier.value) != qualifier.value
        for qualifier in second
    )


def exclusions(
    block: Block, own: tuple[Qualifier, ...], same_row: Callable[[X12Place], bool]
) -> tuple[tuple[Qualifier, ...], ...]:
    """The qualifiers of the other rows and blocks at the row of a repeated place that has `own` ones."""
    found = {place.qualifiers: None for place in _qualified(block) if place.qualifiers and same_row(place)}
    return tuple(other for other in found if other != own and not contradict(other, own))


def _qualified(block: Block) -> Iterator[X12Place]:
    for entry in block.entries:
        if isinstance(entry, Row):
            for saying in entry.sayings:
                if not saying.repeated:
                    yield from (place for place in saying.places if isinstance(place, X12Place))
        elif isinstance(entry, Block) and isinstance(entry.at, Here):
            yield from _qualified(entry)
        elif isinstance(entry, Block) and isinstance(entry.at, X12Place):
            yield entry.at


def own_keys(block: Block, parameters: Parameters) -> Mapping[str, frozenset[str]]:
    """By field of the block's record: the keys of a map that have a row of their own."""
    keys: dict[str, set[str]] = {}
    for entry in block.entries:
        for path in entry.fields if isinstance(entry, Row) else ():
            if len(path.steps) == 2 and not path.up and path.steps[0].items is None:
                name = path.steps[1].name
                key = parameters.values.get(name, "") if path.steps[1].parameter else name
                keys.setdefault(path.steps[0].name, set()).add(key)
    return {name: frozenset(found) for name, found in keys.items()}
