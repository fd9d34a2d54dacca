"""The interface of a pair: two pure functions between a shape, which mirrors a format, and the document.

A pair may refuse, with findings; it never guesses. It tells the trace where each value comes from, so that a
value can be followed through it; on the fast path the trace does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from gateway.findings import Finding, Location
from gateway.mapping.parameters import Parameters

__all__ = ["SILENT", "Pair", "PairTrace"]


class PairTrace(Protocol):
    """What a pair tells of its doing, and may ask."""

    def copy(self, new: msgspec.Struct, field: str, *sources: tuple[msgspec.Struct, str]) -> None:
        """`new.field` was made from these fields of other records."""

    def moved(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """`new` stands where the first of these records stands, and has their fields of like names."""

    def merged(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """`new` stands where the first of these records stands; all of them say its fields of like names."""

    def where(self, record: msgspec.Struct) -> Location:
        """Where in the source the record stands, for a finding; nowhere when that is not known."""


class _Silent:
    def copy(self, new: msgspec.Struct, field: str, *sources: tuple[msgspec.Struct, str]) -> None:
        """Nothing is kept on the fast path."""

    def moved(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """Nothing is kept on the fast path."""

    def merged(self, new: msgspec.Struct, *old: msgspec.Struct) -> None:
        """Nothing is kept on the fast path."""

    def where(self, record: msgspec.Struct) -> Location:
        """Nothing was kept."""
        return Location()


SILENT: PairTrace = _Silent()
"""The trace of the fast path."""

Result = tuple[msgspec.Struct | None, tuple[Finding, ...]]
PairFunction = Callable[[msgspec.Struct, PairTrace, Parameters], Result]


class Pair(msgspec.Struct, frozen=True):
    """A named pair. Each function gives the record and no error, or None and the findings that say why.

    `to_document` gets a `shape`, `to_shape` gets a `document`; neither may change or keep what it gets.
    `makes`: the fields whose values it computes rather than moves; they count as functions of a table.
    `telling`: the fields of records whose values decide what it does, beside which fields a document gives;
    None where more than that may decide.
    `plain` makes of the usual shapes what `to_document` makes, with less work, and gives None for all others.
    When each value of the shape may stand in its field, as annotated, so may those of the document.
    """

    name: str
    shape: type[msgspec.Struct]
    document: type[msgspec.Struct]
    to_document: PairFunction
    to_shape: PairFunction
    makes: tuple[str, ...] = ()
    telling: frozenset[tuple[type[msgspec.Struct], str]] | None = None
    plain: Callable[[msgspec.Struct], msgspec.Struct | None] | None = None
