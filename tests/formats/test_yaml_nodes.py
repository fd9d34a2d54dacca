"""YAML of data files: what is read, and what is refused at once however it is built."""

from __future__ import annotations

import time

import pytest

from gateway.errors import Mistake
from gateway.formats.yaml_nodes import Mapping, Node, Scalar, Sequence, read_nodes
from gateway.formats.yaml_reader import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES

SECONDS = 5.0  # none takes a tenth of it alone; a quadratic run of this size takes minutes

TOO_MUCH = "nested too deeply, or aliases unfold to more than such a file can hold"
TOO_LONG = f"longer than {MAX_CHARACTERS} characters; such a file is a page or two"

Plain = dict[str, "Plain"] | list["Plain"] | str | None


def plain(node: Node) -> Plain:
    if isinstance(node, Mapping):
        return {key.text or "": plain(value) for key, value in node.items}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text


def read(text: str) -> Plain:
    node, mistakes = read_nodes("file.yaml", text, "`a:`")
    assert mistakes == []
    assert node is not None
    return plain(node)


def mistakes_of(text: str) -> list[Mistake]:
    node, mistakes = read_nodes("file.yaml", text, "`a:`")
    assert node is None
    return mistakes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 01\nb: NO\nc: 1_000\nd: 2026-11-23", {"a": "01", "b": "NO", "c": "1_000", "d": "2026-11-23"}),
        ("a:\nb: ~\nc: null\nd: 'null'\ne: ''", {"a": None, "b": None, "c": None, "d": "null", "e": ""}),
        ("a: [x, {b: c}]\nd: |\n  1\n  2\n", {"a": ["x", {"b": "c"}], "d": "1\n2\n"}),
        ("a:\n- b\n-\n  - c\n", {"a": ["b", ["c"]]}),
        ("a: &x [1]\nb: [*x, *x]", {"a": ["1"], "b": [["1"], ["1"]]}),
        ("a: &x 1\na2: &x 2\nb: *x", {"a": "1", "a2": "2", "b": "2"}),
        ("&x a: b\nc: *x\n*x : d", None),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}", {"a": {"b": "1", "c": "2"}, "d": {"b": "3", "c": "2"}}),
        ("d: {<<: [{b: 1}, {b: 2, c: 2}]}", {"d": {"b": "1", "c": "2"}}),
        ("null: a\n~: b", {"null": "a", "~": "b"}),
        ("---\na: b\n...\n", {"a": "b"}),
        ("%YAML 1.2\n---\na: !!int b", {"a": "b"}),
    ],
)
def test_what_a_text_says(text: str, value: Plain) -> None:
    if value is None:
        assert mistakes_of(text) == [("file.yaml", 3, "`a` stands twice; first in line 1")]
    else:
        assert read(text) == value


def test_each_node_has_its_line_also_where_an_alias_stands_for_it() -> None:
    node, _ = read_nodes("file.yaml", "a: &x\n  - b\nc: *x\n", "`a:`")
    items = Sequence((Scalar("b", 2),), 1)
    assert node == Mapping(((Scalar("a", 1), items), (Scalar("c", 3), items)), 1)


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("a: b\n---\nc: d\n", 2, "not valid YAML: a second document begins here; a file holds one"),
        ("a: 1\nb: *c\n", 2, "not valid YAML: `*c` is used, but no `&c` stands before it"),
        ("a: 1\n? [b]\n: c\n", 2, "a key must be a plain text"),
        ("a: 1\n<<: 1\n", 2, "`<<` takes a mapping, such as `<<: *party`"),
        ("a: 1\nb: {c: 1\n", 3, "not valid YAML: expected ',' or '}', but got '<stream end>'"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 2, "not valid YAML: the version after `%YAML`, or the code of"),
        ('a: 1\nb: "\\U00110000"\n', 2, "not valid YAML: the version after `%YAML`, or the code of"),
        (f"%YAML 1.{'9' * 5000}\n--- a\n", 1, "not valid YAML: the version after `%YAML`, or the code of"),
        ("", 1, "expected keys such as `a:`"),
        ("[a]", 1, "expected keys such as `a:`"),
        ("a: &b [*b]", 1, TOO_MUCH),
        ("a: 1\nb: &b\n  <<: *b\n", 3, TOO_MUCH),
    ],
)
def test_a_mistake_has_its_line(text: str, line: int, mistake: str) -> None:
    (found,) = mistakes_of(text)
    assert found[:2] == ("file.yaml", line)
    assert found[2].startswith(mistake)


def test_mistakes_before_the_end_of_reading_are_told_too() -> None:
    found = mistakes_of("a: 1\na: 2\nb:\n  c: " + "[" * 20)
    assert found == [("file.yaml", 2, "`a` stands twice; first in line 1"), ("file.yaml", 4, TOO_MUCH)]


def test_the_deepest_block_that_is_read() -> None:
    deepest = f"a: {'[' * (MAX_DEPTH - 1)}b{']' * (MAX_DEPTH - 1)}"
    assert read(deepest)
    assert mistakes_of(deepest.replace("[b]", "[[b]]")) == [("file.yaml", 1, TOO_MUCH)]


def test_an_alias_is_as_deep_as_what_it_stands_for() -> None:
    half = MAX_DEPTH // 2
    text = f"a: &x {'[' * half}b{']' * half}\nc:\n  {'[' * half}%s{']' * half}\n"
    assert read(text % "b")
    assert mistakes_of(text % "*x") == [("file.yaml", 3, TOO_MUCH)]


NESTED = (
    "[",
    "[a, ",
    "{a: ",
    "- ",
    "? ",
    "{? ",
    "[a: ",
    '["a", ',
    "[\n",
    "[ # c\n",
    "- - ? ",
    "[&a ",
    "[!a ",
)


@pytest.mark.parametrize("shape", NESTED)
@pytest.mark.parametrize("size", [3_000, MAX_CHARACTERS - 10])
def test_nesting_ends_reading_at_once(shape: str, size: int) -> None:
    text = f"a: 1\nb:\n  {shape * (size // len(shape))}"
    start = time.perf_counter()
    found = mistakes_of(text)
    assert time.perf_counter() - start < SECONDS
    line = 3 + (MAX_DEPTH if "\n" in shape else 0)
    assert found == [("file.yaml", line, TOO_MUCH)]


WIDE = {
    "lists in a list": "[a],",
    "lists 10 deep in a list": f"{'[' * 10}{']' * 10},",
    "aliases": "*x,",
    "anchors": "&x a,",
    "empty keys": "{? },",
    "pairs": "a: b,",
    "quoted": "'a',",
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", WIDE)
def test_more_nodes_than_a_file_can_hold_end_reading(name: str) -> None:
    text = f"a: &x 1\nb: [{WIDE[name] * ((MAX_CHARACTERS - 100) // len(WIDE[name]))}]"
    start = time.perf_counter()
    found = mistakes_of(text)
    assert time.perf_counter() - start < SECONDS
    assert found == [("file.yaml", 2, TOO_MUCH)]


LONG = {
    "one word": "a" * MAX_CHARACTERS,
    "words": "a b " * (MAX_CHARACTERS // 4),
    "lines": "a\n  " * (MAX_CHARACTERS // 4),
    "quoted lines": '"' + "a\n  " * (MAX_CHARACTERS // 4 - 5) + '"',
    "escapes": '"' + "\\n" * (MAX_CHARACTERS // 2 - 5) + '"',
    "a block": "|\n" + "  a\n" * (MAX_CHARACTERS // 4),
    "a folded block": ">\n" + "  a\n\n" * (MAX_CHARACTERS // 5),
    "empty lines": "\n" * MAX_CHARACTERS,
    "comments": "# a\n" * (MAX_CHARACTERS // 4),
}


@pytest.mark.parametrize("name", LONG)
def test_a_huge_text_is_read_in_time(name: str) -> None:
    text = f"a: {LONG[name]}"[:MAX_CHARACTERS]
    start = time.perf_counter()
    assert isinstance(read(text), dict)
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("shape", [*NESTED, *WIDE.values(), "a", "a: b\n", "#", "\n"])
def test_a_megabyte_is_not_begun(shape: str) -> None:
    text = shape * (1_000_000 // len(shape))
    start = time.perf_counter()
    assert mistakes_of(text) == [("file.yaml", 0, TOO_LONG)]
    assert time.perf_counter() - start < SECONDS / 10


def test_aliases_of_aliases_do_not_unfold() -> None:
    lines = ["l0: &l0 [a]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))]
    assert 9**4 < MAX_NODES < 9**5
    start = time.perf_counter()
    assert mistakes_of("\n".join(lines)) == [("file.yaml", 6, TOO_MUCH)]
    assert time.perf_counter() - start < SECONDS
