"""Figures are judged against what is required of them, and never pass by a fault or a low aim."""

from __future__ import annotations

import re

import pytest

from bench.figures import Bound, Figure, aligned, shown

TIMES = Bound(50, 70, unit="×")
SECONDS = Bound(0.25, at_least=False, unit=" s")


@pytest.mark.parametrize(
    ("bound", "measured", "fault", "verdict"),
    [
        (TIMES, 70.0, "", "met, aim reached"),
        (TIMES, 69.9, "", "met"),
        (TIMES, 50.0, "", "met"),
        (TIMES, 49.9, "", "NOT MET"),
        (TIMES, 90.0, "exit code 1", "NOT MET: exit code 1"),
        (SECONDS, 0.25, "", "met"),
        (SECONDS, 0.26, "", "NOT MET"),
        (Bound(None, unit="×"), 0.1, "", "told only"),
    ],
)
def test_a_verdict(bound: Bound, measured: float, fault: str, verdict: str) -> None:
    figure = Figure("name", "title", bound, measured, fault=fault)
    assert figure.verdict == verdict
    assert figure.is_met == (not verdict.startswith("NOT MET"))


def test_a_line_shows_limits_the_measured_value_and_the_spread() -> None:
    line = shown([Figure("canonical", "850s", TIMES, 61.25, [59.0, 64.04])])[-1]
    assert re.split("  +", line) == ["canonical", "850s", "≥ 50×", "≥ 70×", "61.2×", "59.0× to 64.0×", "met"]


def test_columns_stand_under_each_other() -> None:
    assert aligned([("a", "bcd"), ("efg", "h")]) == ["a    bcd", "-    ---", "efg  h"]
