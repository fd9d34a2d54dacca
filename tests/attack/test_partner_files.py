"""Partner files made to break their reader: each mistake is told with its line."""

from __future__ import annotations

import pytest

from gateway.agreements.parse import parse_partner
from gateway.agreements.partner import Partner
from gateway.errors import DataFileError

GOOD = "partner: {qualifier: ZZ, id: AMAZON}\nown: {qualifier: ZZ, id: ACORN}\n"
BOMB = "description: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + chr(ord(name) - 1)] * 9)}]\n" for name in "bcdefghij"
)

MISTAKES = {
    "a control character": (GOOD + "description: \x07\n", 0),
    "a NUL": (GOOD + "description: \0\n", 0),
    "a list for a word": (GOOD + "x12: {line_end: [lf]}\n", 3),
    "an object for a word": (GOOD + "x12: {line_end: {a: b}}\n", 3),
    "a list for a separator": (GOOD + "x12:\n  element_separator: [1]\n", 4),
    "an object for a separator": (GOOD + "x12:\n  element_separator: {a: 1}\n", 4),
    "an alias of an alias, nine times nine": (BOMB + GOOD, 5),
    "an alias of itself": ("partner: &a {qualifier: *a, id: *a}\nown: *a\n", 1),
    "lists 3,000 deep": (f"{GOOD}description: {'[' * 3000}{']' * 3000}\n", 3),
    "objects 50 deep": (f"{GOOD}description: {'{a: ' * 50}{'}' * 50}\n", 3),
    "a million characters": (GOOD + "#" * 1_000_000, 0),
    "a key that is a list": (GOOD + "? [a, b]\n: c\n", 3),
    "the same key twice": (GOOD + GOOD, 3),
    "nothing": ("", 1),
    "no mapping": ("[]", 1),
    "no object for the terms": (GOOD + "terms: 1\n", 3),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_hostile_partner_file_is_refused_with_its_line(name: str) -> None:
    text, line = MISTAKES[name]
    with pytest.raises(DataFileError) as refused:
        parse_partner(text, "partner.yaml")
    assert refused.value.mistakes
    assert refused.value.mistakes[0][:2] == ("partner.yaml", line)


@pytest.mark.parametrize(
    "value",
    ["2024-13-45", "1" * 5000, "1e999999", "!!int abc", "!!float abc", "!!bool abc", "190:20:30", "NO"],
)
def test_a_value_is_the_text_it_was_written_as(value: str) -> None:
    assert parse_partner(f"{GOOD}description: {value}\n", "partner.yaml").description == value.removeprefix(
        value[: value.rfind(" ") + 1]
    )


def test_identifiers_keep_their_zeros_and_switches_are_read() -> None:
    text = "partner: {qualifier: 01, id: 012345678}\nown: {qualifier: ZZ, id: NO}\n"
    read = parse_partner(text + "x12: {acknowledgment_requested: true}\n", "partner.yaml")
    assert isinstance(read, Partner)
    assert read.partner is not None
    assert read.own is not None
    assert (read.partner.qualifier, read.partner.id, read.own.id) == ("01", "012345678", "NO")
    assert read.x12.acknowledgment_requested is True
