"""Passes of several contenders in turns, so that a machine that slows down slows all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.contenders import Contender
from bench.corpora import Corpora, Corpus
from bench.figures import Bound, Figure, aligned

Seconds = Mapping[str, Sequence[float]]
"""CPU seconds of the rounds by the name of the pass."""


class Pass(NamedTuple):
    """What a contender does with a corpus. Each transaction set must come through, or each file."""

    title: str
    contender: str
    task: str
    corpus: Callable[[Corpora], Corpus]
    by_file: bool = False


class Cost(NamedTuple):
    """The time of a pass for one of what is counted; that of the pass `less` is taken off."""

    of: str
    count: Callable[[Corpora], int]
    less: str = ""

    def series(self, seconds: Seconds, corpora: Corpora) -> list[float]:
        """CPU seconds for one, in each round."""
        off = seconds[self.less] if self.less else [0.0] * len(seconds[self.of])
        return [
            (spent - other) / self.count(corpora) for spent, other in zip(seconds[self.of], off, strict=True)
        ]


class Comparison(NamedTuple):
    """A figure that is the ratio of two costs."""

    title: str
    bound: Bound
    over: Cost
    under: Cost

    @property
    def passes(self) -> set[str]:
        """The names of the passes it is made of."""
        return {self.over.of, self.over.less, self.under.of, self.under.less} - {""}

    def figure(self, name: str, seconds: Seconds, corpora: Corpora) -> Figure:
        """The ratio of the medians; its rounds are the ratios in each."""
        over, under = self.over.series(seconds, corpora), self.under.series(seconds, corpora)
        rounds = [one / other for one, other in zip(over, under, strict=True)]
        return Figure(name, self.title, self.bound, median(over) / median(under), rounds)


def needed(passes: Mapping[str, Pass], figures: Iterable[Comparison]) -> Mapping[str, Pass]:
    """The passes that these figures are made of, in the order of all."""
    wanted = {name for figure in figures for name in figure.passes}
    return {name: each for name, each in passes.items() if name in wanted}


def in_turns(
    passes: Mapping[str, Pass], contenders: Mapping[str, Contender], corpora: Corpora, rounds: int
) -> Seconds:
    """The passes, one after the other in each round; before the first, each is made once without counting."""
    seconds: dict[str, list[float]] = {name: [] for name in passes}
    for number in range(rounds + 1):
        for name, each in passes.items():
            corpus = each.corpus(corpora)
            expected = len(corpus.files) if each.by_file else corpus.sets
            spent = contenders[each.contender].passing(each.task, corpus.files, expected)
            if number:
                seconds[name].append(spent)
        told = ", ".join(f"{name} {values[-1]:.2f}" for name, values in seconds.items() if values)
        print(f"  round {number}: {told or 'warm-up'}", file=sys.stderr, flush=True)
    return seconds


def shown(passes: Mapping[str, Pass], seconds: Seconds, corpora: Corpora) -> list[str]:
    """What was measured, as lines of a table."""
    rows = [("pass", "sets", "MB", "CPU s", "lowest to highest", "sets/s", "MB/s")]
    for name, each in passes.items():
        corpus, spent = each.corpus(corpora), seconds[name]
        middle, size = median(spent), corpus.bytes / 1e6
        spread = f"{min(spent):.3f} to {max(spent):.3f}"
        rates = f"{corpus.sets / middle:,.0f}", f"{size / middle:,.2f}"
        rows.append((each.title, f"{corpus.sets:,}", f"{size:.2f}", f"{middle:.3f}", spread, *rates))
    return aligned(rows)
