"""Compiled code refuses exactly where the evaluator has findings, and gives the same elsewhere: for every
table of ours, on the golden documents and on changed ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.documents import Document
from gateway.documents.codec import decode
from gateway.formats.json import Json, parse
from gateway.formats.x12.model import TransactionSet
from gateway.formats.x12.reader import read
from gateway.mapping.bound import Plan
from gateway.mapping.evaluate import JsonSource, X12Source
from gateway.mapping.parameters import Parameters
from gateway.mapping.plan import FormatKind
from gateway.mapping.resolve import resolve
from tests.golden.cases import FOLDER
from tests.mapping.agreement import differs_on_read, differs_on_write
from tests.mapping.damage import damaged_document, damaged_segments, damaged_tree
from tests.pipeline.knowledge import EXAMPLES, library
from tests.thoroughness import examples

AGREEMENTS = (
    Parameters({"currency": "USD", "vendor_item_id": "vendor_sku"}, ZoneInfo("America/Los_Angeles")),
    Parameters(),
)
TABLES = [name for name, table in library().tables.items() if table.format.kind is not FormatKind.CSV]
X12_TABLES = [name for name in TABLES if library().tables[name].format.kind is FormatKind.X12]
JSON_TABLES = [name for name in TABLES if library().tables[name].format.kind is FormatKind.JSON]
ROUNDS = examples(120)


@cache
def plan_of(name: str, agreement: int = 0) -> Plan:
    plan, mistakes = resolve(library().tables[name], library().mapping_library, AGREEMENTS[agreement])
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
    number = library().tables[name].format.schema
    paths = [*FOLDER.glob(f"*/*/*.{number}"), *EXAMPLES.glob(f"*.{number}")]
    found = [event for path in sorted(paths) for event in read([path.read_bytes()])]
    chosen = [event for event in found if isinstance(event, TransactionSet)]
    assert chosen
    return chosen


@cache
def trees(name: str) -> list[Json]:
    """The JSON objects of a table in golden files."""
    found: list[Json] = []
    for path in sorted(FOLDER.glob("*/*/*.json")):
        tree, _ = parse(path.read_bytes())
        if path.name != "canonical.json" and isinstance(tree, dict):
            found += _lists(tree, library().tables[name].format.schema)
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
    checked = library().validator.check_set(transaction_set, "004010", "")
    return X12Source(checked.elements, checked.rows, held.delimiters)


@pytest.mark.parametrize("name", X12_TABLES)
def test_reading_segments(name: str) -> None:
    draw = random.Random(name)
    for number in range(ROUNDS):
        held = draw.choice(sets(name))
        segments = held.split()[1:-1]
        if number >= len(sets(name)):
            segments = damaged_segments(segments, draw)
        source = source_of(name, held, segments)
        _, difference = differs_on_read(plan_of(name, number % 2), source)
        assert difference is None, ["*".join(segment) for segment in segments]


@pytest.mark.parametrize("name", JSON_TABLES)
def test_reading_trees(name: str) -> None:
    draw = random.Random(name)
    for number in range(ROUNDS):
        tree = draw.choice(trees(name))
        if number >= len(trees(name)):
            tree = damaged_tree(tree, draw)
        _, difference = differs_on_read(plan_of(name, number % 2), JsonSource(tree))
        assert difference is None, tree


@pytest.mark.parametrize("name", TABLES)
def test_writing(name: str) -> None:
    draw = random.Random(name)
    kind = plan_of(name).document
    for number in range(ROUNDS):
        document: msgspec.Struct = draw.choice(documents(kind))
        if number >= len(documents(kind)):
            document = damaged_document(document, draw)
        _, difference = differs_on_write(plan_of(name, number % 2), document)
        assert difference is None, document
