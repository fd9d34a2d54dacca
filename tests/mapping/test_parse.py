"""The grammar of tables: what it says, and every mistake with file, line and a suggestion."""

from __future__ import annotations

import pytest

from gateway.mapping.parse import parse_table
from gateway.mapping.plan import (
    Block,
    CodecCall,
    Direction,
    Fixed,
    JsonPlace,
    Parameter,
    Qualifier,
    Row,
    RowsPlace,
    Table,
    X12Place,
)
from tests.mapping.small import HEADS, mistakes_of

BASE = """\
table: t
document: Order
format: x12 900 004010
rows:
  number: BEG03 required
  purpose: BEG01 code(purpose) default=original
  lines[]: &lines
    at: PO1
    number: PO101
"""


def parsed(text: str, *overlays: str) -> Table:
    """A table without mistakes."""
    table, mistakes = parse_table("t.yaml", text, [(f"o{n}.yaml", o) for n, o in enumerate(overlays, 1)])
    assert not mistakes
    assert table is not None
    return table


def row(table: Table, key: str) -> Row:
    """A row of the outermost block."""
    entry = next(entry for entry in table.root.entries if entry.key == key)
    assert isinstance(entry, Row)
    return entry


def test_a_cell_is_places_then_a_codec_then_words() -> None:
    table = parsed(
        HEADS["x12"]
        + """\
rows:
  a+b: N301 + N302* pairs(x, date) required read-only
  c: 'FOB[04=01,06-02="x, y"]05-06 default="two words" absent=$currency'
"""
    )
    saying = row(table, "a+b").sayings[0]
    assert (saying.repeated, saying.required, saying.direction) == (True, True, Direction.READ)
    assert saying.places == (X12Place("N3", element=1), X12Place("N3", element=2))
    assert saying.codec == CodecCall("pairs", ("x", "date"))
    place = row(table, "c").sayings[0].places[0]
    assert place == X12Place("FOB", (), (Qualifier(4, "01"), Qualifier(6, "x, y", 2)), 5, 6)
    assert row(table, "c").sayings[0].default == Fixed("two words")
    assert row(table, "c").sayings[0].absent == Parameter("currency")
    assert str(place) == 'FOB[04=01,06-02="x, y"]05-06'


def test_each_row_keeps_its_file_and_line() -> None:
    table = parsed(BASE + "  other[]:\n    <<: *lines\n    at: SAC\n")
    other = next(entry for entry in table.root.entries if entry.key == "other[]")
    assert isinstance(other, Block)
    assert str(other.origin) == "t.yaml:10"
    assert [(entry.key, str(entry.origin)) for entry in other.entries] == [("number", "t.yaml:9")]
    assert other.at == X12Place("SAC")


def test_places_of_json_and_files() -> None:
    table = parsed(HEADS["json"] + "rows:\n  'lines[]': {at: 'a.items[]', number: b.c}\n")
    block = table.root.entries[0]
    assert isinstance(block, Block)
    assert block.at == JsonPlace(("a", "items"), array=True)
    table = parsed(HEADS["csv"] + "rows:\n  'lines[]': {at: 'rows by a + \"b c\"', number: '\"b c\"'}\n")
    block = table.root.entries[0]
    assert isinstance(block, Block)
    assert block.at == RowsPlace(("a", "b c"))


def test_an_overlay_replaces_adds_takes_away_and_merges_by_key() -> None:
    table = parsed(
        BASE,
        "overlay: t\nrows:\n  purpose: null\n  number: BEG04\n  lines[]:\n    note: REF[ZZ]02\n",
        "overlay: t\nrows:\n  lines[]:\n    number: null\n    at: SAC\n",
    )
    assert [entry.key for entry in table.root.entries] == ["number", "lines[]"]
    assert str(row(table, "number").sayings[0]) == "BEG04"
    assert str(row(table, "number").origin) == "o1.yaml:4"
    block = table.root.entries[1]
    assert isinstance(block, Block)
    assert block.at == X12Place("SAC")
    assert [(entry.key, str(entry.origin)) for entry in block.entries] == [("note", "o1.yaml:6")]
    assert table.overlays == ("o1.yaml", "o2.yaml")


@pytest.mark.parametrize(
    ("overlay", "line", "mistake"),
    [
        ("overlay: u\n", 1, "for `u`, not for `t`"),
        ("overlay: t\nrows:\n  purpos: null\n", 3, "did you mean `purpose`?"),
        ("overlay: t\nrows:\n  new[]:\n    number: PO101\n", 3, "has no `at`"),
        ("overlay: t\nderived:\n  CTT01: null\n", 3, "derives no such place"),
    ],
)
def test_mistakes_of_overlays(overlay: str, line: int, mistake: str) -> None:
    _, mistakes = parse_table("t.yaml", BASE, [("o.yaml", overlay)])
    assert [(file, at) for file, at, _ in mistakes] == [("o.yaml", line)]
    assert mistake in mistakes[0][2]


MISTAKES = [
    ("tabel: t\n", 1, "unknown head `tabel`; did you mean `table`?"),
    ("format: x13 850\n", 1, "`x13 850` is no format"),
    ("rows: [a]\n", 1, "one line per field"),
    ("rows:\n  a: beg03\n", 2, "`beg03` is no place"),
    ("rows:\n  a: BEG\n", 2, "names a segment, not an element"),
    ("rows:\n  a: BEG03 requird\n  b: BEG04 code(x) requird\n", 3, "did you mean `required`?"),
    ("rows:\n  a: BEG03 code(x\n", 2, "without its other half"),
    ('rows:\n  a: BEG03 default="x\n', 2, "without a closing one"),
    ("rows:\n  a:\n", 2, "has no place"),
    ("rows:\n  a: ''\n", 2, "the cell is empty"),
    ("rows:\n  a: =\n", 2, "nothing stands after `=`"),
    ("rows:\n  a: BEG03 default=$1\n", 2, "names no parameter"),
    ("rows:\n  a: [BEG03, [BEG04]]\n", 2, "a list of places"),
    ("rows:\n  a: BEG03\n  a: BEG04\n", 3, "`a` stands twice; first in line 5"),
    ("rows:\n  a + b: BEG03\n  a+b: BEG04\n", 3, "`a+b` stands twice"),
    ("rows:\n  a..b: BEG03\n", 2, "is no canonical path"),
    ("rows:\n  a[: BEG03\n", 2, "without its other half"),
    ("rows:\n  lines[]:\n    a: PO101\n", 2, "has no `at`"),
    ("rows:\n  lines[]:\n    at: PO101\n", 3, "not an element"),
    ("rows:\n  a+b:\n    at: PO1\n", 2, "fills one list or record"),
    ("rows:\n  a: REF[01=]02\n", 2, "is no qualifier"),
    ("derived: [a]\n", 1, "one place per line"),
    ("derived: {CTT: line_count}\n", 1, "names a segment"),
    ("derived: {CTT01: [a]}\n", 1, "takes a function"),
    ("settings: {delimeter: ;}\n", 1, "did you mean `delimiter`?"),
    ("settings: {delimiter: ab}\n", 1, "one character"),
    ("settings: {decimal: x}\n", 1, "`.` or `,`"),
    ("settings: {date: YYYY-MM}\n", 1, "no date pattern"),
    ("settings: {charset: punycode}\n", 1, "no charset"),
    ("settings: {line_end: crfl}\n", 1, "did you mean `crlf`?"),
    ("settings: {columns: [a, a]}\n", 1, "stands twice"),
    ("settings: {quote: ',', delimiter: ','}\n", 1, "different characters"),
    ("rows: {a: *b}\n", 1, "not valid YAML"),
    ("rows: {<<: 7, a: BEG03}\n", 1, "`<<` takes a mapping"),
    ("rows: {? [a] : BEG03}\n", 1, "a key must be a plain text"),
]


@pytest.mark.parametrize(("text", "line", "mistake"), MISTAKES)
def test_mistakes_are_told_with_their_line(text: str, line: int, mistake: str) -> None:
    head = "" if text.startswith(("tabel", "format")) else HEADS["x12"]
    _, mistakes = parse_table("t.yaml", head + text)
    found = [(file, at) for file, at, said in mistakes if mistake in said]
    assert found == [("t.yaml", line + head.count("\n"))], mistakes


def test_every_mistake_is_told_at_once() -> None:
    text = "table: t\nformat: json order\nfoo: 1\nrows:\n  a: '[]'\n  b: x required?\n"
    assert [at for _, at, _ in mistakes_of(text)] == [3, 1]
    _, mistakes = parse_table("t.yaml", HEADS["json"] + "rows:\n  a: '['\n  b: x required?\n")
    assert [at for _, at, _ in mistakes] == [5, 6]


HOSTILE = [
    "[" * 50_000,
    "a: &a [*a]\n",
    "a: &a {b: *a}\n",
    "\n".join([f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" if n else "a0: &a0 [x]" for n in range(12)]),
    "\x00",
    "x" * 1_100_000,
    "a: !!python/object:os.system x\n",
    "rows: {a: " + "(" * 10_000 + "}\n",
    "rows: {a: BEG03 " + "required " * 5_000 + "}\n",
    "rows:\n  " + "a." * 5_000 + "b: BEG03\n",
    "rows:\n  a: " + "N301+" * 3_000 + "N302\n",
    "rows:\n  a: REF[" + "01=x," * 3_000 + "02=y]02\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_tables_give_mistakes_only(text: str) -> None:
    for head in ("", HEADS["x12"]):
        assert all(file == "t.yaml" for file, _, _ in mistakes_of(head + text))
