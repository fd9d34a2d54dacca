"""The page of figures has a place for each bench, and holds a line for each figure as the bench prints it."""

from __future__ import annotations

import pytest

from bench import page, peers, run
from bench.figures import HEADINGS


def printed(name: str) -> list[str]:
    begin, end = page.marks(name)
    text = page.PAGE.read_text("utf-8")
    assert text.count(begin) == text.count(end) == 1
    block = text.partition(begin)[2].partition(end)[0].strip()
    assert block.startswith("```text\n")
    assert block.endswith("\n```")
    return block.splitlines()[1:-1]


@pytest.mark.parametrize(("bench", "names"), [("bench", run.NAMES), ("bench-peers", tuple(peers.FIGURES))])
def test_the_page_holds_every_figure_of_a_run(bench: str, names: tuple[str, ...]) -> None:
    lines = printed(bench)
    head = next(number for number, line in enumerate(lines) if line.split("  ")[0] == HEADINGS[0])
    assert all(title in lines[head] for title in HEADINGS)
    told = lines[head + 2 :]
    assert [name for name in names if not any(line.split(" ")[0] == name for line in told)] == []
    assert any(line.startswith(f"make {bench} SEED=") for line in lines)
    assert any(line.startswith("gateway ") for line in lines[:2])


def test_the_page_tells_no_path_of_the_machine() -> None:
    text = page.PAGE.read_text("utf-8")
    assert not any(part in text for part in ("/home/", "/root/", "/tmp/", "/work/"))


def test_every_figure_is_explained() -> None:
    text = page.PAGE.read_text("utf-8")
    assert [name for name in run.NAMES if f"\n| `{name}` |" not in text] == []


def test_what_a_run_printed_takes_the_place_of_what_stood_there() -> None:
    begin, end = page.marks("bench")
    old = f"# Speed\n\n{begin}\n\nold\n\n{end}\n\nmore\n"
    new = page.with_printed(old, "bench", "figure  1\n")
    assert new == f"# Speed\n\n{begin}\n\n```text\nfigure  1\n```\n\n{end}\n\nmore\n"
    assert page.with_printed(new, "bench", "figure  1") == new


def test_a_page_without_the_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for make bench"):
        page.with_printed("# Speed\n", "bench", "figure  1")
