"""Every mistake of a workspace's tables, overlays and code lists, with file, line and a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gateway.errors import Mistake
from gateway.mapping.bound import Plan
from gateway.mapping.claims import claims_of, double_claims
from gateway.mapping.crossrefs.check import Uses, check_crossrefs
from gateway.mapping.library import Library, places_of
from gateway.mapping.load import MappingFile, Mappings, load_mappings, load_overlays, parse_mapping
from gateway.mapping.parameters import PARAMETERS, Parameters
from gateway.mapping.places import JsonPlaces
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import Block, FormatKind, Row, Table
from gateway.mapping.required import missing_fields, missing_json, missing_x12, wrong_json_types
from gateway.mapping.resolve import resolve
from gateway.mapping.words import unknown_words

__all__ = [
    "EVERY_PARAMETER",
    "Agreement",
    "bound_table",
    "check_mappings",
    "check_overlays",
    "check_plan",
    "told_of_overlays",
]

EVERY_PARAMETER = Parameters({name: name for name in PARAMETERS})
WITH_LIST = ("code", "pairs", "container")


class Agreement(msgspec.Struct, frozen=True):
    """What one partner has of its own: overlays and cross-references (texts by path), and its terms."""

    overlays: Mapping[str, str]
    parameters: Parameters = EVERY_PARAMETER
    crossrefs: Mapping[str, str] = msgspec.field(default_factory=dict)


def check_mappings(
    files: Mapping[str, str],
    library: Library,
    agreements: Iterable[Agreement] = (),
    crossrefs: Mapping[str, str] | None = None,
) -> tuple[Mistake, ...]:
    """The mistakes of all mapping files (texts by path), in the order of files and lines.

    The code lists of `library` are not used: those of the files are. The overlays of each partner are checked
    together on their tables. `crossrefs`: the cross-references for all partners.
    """
    mappings, found = load_mappings(files)
    whole = msgspec.structs.replace(library, lists=mappings.lists)
    mistakes = list(found)
    used: set[str] = set()
    plans: dict[str, Plan] = {}
    own: list[tuple[Mapping[str, str], Uses]] = []
    for name in mappings.tables:
        for release in releases_of(mappings, name):
            table, plan, wrong = bound_table(mappings, name, (), whole, EVERY_PARAMETER, release)
            mistakes += wrong
            plans |= {name: plan} if plan is not None else {}
            used |= set(_lists_of(table.root)) if table is not None else set()
    for agreement in agreements:
        overlays, _ = load_overlays(agreement.overlays, mappings.tables)
        mistakes += check_overlays(mappings, whole, agreement)
        changed: dict[str, Plan] = {}
        for name, held in overlays.items():
            for release in releases_of(mappings, name):
                table, _ = parse_mapping(mappings, name, held, release)
                if table is not None:
                    used |= set(_lists_of(table.root))
                    plan, _ = resolve(table, whole, agreement.parameters)
                    changed |= {name: plan} if plan is not None else {}
        own.append((agreement.crossrefs, tuple((plans | changed).values())))
    units = mappings.lists["unit"].words if "unit" in mappings.lists else None
    mistakes += check_crossrefs(crossrefs or {}, tuple(plans.values()), own, units)
    for unused in sorted(set(mappings.lists) - used):
        mistakes.append((mappings.lists[unused].file, 1, "no table uses this code list"))
    return tuple(sorted(dict.fromkeys(mistakes)))


def check_overlays(mappings: Mappings, library: Library, agreement: Agreement) -> tuple[Mistake, ...]:
    """The mistakes of one partner's overlays, merged into their tables and bound to its terms."""
    overlays, mistakes = load_overlays(agreement.overlays, mappings.tables)
    for name, held in overlays.items():
        for release in releases_of(mappings, name):
            _, _, wrong = bound_table(mappings, name, held, library, agreement.parameters, release)
            mistakes += wrong
    return tuple(sorted(dict.fromkeys(mistakes)))


def releases_of(mappings: Mappings, name: str) -> tuple[str, ...]:
    """The releases that a table serves; "" alone where its format has none."""
    form = mappings.tables[name].format
    return (form.releases if form is not None else ()) or ("",)


def bound_table(
    mappings: Mappings,
    name: str,
    overlays: tuple[MappingFile, ...],
    library: Library,
    parameters: Parameters,
    release: str = "",
) -> tuple[Table | None, Plan | None, tuple[Mistake, ...]]:
    """A table with overlays merged in, bound to an agreement and a release, and every mistake in it.

    A mistake that only shows in a file the overlays lie on is told of the last overlay, which makes it.
    """
    table, mistakes = parse_mapping(mappings, name, overlays, release)
    if table is None:
        return None, None, mistakes
    plan, unresolved = resolve(table, library, parameters)
    found = (*mistakes, *unresolved)
    if plan is not None:
        found += check_plan(plan, table, library)
    if overlays and found:
        _, _, without = bound_table(mappings, name, (), library, parameters, release)
        found = told_of_overlays((each for each in found if each not in without), overlays)
    return table, plan, found


def told_of_overlays(mistakes: Iterable[Mistake], overlays: tuple[MappingFile, ...]) -> tuple[Mistake, ...]:
    """Mistakes of a table with overlays: what shows in another file is told of the last overlay."""
    files = [overlay.file for overlay in overlays]
    return tuple(
        (file, line, text)
        if not files or file in files
        else (files[-1], 1, f"with this overlay: {text} ({file}:{line})")
        for file, line, text in mistakes
    )


def check_plan(plan: Plan, table: Table, library: Library) -> tuple[Mistake, ...]:
    """What is wrong with a table that can be bound: places named twice, required ones without a row, words
    that no code list has."""
    mistakes = [*double_claims(plan), *missing_fields(plan), *unknown_words(plan, library.lists)]
    places = places_of(table, library)
    if isinstance(places, X12Places):
        mistakes += missing_x12(plan, places)
    elif isinstance(places, JsonPlaces):
        mistakes += missing_json(plan, places)
        mistakes += wrong_json_types(plan, places) if table.format.kind is FormatKind.JSON else ()
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
