"""Every mistake of a workspace's tables, overlays and code lists, with file, line and a suggestion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from gateway.errors import Mistake
from gateway.mapping.bound import Plan
from gateway.mapping.claims import claims_of, double_claims
from gateway.mapping.library import Library, places_of
from gateway.mapping.load import MappingFile, Mappings, load_mappings, parse_mapping
from gateway.mapping.parameters import PARAMETERS, Parameters
from gateway.mapping.places import JsonPlaces
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import Block, FormatKind, Row, Table
from gateway.mapping.required import missing_fields, missing_json, missing_x12, wrong_json_types
from gateway.mapping.resolve import resolve

__all__ = ["check_mappings", "check_plan"]

EVERY_PARAMETER = Parameters({name: name for name in PARAMETERS})
WITH_LIST = ("code", "pairs", "container")


def check_mappings(files: Mapping[str, str], library: Library) -> tuple[Mistake, ...]:
    """The mistakes of all mapping files (texts by path), in the order of files and lines.

    The code lists of `library` are not used: those of the files are. Each overlay is checked on its table.
    """
    mappings, found = load_mappings(files)
    whole = msgspec.structs.replace(library, lists=mappings.lists)
    mistakes = list(found)
    used: set[str] = set()
    for name in mappings.tables:
        for overlays in ((), *((overlay,) for overlay in mappings.overlays.get(name, ()))):
            table, wrong = _checked(mappings, name, overlays, whole)
            mistakes += wrong
            used |= set(_lists_of(table.root)) if table is not None else set()
    for unused in sorted(set(mappings.lists) - used):
        mistakes.append((mappings.lists[unused].file, 1, "no table uses this code list"))
    return tuple(sorted(dict.fromkeys(mistakes)))


def _checked(
    mappings: Mappings, name: str, overlays: tuple[MappingFile, ...], library: Library
) -> tuple[Table | None, tuple[Mistake, ...]]:
    table, mistakes = parse_mapping(mappings, name, overlays)
    if table is None:
        return None, mistakes
    plan, unresolved = resolve(table, library, EVERY_PARAMETER)
    if plan is None:
        return table, (*mistakes, *unresolved)
    return table, (*mistakes, *check_plan(plan, table, library))


def check_plan(plan: Plan, table: Table, library: Library) -> tuple[Mistake, ...]:
    """What is wrong with a table that can be bound: places named twice, required ones without a row."""
    mistakes = [*double_claims(plan), *missing_fields(plan)]
    places = places_of(table, library)
    if isinstance(places, X12Places):
        mistakes += missing_x12(plan, places)
    elif isinstance(places, JsonPlaces):
        mistakes += [*missing_json(plan, places), *wrong_json_types(plan, places)]
    elif table.format.kind is FormatKind.CSV:
        mistakes += _unmapped_keys(plan, table)
    return tuple(dict.fromkeys(mistakes))


def _unmapped_keys(plan: Plan, table: Table) -> Iterator[Mistake]:
    header = {claim.spot.text.strip('"') for claim in claims_of(plan.root)}
    for column in plan.settings.document_key:
        if column not in header:
            origin = table.at("settings")
            text = f"`{column}` tells documents apart, so a row of the outermost block must map it"
            yield (origin.file, origin.line, text)


def _lists_of(block: Block) -> Iterator[str]:
    for entry in block.entries:
        if isinstance(entry, Block):
            yield from _lists_of(entry)
        elif isinstance(entry, Row):
            for saying in entry.sayings:
                if saying.codec.name in WITH_LIST and saying.codec.arguments:
                    yield saying.codec.arguments[0]
