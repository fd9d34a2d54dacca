"""Says everything that is wrong with a canonical document: its JSON Schema, applied by `jsonschema`.

Slow (about a millisecond for an order), so it is asked only when the generated checks have not accepted.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from jsonschema import FormatChecker, ValidationError
from jsonschema.protocols import Validator

from gateway.documents import DOCUMENTS, Document
from gateway.documents.schema import schema_of
from gateway.documents.walk import kind_of, tree_with_faults
from gateway.findings import Finding, Location, found
from gateway.formats.json import Json
from gateway.formats.json_judge import validator_of
from gateway.formats.json_pointer import child, pointer_of

__all__ = ["MAX_FAULTS", "faults", "faults_of_tree"]

MAX_FAULTS: Final = 200  # of one document; what follows says nothing new, and hostile input has no end of it


def faults(document: object) -> tuple[Finding, ...]:
    """Every fault of a canonical document, as errors with JSON pointers; none exactly when it is accepted."""
    kind = type(document)
    if not isinstance(document, DOCUMENTS) or kind not in DOCUMENTS:
        return (found("canonical-document", Location(pointer=""), kind_of(document)),)
    tree, wrong_types = tree_with_faults(document)
    places = {finding.location.pointer for finding in wrong_types}
    by_law = (fault for fault in _by_law(tree, kind, "") if not _within(fault.location.pointer, places))
    return tuple(_limited((*wrong_types, *by_law)))


def faults_of_tree(tree: Json, kind: type[Document], pointer: str = "") -> tuple[Finding, ...]:
    """Every fault of the JSON tree of a document of this kind; `pointer` is where it stands in its file."""
    return tuple(_limited(_by_law(tree, kind, pointer)))


def _limited(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, one for each place; of very many only the first, with a note that there are more."""
    places: set[str | None] = set()
    for finding in findings:
        if finding.location.pointer in places:
            continue
        if len(places) == MAX_FAULTS:
            yield found("findings-limit", limit=MAX_FAULTS)
            return
        places.add(finding.location.pointer)
        yield finding


def _within(pointer: str | None, places: set[str | None]) -> bool:
    """Whether a place is one of `places` or stands inside one of them."""
    while pointer:
        if pointer in places:
            return True
        pointer = pointer.rpartition("/")[0]
    return pointer in places


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


def _by_law(tree: object, kind: type[Document], pointer: str) -> Iterator[Finding]:
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
