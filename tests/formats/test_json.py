"""JSON text to trees and back: strict, within limits, every refusal at its full address."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.findings import Finding, Location, Severity
from gateway.formats import json_scan
from gateway.formats.json import MAX_JSON_BYTES, MAX_JSON_VALUES, Json, parse, render
from gateway.formats.json_pointer import MAX_SHOWN_KEY, child
from tests.thoroughness import examples


def refusal(data: bytes) -> tuple[Finding, ...]:
    tree, findings = parse(data)
    assert tree is None
    assert any(finding.severity is Severity.ERROR for finding in findings)
    return findings


def only(data: bytes) -> tuple[str, Location]:
    (finding,) = refusal(data)
    assert finding.message  # the template's details are all there
    return finding.code, finding.location


def test_numbers_are_exact() -> None:
    tree, findings = parse(b'{"price": 1.50, "count": 3, "tiny": 1E-3}')
    assert (tree, findings) == ({"price": Decimal("1.50"), "count": 3, "tiny": Decimal("0.001")}, ())
    assert isinstance(tree, dict)
    assert [type(value) for value in tree.values()] == [Decimal, int, Decimal]
    assert str(tree["price"]) == "1.50"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse(b'\xef\xbb\xbf {"a": 1}\r\n') == ({"a": 1}, ())


def test_null_alone_is_read_without_a_finding() -> None:
    assert parse(b"null") == (None, ())


@pytest.mark.parametrize(
    ("data", "location"),
    [
        (b'{"a": [1, 2', Location(pointer="/a/1", byte=11, line=1, column=12)),
        (b'{"a": "x', Location(pointer="/a", byte=6, line=1, column=7)),
        (b'{"a": 1,\n "b" 2}', Location(pointer="/b", byte=14, line=2, column=6)),
        (b'{"a": 1,}', Location(pointer="", byte=8, line=1, column=9)),
        (b'[{"k": 1}, {"k": nul}]', Location(pointer="/1/k", byte=17, line=1, column=18)),
        (b'{"\xc3\xa9": "a\nb"}', Location(pointer="/é", byte=9, line=1, column=9)),
        (b'{"a": "\\q"}', Location(pointer="/a", byte=7, line=1, column=8)),
        (b'{"a": 1} x', Location(pointer="", byte=9, line=1, column=10)),
        (b"{", Location(pointer="", byte=1, line=1, column=2)),
        (b"[01]", Location(pointer="/0", byte=2, line=1, column=3)),
        (b"\x00\x01\x02", Location(pointer="", byte=0, line=1, column=1)),
    ],
)
def test_broken_text_is_refused_where_it_breaks(data: bytes, location: Location) -> None:
    assert only(data) == ("json-syntax", location)


def test_the_syntax_fault_is_said_in_plain_words() -> None:
    (finding,) = refusal(b'{"a": [1, 2')
    assert finding.message == "the text is no JSON: a comma or the closing bracket is missing"


def test_a_key_that_stands_twice_is_refused_at_its_second_place() -> None:
    data = b'{"orders": [{"id": 1}, {"id": 1, "x": {"y": 2, "y": 3}}]}'
    (finding,) = refusal(data)
    assert finding.code == "json-duplicate-key"
    assert finding.location == Location(pointer="/orders/1/x/y", byte=data.rindex(b'"y"'))
    assert finding.value == "y"


def test_a_key_that_stands_twice_in_another_spelling_is_refused() -> None:
    assert only(b'{"a/~": 1, "\\u0061/~": 2}') == (
        "json-duplicate-key",
        Location(pointer="/a~1~0", byte=11),
    )


def test_the_same_key_in_two_objects_is_no_duplicate() -> None:
    assert parse(b'[{"a": 1}, {"a": {"a": 2}}]') == ([{"a": 1}, {"a": {"a": 2}}], ())


def test_every_nan_and_infinity_is_refused() -> None:
    findings = refusal(b'[NaN, {"a": [1, -Infinity]}, Infinity]')
    assert [(finding.code, finding.location.pointer, finding.value) for finding in findings] == [
        ("json-number", "/0", "NaN"),
        ("json-number", "/1/a/1", "-Infinity"),
        ("json-number", "/2", "Infinity"),
    ]


def test_faults_before_the_end_of_a_broken_text_are_said_too() -> None:
    findings = refusal(b'{"a": NaN, "a": 1, "b": ')
    assert [finding.code for finding in findings] == ["json-number", "json-duplicate-key", "json-syntax"]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("closed", [True, False])
def test_depth_is_refused_before_anything_recurses(opening: bytes, closed: bool) -> None:
    closing = b"".join({"[": b"]", "{": b"}"}[chr(byte)] for byte in reversed(opening) if byte in b"[{")
    data = opening * 10_000 + (b"1" + closing * 10_000 if closed else b"")
    (finding,) = refusal(data)
    assert finding.code == "json-too-deep"
    assert finding.location.pointer is not None
    assert finding.location.pointer.count("/") == json_scan.MAX_DEPTH


def test_the_deepest_allowed_nesting_is_read() -> None:
    limit = json_scan.MAX_DEPTH
    assert parse(b"[" * limit + b"]" * limit)[1] == ()
    assert only(b"[" * (limit + 1) + b"]" * (limit + 1))[0] == "json-too-deep"


def test_brackets_inside_of_texts_do_not_nest() -> None:
    text = "[{" * 5_000 + '\\"' + "\\\\"
    tree, findings = parse(f'{{"a": "{text}"}}'.encode())
    assert findings == ()
    assert tree == {"a": "[{" * 5_000 + '"\\'}


@pytest.mark.parametrize(
    "number", [b"9" * 10**6, b"-0." + b"1" * 10**6, b"1e101", b"1E-999999999999", b"9" * 101]
)
def test_oversized_numbers_are_refused(number: bytes) -> None:
    assert only(b'{"n": [' + number + b"]}") == (
        "json-number-too-large",
        Location(pointer="/n/0", byte=7),
    )


def test_the_largest_number_allowed_is_read() -> None:
    assert parse(b"9" * 100) == (int("9" * 100), ())
    assert parse(b"1e100") == (Decimal("1e100"), ())


@pytest.mark.parametrize(
    ("data", "byte", "value"),
    [
        ('{"name": "Müller"}'.encode("latin-1"), 11, "0xFC"),
        ('{"name": "Müller"}'.encode("utf-16"), 0, "0xFF"),
        (b'{"half": "\xed\xa0\x80"}', 10, "0xED"),
        (b"\xef\xbb\xbf\xff", 3, "0xFF"),
    ],
)
def test_another_character_set_is_refused(data: bytes, byte: int, value: str) -> None:
    (finding,) = refusal(data)
    assert (finding.code, finding.location, finding.value) == ("json-charset", Location(byte=byte), value)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert only(data) == ("file-empty", Location())


def test_a_file_beyond_the_size_limit_is_refused() -> None:
    (finding,) = refusal(b" " * (MAX_JSON_BYTES + 1))
    assert finding.code == "json-too-large"
    assert "67,108,864 bytes" in finding.message


def test_a_file_with_too_many_values_is_refused() -> None:
    (finding,) = refusal(b"[" + b"0," * MAX_JSON_VALUES + b"0]")
    assert finding.code == "json-too-large"


def test_half_a_character_is_replaced_and_said() -> None:
    tree, findings = parse(b'{"names": ["cut \\ud83d", "whole \\ud83d\\ude00"]}')
    assert tree == {"names": ["cut \ufffd", "whole \U0001f600"]}
    assert [(finding.code, finding.location.pointer, finding.severity) for finding in findings] == [
        ("json-half-character", "/names/0", Severity.WARNING)
    ]
    assert render(tree).decode()


def test_keys_that_differ_only_in_half_a_character_are_duplicates() -> None:
    codes = [finding.code for finding in refusal(b'{"\\ud83d": 1, "\\ud83e": 2}')]
    assert codes == ["json-half-character", "json-half-character", "json-duplicate-key"]


def test_findings_are_bounded() -> None:
    findings = refusal(b"[" + b"NaN," * 5_000 + b"NaN]")
    assert len(findings) == json_scan.MAX_FAULTS + 1
    assert findings[-1].code == "findings-limit"


@pytest.mark.parametrize(
    "data",
    [
        b'"' + b'\\"' * 200_000,
        b'"' * 200_001,
        b'{"a":' + b'"\\' * 200_000,
        b"[" + b'"a":1,' * 100_000,
        b"{" + b'"k":1,' * 100_000 + b"}",
    ],
)
def test_hostile_quotes_cost_no_more_than_their_length(data: bytes) -> None:
    # Each takes milliseconds; a reader that starts again at every quote needs minutes.
    assert refusal(data)


def test_a_key_of_hostile_length_does_not_fill_the_pointers() -> None:
    key = "k" * 100_000
    tree, findings = parse(f'{{"{key}": [NaN]}}'.encode())
    assert tree is None
    pointer = findings[0].location.pointer
    assert pointer == f"/{'k' * MAX_SHOWN_KEY}…/0"


def test_pointers_are_escaped() -> None:
    assert child(child("", "a/b"), "c~d") == "/a~1b/c~0d"
    assert child("/list", 3) == "/list/3"


def test_rendered_text_is_indented_and_keeps_order_and_digits() -> None:
    tree: Json = {"b": Decimal("1.50"), "a": ["ü", None, True, 10**30], "e": {}, "l": []}
    assert render(tree).decode() == (
        '{\n  "b": 1.50,\n  "a": [\n    "ü",\n    null,\n    true,\n'
        "    1000000000000000000000000000000\n  ],\n"
        '  "e": {},\n  "l": []\n}\n'
    )


@pytest.mark.parametrize("tree", [Decimal("NaN"), ["\ud800"], {"\udfff": 1}, Decimal("-Infinity")])
def test_what_no_json_can_hold_is_our_own_fault(tree: Json) -> None:
    with pytest.raises(GatewayError):
        render(tree)


texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-(10**40), 10**40) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20
).filter(lambda number: len(str(number)) <= 100)  # longer ones are refused
trees: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=examples(200), deadline=None)
@given(trees)
def test_what_is_rendered_is_read_back_equal(tree: Json) -> None:
    assert parse(render(tree)) == (tree, ())


@settings(max_examples=examples(200), deadline=None)
@given(st.binary() | st.text(alphabet='{}[]":,\\ud80Na1e-. \n').map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    tree, findings = parse(data)
    assert tree is None or all(finding.severity is not Severity.ERROR for finding in findings)
    for finding in findings:
        assert finding.message
