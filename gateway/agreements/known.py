"""What a partner file may name that lies elsewhere, and how a problem of one is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from gateway.formats.yaml_records import Path

__all__ = ["NOTHING_KNOWN", "SHOWN", "Known", "Path", "Problem", "TableHead", "shown"]

SHOWN = 80  # characters of a value in a message

Problem = tuple[tuple[Path, ...], str]
"""The places that together are at fault, and what is wrong with them."""


class TableHead(msgspec.Struct, frozen=True):
    """What a mapping table is for: `format` as an agreement calls it; `set` and `releases` those of X12."""

    document: str
    format: str
    set: str = ""
    releases: tuple[str, ...] = ()


class Known(msgspec.Struct, frozen=True):
    """What a partner file may name that this package does not know by itself; None where it is not judged.

    `qualifiers` and `versions` are the codes of ISA05 and ISA12, `releases` those installed and `sets` what
    each of them has, `schemes` the identifiers of items. `is_zone` tells of a time zone; `zones` lists them
    all, to suggest one. `tables` gives the mapping tables by name, None for one that cannot be read, and
    `crossrefs` names the cross-references that the partner has.
    """

    qualifiers: Collection[str] | None = None
    versions: Collection[str] | None = None
    releases: Collection[str] | None = None
    sets: Callable[[str], Collection[str]] = lambda release: ()
    schemes: Collection[str] | None = None
    is_zone: Callable[[str], bool] | None = None
    zones: Callable[[], Iterable[str]] = tuple
    tables: Callable[[], Mapping[str, TableHead | None]] | None = None
    crossrefs: Callable[[], Collection[str]] | None = None


NOTHING_KNOWN = Known()


def shown(value: str) -> str:
    """A value of a file in a message, cut to a length that people read."""
    return f"`{value[:SHOWN]}`"
