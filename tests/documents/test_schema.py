"""The JSON Schemas in `schemas/canonical/` are those of the records, complete and true to the dialect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import jsonschema
import msgspec
import pytest

from gateway.documents import DOCUMENTS, Document
from gateway.documents.parts import Part
from gateway.documents.schema import FILE_NAMES, schema_of
from gateway.formats.json import Json
from tests.documents.write_schemas import FOLDER, text_of


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_file_is_what_the_records_say(kind: type[Document]) -> None:
    file = FOLDER / FILE_NAMES[kind]
    assert file.read_bytes() == text_of(kind), "run: python -m tests.documents.write_schemas"


def test_there_is_no_file_without_a_record() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(FILE_NAMES.values())


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_it_is_valid_under_its_dialect(kind: type[Document]) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(text_of(kind)))


def _patterns(schema: Json) -> Iterator[str]:
    entries = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
        yield str(schema["pattern"])
    for entry in entries:
        yield from _patterns(entry)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_pattern_is_about_the_whole_text(kind: type[Document]) -> None:
    """The judge matches whole texts, other programs search: only an anchored pattern is the same to both."""
    patterns = set(_patterns(schema_of(kind)))
    assert patterns
    assert all(pattern.startswith("^") and pattern.endswith("$") for pattern in patterns)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_definition_is_used_and_every_reference_has_one(kind: type[Document]) -> None:
    text = text_of(kind).decode()
    definitions = schema_of(kind)["$defs"]
    assert isinstance(definitions, dict)
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) == set(definitions)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_absent_is_the_only_way_to_say_nothing(kind: type[Document]) -> None:
    text = text_of(kind).decode()
    assert '"null"' not in text
    assert '"default"' not in text


def records() -> list[type[Part]]:
    """The canonical records; shapes of mapping tables are made of the same stuff, but are no documents."""
    return [part for part in _kinds(Part) if part.__module__.startswith("gateway.documents")]


def _kinds(base: type[Part]) -> Iterator[type[Part]]:
    """All kinds that no other kind extends."""
    kinds = base.__subclasses__()
    for kind in kinds:
        yield from _kinds(kind)
    if not kinds:
        yield base


def _parts(kind: type[msgspec.Struct], seen: set[type[msgspec.Struct]]) -> set[type[msgspec.Struct]]:
    if kind not in seen:
        seen.add(kind)
        for part in _kinds(Part):
            if any(part.__name__ in str(field.type) for field in msgspec.structs.fields(kind)):
                _parts(part, seen)
    return seen


WITHOUT_EXT = {"Moment", "Window", "Measure", "Dimensions", "TaxRegistration", "CreditReferences"}


def test_every_record_keeps_what_no_row_claims_except_plain_values() -> None:
    without = {part.__name__ for part in records() if "ext" not in part.__struct_fields__}
    assert without == WITHOUT_EXT


def test_no_record_holds_a_float_or_is_mutable() -> None:
    for part in records():
        assert part.__struct_config__.frozen
        assert not part.__struct_config__.gc
        assert part.__struct_config__.forbid_unknown_fields
        assert "float" not in str([field.type for field in msgspec.structs.fields(part)])
