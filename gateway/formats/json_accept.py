"""Checks that only accept, in microseconds: the types of msgspec that a JSON Schema describes.

A text that can be read by its type is valid, and what is read must be the very tree that was to be written:
so one look tells both. What does not fit is judged by `gateway.formats.json_judge`, which says what is wrong
and may accept it after all. A property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal, NoReturn, TypeAlias, get_args

import msgspec

from gateway.formats.json import Json
from gateway.formats.json_words import in_python
from gateway.packed import LONG_TEXT

__all__ = ["Accepting", "Fits", "UnsupportedSchemaError"]

Fits: TypeAlias = Callable[[str, object], bool]
"""Whether a text is valid at a place and says this value; never on doubt."""

LARGEST_INTEGER = 10**18  # larger numbers are left to the judge, and to the reader that knows their limits
MOST_DIGITS = 40

_DEFINITIONS = "#/$defs/"
_DESCRIBING = frozenset({"$schema", "$id", "$comment", "$defs", "title", "description"})
_OF_OBJECTS = frozenset({"properties", "required", "additionalProperties"})
_OF_TEXTS = frozenset({"enum", "pattern", "format", "maxLength", "minLength"})
# Days that every year has, so that no calendar has to be asked: one of a leap year is left to the judge
_DATE_TIME = (
    r"\A(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\Z"
)


class UnsupportedSchemaError(Exception):
    """A schema says something that no type says; then only the judge can accept."""


class Accepting:
    """One schema as a type. A schema that is not understood accepts nothing."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        try:
            self._type: object = _Types(schema).of({**schema})
        except UnsupportedSchemaError:
            self._type = None
        self._decoder = msgspec.json.Decoder(self._type, dec_hook=_number, float_hook=Decimal)

    def accepts(self, text: bytes, tree: Json) -> bool:
        """Whether a text is valid and says what this tree says, in any order of keys; never on doubt.

        Numbers are of ordinary length. A key that stands twice in one object is not noticed, nor `true` in
        the tree for 1.
        """
        if self._type is None:
            return False
        try:
            if len(text) > LONG_TEXT:  # an object of the types shares the texts of its tree, and is small
                return bool(msgspec.convert(tree, self._type, dec_hook=_number) == self._decoder.decode(text))
            said: object = self._decoder.decode(text)
        except msgspec.DecodeError:
            return False
        return bool(msgspec.to_builtins(said, builtin_types=(Decimal,), enc_hook=_value) == tree)

    def fits(self, path: Sequence[str | int]) -> Fits | None:
        """What judges the text of a value at a place of a valid document; None where any text is valid.

        No rule that these types know is about several values, so one value can be judged alone.
        """
        kind = self._at(path)
        if kind is str:
            return None
        decoder = msgspec.json.Decoder(kind, dec_hook=_number, float_hook=Decimal)

        def says(text: str, value: object) -> bool:
            try:
                said: object = decoder.decode(text)
            except (msgspec.DecodeError, UnicodeEncodeError):  # the second of half a character
                return False
            return bool((said.value if isinstance(said, _Number) else said) == value)

        return says

    def pattern(self, path: Sequence[str | int]) -> str | None:
        """The one rule of the texts at a place: a pattern that is found in them; None where there is another
        rule, or none."""
        kind = self._at(path)
        rules = [rule for rule in getattr(kind, "__metadata__", ()) if isinstance(rule, msgspec.Meta)]
        alone = getattr(kind, "__origin__", None) is str and len(rules) == 1
        return rules[0].pattern if alone and rules[0] == msgspec.Meta(pattern=rules[0].pattern) else None

    def _at(self, path: Sequence[str | int]) -> object:
        kind = self._type
        for key in path:
            kind = _inside(kind, key)
        return kind


def _inside(kind: object, key: str | int) -> object:
    """The type of a value in an object or list of a type."""
    if isinstance(key, int):
        return get_args(kind)[0]
    assert isinstance(kind, type)
    assert issubclass(kind, msgspec.Struct)
    field = kind.__struct_fields__[kind.__struct_encode_fields__.index(key)]
    found: object = kind.__annotations__[field]
    kinds = get_args(found)
    if msgspec.UnsetType not in kinds:
        return found
    return next(each for each in kinds if each is not msgspec.UnsetType)


class _Types:
    """Turns schemas into types; each definition once."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        definitions = schema.get("$defs", {})
        if not isinstance(definitions, dict):
            raise UnsupportedSchemaError("$defs")
        self._definitions = definitions
        self._made: dict[str, object] = {}

    def of(self, schema: Json) -> object:
        """The type of one schema."""
        if not isinstance(schema, dict):
            raise UnsupportedSchemaError("a schema that is no object")
        if "$ref" in schema:
            return self._referred(schema)
        said = schema.keys() - _DESCRIBING - {"type"}
        match schema.get("type"):
            case "object" if said <= _OF_OBJECTS:
                return self._object(schema)
            case "array" if said == {"items"}:
                return list[self.of(schema["items"])]  # type: ignore[misc]  # a type made at run time
            case "string" if said <= _OF_TEXTS:
                return _text(schema)
            case "integer" if not said:
                return Annotated[int, msgspec.Meta(gt=-LARGEST_INTEGER, lt=LARGEST_INTEGER)]
            case "number" if not said:
                return _Number
            case "boolean" if not said:
                return bool
            case kind:
                raise UnsupportedSchemaError(f"{kind} with {', '.join(sorted(said))}")

    def _referred(self, schema: Mapping[str, Json]) -> object:
        reference = schema["$ref"]
        if not isinstance(reference, str) or not schema.keys() - {"$ref"} <= _DESCRIBING:
            raise UnsupportedSchemaError("$ref")
        name = reference.removeprefix(_DEFINITIONS)
        if not reference.startswith(_DEFINITIONS) or name not in self._definitions:
            raise UnsupportedSchemaError(reference)
        if name not in self._made:
            self._made[name] = None
            self._made[name] = self.of(self._definitions[name])
        if self._made[name] is None:
            raise UnsupportedSchemaError(f"{reference} contains itself")
        return self._made[name]

    def _object(self, schema: Mapping[str, Json]) -> type[msgspec.Struct]:
        required, properties = schema.get("required", []), schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            raise UnsupportedSchemaError("additionalProperties")
        if not isinstance(required, list) or not isinstance(properties, dict):
            raise UnsupportedSchemaError("properties")
        if not all(isinstance(name, str) and name in properties for name in required):
            raise UnsupportedSchemaError("required")
        kinds = {name: self.of(member) for name, member in properties.items()}
        needed = {name: kind for name, kind in kinds.items() if name in required}
        return _structure(needed, {name: kind for name, kind in kinds.items() if name not in required})


def _structure(
    needed: Mapping[str, object], others: Mapping[str, object] = MappingProxyType({})
) -> type[msgspec.Struct]:
    """A type of records with these keys; its fields have numbers for names, since a key may be any text."""
    keys = (*needed, *others)
    names = [f"member_{number}" for number in range(len(keys))]
    absent = ((_or_absent(kind), msgspec.UNSET) for kind in others.values())
    kinds = [*((kind,) for kind in needed.values()), *absent]
    return msgspec.defstruct(
        "Members",
        [(name, *kind) for name, kind in zip(names, kinds, strict=True)],  # type: ignore[misc]  # two or three
        rename=dict(zip(names, keys, strict=True)),
        forbid_unknown_fields=True,
        frozen=True,
        gc=False,
    )


def _or_absent(kind: object) -> object:
    return kind | msgspec.UnsetType


def _text(schema: Mapping[str, Json]) -> object:
    """Every rule is a layer of its own, since one can hold a single pattern."""
    kind: object = str
    for keyword, rule in schema.items():
        match keyword, rule:
            case "enum", list() if rule and all(isinstance(word, str) for word in rule):
                kind = Literal[tuple(rule)] if kind is str else _no_type(keyword)
            case "pattern", str():
                kind = _ruled(kind, msgspec.Meta(pattern=in_python(rule)))
            case "format", "date-time":
                kind = _ruled(kind, msgspec.Meta(pattern=_DATE_TIME))
            case "maxLength", int() if not isinstance(rule, bool):
                kind = _ruled(kind, msgspec.Meta(max_length=rule))
            case "minLength", int() if not isinstance(rule, bool):
                kind = _ruled(kind, msgspec.Meta(min_length=rule))
            case (("enum" | "pattern" | "format" | "maxLength" | "minLength"), _):
                _no_type(keyword)
    return kind


def _ruled(kind: object, meta: msgspec.Meta) -> object:
    """A text with one more rule; of two of a kind the later would replace the earlier."""
    if getattr(kind, "__origin__", kind) is not str:
        _no_type("a rule beside a list of words")
    if meta.pattern is not None and any(held.pattern for held in getattr(kind, "__metadata__", ())):
        _no_type("a second pattern")
    return Annotated[kind, meta]


def _no_type(what: str) -> NoReturn:
    raise UnsupportedSchemaError(what)


class _Number:
    """A number of ordinary length."""

    __slots__ = ("value",)

    def __init__(self, value: int | Decimal) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Number) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def _value(number: object) -> int | Decimal:
    assert isinstance(number, _Number)
    return number.value


def _number(_kind: type, value: object) -> _Number:
    """A number as it stands; `ValueError` for another value, and for one that is left to the judge."""
    if type(value) is int and -LARGEST_INTEGER < value < LARGEST_INTEGER:
        return _Number(value)
    if type(value) is Decimal and _is_ordinary(value):
        return _Number(value)
    raise ValueError


def _is_ordinary(number: Decimal) -> bool:
    if not number.is_finite() or abs(number.adjusted()) >= MOST_DIGITS:
        return False
    return len(number.as_tuple().digits) < MOST_DIGITS
