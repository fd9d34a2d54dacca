"""The schemas of the checkout, read and compiled once for the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.formats.json import Json, JsonObject, parse
from gateway.spapi.contents import Kind
from gateway.spapi.schema import DocumentSchema, compiled

FOLDER = Path(__file__).resolve().parents[2] / "schemas"


def read(path: Path) -> JsonObject:
    tree, findings = parse(path.read_bytes())
    assert isinstance(tree, dict), (path, findings)
    return tree


def group(value: Json) -> JsonObject:
    assert isinstance(value, dict), value
    return value


@cache
def source(kind: Kind) -> JsonObject:
    return read(FOLDER / kind.schema_file)


@cache
def whole(kind: Kind) -> DocumentSchema:
    """The schema of the payload or body."""
    return compiled(source(kind))


@cache
def single(kind: Kind) -> DocumentSchema:
    """The schema of one document."""
    return compiled(source(kind), kind.definition)
