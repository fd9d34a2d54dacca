"""What a schema expects at each place, ready for the lenient reader: a JSON Schema taken apart once.

Only what our SP-API schemas use is understood; anything else is a mistake in the schema and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from gateway.errors import GatewayError
from gateway.formats.json import Json, JsonObject

__all__ = ["Shape", "folded", "shape_of"]

_DEFINITIONS = "#/$defs/"
_DESCRIBING = frozenset({"$schema", "$id", "$comment", "$defs", "title", "description"})
_UNDERSTOOD = _DESCRIBING | {
    *("$ref", "type", "required", "properties", "additionalProperties", "items"),
    *("enum", "format", "pattern", "maxLength"),
}
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected at one place. `words` leads from each spelling, folded, to the word of the schema."""

    type: str
    title: str | None = None
    enum: tuple[str, ...] = ()
    words: Mapping[str, str] = MappingProxyType({})
    format: str | None = None
    pattern: str | None = None
    max_length: int | None = None
    required: tuple[str, ...] = ()
    fields: Mapping[str, Shape] = MappingProxyType({})
    items: Shape | None = None

    @property
    def is_typed_text(self) -> bool:
        """Whether only certain texts have a meaning here, so that an empty one can only mean *not given*."""
        return self.type == "string" and bool(self.enum or self.format or self.pattern)


def folded(word: str) -> str:
    """A word without case, blanks and signs: `LESS_THAN_TRUCK LOAD` and `LessThanTruckLoad` are the same."""
    return _NO_LETTER_OR_DIGIT.sub("", word).casefold()


def shape_of(schema: JsonObject, synonyms: Iterable[tuple[str, str]] = ()) -> Shape:
    """The shape a schema describes. `synonyms` are (spelling, word) pairs known from practice.

    `GatewayError` for a keyword, type or reference that is not understood, and for a schema that contains
    itself.
    """
    definitions = schema.get("$defs", {})
    if not isinstance(definitions, dict):
        raise GatewayError("$defs of the schema is not a group of definitions")
    return _Reader(definitions, tuple(synonyms)).read(schema, ())


class _Reader:
    def __init__(self, definitions: JsonObject, synonyms: tuple[tuple[str, str], ...]) -> None:
        self._definitions = definitions
        self._synonyms = synonyms

    def read(self, schema: Json, within: tuple[str, ...]) -> Shape:
        if not isinstance(schema, dict) or not schema.keys() <= _UNDERSTOOD:
            raise GatewayError(
                f"the schema has something in {'/'.join(within) or 'it'} that is not understood"
            )
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference, within)
        fields = schema.get("properties")
        enum = _texts(schema.get("enum"))
        max_length = schema.get("maxLength")
        return Shape(
            type=_one_text(schema.get("type"), "type", within),
            title=_text_or_none(schema.get("title")),
            enum=enum,
            words=self._words(enum),
            format=_text_or_none(schema.get("format")),
            pattern=_text_or_none(schema.get("pattern")),
            max_length=max_length if isinstance(max_length, int) else None,
            required=_texts(schema.get("required")),
            fields={name: self.read(field, within) for name, field in fields.items()}
            if isinstance(fields, dict)
            else {},
            items=self.read(schema["items"], within) if "items" in schema else None,
        )

    def _referred(self, reference: str, within: tuple[str, ...]) -> Shape:
        name = reference.removeprefix(_DEFINITIONS)
        if name in within or name not in self._definitions:
            raise GatewayError(
                f"{reference} in {'/'.join(within) or 'the schema'} leads nowhere or to itself"
            )
        return self.read(self._definitions[name], (*within, name))

    def _words(self, enum: tuple[str, ...]) -> dict[str, str]:
        """Every spelling that means one word of the list: folded, with or without the ending of a plural."""
        exact = {folded(word): word for word in enum}
        spellings: dict[str, set[str]] = {}
        for spelling, word in exact.items():
            singulars = {spelling.removesuffix("es"), spelling.removesuffix("s")}
            for other in {f"{spelling}s", f"{spelling}es", *singulars} - exact.keys():
                spellings.setdefault(other, set()).add(word)
        certain = {spelling: words.pop() for spelling, words in spellings.items() if len(words) == 1}
        known = {folded(spelling): word for spelling, word in self._synonyms if word in enum}
        return {**certain, **known, **exact}


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _text_or_none(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _one_text(value: Json, keyword: str, within: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise GatewayError(f"{keyword} is missing in {'/'.join(within) or 'the schema'}")
    return value
