"""Whatever a partner file holds, it is read or its mistakes are told; nothing else comes of it."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.agreements.agreement import Agreement
from gateway.agreements.channel import Folders
from gateway.agreements.partner import Partner
from gateway.configured import across
from gateway.errors import Mistake
from tests.agreements.files import SOUND, read
from tests.thoroughness import examples

SYNTAX = ["~", "''", "{", "}", "[", "]", ":", ",", "&a", "*a", "<<", "- ", "\\ud800"]
NAMES = ["like", "defaults", "orders", "notices", "edi", "x12", "in", "out", "test", "PurchaseOrder"]
FORMS = (Agreement, Partner, Folders)
WORDS = [name for form in FORMS for name in form.__struct_encode_fields__]
WORDS += [*SYNTAX, *NAMES, "5 min", "1 MB", "2026-01-01", "06:00-20:00"]
SCALARS = st.sampled_from([*WORDS, "-1", "9" * 400, "NaN", "1e5", "{number}", "../x"]) | st.text(max_size=8)
TREES = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
BLOCKS = st.fixed_dictionaries(
    {},
    optional={
        "defaults": TREES,
        "calendars": TREES,
        "channels": TREES | st.dictionaries(SCALARS, TREES, max_size=3),
        "agreements": TREES | st.dictionaries(SCALARS, TREES, max_size=4),
        "x12": TREES,
    },
)


def flow(tree: object) -> str:
    """A tree as YAML; every scalar is quoted, so that it is a text and no syntax."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return "" if tree is None else '"' + str(tree).replace("\\", "\\\\").replace('"', '\\"') + '"'


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    held = read(text)
    found = (*held.mistakes, *across([held], None))
    assert held.partner is not None or found
    for file, line, words in found:
        assert file == held.file
        assert 0 <= line <= len(text.splitlines()) + 1
        assert words
    return found


@settings(max_examples=examples(300), deadline=None)
@given(BLOCKS)
def test_trees_of_every_shape_are_judged(tree: dict[str, object]) -> None:
    mistakes_of("\n".join(f"{key}: {flow(value)}" for key, value in tree.items()) + "\n")


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from([*WORDS, " ", "\n", "\n  ", ": "]), max_size=40), st.integers(0, len(SOUND)))
def test_a_sound_file_with_anything_in_it_is_judged(pieces: list[str], at: int) -> None:
    mistakes_of(SOUND[:at] + "".join(pieces) + SOUND[at:])


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_file_whose_pieces_changed_places_is_judged(source: random.Random) -> None:
    pieces = SOUND.replace("{", " { ").replace("}", " } ").replace(",", " , ").split(" ")
    for _ in range(3):
        one, other = source.randrange(len(pieces)), source.randrange(len(pieces))
        pieces[one], pieces[other] = pieces[other], pieces[one]
    mistakes_of(" ".join(pieces))
