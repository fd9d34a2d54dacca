"""Passes of several contenders in turns, so that a machine that slows down slows all of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.contenders import Contender
from bench.figures import aligned


class Corpus(NamedTuple):
    """Files, and what is in them."""

    title: str
    files: Sequence[Path]
    sets: int
    segments: int
    bytes: int


class Pass(NamedTuple):
    """What one contender does with a corpus; `expected` transaction sets (or files) must come through."""

    key: str
    title: str
    contender: Contender
    task: str
    corpus: Corpus
    expected: int


Seconds = Mapping[str, Sequence[float]]
"""CPU seconds of the rounds by the key of the pass."""


def in_turns(passes: Sequence[Pass], rounds: int) -> Seconds:
    """The passes, one after the other in each round; before the first, each is made once without counting."""
    seconds: dict[str, list[float]] = {each.key: [] for each in passes}
    for number in range(rounds + 1):
        for each in passes:
            spent = each.contender.passing(each.task, each.corpus.files, each.expected)
            if number:
                seconds[each.key].append(spent)
        told = ", ".join(f"{key} {values[-1]:.2f}" for key, values in seconds.items() if values)
        print(f"  round {number}: {told or 'warm-up'}", file=sys.stderr, flush=True)
    return seconds


def shown(passes: Sequence[Pass], seconds: Seconds) -> list[str]:
    """What was measured, as lines of a table."""
    rows = [("pass", "sets", "MB", "CPU s", "lowest to highest", "sets/s", "MB/s")]
    for each in passes:
        middle, size = median(seconds[each.key]), each.corpus.bytes / 1e6
        rows.append(
            (
                each.title,
                f"{each.corpus.sets:,}",
                f"{size:.2f}",
                f"{middle:.3f}",
                f"{min(seconds[each.key]):.3f} to {max(seconds[each.key]):.3f}",
                f"{each.corpus.sets / middle:,.0f}",
                f"{size / middle:,.2f}",
            )
        )
    return aligned(rows)
