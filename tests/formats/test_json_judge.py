"""The strict judge: every breach of a schema at its place, in plain words, and never without end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.findings import Severity
from gateway.formats.json import Json, JsonObject
from gateway.formats.json_judge import MAX_VIOLATIONS, Judge
from gateway.formats.json_words import is_date_time, matches

SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "date"],
    "properties": {
        "id": {"type": "string", "maxLength": 4},
        "date": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": ["One", "Two"]},
        "price": {"$ref": "#/$defs/Price"},
        "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "count": {"type": "integer"},
        "days": {"type": "number"},
        "parts": {"type": "array", "items": {"type": "object", "additionalProperties": False}, "minItems": 1},
        "open": {"type": "object", "additionalProperties": {"type": "boolean"}},
    },
    "additionalProperties": False,
    "$defs": {"Price": {"type": "string", "title": "a price", "pattern": "^[0-9]+$"}},
}
GOOD: JsonObject = {"id": "A", "date": "2026-03-01T10:00:00Z"}


def judged(tree: Json) -> list[tuple[str, str | None]]:
    findings = Judge.of(SCHEMA).violations(tree, "/at/0")
    for finding in findings:
        assert finding.severity is Severity.ERROR
        assert finding.message
    return [(finding.code, finding.location.pointer) for finding in findings]


def test_a_valid_tree_has_no_violations() -> None:
    tree: Json = {
        **GOOD,
        "kind": "One",
        "price": "10",
        "code": "DE",
        "count": 3,
        "days": Decimal("1.5"),
        "parts": [{}],
        "open": {"any": True},
    }
    assert judged(tree) == []


@pytest.mark.parametrize(
    ("change", "code", "pointer", "words"),
    [
        ({"id": "ABCDE"}, "json-length", "/at/0/id", "/at/0/id has 5 characters, at most 4 allowed"),
        ({"id": 7}, "json-type", "/at/0/id", "/at/0/id holds a whole number where a text is expected"),
        ({"id": None}, "json-type", "/at/0/id", "/at/0/id holds nothing where a text is expected"),
        (
            {"date": "2026-03-01"},
            "json-format",
            "/at/0/date",
            "2026-03-01 at /at/0/date is no date and time with a zone, such as 2026-08-05T14:30:00Z",
        ),
        ({"kind": "ONE"}, "json-enum", "/at/0/kind", "ONE at /at/0/kind is not one of: One, Two"),
        (
            {"price": "1.5"},
            "json-pattern",
            "/at/0/price",
            "1.5 at /at/0/price does not have the expected form: a price",
        ),
        (
            {"code": "DE\n"},
            "json-pattern",
            "/at/0/code",
            "DE\\x0a at /at/0/code does not have the expected form: ^[A-Z]{2}$",
        ),
        (
            {"count": Decimal("3.0")},
            "json-type",
            "/at/0/count",
            "/at/0/count holds a number where a whole number is expected",
        ),
        (
            {"count": True},
            "json-type",
            "/at/0/count",
            "/at/0/count holds true or false where a whole number is expected",
        ),
        (
            {"parts": {}},
            "json-type",
            "/at/0/parts",
            "/at/0/parts holds a group of fields where a list is expected",
        ),
        (
            {"parts": [{}, {"x/y": 1}]},
            "json-unknown-field",
            "/at/0/parts/1/x~1y",
            "the field /at/0/parts/1/x~1y does not belong here",
        ),
        ({"open": {"any": 1}}, "json-type", "/at/0/open/any", ""),
        (
            {"parts": []},
            "json-rule",
            "/at/0/parts",
            "/at/0/parts breaks a rule of its schema (minItems)",
        ),
    ],
)
def test_each_breach_is_said_at_its_place_in_plain_words(
    change: JsonObject, code: str, pointer: str, words: str
) -> None:
    assert judged({**GOOD, **change}) == [(code, pointer)]
    (finding,) = Judge.of(SCHEMA).violations({**GOOD, **change}, "/at/0")
    assert words in finding.message


def test_every_breach_is_said_at_once() -> None:
    assert judged({"kind": "Three", "b": 1, "a": 2}) == [
        ("json-required", "/at/0/id"),
        ("json-required", "/at/0/date"),
        ("json-enum", "/at/0/kind"),
        ("json-unknown-field", "/at/0/b"),
        ("json-unknown-field", "/at/0/a"),
    ]


def test_what_is_no_object_is_said_at_the_root() -> None:
    (finding,) = Judge.of(SCHEMA).violations([])
    assert finding.location.pointer == ""
    assert finding.message == "the whole document holds a list where a group of fields is expected"


def test_violations_are_bounded() -> None:
    tree: Json = {**GOOD, **{f"unknown{number}": None for number in range(MAX_VIOLATIONS * 50)}}
    findings = Judge.of(SCHEMA).violations(tree)
    assert len(findings) == MAX_VIOLATIONS + 1
    assert (findings[-1].code, findings[-1].severity) == ("findings-limit", Severity.NOTE)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2026-03-01T10:00:00Z", True),
        ("2026-03-01t10:00:00.123456789z", True),
        ("2024-02-29T23:59:59-08:00", True),
        ("2026-02-29T00:00:00Z", False),
        ("2026-13-01T00:00:00Z", False),
        ("2026-03-01T24:00:00Z", False),
        ("2026-03-01T23:59:60Z", False),
        ("0000-01-01T00:00:00Z", False),
        ("2026-03-01T10:00:00", False),
        ("2026-03-01T10:00Z", False),
        ("2026-03-01T10:00:00+0100", False),
        ("2026-03-01T10:00:00+24:00", False),
        ("2026-03-01", False),
        ("٢٠٢٦-03-01T10:00:00Z", False),
        ("2026-03-01T10:00:00Z\n", False),
        ("", False),
        (7, True),
    ],
)
def test_date_times(text: object, verdict: bool) -> None:
    assert is_date_time(text) is verdict


@pytest.mark.parametrize(
    ("pattern", "text", "verdict"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("a", "xay", True),
        (r"^a\$", "a$ more", True),
        (r"^\\$", "\\", True),
    ],
)
def test_patterns_end_where_the_text_ends(pattern: str, text: str, verdict: bool) -> None:
    assert matches(pattern, text) is verdict
