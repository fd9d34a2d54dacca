"""The same rule for delimited files: compiled code refuses exactly where the evaluator has findings, and
gives the same elsewhere, for every table of ours in two ways of writing files down."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from gateway.formats.delimited import read_delimited
from gateway.mapping import compiled
from gateway.mapping.bound import Plan
from gateway.mapping.compiled import Compiled, Doubt
from gateway.mapping.compiled.program import namespace
from gateway.mapping.csv_documents import csv_documents, dialect_of, joined_rows
from gateway.mapping.evaluate import CsvSource, CsvTarget
from gateway.mapping.parse import parse_table
from gateway.mapping.plan import FormatKind
from gateway.mapping.resolve import resolve
from tests.mapping import agreement
from tests.mapping.agreement import Difference, differs_on_read, differs_on_write
from tests.mapping.damage import damaged_document
from tests.mapping.damage_rows import damaged_bytes, damaged_rows, rendered
from tests.mapping.test_compiled_agreement import AGREEMENTS, documents
from tests.mapping.test_compiled_agreement import plan_of as shipped_plan
from tests.pipeline.knowledge import ROOT, library
from tests.thoroughness import examples

TABLES = [name for name, table in library().tables.items() if table.format.kind is FormatKind.CSV]
ROUNDS = examples(120)
KEPT: tuple[dict[str, dict[str, object]], ...] = (
    {"csv": {"season": "w"}},
    {"csv": {"season": "w", "bin": ("1", "2")}},
    {"csv": {"quantity": "1"}},
    {"csv": {}},
    {"x12": {"REF": ("REF*ZZ*1",)}},
)
OTHERWISE = """
settings:
  delimiter: ";"
  decimal: ","
  date: DD.MM.YYYY
  charset: windows-1252
  line_end: lf
"""


@cache
def plan_of(name: str, variant: int) -> Plan:
    """A table of ours as it is shipped, or as an overlay for files of another kind makes it."""
    if variant == 0:
        return shipped_plan(name)
    path = Path("mappings") / f"{name}.yaml"
    overlay = ("overlay.yaml", f"overlay: {name}\n{OTHERWISE}")
    table, mistakes = parse_table(str(path), (ROOT / path).read_text(encoding="utf-8"), [overlay])
    assert table is not None, mistakes
    plan, mistakes = resolve(table, library().mapping_library, AGREEMENTS[variant])
    assert plan is not None, mistakes
    return plan


@cache
def written(name: str, variant: int) -> list[CsvTarget]:
    """The rows of the golden documents that a table can say."""
    plan = plan_of(name, variant)
    targets = [agreement._write(plan, document)[0] for document in documents(plan.document)]
    found = [target for target in targets if isinstance(target, CsvTarget)]
    assert found
    return found


def sources(name: str, variant: int, draw: random.Random) -> tuple[CsvSource, ...]:
    """The documents of a changed file, none where the file cannot be read."""
    plan = plan_of(name, variant)
    dialect = dialect_of(plan.settings)
    chosen = draw.choices(written(name, variant), k=draw.randint(1, 2))
    data = rendered(*damaged_rows(*joined_rows(chosen), draw), dialect)
    table = read_delimited(damaged_bytes(data, dialect, draw), dialect)[0] if data is not None else None
    held = csv_documents(plan, table)[0] if table is not None else ()
    return tuple(document.source for document in held)


def reading(name: str, rounds: int, made: Compiled | None = None) -> Iterator[Difference]:
    """Reads changed files, and yields each difference."""
    draw = random.Random(name)
    for number in range(rounds):
        variant = 0 if made else number % 2
        for source in sources(name, variant, draw):
            _, difference = differs_on_read(plan_of(name, variant), source, made=made)
            if difference is not None:
                yield f"{source}: {difference}"


def keeping(record: msgspec.Struct, draw: random.Random) -> msgspec.Struct:
    """The document, one time in four with columns of a file that one of its records has kept."""
    if draw.random() < 0.75:
        return record
    lists = [
        name
        for name in record.__struct_fields__
        if isinstance(held := getattr(record, name), tuple) and held and hasattr(held[0], "ext")
    ]
    if not lists or draw.random() < 0.3:
        return msgspec.structs.replace(record, ext=draw.choice(KEPT))
    name = draw.choice(lists)
    items = list(getattr(record, name))
    number = draw.randrange(len(items))
    items[number] = msgspec.structs.replace(items[number], ext=draw.choice(KEPT))
    return msgspec.structs.replace(record, **{name: tuple(items)})


def writing(name: str, rounds: int, made: Compiled | None = None) -> Iterator[Difference]:
    """Writes golden documents and changed ones, and yields each difference."""
    draw = random.Random(name)
    golden = documents(plan_of(name, 0).document)
    for number in range(rounds):
        document: msgspec.Struct = draw.choice(golden)
        if number >= len(golden):
            document = keeping(damaged_document(document, draw), draw)
        variant = 0 if made else number % 2
        _, difference = differs_on_write(plan_of(name, variant), document, made=made)
        if difference is not None:
            yield f"{document}: {difference}"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", TABLES)
def test_reading_files(name: str) -> None:
    assert next(reading(name, ROUNDS), None) is None


@pytest.mark.parametrize("name", TABLES)
def test_writing_files(name: str) -> None:
    assert next(writing(name, ROUNDS), None) is None


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_ours_has_code(name: str) -> None:
    text = compiled.source(plan_of(name, 0))
    assert "(*given)" not in text
    assert {"def read_plain(columns, rows):", "def write_plain(document):"} < set(text.splitlines())


@pytest.mark.parametrize("name", TABLES)
def test_what_is_read_is_partly_good_and_partly_faulty(name: str) -> None:
    draw, accepted, doubted = random.Random(name), 0, 0
    for number in range(ROUNDS):
        for source in sources(name, number % 2, draw):
            try:
                agreement.compiled_of(plan_of(name, number % 2)).read(source)
                accepted += 1
            except Doubt:
                doubted += 1
    assert min(accepted, doubted) > (accepted + doubted) // 10


PLANTED = {
    "rows that differ pass for one item": (
        reading,
        "csv-acknowledgment",
        r"agreed_cells\((\w+),",
        r"first_cells(\1,",
    ),
    "a wrong column is read": (reading, "csv-order", r"name_3 = cells0\[21\]", "name_3 = cells0[20]"),
    "a missing field is made up": (reading, "csv-invoice", r"if not \(.*\): raise Doubt", "pass"),
    "an unknown column is lost": (reading, "csv-order", r"left_in_rows\(.*\) if unknown else ", ""),
    "it is kept by the lines too": (reading, "csv-order", r"kept_in\(.*\) if unknown else ", ""),
    "a blank row is an item": (reading, "csv-shipment", r"if any\(cells1\):", "if True:"),
    "blanks around cells are kept": (reading, "csv-invoice", r"cell\.strip\(\)", "cell"),
    "rows of one line are lines": (
        reading,
        "csv-acknowledgment",
        r"groups_of\((\w+), .*\)",
        r"[[row] for row in \1]",
    ),
    "kept columns are left out": (writing, "csv-order", r"if \w+\.ext and .*", "pass"),
    "a second key is not seen": (writing, "csv-acknowledgment", r"or key1 in keys1", ""),
    "a column is written elsewhere": (writing, "csv-shipment", r"\['carton_number'\]", "['lot']"),
    "a second party is written": (writing, "csv-invoice", r"if used\d+: raise Doubt", "pass"),
    "outer columns are not repeated": (writing, "csv-order", r"cells1 \| row", "row"),
}


def first_cells(rows: list[tuple[str, ...]], start: int, end: int) -> list[str]:
    return [cell.strip() for cell in rows[0][start:end]]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    search, name, place, instead = PLANTED[fault]
    plan = plan_of(name, 0)
    planted, count = re.subn(place, instead, compiled.source(plan))
    assert count, "the generated code no longer has this line; plant the fault elsewhere"
    names = namespace(plan)
    names["first_cells"] = first_cells
    exec(planted, names)
    assert next(search(name, 20 * ROUNDS, Compiled(plan, names)), None) is not None
