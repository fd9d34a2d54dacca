"""The figures of the store in small: everything is really done, by workers in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.store import figures, kept
from bench.store.answers import Draws, Memory, Searched, Turn, waits
from gateway.store.search_keys import KeyKind

SMALL = figures.Sizes(changes=3, files=2, steps=20, batched=40, messages=60, warm=2, cold=1, proofs=2)


def test_what_is_written_and_worked_off_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(figures, "ROOM", 0)
    tasks = {name: task for name, task in figures.TASKS.items() if name != "peer"}
    monkeypatch.setattr(figures, "TASKS", tasks)
    made = figures.measured(figures.WRITTEN, 7, 2, SMALL, tmp_path)
    assert [(figure.name, figure.bound.limit(figure.bound.required)) for figure in made.figures] == [
        ("writes", "≥ 10000/s"),
        ("writes", "≤ 20 ms"),
        ("receives", "-"),
        ("queue", "≥ 1000/s"),
        ("queue", "≥ 10000/s"),
    ]
    assert all(len(figure.rounds) == 2 and figure.measured > 0 for figure in made.figures)
    assert any(line.startswith("changes of one row each  96 ") for line in made.lines)
    assert made.lines[-1].startswith("PostgreSQL: NOT MEASURED")
    assert list(tmp_path.iterdir()) == []
    assert "store, round 2: rows " in capsys.readouterr().err


def test_what_is_found_and_proven_is_measured_and_the_full_store_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(figures, "ROOM", 0)
    monkeypatch.setattr(figures, "TREE_ROUNDS", 1)
    made = figures.measured(figures.READ, 7, 1, SMALL, tmp_path)
    assert [figure.name for figure in made.figures] == [
        "search",
        "search",
        "tree",
        "tree",
        "inclusion",
        "store-memory",
    ]
    assert all(figure.measured > 0 for figure in made.figures)
    told = "\n".join(made.lines)
    assert [kind.value for kind in KeyKind if f"by {kind.value} " not in told] == []
    assert "filling a store with 60 messages" in capsys.readouterr().err
    again = figures.measured(["tree"], 7, 1, SMALL, tmp_path)
    assert [figure.name for figure in again.figures] == ["tree", "tree"]
    assert "filling" not in capsys.readouterr().err


def test_a_full_store_is_made_anew_when_what_it_is_made_of_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept.full_store(tmp_path, 7, 10)
    other = kept.full_store(tmp_path, 7, 11)
    assert kept.full_store(tmp_path, 7, 10) == first
    monkeypatch.setattr(kept, "MADE_OF", ("bench/store/writing.py",))
    second = kept.full_store(tmp_path, 7, 10)
    assert second != first
    assert sorted(tmp_path.iterdir()) == sorted([other, second])


def test_figures_are_medians_of_rounds_held_against_what_is_required() -> None:
    turns = [
        Turn(9_600, seconds, (2.0, wait, 9.0)) for seconds, wait in ((1.2, 30.0), (0.9, 19.0), (0.8, 5.0))
    ]
    rate, wait = figures.written_figures({"rows": turns})
    assert (round(rate.measured), rate.is_met) == (10_667, True)
    assert (wait.measured, wait.is_met) == (19.0, True)
    slow, late = figures.written_figures({"rows": [Turn(9_600, 1.0, (2.0, 20.5, 9.0))]})
    assert (slow.verdict, late.verdict) == ("NOT MET", "NOT MET")
    peer, one, many = figures.written_figures(
        {"peer": [Turn(10, 1)], "single": [Turn(999, 1)], "batched": [Turn(10_000, 1)]}
    )
    assert [peer.verdict, one.verdict, many.verdict] == ["told only", "NOT MET", "met"]


def test_of_searches_by_one_key_the_slowest_counts_and_those_by_several_are_told() -> None:
    searched = Searched(
        (
            Draws("by po", (1.0, 51.0), (2.0, 3.0, 60.0)),
            Draws("by file", (9.0, 9.0), (7.0, 7.0, 7.0)),
            Draws("by two", (900.0,), (900.0,), combined=True),
        )
    )
    made = figures.read_figures(
        searched,
        [Turn(200_000, 1.0)],
        Turn(10, 9.5),
        Draws("", (), (4.0, 5.0, 6.0)),
        Memory(3 * 10**8),
        10,
    )
    warm, cold, tree, verified, inclusion, memory = made
    assert (warm.measured, warm.verdict) == (51.0, "NOT MET")
    assert (cold.measured, cold.verdict) == (7.0, "met")
    assert [each.verdict for each in (tree, inclusion, memory)] == ["met"] * 3
    assert (verified.measured, verified.verdict) == (9.5, "told only")
    worse = figures.read_figures(
        searched, [Turn(199_999, 1.0)], Turn(10, 9.5), Draws("", (), (5.1,)), Memory(3 * 10**8 + 1), 10
    )
    assert [each.verdict for each in worse[2:]] == ["NOT MET", "told only", "NOT MET", "NOT MET"]


def test_without_room_or_on_a_disk_that_forgets_nothing_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "ROOM", 10**30)
    made = figures.measured(figures.NAMES, 7, 1, SMALL, tmp_path)
    assert made.figures == []
    assert made.lines[0].startswith("store: NOT MEASURED, ")
    monkeypatch.setattr(figures, "ROOM", 0)
    monkeypatch.setattr(kept, "file_system", lambda _: "tmpfs")
    made = figures.measured(["receives"], 7, 1, SMALL, tmp_path)
    assert [figure.verdict for figure in made.figures] == ["NOT MET: nothing there is durable"]
    assert figures.measured(["start"], 7, 1, SMALL, tmp_path / "none").lines == []
    assert not (tmp_path / "none").exists()


def test_file_systems_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:5 / {tmp_path / 'fast'} rw shared:3 - tmpfs none rw\n",
        "utf-8",
    )
    monkeypatch.setattr(kept, "MOUNTS", mounts)
    assert kept.file_system(tmp_path / "fast" / "deep") == "tmpfs"
    assert kept.file_system(tmp_path) == "ext4"
    assert kept.file_system(tmp_path / "faster") == "ext4"


def test_waits_are_the_median_the_99th_percentile_and_the_longest() -> None:
    middle, most, longest = waits([number / 1000 for number in range(1, 1001)])
    assert (round(middle, 1), round(most), round(longest)) == (500.5, 991, 1000)
