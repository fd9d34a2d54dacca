"""The heads of a table that are read without a YAML reader are those that it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.yaml_nodes import read_nodes
from gateway.mapping import load
from gateway.mapping.parse import SOME_HEADS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "mappings").glob("*.yaml"))
WORDS = st.text("ab0 :#-~'\"{[&*!|>%,.\t\u00e9", max_size=8)
LINES = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["table", "overlay", "format", "document"]), WORDS),
    st.builds("{}:{}".format, st.sampled_from(["table", "format"]), WORDS),
    st.sampled_from(["table: null", "format: Null # none", "# a comment", "", "settings:", "  delimiter: x"]),
    WORDS,
)


def full(text: str) -> object:
    nodes, _ = read_nodes("a file", text, SOME_HEADS)
    return None if nodes is None else {key.text: node for key, node in nodes.items}


def heads_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\nrows:")[0] + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_heads_of_shipped_tables(path: Path) -> None:
    text = heads_of(path)
    plain = load._plain_heads(text)
    assert plain == full(text) if plain is not None else "settings:" in text or "'" in text or '"' in text


@given(st.lists(LINES, min_size=1, max_size=4))
def test_what_is_read_without_the_reader_of_yaml_is_what_it_reads(lines: list[str]) -> None:
    text = "\n".join(lines)
    plain = load._plain_heads(text)
    assert plain is None or plain == full(text)


def test_most_tables_are_begun_without_the_reader_of_yaml() -> None:
    assert sum(load._plain_heads(heads_of(path)) is not None for path in FILES) > len(FILES) / 2
