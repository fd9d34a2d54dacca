"""What tables are checked and bound against."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from gateway.formats.fixed_layout import Layout
from gateway.formats.x12.definitions import SetDefinition
from gateway.mapping.cells import CellError
from gateway.mapping.code_lists import CodeList
from gateway.mapping.pairs.model import Pair
from gateway.mapping.places import JsonPlaces, JsonSchema, Places, RecordPlaces, RowPlaces, XmlPlaces
from gateway.mapping.places_x12 import X12Places
from gateway.mapping.plan import FormatKind, Table
from gateway.suggestions import suggestion

__all__ = ["Library", "places_of"]


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """What tables are checked against, handed in whole.

    `documents` and `pairs` by name, `lists` by name, `sets` by transaction set and release (`("850",
    "004010")`), `schemas` by the name a table's format uses: the JSON Schema (2020-12) of one document;
    `layouts` gives those of fixed-width files, and `xml_shapes` those of XML, in the form of JSON Schemas;
    both are read when a table asks for them.
    """

    documents: Mapping[str, type[msgspec.Struct]]
    pairs: Mapping[str, Pair] = msgspec.field(default_factory=dict)
    lists: Mapping[str, CodeList] = msgspec.field(default_factory=dict)
    sets: Mapping[tuple[str, str], SetDefinition] = msgspec.field(default_factory=dict)
    schemas: Mapping[str, JsonSchema] = msgspec.field(default_factory=dict)
    layouts: Callable[[], Mapping[str, Layout]] = dict
    xml_shapes: Callable[[], Mapping[str, JsonSchema]] = dict


def places_of(table: Table, library: Library) -> Places:
    """The places a table's format offers; `CellError` when the library lacks its schema."""
    kind, name = table.format.kind, table.format.schema
    if kind is FormatKind.X12:
        definition = library.sets.get((name, table.format.release))
        if definition is None:
            known = [" ".join(key) for key in library.sets]
            wanted = f"{name} {table.format.release}"
            raise CellError(f"there is no definition of the set {wanted}{suggestion(wanted, known)}")
        return X12Places(definition)
    if kind is FormatKind.JSON:
        schema = library.schemas.get(name)
        if schema is None:
            raise CellError(f"there is no JSON schema `{name}`{suggestion(name, library.schemas)}")
        return JsonPlaces(schema)
    if kind is FormatKind.FIXED:
        layouts = library.layouts()
        if name not in layouts:
            raise CellError(f"there is no layout schemas/flat/{name}.yaml{suggestion(name, layouts)}")
        return RecordPlaces(layouts[name])
    if kind is FormatKind.XML:
        shapes = library.xml_shapes()
        if name not in shapes:
            raise CellError(f"there is no XML schema `{name}`{suggestion(name, shapes)}")
        return XmlPlaces(shapes[name])
    return RowPlaces()
