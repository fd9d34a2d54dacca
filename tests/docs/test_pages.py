"""The printed pages of the documentation say what the code says."""

from __future__ import annotations

import re

import pytest

from gateway.codes import CATALOGUE, FAMILIES
from gateway.lifecycle import State
from tests.docs.pages import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_prints(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run: python -m tests.docs.write_pages"


def test_no_code_stands_twice_in_the_catalogue() -> None:
    assert sum(len(codes) for _, codes in FAMILIES) == len(CATALOGUE)


def test_only_element_errors_of_the_standard_can_be_tolerated() -> None:
    tolerable = {code.ak403 for code in CATALOGUE.values() if code.tolerable}
    assert tolerable == {str(number) for number in range(1, 10)}


def test_the_page_of_the_life_of_a_message_tells_of_every_state_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGES["lifecycle.md"](), re.MULTILINE)
    assert sorted(rows) == sorted(state.value for state in State)
