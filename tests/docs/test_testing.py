"""The page about testing names what there is: commands of make, folders of tests, targets of the soak."""

from __future__ import annotations

import re

import pytest

from tests.docs.test_readme import ROOT
from tests.soak.run import BEGIN, COLUMNS, END
from tests.soak.search import LONGEST_INPUT
from tests.soak.targets import TARGETS
from tests.soak.watch import SLOW_SECONDS

PAGE = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PHONY = re.compile(r"^\.PHONY: (.*)$", re.MULTILINE)
NO_TESTS = {"help", "demo", "format", "lock", "clean"}


def first_cells(heading: str) -> list[str]:
    """The first cells of the table that begins with this cell."""
    _, _, rest = PAGE.partition(f"| {heading} |")
    lines = rest.split("\n\n", 1)[0].splitlines()[2:]
    return [line.strip("|").split("|")[0].strip() for line in lines]


def test_every_command_about_tests_is_told() -> None:
    match = PHONY.search(MAKEFILE)
    assert match is not None
    told = {cell.strip("`") for cell in first_cells("command")}
    assert told == {f"make {name}" for name in set(match[1].split()) - NO_TESTS} | {".ci/run"}


def test_every_folder_of_tests_is_told() -> None:
    told = {name for cell in first_cells("folder of `tests/`") for name in re.findall(r"`(\w+)`", cell)}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    assert told == folders


def test_every_target_of_the_soak_is_told() -> None:
    assert [cell.strip("`") for cell in first_cells("target")] == list(TARGETS)


def test_the_bounds_of_the_soak_are_told() -> None:
    assert f"more than {SLOW_SECONDS:g} seconds of processor time" in PAGE
    assert f"at most {LONGEST_INPUT // 1024} KiB" in PAGE


def test_the_result_of_a_soak_is_a_table_of_every_target() -> None:
    _, _, rest = PAGE.partition(BEGIN)
    lines = rest.partition(END)[0].strip().splitlines()
    assert lines[0] == f"| {' | '.join(COLUMNS)} |"
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert [line[0] for line in cells] == list(TARGETS)
    assert all(int(line[3].replace(",", "")) > 0 and line[6].isdecimal() for line in cells)


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_the_page_can_be_found(page: str) -> None:
    assert "testing.md)" in (ROOT / page).read_text(encoding="utf-8")
