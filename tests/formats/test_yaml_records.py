"""Records of every form of field are taken from YAML, with every mistake told at its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.yaml_nodes import read_nodes
from gateway.formats.yaml_records import BYTES, DURATION, RecordReader, Tree, size_text
from gateway.formats.yaml_units import duration_text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(msgspec.Struct, frozen=True):
    name: str
    size: Annotated[int, msgspec.Meta(ge=1, extra=BYTES)] = 1


class Hidden(msgspec.Struct, frozen=True):
    place: str


class Outer(msgspec.Struct, frozen=True):
    inners: tuple[Inner, ...] = ()
    colours: tuple[Colour, ...] = ()
    counts: tuple[Annotated[int, msgspec.Meta(ge=1, le=3)], ...] = ()
    count: Annotated[int, msgspec.Meta(ge=1)] | None = 5
    inner: Inner | None = None
    hidden: Hidden | None = None
    texts: Mapping[str, str] = msgspec.field(default_factory=dict)
    other: str = msgspec.field(name="from", default="")
    sure: bool = False
    named: Mapping[str, Inner] = msgspec.field(default_factory=dict)
    amount: Decimal | None = None
    day: date | None = None
    days: tuple[date, ...] = ()
    wait: Annotated[int, msgspec.Meta(ge=1, le=10**9, extra=DURATION)] = 60
    placed: str = ""


def taken(text: str, *, empty_records: bool = False) -> tuple[Tree, list[tuple[int, str]]]:
    root, mistakes = read_nodes("f", text, "")
    assert root is not None, mistakes
    reader = RecordReader("f", {Hidden: "say where"}, empty_records=empty_records)
    tree = reader.record(root, Outer, ())
    return tree, [(line, told) for _, line, told in reader.mistakes]


def test_every_form_of_field_is_taken() -> None:
    text = (
        "inners:\n  - {name: a, size: 2 kB}\n  - name: b\n"
        "colours: [red, blue]\ncounts: [1, 3]\ncount: 07\ninner: {name: c}\nhidden: {place: d}\n"
        "texts: {x: y}\nfrom: me\nsure: true\n"
    )
    tree, mistakes = taken(text)
    assert not mistakes
    assert msgspec.convert(tree, Outer) == Outer(
        (Inner("a", 2000), Inner("b")),
        (Colour.RED, Colour.BLUE),
        (1, 3),
        7,
        Inner("c"),
        Hidden("d"),
        {"x": "y"},
        "me",
        sure=True,
    )


def test_what_may_be_none_may_say_nothing() -> None:
    tree, mistakes = taken("count:\ninner:\nhidden: ~\n")
    assert (tree, mistakes) == ({"count": None, "inner": None, "hidden": None}, [])


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("inners:\n  - name: a\n  - size: 1 B\n", 3, "`name:` is missing"),
        ("inners:\n  - name: a\n  - b\n", 3, "`inners` takes keys of its own: name, size"),
        ("inners: {name: a}\n", 1, "`inners` takes a list; each item in a line of its own after `- `"),
        ("colours:\n  - red\n  - grey\n", 3, "`colours` is one of red, blue, not `grey`"),
        ("colours:\n  - red\n  -\n", 3, "`colours` says nothing; give it a value, or leave it out"),
        ("colours:\n  - [red]\n", 2, "`colours` takes one text"),
        ("counts: [1,\n 4]\n", 2, "`counts` is a whole number, from 1 to 3, not `4`"),
        ("count: '0'\n", 1, "`count` is a whole number, from 1, not `0`"),
        ("count: []\n", 1, "`count` takes one text"),
        (
            "inner: {name: a, size: 0 B}\n",
            1,
            "`size` is a size such as `512 MB` or `64 KiB`, from 1 B, not `0 B`",
        ),
        ("inner: [a]\n", 1, "`inner` takes keys of its own: name, size"),
        ("inner: {name: a, x: b}\n", 1, "unknown key `x`; known: name, size"),
        ("named: [a]\n", 1, "`named` takes keys of its own, each with keys below it"),
        ("named:\n  x: {name: a}\n  y: {}\n", 3, "`name:` is missing"),
        ("named:\n  x: a\n", 2, "`x` takes keys of its own: name, size"),
        ("amount: 1e5\n", 1, "`amount` is an amount such as 2500 or 99.50, not `1e5`"),
        ("amount: -1\n", 1, "`amount` is an amount"),
        ("day: 2026-02-30\n", 1, "`day` is a day such as 2026-12-31, not `2026-02-30`"),
        ("day: 20260203\n", 1, "`day` is a day"),
        ("days: [2026-02-03,\n x]\n", 2, "`days` is a day"),
        ("wait: 5\n", 1, "`wait` is a length of time such as `90 s`, `5 min`, `24 h` or `3 days`, from 1 s"),
        ("wait: 0 s\n", 1, "`wait` is a length of time"),
        ("hidden: secret\n", 1, "`hidden`: say where"),
        ("hidden:\n  place: a\n  secret: b\n", 3, "say where"),
    ],
)
def test_a_mistake_is_told_at_its_line(text: str, line: int, told: str) -> None:
    _, ((at, found),) = taken(text)
    assert (at, found[: len(told)]) == (line, told)
    assert "secret" not in found


def test_amounts_days_lengths_of_time_and_named_records_are_taken() -> None:
    text = "amount: 99.50\nday: 2026-12-31\ndays: [2026-01-01]\nwait: 5 min\n"
    text += "named: {x: {name: a}, y: {name: b}}\n"
    tree, mistakes = taken(text)
    assert not mistakes
    held = msgspec.convert(tree, Outer)
    assert (held.amount, held.day, held.days, held.wait) == (
        Decimal("99.50"),
        date(2026, 12, 31),
        (date(2026, 1, 1),),
        300,
    )
    assert held.named == {"x": Inner("a"), "y": Inner("b")}


def test_what_the_place_says_is_not_written_and_what_is_not_whole_may_lack_keys() -> None:
    root, _ = read_nodes("f", "placed: x\nnamed: {a: {size: 1 B}}\n", "")
    assert root is not None
    reader = RecordReader("f", placed={Outer: ("placed",)})
    reader.record(root, Outer, ())
    assert [told.partition(";")[0] for _, _, told in reader.mistakes] == [
        "unknown key `placed`",
        "`name:` is missing",
    ]
    reader = RecordReader("f")
    inner, _ = read_nodes("f", "size: 1 B\n", "")
    assert inner is not None
    assert reader.record(inner, Inner, (), whole=False) == {"size": 1}
    assert reader.mistakes == []


@given(st.integers(1, 10**6) | st.integers(1, 1000).map(lambda days: days * 86_400))
def test_a_length_of_time_is_read_as_it_is_shown(seconds: int) -> None:
    tree, mistakes = taken(f"wait: {duration_text(seconds)}")
    assert (mistakes, tree) == ([], {"wait": seconds})


def test_a_place_in_a_list_has_its_line() -> None:
    root, _ = read_nodes("f", "inners:\n  - name: a\n  -\n    name: b\n", "")
    assert root is not None
    reader = RecordReader("f")
    reader.record(root, Outer, ())
    assert reader.line(("inners", "1", "name")) == 4
    assert reader.line(("inners", "0")) == 2
    assert reader.line(("count",)) == 0


@given(st.integers(0, 2**60) | st.integers(0, 50).map(lambda power: 2**power))
def test_a_size_is_read_as_it_is_shown(size: int) -> None:
    tree, mistakes = taken(f"inner: {{name: a, size: {size_text(size)}}}")
    shown_too_long = len(size_text(size).split()[0]) > 15
    assert bool(mistakes) is (size == 0 or shown_too_long)
    if not mistakes:
        assert tree["inner"] == {"name": "a", "size": size}
