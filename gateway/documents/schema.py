"""JSON Schema (2020-12) of the canonical documents, made from their records: what a valid document is.

`schemas/canonical/` holds the same text for people and other programs; a test holds the two together, and
`python -m tests.documents.write_schemas` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from gateway.documents import DOCUMENTS, Document, scalars
from gateway.documents.parts import EXACTLY_ONE
from gateway.formats.json import Json, JsonObject

__all__ = ["FILE_NAMES", "schema_of"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

FILE_NAMES: Final[Mapping[type[Document], str]] = MappingProxyType(
    {
        document: re.sub(r"(?<!^)([A-Z])", r"-\1", document.__name__).lower() + ".schema.json"
        for document in DOCUMENTS
    }
)
"""The file in `schemas/canonical/` of each document type."""

_NAMED = {
    name: getattr(scalars, name)
    for name in ("Code", "Count", "Country", "Currency", "Day", "Ext", "Identifier", "Number", "Time")
}


def schema_of(document: type[Document]) -> JsonObject:
    """The schema of one document type, complete in itself. Optional means absent: `null` is not allowed."""
    _, components = msgspec.json.schema_components([document], ref_template="#/$defs/{name}")
    named = {name: _tidy(msgspec.json.schema(scalar)) for name, scalar in _NAMED.items()}
    defs: JsonObject = {
        name: _refer(_tidy(component), named) for name, component in sorted(components.items())
    }
    root = defs.pop(document.__name__)
    assert isinstance(root, dict)
    for part, fields in EXACTLY_ONE.items():
        constrained = defs.get(part.__name__)
        if isinstance(constrained, dict):
            constrained["oneOf"] = [{"required": [field]} for field in fields]
    used = _references([root, defs])
    defs.update({name: schema for name, schema in named.items() if name in used})
    heading: JsonObject = {"$schema": DIALECT, "$id": f"urn:acorn-gateway:canonical:{document.__name__}"}
    return {**heading, **root, "$defs": dict(sorted(defs.items()))}


def _tidy(schema: object) -> Json:
    """Without `null` alternatives and defaults: a field that has nothing to say is left out of the text."""
    if isinstance(schema, list | tuple):
        return [_tidy(entry) for entry in schema]
    if isinstance(schema, str):
        return " ".join(schema.split()) if "\n" in schema else schema
    if not isinstance(schema, dict):
        assert schema is None or isinstance(schema, int), schema
        return schema
    members: JsonObject = {key: _tidy_member(key, value) for key, value in schema.items() if key != "default"}
    alternatives = members.pop("anyOf", None)
    if isinstance(alternatives, list):
        kept = [entry for entry in alternatives if entry != {"type": "null"}]
        members.update(kept[0] if len(kept) == 1 and isinstance(kept[0], dict) else {"anyOf": kept})
    choices = members.get("enum")
    if isinstance(choices, list) and len(choices) == 1:
        members["const"] = choices[0]
        del members["enum"]
    return {key: value for key, value in members.items() if (key, value) != ("required", [])}


def _tidy_member(key: str, value: object) -> Json:
    if key == "properties" and isinstance(value, dict):  # its keys are names of fields, not keywords
        return {name: _tidy(schema) for name, schema in value.items()}
    return _tidy(value)


def _refer(schema: Json, named: Mapping[str, Json]) -> Json:
    """With a reference wherever a named scalar stands, so that a reader sees its name and not its pattern."""
    if isinstance(schema, list):
        return [_refer(entry, named) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    for name, scalar in named.items():
        if scalar in (schema, {"type": "string", **schema}):
            return {"$ref": f"#/$defs/{name}"}
    return {key: _refer(value, named) for key, value in schema.items()}


def _references(schema: Json) -> set[str]:
    if isinstance(schema, list):
        return set().union(*(_references(entry) for entry in schema))
    if not isinstance(schema, dict):
        return set()
    reference = schema.get("$ref")
    own = {reference.removeprefix("#/$defs/")} if isinstance(reference, str) else set()
    return own.union(*(_references(value) for value in schema.values()))
