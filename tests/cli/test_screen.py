"""Output for people at the width of their terminal: no line is wider, and nothing is cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.cli.screen import Screen, tied
from tests.cli.command import FAULTY, ROOT, run, saved

EXAMPLES = ROOT / "examples"
SEEN = [
    ("validate", EXAMPLES / "purchase-order-with-faults.850"),
    ("validate", EXAMPLES / "invoice.csv"),
    ("codes",),
    *(("view", EXAMPLES / name) for name in ("purchase-orders.850", "invoice.csv", "ship-notice.csv")),
    ("view", EXAMPLES / "order-acknowledgment.csv"),
    ("mappings", "list"),
    *(("mappings", "show", name) for name in ("x12-850", "x12-856", "csv-shipment", "spapi-invoice")),
]


def words(text: str) -> list[str]:
    return sorted(re.findall(r"[^\s,]+", text))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", SEEN, ids=lambda command: "-".join(map(str, command[:3]))[-40:])
def test_no_line_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str | Path, ...], width: int
) -> None:
    whole = run(*command).out.decode()
    monkeypatch.setattr(Screen, "width", width)
    shown = run(*command).out.decode()
    wide = [line for line in shown.splitlines() if len(line) > width]
    assert [line for line in wide if " " in line.strip()] == []
    kept = set(words(shown.lower()))
    assert [word for word in words(whole.lower()) if word not in kept] == []


def test_a_place_breaks_between_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Screen, "width", 60)
    lines = run("validate", saved(tmp_path, FAULTY)).out.decode().splitlines()
    at = next(number for number, line in enumerate(lines) if "element-date" in line)
    assert lines[at] == "    error   element-date  interchange 000000001, group 1,"
    assert lines[at + 1] == "            set 0001, segment 4 (2 in the set), BEG05"


def test_without_a_terminal_a_line_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line("word " * 100)
    assert capsys.readouterr().out == "word " * 100 + "\n"


def test_a_cell_goes_on_below_and_stays_in_its_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Screen, "width", 40)
    rows = [("1", "a word and another and a third one", "12"), ("2", tied("no break"), "3")]
    Screen().table(("No", "Text", "Count"), rows, numeric=frozenset({"Count"}))
    assert capsys.readouterr().out.splitlines() == [
        "  No  Text                         Count",
        "  1   a word and another and a        12",
        "      third one",
        "  2   no break                         3",
    ]


def test_cells_never_run_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("a" * 70, "b"), ("c", "d")]
    Screen().table(("One", "Two"), rows)
    assert f"  {'a' * 70}  b" in capsys.readouterr().out.splitlines()
    monkeypatch.setattr(Screen, "width", 40)
    Screen().table(("One", "Two"), rows)
    assert capsys.readouterr().out.splitlines() == [
        f"  one {'a' * 70},",
        "      two b",
        "  one c, two d",
    ]
