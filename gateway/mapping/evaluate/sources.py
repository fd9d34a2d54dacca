"""What documents are read from and written to, format by format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from gateway.findings import Location
from gateway.formats.delimited import DelimitedRow
from gateway.formats.json import Json, JsonObject
from gateway.formats.x12.model import Delimiters

__all__ = ["CsvSource", "CsvTarget", "JsonSource", "Source", "Target", "X12Source", "X12Target"]


class X12Source(msgspec.Struct, frozen=True):
    """One transaction set as validation left it.

    `segments[n]` is cut into elements, the tag first; `rows[n]` is its index in `SetDefinition.rows()`, -1
    where it has none. `location` is that of ST.
    """

    segments: Sequence[Sequence[str]]
    rows: Sequence[int]
    delimiters: Delimiters = Delimiters()
    location: Location = Location()


class JsonSource(msgspec.Struct, frozen=True):
    """One document of a JSON file; `pointer` leads to it."""

    tree: Json
    pointer: str = ""


class CsvSource(msgspec.Struct, frozen=True):
    """The rows of one document, each with its line, and the columns of the file's header."""

    columns: tuple[str, ...]
    rows: tuple[DelimitedRow, ...]


Source = X12Source | JsonSource | CsvSource


class X12Target(msgspec.Struct, frozen=True):
    """Segments in the order of the schema, without ST and SE; `rows[n]` is the index of `segments[n]`."""

    segments: list[list[str]]
    rows: list[int]


class CsvTarget(msgspec.Struct, frozen=True):
    """The rows of one document: texts by column. `columns`: those of the table, then those kept in `ext`."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]


Target: TypeAlias = "X12Target | JsonObject | CsvTarget"
