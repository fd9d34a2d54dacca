"""What only accepts holds to the judge: nothing that it accepts breaks the schema, and it doubts little."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.formats import json, json_accept
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_accept import Accepting
from gateway.formats.json_judge import Judge
from gateway.spapi.contents import Kind
from tests.spapi.schemas import single
from tests.thoroughness import examples

SCHEMA: JsonObject = {
    "type": "object",
    "required": ["id", "date"],
    "properties": {
        "id": {"type": "string", "maxLength": 4, "minLength": 1},
        "date": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": ["One", "Two"]},
        "price": {"$ref": "#/$defs/Price", "description": "what it costs"},
        "count": {"type": "integer"},
        "days": {"type": "number"},
        "open": {"type": "boolean"},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "a-b": {"type": "string"},
    },
    "additionalProperties": False,
    "$defs": {
        "Price": {"type": "string", "title": "a price", "pattern": "^[0-9]+$"},
        "Part": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": False,
        },
    },
}
GOOD: JsonObject = {
    "id": "A",
    "date": "2026-03-01T10:00:00Z",
    "kind": "One",
    "price": "10",
    "count": 3,
    "days": Decimal("1.5"),
    "open": True,
    "parts": [{"name": "x"}],
    "a-b": "",
}
NUMBERS: tuple[Json, ...] = (0, 1, -5, 10**18, 10**120, Decimal("1.5"), Decimal(5), Decimal("1E+999"))
WORDS: tuple[Json, ...] = (
    *("", "1", "12\n", "x" * 70, "One", "one", "10.50", "-0", "1e5", "DE", "D", "each", "Each"),
    *("2026-02-28T00:00:00Z", "2026-02-30T00:00:00Z", "2024-02-29T00:00:00Z", "2026-04-31T00:00:00Z"),
    *("2026-12-31T23:59:59.5+14:00", "2026-12-31t23:59:59z", "2026-12-31T24:00:00Z", "0000-01-01T00:00:00Z"),
    *("2026-12-31T23:59:60Z", "2026-12-31T23:59:59+24:00", "2026-12-31T23:59:59Z\n", "2026-12-31"),
)
GROUPS: tuple[Json, ...] = ([], {}, [None], [{}], [{"name": "x", "more": 1}], {"name": 1}, ["x"])
ODD: tuple[Json, ...] = (None, True, False, *NUMBERS, *WORDS, *GROUPS)


def places(tree: Json) -> Iterator[tuple[dict[str, Json] | list[Json], str | int]]:
    """Every member of every object and list in a tree."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield tree, key
            yield from places(value)
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield tree, index
            yield from places(value)


def changed(tree: Json) -> Iterator[Json]:
    """The tree with one member lost, one added, or one of them odd; each in turn."""
    for number, (_, key) in enumerate(list(places(tree))):
        for odd in (*ODD, "lost", "added"):
            other = copy.deepcopy(tree)
            holder, _ = list(places(other))[number]
            if odd == "lost":
                del holder[key]  # type: ignore[arg-type]  # a key of that very holder
            elif odd == "added" and isinstance(holder, dict):
                holder["another"] = "x"
            else:
                holder[key] = odd  # type: ignore[index]  # a key of that very holder
            yield other


def wrongly_accepted(accepting: Accepting, judge: Judge, trees: Iterator[Json]) -> list[Json]:
    return [tree for tree in trees if accepts(accepting, tree) and judge.violations(as_written(tree))]


def as_written(tree: Json) -> Json:
    """What the text of a tree says: a whole number may have been a `Decimal`."""
    return json.parse(json.packed(tree))[0]


def accepts(accepting: Accepting, tree: Json) -> bool:
    return accepting.accepts(json.packed(tree), tree)


def made_of(schema: Json, definitions: Json, rules: Json = None) -> st.SearchStrategy[Json]:
    """Trees of a schema, in which texts may be of another form than it asks for."""
    assert isinstance(schema, dict) and isinstance(definitions, dict)
    if "$ref" in schema:
        return made_of(definitions[str(schema["$ref"]).removeprefix("#/$defs/")], definitions)
    match schema["type"]:
        case "object":
            properties, required = schema["properties"], schema.get("required", [])
            assert isinstance(properties, dict) and isinstance(required, list)
            members = {name: made_of(member, definitions) for name, member in properties.items()}
            return st.fixed_dictionaries(
                {name: members[name] for name in properties if name in required},
                optional={name: members[name] for name in properties if name not in required},
            )
        case "array":
            return st.lists(made_of(schema["items"], definitions), max_size=2)
        case "string" if "enum" in schema:
            return st.sampled_from(schema["enum"])  # type: ignore[arg-type]  # the words of an enum are any JSON to a checker
        case "string" if "pattern" in schema:
            days = "2026-01-05T00:00:00Z--2026-01-06T00:00:00Z"
            return st.sampled_from(("12.50", "10", "DE", days, "1e5", "12\n", "de"))
        case "string" if "format" in schema:
            return st.sampled_from(("2026-01-05T00:00:00Z", "2026-02-30T00:00:00Z", "2024-02-29T00:00:00Z"))
        case "string":
            return st.sampled_from(("A", "", "é" * 2, "x" * 64, "x" * 65))
        case "boolean":
            return st.booleans()
        case _:
            return st.sampled_from((0, 1, -1, 10**17))


def test_what_is_plainly_valid_is_accepted() -> None:
    assert accepts(Accepting(SCHEMA), GOOD)
    assert not Judge.of(SCHEMA).violations(GOOD)


def test_nothing_is_accepted_that_breaks_the_schema() -> None:
    assert wrongly_accepted(Accepting(SCHEMA), Judge.of(SCHEMA), changed(GOOD)) == []


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_schemas_of_vendor_documents_are_held_to(kind: Kind, data: st.DataObject) -> None:
    schema = single(kind)
    tree = data.draw(made_of(schema.schema, schema.schema["$defs"]))
    trees = list(changed(tree))
    if trees:
        trees = [tree, *data.draw(st.lists(st.sampled_from(trees), max_size=8))]
    assert wrongly_accepted(schema.accepting, schema.judge, iter(trees)) == []
    assert accepts(schema.accepting, tree) or schema.judge.violations(tree) or "2024-02-29" in str(tree)


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("id", "maxLength"),
        ("id", "minLength"),
        ("date", "format"),
        ("kind", "enum"),
        ("Price", "pattern"),
        ("Part", "required"),
        ("", "required"),
    ],
)
def test_a_rule_that_is_overlooked_is_noticed(at: str, rule: str) -> None:
    blind = copy.deepcopy(SCHEMA)
    properties, definitions = blind["properties"], blind["$defs"]
    assert isinstance(properties, dict) and isinstance(definitions, dict)
    holder = {"": blind, **properties, **definitions}[at]
    assert isinstance(holder, dict)
    del holder[rule]
    assert wrongly_accepted(Accepting(blind), Judge.of(SCHEMA), changed(GOOD))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}},
        {"type": "object", "additionalProperties": False, "properties": {}, "minProperties": 1},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "integer", "minimum": 3},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["A"], "maxLength": 3},
        {"type": "string", "pattern": "a", "format": "date-time"},
        {"type": "string", "format": "email"},
        {"type": "object", "additionalProperties": False, "required": ["a"]},
        {"$ref": "#/$defs/Nothing"},
        {"$ref": "#/$defs/Loop", "$defs": {"Loop": {"type": "array", "items": {"$ref": "#/$defs/Loop"}}}},
    ],
)
def test_a_schema_that_is_not_understood_accepts_nothing(schema: JsonObject) -> None:
    accepting = Accepting(schema)
    assert not any(accepts(accepting, tree) for tree in (*NUMBERS, *WORDS, *GROUPS))


def test_a_long_text_says_what_its_tree_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_accept, "LONG_TEXT", 0)
    test_a_text_says_what_its_tree_says()


def test_a_text_says_what_its_tree_says() -> None:
    accepting = Accepting(SCHEMA)
    assert accepting.accepts(json.render(GOOD), GOOD)
    assert accepting.accepts(json.packed(GOOD), dict(reversed(GOOD.items())))
    for other in changed(GOOD):
        assert other == GOOD or not accepting.accepts(json.render(other), GOOD)
        assert other == GOOD or not accepting.accepts(json.render(GOOD), other)
    assert not accepting.accepts(json.render([GOOD]), [GOOD])
    assert not accepting.accepts(json.render(GOOD)[:-3], GOOD)


def test_what_is_ordinary_is_within_the_limits_of_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: Json = "x"
    for depth in range(1, 110):
        deep = [deep]
        if json.is_ordinary(json.render(deep)):
            assert json.parse(json.render(deep))[0] is not None, depth
    assert json.is_ordinary(json.render({"all": [GOOD]}))
    monkeypatch.setattr(json, "MAX_JSON_VALUES", 20)
    for length in range(1, 30):
        many: Json = [[]] * length
        if json.is_ordinary(json.render(many)):
            assert json.parse(json.render(many))[0] is not None, length


def test_the_rule_of_a_place_is_told_where_it_is_the_only_one() -> None:
    accepting = Accepting(SCHEMA)
    told = {key: accepting.pattern([key]) for key in ("id", "date", "kind", "price", "count", "a-b")}
    rules = {"price": r"^[0-9]+\Z", "date": json_accept._DATE_TIME}
    assert told == {**dict.fromkeys(told), **rules}
    strict: Json = {"at": {"type": "string", "pattern": "^1", "maxLength": 3}}
    both = Accepting({"type": "object", "properties": strict, "additionalProperties": False})
    assert both.pattern(["at"]) is None
