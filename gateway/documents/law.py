"""The JSON Schemas of the canonical documents, applied by `jsonschema`, and what it says in our words."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Mapping

import msgspec
from jsonschema import FormatChecker, ValidationError
from jsonschema.protocols import Validator

from gateway.documents import Document
from gateway.documents.schema import schema_of
from gateway.documents.walk import kind_of
from gateway.findings import Finding, Location, found
from gateway.formats.json_judge import validator_of
from gateway.formats.json_pointer import child, pointer_of

__all__ = ["faults_by_law"]

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=msgspec.ValidationError)
def _is_day(instance: object) -> bool:
    return not isinstance(instance, str) or bool(msgspec.convert(instance, datetime.date))


@_FORMATS.checks("date-time", raises=msgspec.ValidationError)
def _is_time(instance: object) -> bool:
    return not isinstance(instance, str) or bool(msgspec.convert(instance, datetime.datetime))


@functools.cache  # of the document types, which are a closed set
def _judge_of(kind: type[Document]) -> Validator:
    return validator_of(schema_of(kind), _FORMATS)


def faults_by_law(tree: object, kind: type[Document], pointer: str) -> Iterator[Finding]:
    """What the schema of this kind of document refuses in a tree that stands at `pointer` in its file."""
    # A tree may hold a Decimal where the stubs expect a float; the schemas refuse either.
    for error in _judge_of(kind).iter_errors(tree):  # type: ignore[arg-type]  # for the reason above
        yield _finding(error, pointer_of(error.absolute_path, pointer))


def _finding(error: ValidationError, pointer: str) -> Finding:
    """What a violated keyword of the schema means, in our words."""
    instance: object = error.instance
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    place = Location(pointer=pointer)
    if "propertyNames" in error.schema_path:
        place = Location(pointer=child(pointer, str(instance)))
        return found("canonical-value", place, str(instance), expected=_wanted(schema))
    match error.validator:
        case "required":
            return found("canonical-missing", place)
        case "additionalProperties":
            return found("canonical-unknown-field", place, str(error.absolute_path[-1]))
        case "oneOf":
            fields = (field for alternative in schema["oneOf"] for field in alternative["required"])
            return found("canonical-one-of", place, alternatives=" and ".join(fields))
        case "type" | "anyOf" | "minLength":
            what = "an empty text" if instance == "" else kind_of(instance)
            return found("canonical-type", place, found=what, expected=_wanted(schema))
        case _:
            return found("canonical-value", place, str(instance), expected=_wanted(schema))


_TYPES = {"array": "a list", "object": "an object", "string": "text", "boolean": "true or false"}


def _wanted(schema: Mapping[str, object]) -> str:
    """What belongs at a place: its choices, its description or its type."""
    choices = schema.get("enum")
    if isinstance(choices, list):
        return "one of " + ", ".join(choices)
    if "anyOf" in schema:
        return "text or a list of texts"
    if "const" in schema:
        return str(schema["const"])
    kind = str(schema["type"])
    return str(schema.get("description") or _TYPES[kind]) if kind != "object" else _TYPES[kind]
