"""Compiled code refuses exactly where the evaluator has findings, and gives the same elsewhere: for every
table of ours, on the golden documents and on changed ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.documents import Document
from gateway.documents.codec import decode
from gateway.formats.fixed_width import read_fixed
from gateway.formats.json import Json, parse
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.reader import read
from gateway.formats.xml import local_name
from gateway.formats.xml import parse as parse_xml
from gateway.formats.xml_tree import tree_of
from gateway.mapping import compiled
from gateway.mapping.bound import Plan
from gateway.mapping.compiled import Compiled
from gateway.mapping.compiled.program import namespace
from gateway.mapping.evaluate import JsonSource, X12Source
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind, Table
from gateway.mapping.resolve import resolve
from tests.golden.cases import FOLDER
from tests.mapping.agreement import Difference, differs_on_read, differs_on_write
from tests.mapping.damage import damaged_document, damaged_segments, damaged_tree
from tests.pipeline.knowledge import EXAMPLES, library
from tests.thoroughness import examples

AGREEMENTS = (
    Parameters({"currency": "USD", "vendor_item_id": "vendor_sku"}, ZoneInfo("America/Los_Angeles")),
    Parameters(),
)
ROUNDS = examples(120)


def table_of(name: str) -> Table:
    """A table of ours; behind its name may stand the release it is meant for."""
    table, _, release = name.partition(" ")
    return library().table(table, None, release)


def _named(name: str) -> Iterator[str]:
    """The table once for each of its releases."""
    form = library().mappings.tables[name].format
    assert form is not None
    yield from (name, *(f"{name} {release}" for release in form.releases[1:]))


TABLES = [
    each
    for name, table in library().tables.items()
    if table.format.kind is not FormatKind.CSV
    for each in _named(name)
]
X12_TABLES = [name for name in TABLES if table_of(name).format.kind is FormatKind.X12]
TREE_TABLES = [name for name in TABLES if table_of(name).format.kind.is_tree]


@cache
def plan_of(name: str, agreement: int = 0) -> Plan:
    plan, mistakes = resolve(table_of(name), library().mapping_library, AGREEMENTS[agreement])
    assert plan is not None, mistakes
    return plan


@cache
def documents(kind: type[msgspec.Struct]) -> list[Document]:
    """The golden documents of one kind."""
    found: list[Document] = []
    for path in sorted(FOLDER.glob("*/*/canonical.json")):
        found += [each for each in decode(path.read_bytes()).documents if isinstance(each, kind)]
    assert found
    return found


@cache
def sets(name: str) -> list[TransactionSet]:
    """The transaction sets of a table in golden files and examples."""
    number = table_of(name).format.schema
    paths = [*FOLDER.glob(f"*/*/*.{number}"), *EXAMPLES.glob(f"*.{number}")]
    found = [event for path in sorted(paths) for event in read([path.read_bytes()])]
    chosen = [event for event in found if isinstance(event, TransactionSet)]
    assert chosen
    return chosen


@cache
def trees(name: str) -> list[Json]:
    """JSON objects, trees of XML elements, or records of fixed width, of a table in golden files."""
    if table_of(name).format.kind is FormatKind.XML:
        return elements(name)
    found: list[Json] = []
    form = table_of(name).format
    if form.kind is FormatKind.FIXED:
        for path in sorted(FOLDER.glob("*/*/*.fixed")):
            found += (each.tree for each in read_fixed(path.read_bytes(), library().layouts[form.schema])[0])
        assert found
        return found
    for path in sorted(FOLDER.glob("*/*/*.json")):
        tree, _ = parse(path.read_bytes())
        if path.name != "canonical.json" and isinstance(tree, dict):
            found += _lists(tree, table_of(name).format.schema)
    assert found
    return found


def elements(name: str) -> list[Json]:
    """The trees of a table's XML elements in golden files."""
    schema = library().xml_schemas[table_of(name).format.schema]
    found: list[Json] = []
    for path in sorted(FOLDER.glob("*/*/*.xml")):
        root, _ = parse_xml(path.read_bytes())
        assert root is not None
        if local_name(root) in (schema.single, schema.several):
            documents = [root] if local_name(root) == schema.single else list(root)
            found += [tree_of(element, schema.shape) for element in documents]
    assert found
    return found


def _lists(tree: dict[str, Json], schema: str) -> Iterator[Json]:
    keys = {"orders": "orders", "acknowledgements": "acknowledgements", "invoices": "invoices"}
    key = keys.get(schema, "shipmentConfirmations")
    payload = tree.get("payload")
    held = (payload if isinstance(payload, dict) else tree).get(key)
    yield from held if isinstance(held, list) else ()


def source_of(name: str, held: TransactionSet, segments: list[list[str]]) -> X12Source:
    """Segments with the rows that validation gives them."""
    separator = held.delimiters.element
    texts = (held.segments[0], *map(separator.join, segments), held.segments[-1])
    transaction_set = msgspec.structs.replace(held, segments=texts, raw=held.raw_terminator.join(texts))
    checked = library().validator.check_set(transaction_set, table_of(name).format.release, "")
    return X12Source(checked.elements, checked.rows, held.delimiters)


def reading_segments(name: str, rounds: int, made: Compiled | None = None) -> Iterator[Difference]:
    """Reads golden sets and changed ones, and yields each difference."""
    draw = random.Random(name)
    for number in range(rounds):
        held = draw.choice(sets(name))
        segments = held.split()[1:-1]
        if number >= len(sets(name)):
            segments = damaged_segments(segments, draw)
        agreement = 0 if made else number % len(AGREEMENTS)
        source = source_of(name, held, segments)
        _, difference = differs_on_read(plan_of(name, agreement), source, made=made)
        if difference is not None:
            yield f"{['*'.join(segment) for segment in segments]}: {difference}"


def reading_trees(name: str, rounds: int, made: Compiled | None = None) -> Iterator[Difference]:
    """Reads golden objects and changed ones, and yields each difference."""
    draw = random.Random(name)
    for number in range(rounds):
        tree = draw.choice(trees(name))
        if number >= len(trees(name)):
            tree = damaged_tree(tree, draw)
        agreement = 0 if made else number % len(AGREEMENTS)
        _, difference = differs_on_read(plan_of(name, agreement), JsonSource(tree), made=made)
        if difference is not None:
            yield f"{tree}: {difference}"


def writing(name: str, rounds: int, made: Compiled | None = None) -> Iterator[Difference]:
    """Writes golden documents and changed ones, and yields each difference."""
    draw = random.Random(name)
    kind = plan_of(name).document
    for number in range(rounds):
        document: msgspec.Struct = draw.choice(documents(kind))
        if number >= len(documents(kind)):
            document = damaged_document(document, draw)
        agreement = 0 if made else number % len(AGREEMENTS)
        _, difference = differs_on_write(plan_of(name, agreement), document, made=made)
        if difference is not None:
            yield f"{document}: {difference}"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", X12_TABLES)
def test_reading_segments(name: str) -> None:
    assert next(reading_segments(name, ROUNDS), None) is None


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", TREE_TABLES)
def test_reading_trees(name: str) -> None:
    assert next(reading_trees(name, ROUNDS), None) is None


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", TABLES)
def test_writing(name: str) -> None:
    assert next(writing(name, ROUNDS), None) is None


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_ours_has_code(name: str) -> None:
    assert "(*given)" not in compiled.source(plan_of(name))


PLANTED: dict[str, tuple[Callable[..., Iterator[Difference]], str, str, str]] = {
    "an element too many is lost": (reading_segments, "x12-850", r"if size > \d+: raise Doubt", "pass"),
    "a second street is lost": (reading_segments, "x12-850", r"\(e\[1\], e\[2\]\) if", "(e[1],) if"),
    "a wrong element is read": (reading_segments, "x12-850", r"beg1\[4\] or None", "beg1[3] or None"),
    "a missing field is made up": (reading_segments, "x12-856", r"if not \(.*\): raise Doubt", "pass"),
    "the end of a level is lost": (
        reading_segments,
        "x12-856",
        r"if \d+ < rows\[behind\] < \d+: raise Doubt",
        "pass",
    ),
    "a level of the exact reader is lost": (
        reading_segments,
        "x12-856",
        r"node(\d+) = x.nodes\[\w+\]",
        r"continue",
    ),
    "totals are not compared": (reading_segments, "x12-810", r"if computed is not None and .*", "pass"),
    "an unknown key is lost": (reading_trees, "spapi-invoice", r"if not KEYS_\d+.issuperset.*", "pass"),
    "a number passes for a text": (
        reading_trees,
        "spapi-order",
        r"\(type\((\w+)\) is not str or not \w+\)",
        r"(not \1)",
    ),
    "two currencies pass for one": (
        reading_trees,
        "spapi-acknowledgment",
        r"if currency_1 is not None: .*",
        "pass",
    ),
    "kept data is left out": (writing, "x12-850", r"if document.ext and .*", "pass"),
    "a missing value is not written": (writing, "spapi-shipment", r"else: raise Doubt", "else: pass"),
    "the second item is left out": (writing, "spapi-order", r"if used\d+: raise Doubt", "if False: pass"),
    "an element is written elsewhere": (writing, "x12-810", r"bigs?1\[2\] = ", "big1[3] = "),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    search, name, place, instead = PLANTED[fault]
    plan = plan_of(name)
    text = compiled.source(plan)
    planted, count = re.subn(place, instead, text)
    assert count, "the generated code no longer has this line; plant the fault elsewhere"
    names = namespace(plan)
    exec(planted, names)
    assert next(search(name, 40 * ROUNDS, Compiled(plan, names)), None) is not None
