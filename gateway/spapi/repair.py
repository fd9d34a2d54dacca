"""Reads vendor JSON leniently: what its schema surely means is put right, everything else is said.

Amazon's own examples break Amazon's own schema (`CASES` for `Cases`, numbers sent as texts, blanks around
codes), so a reader that insists would refuse real orders. Nothing is made up and nothing is dropped: a value
whose meaning is not certain stays as it is, with a finding.
"""

from __future__ import annotations

import re
from decimal import Decimal

from gateway.findings import Finding, Location, Severity, found
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_pointer import child
from gateway.formats.json_scan import number_is_too_large
from gateway.formats.json_words import is_date_time, kind_of, matches, name_of_kind, shown
from gateway.spapi.shape import Shape, folded

__all__ = ["MAX_FINDINGS", "SYNONYMS", "repaired"]

MAX_FINDINGS = 200  # of each severity in one document; more tell nobody anything new

SYNONYMS = (("GS", "GST"),)  # Amazon's guide of 2021 writes the X12 code of the Canadian tax into the JSON

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TRUTH = {"true": True, "false": False}
# What ISO 8601 allows and RFC 3339 does not: a date alone, a blank for T, no seconds, no zone, no colon in it
_LOOSE_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def repaired(tree: Json, shape: Shape, pointer: str = "") -> tuple[Json, tuple[Finding, ...]]:
    """The tree in the spelling of its schema, and what was found on the way; the tree given is not changed.

    A repair is a note; a required field that is missing is a warning, as is a text that is too long, or a
    date without its time or zone; a value of the wrong kind or form, or off its list, is an error and stays
    as it is. Null, and an empty text where only a word, a date or a number has a meaning, is read as *not
    given*. `pointer` is where the tree stands in its file.
    """
    reader = _Reader()
    value = reader.read(tree, shape, pointer)
    return value, reader.findings()


class _Reader:
    """One walk down a tree beside its shape, and what it found: its depth is that of the schema."""

    def __init__(self) -> None:
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._cut = False

    def findings(self) -> tuple[Finding, ...]:
        limit = (found("findings-limit", limit=MAX_FINDINGS),) if self._cut else ()
        return (*(finding for kept in self._kept.values() for finding in kept), *limit)

    def _say(self, finding: Finding) -> None:
        kept = self._kept[finding.severity]
        if len(kept) < MAX_FINDINGS:
            kept.append(finding)
        else:
            self._cut = True

    def read(self, value: Json, shape: Shape, pointer: str) -> Json:
        match shape.type, value:
            case "object", dict():
                return self._read_object(value, shape, pointer)
            case "array", list() if shape.items is not None:
                return [
                    self.read(entry, shape.items, child(pointer, index)) for index, entry in enumerate(value)
                ]
            case "string", _:
                return self._read_text(value, shape, pointer)
            case "integer" | "number", _:
                return self._read_number(value, shape, pointer)
            case "boolean", _:
                return self._read_truth(value, shape, pointer)
        return self._wrong_kind(value, shape, pointer)

    def _read_object(self, value: JsonObject, shape: Shape, pointer: str) -> JsonObject:
        members: JsonObject = {}
        for key, member in value.items():
            place = child(pointer, key)
            field = shape.fields.get(key)
            if field is None:
                self._say(found("spapi-field-unknown", Location(pointer=place)))
                members[key] = member
            elif _says_nothing(member, field):
                self._say_repaired(member, "not given", place)
            else:
                members[key] = self.read(member, field, place)
        for name in shape.required:
            if name not in members:
                self._say(found("spapi-field-missing", Location(pointer=child(pointer, name))))
        return members

    def _read_text(self, value: Json, shape: Shape, pointer: str) -> Json:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            return self._wrong_kind(value, shape, pointer)
        text = value.strip() if isinstance(value, str) else str(value)
        if shape.enum and text not in shape.enum:
            word = shape.words.get(folded(text))
            if word is None:
                allowed = ", ".join(shape.enum)
                self._say(found("json-enum", Location(pointer=pointer), shown(value), allowed=allowed))
                return value
            text = word
        if shape.pattern is not None and not matches(shape.pattern, text):
            if not matches(shape.pattern, text.upper()):
                form = shape.title or shape.pattern
                self._say(found("json-pattern", Location(pointer=pointer), shown(value), form=form))
                return value
            text = text.upper()
        if text != value:
            self._say_repaired(value, text if isinstance(value, str) else f"the text {text}", pointer)
        self._check_text(text, shape, Location(pointer=pointer))
        return text

    def _check_text(self, text: str, shape: Shape, location: Location) -> None:
        """What does not keep a text from being read, but will trouble whoever needs it in full."""
        if shape.format == "date-time" and not is_date_time(text):
            severity = Severity.WARNING if _is_loose_moment(text) else Severity.ERROR
            self._say(found("json-format", location, text, severity=severity))
        if shape.max_length is not None and len(text) > shape.max_length:
            size, limit = f"{len(text)} characters", f"at most {shape.max_length}"
            self._say(
                found("json-length", location, text, severity=Severity.WARNING, actual=size, limit=limit)
            )

    def _read_number(self, value: Json, shape: Shape, pointer: str) -> Json:
        number: int | Decimal
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            if number_is_too_large(value.strip()):
                return self._wrong_kind(value, shape, pointer)
            number = Decimal(value.strip())
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = value
        else:
            return self._wrong_kind(value, shape, pointer)
        if isinstance(number, Decimal) and number == number.to_integral_value():
            number = int(number)
        if shape.type == "integer" and not isinstance(number, int):
            return self._wrong_kind(value, shape, pointer)
        if type(number) is not type(value):
            self._say_repaired(value, f"the number {number}", pointer)
        return number

    def _read_truth(self, value: Json, shape: Shape, pointer: str) -> Json:
        truth = _TRUTH.get(value.strip().casefold()) if isinstance(value, str) else value
        if not isinstance(truth, bool):
            return self._wrong_kind(value, shape, pointer)
        if truth is not value:
            self._say_repaired(value, "true" if truth else "false", pointer)
        return truth

    def _wrong_kind(self, value: Json, shape: Shape, pointer: str) -> Json:
        actual, expected = kind_of(value), name_of_kind(shape.type)
        place = Location(pointer=pointer)
        self._say(found("json-type", place, shown(value), actual=actual, expected=expected))
        return value

    def _say_repaired(self, value: Json, used: str, pointer: str) -> None:
        self._say(found("spapi-repaired", Location(pointer=pointer), shown(value), used=used))


def _says_nothing(value: Json, shape: Shape) -> bool:
    """Null, or an empty text where an empty text cannot be meant."""
    if value is None:
        return True
    return isinstance(value, str) and not value.strip() and (shape.type != "string" or shape.is_typed_text)


def _is_loose_moment(text: str) -> bool:
    match = _LOOSE_MOMENT.fullmatch(text)
    return match is not None and is_date_time(f"{match[1]}T00:00:00Z")
