"""The bench in small: it prints what a reader needs to judge its figures, and `gateway` is really run."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest

from bench import command, memory, orders, run
from bench.figures import Bound
from bench.start import FILE, figures
from gateway import __version__

SIZES = (
    "--seed",
    "7",
    "--orders",
    "2",
    "--peer-orders",
    "1",
    "--files",
    "2",
    "--notices",
    "1",
    "--cartons",
    "2",
)


def test_the_report_tells_seed_sizes_versions_and_figures(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.run", *SIZES, "--only", "split"])
    code = run.main()
    printed = capfd.readouterr().out
    assert printed.startswith(f"gateway {__version__}, pyx12 {importlib.metadata.version('pyx12')}, msgspec ")
    assert "\nmake bench SEED=7 ROUNDS=5\n" in printed
    assert re.search(r"^850s: read \+ validate +2 +0\.00 ", printed, re.MULTILINE)
    (line,) = (line for line in printed.splitlines() if line.startswith("split "))
    assert "≤ 10×" in line
    assert code == (1 if "NOT MET" in line else 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--rounds", "4"), "at least 5 rounds are needed"), (("--page", "--only", "split"), "a whole run")],
)
def test_a_run_that_would_mean_little_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], told: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.run", *options])
    with pytest.raises(SystemExit):
        run.main()
    assert told in capsys.readouterr().err


def test_the_memory_of_the_command_is_measured_and_held_against_its_bound(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "GROUP_ORDERS", 10)
    measures = memory.Memory(place, 7, memory.Sizes(megabytes=0, lines=30))
    made = measures.long_order()
    assert [figure.title for figure in made] == [
        "one 850 of 30 lines, validate: memory",
        "one 850 of 30 lines, translate --to canonical: memory",
        "one 850 of 30 lines, translate --to spapi: memory",
    ]
    assert [figure.fault for figure in made] == ["", "", ""]
    assert all(10 < figure.measured < 400 and figure.is_met for figure in made)
    assert not made[0]._replace(bound=Bound(1, at_least=False)).is_met
    assert len(measures.lines) == 5


def test_a_huge_interchange_is_made_canonical_without_keeping_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "ROOM", 0)
    monkeypatch.setattr(memory, "GROUP_ORDERS", 100)
    made = memory.Memory(place, 7, memory.Sizes(megabytes=1)).gigabyte()
    assert [(figure.title, figure.fault, figure.is_met) for figure in made] == [
        ("one interchange of 1 MB, validate: memory", "", True),
        ("one interchange of 1 MB, canonical as it comes: memory", "", True),
    ]


def test_a_command_that_finds_a_fault_or_loses_a_document_does_not_count(place: Path) -> None:
    (place / "bad.850").write_bytes(orders.interchange(7, 1, 2).replace(b"BEG*00", b"BEG*99"))
    ran = command.measured(place, ("validate", "bad.850"), "-")
    assert ran.fault.startswith("exit code 1")
    measures = memory.Memory(place, 7, memory.Sizes())
    way = memory.Way("translate --to canonical", ("translate", "{}", "--to", "canonical"), "nothing")
    path = place / memory.ONE
    lost = measures.measured("name", "title", 400, way, path, 1)
    assert (lost.fault, lost.is_met) == ("0 of 1 documents came through", False)


def test_without_room_on_the_disk_the_huge_file_is_left_out_and_that_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "ROOM", 10**30)
    measures = memory.Memory(place, 7, memory.Sizes())
    assert measures.gigabyte() == []
    assert measures.lines[0].startswith("gigabyte: NOT MEASURED, ")


def test_starts_are_timed_warm_and_after_a_change(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.start.RUNS", 1)
    monkeypatch.setattr("bench.start.CHANGES", 1)
    made = figures(place, 7)
    assert [(figure.bound.required, len(figure.rounds)) for figure in made] == [(0.25, 1), (1.5, 1)] * 2
    assert all(0.01 < figure.measured < 60 for figure in made)
    assert (place / FILE).is_file()
    assert (place / "schemas/x12/004010/850.yaml").read_text("utf-8").endswith("# changed\n# changed\n")
