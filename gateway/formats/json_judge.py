"""Judges a JSON tree by a JSON Schema (2020-12): every fault, at its place, in plain words.

`jsonschema` decides; what it says is turned into findings of the catalogue, since its own words are meant for
people who write schemas. Numbers may be `Decimal`. `validator_of` is for callers with findings of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.protocols import Validator

from gateway.findings import Finding, Location, found
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import pointer_of
from gateway.formats.json_words import is_date_time, kind_of, matches, name_of_kind, shown

__all__ = ["MAX_VIOLATIONS", "Judge", "validator_of"]

MAX_VIOLATIONS = 200  # of one document; more tell nobody anything new


def _required(
    _validator: Validator, names: list[str], instance: object, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        yield from (ValidationError("missing", path=(name,)) for name in names if name not in instance)


def _additional_properties(
    validator: Validator, allowed: bool | JsonObject, instance: object, schema: Mapping[str, object]
) -> Iterator[ValidationError]:
    known = schema.get("properties", {})
    if allowed is not False or "patternProperties" in schema or not isinstance(known, dict):
        yield from Draft202012Validator.VALIDATORS["additionalProperties"](
            validator, allowed, instance, schema
        )
    elif isinstance(instance, dict):
        yield from (ValidationError("unknown", path=(name,)) for name in instance if name not in known)


def _pattern(
    _validator: Validator, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError("another form")


_PlainValidator = validators.create(
    meta_schema=Draft202012Validator.META_SCHEMA,
    validators={
        **Draft202012Validator.VALIDATORS,
        "required": _required,
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
    },
    type_checker=Draft202012Validator.TYPE_CHECKER,
)
_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date-time")(is_date_time)


def validator_of(schema: Mapping[str, object], formats: FormatChecker) -> Validator:
    """A schema made ready for `jsonschema`, as ECMA-262 has patterns, and with `formats` alone checked.

    It gives one error for each missing and each unknown field, at the place of the field itself, which
    `jsonschema` by itself names only inside its sentences. The schema must be valid and refer only to itself.
    """
    validator: Validator = _PlainValidator(schema, format_checker=formats)
    return validator


class Judge(msgspec.Struct, frozen=True):
    """A schema made ready to judge many trees. The schema must be valid and refer only to itself."""

    schema: Mapping[str, object]
    _validator: Validator

    @classmethod
    def of(cls, schema: Mapping[str, object]) -> Judge:
        """The judge of one schema, as read from its file."""
        return cls(schema, validator_of(schema, _FORMATS))

    def violations(self, tree: Json, pointer: str = "") -> tuple[Finding, ...]:
        """Every breach of the schema, an error each, at most `MAX_VIOLATIONS`; none when the tree is valid.

        `pointer` is where the tree stands in its file. A missing field is reported at the place where it
        should stand.
        """
        kept: list[Finding] = []
        errors = self._validator.iter_errors(tree)  # type: ignore[arg-type]  # the stubs forget Decimal
        for error in errors:
            kept.append(_finding_of(error, pointer))
            if len(kept) > MAX_VIOLATIONS:
                return (*kept[:MAX_VIOLATIONS], found("findings-limit", limit=MAX_VIOLATIONS))
        return tuple(kept)


def _finding_of(error: ValidationError, pointer: str) -> Finding:
    location = Location(pointer=pointer_of(error.absolute_path, pointer))
    value: object = error.instance
    text = shown(value)
    limit: object = error.validator_value
    match error.validator:
        case "required":
            return found("json-required", location)
        case "additionalProperties":
            return found("json-unknown-field", location)
        case "type":
            return found(
                "json-type", location, text, actual=kind_of(value), expected=name_of_kind(str(limit))
            )
        case "enum" if isinstance(limit, list):
            return found("json-enum", location, text, allowed=", ".join(map(str, limit)))
        case "format":
            return found("json-format", location, text)
        case "pattern":
            return found("json-pattern", location, text, form=_form(error.schema, limit))
        case "maxLength":
            size = f"{len(str(value))} characters"
            return found("json-length", location, text, actual=size, limit=f"at most {limit}")
        case rule:
            return found("json-rule", location, text, rule=rule)


def _form(schema: object, pattern: object) -> object:
    """The form in words: the title that the schema gives to it, else the pattern itself."""
    title = schema.get("title") if isinstance(schema, Mapping) else None
    return title or pattern
