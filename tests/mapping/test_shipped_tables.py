"""What the shipped tables are made of: rows by far, functions hardly, and nothing that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.bootstrap import Library
from gateway.mapping.bound import BlockPlan
from gateway.mapping.check import EVERY_PARAMETER, check_mappings
from gateway.mapping.describe import statistics
from gateway.workspace import Workspace

LIBRARY = Library(Workspace(Path(__file__).resolve().parents[2]))
MOST_MADE_BY_FUNCTIONS = 0.10
WITH_A_PAIR = {
    "x12-856": "hl_tree",
    "spapi-order": "window_by_terms",
    "csv-shipment": "ship_rows",
    "fixed-shipment": "ship_rows",
}


@pytest.mark.parametrize("name", sorted(LIBRARY.tables))
def test_functions_make_few_of_the_fields_of_a_table(name: str) -> None:
    counts = statistics(LIBRARY.plan(name, EVERY_PARAMETER))
    assert counts.rows > 20
    assert counts.share <= MOST_MADE_BY_FUNCTIONS, counts


def test_only_a_tree_and_a_window_need_a_pair() -> None:
    assert {name: table.via for name, table in LIBRARY.tables.items() if table.via} == WITH_A_PAIR


def test_only_the_parts_of_an_acknowledgment_are_completed_by_a_function() -> None:
    completing = {
        name for name in LIBRARY.tables if list(_completed(LIBRARY.plan(name, EVERY_PARAMETER).root))
    }
    assert completing == {
        *("csv-acknowledgment", "fixed-acknowledgment", "spapi-acknowledgment", "x12-855"),
        *("csv-change-acknowledgment", "x12-865"),
    }


def _completed(block: BlockPlan) -> Iterator[BlockPlan]:
    for inner in block.blocks:
        if inner.writes is not None:
            yield inner
        yield from _completed(inner)


def test_there_is_one_table_for_each_document_and_format() -> None:
    kinds = Counter((table.document, table.format.kind) for table in LIBRARY.tables.values())
    assert set(kinds.values()) == {1}
    assert len(kinds) == 24


def test_the_shipped_tables_and_code_lists_have_no_mistakes() -> None:
    assert check_mappings(LIBRARY.mapping_texts, LIBRARY.mapping_ground) == ()
