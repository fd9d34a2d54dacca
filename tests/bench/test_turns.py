"""Contenders take turns, what is not counted is not counted, and a slow or failing one is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import run, speed, turns
from bench.contenders import Contender, worker
from bench.corpora import Corpora, Sizes

SMALL = Sizes(orders=4, peer_orders=2, files=3, notices=2, cartons=2)


class Paced(Contender):
    """A contender that needs a certain time for each transaction set, and notes what it was asked."""

    def __init__(self, name: str, each: float, asked: list[str]) -> None:
        self.name = name
        self._each = each
        self._asked_for = asked

    def passing(self, task: str, files: Sequence[Path], expected: int) -> float:
        self._asked_for.append(f"{self.name} {task}")
        return self._each * expected


def test_passes_take_turns_and_the_first_round_is_not_counted(tmp_path: Path) -> None:
    asked: list[str] = []
    passes = turns.needed(speed.PASSES, [speed.FIGURES["spapi"]])
    contenders = {"ours": Paced("ours", 0.5, asked), "pyx12": Paced("pyx12", 30.0, asked)}
    seconds = turns.in_turns(passes, contenders, Corpora(tmp_path, 7, SMALL), 5)
    assert asked == ["pyx12 validate", "pyx12 load", "ours translate"] * 6
    assert seconds == {"pyx12": [60.0] * 5, "maps": [30.0] * 5, "spapi": [2.0] * 5}


def test_a_ratio_is_that_of_one_order_and_loading_maps_is_taken_off(tmp_path: Path) -> None:
    corpora = Corpora(tmp_path, 7, SMALL)
    seconds = {"pyx12": [60.0, 70.0, 80.0], "maps": [10.0, 10.0, 10.0], "spapi": [2.0, 2.0, 4.0]}
    figure = speed.FIGURES["spapi"].figure("spapi", seconds, corpora)
    assert figure.measured == pytest.approx((60 / 2) / (2 / 4))
    assert list(figure.rounds) == pytest.approx([50.0, 60.0, 35.0])


@pytest.mark.parametrize(("each", "code", "verdict"), [(1.0, 1, "NOT MET"), (0.01, 0, "met, aim reached")])
def test_a_run_fails_exactly_when_we_are_too_slow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], each: float, code: int, verdict: str
) -> None:
    @contextmanager
    def paced(name: str, folder: Path) -> Iterator[Contender]:
        yield Paced(name, 3.0 if name == "pyx12" else each, [])

    sizes = ("--orders", "4", "--peer-orders", "2", "--only", "canonical")
    monkeypatch.setattr(run, "python_worker", paced)
    monkeypatch.setattr(sys, "argv", ["bench.run", *sizes])
    assert run.main() == code
    figure = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("canonical"))
    assert figure.endswith(f"  {verdict}")


def test_a_contender_that_refuses_an_order_ends_the_run(tmp_path: Path) -> None:
    answer = json.dumps({"cpu": 0.1, "accepted": 1})
    program = f"import sys\nfor line in sys.stdin: print('{answer}', flush=True)"
    with worker("slow", [sys.executable, "-c", program]) as contender:
        assert contender.passing("validate", [tmp_path], 1) == 0.1
        with pytest.raises(SystemExit, match="slow, validate: 1 of 2 came through; nothing is compared"):
            contender.passing("validate", [tmp_path], 2)


def test_a_contender_that_ends_is_told(tmp_path: Path) -> None:
    with worker("gone", [sys.executable, "-c", ""]) as contender, pytest.raises((SystemExit, OSError)):
        contender.passing("validate", [tmp_path], 1)
