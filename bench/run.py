"""Compares our validation of purchase orders with pyx12's, and fails when ours is not fast enough.

Both judge the same generated 850s by the same definitions, in turns, each in its own process on one core.
What counts is CPU seconds, the median of the rounds. Machines differ and drift: only ratios are worth much.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import corpus, peer
from gateway import __version__

REQUIRED_RATIO = 20
LEAST_ROUNDS = 5
LOADS = 20  # map loadings that are measured together; one is too short


class Corpus(NamedTuple):
    """What one comparison runs over; pyx12 gets the first part of it."""

    title: str
    ours: list[Path]
    theirs: list[Path]
    our_orders: int
    their_orders: int
    our_bytes: int


class Outcome(NamedTuple):
    """Orders per CPU second in each round; `their_loading` is the part of pyx12's time that loads maps."""

    corpus: Corpus
    ours: list[float]
    theirs: list[float]
    their_loading: float

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.theirs)


class Contender:
    """A worker process and the conversation with it."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self._name = name
        self._process = process

    def passing(self, files: Sequence[Path], expected: int) -> float:
        """CPU seconds of one pass; all that is expected must be accepted, else the figure means nothing."""
        answer = self._asked({"files": [str(path) for path in files]})
        if answer["accepted"] != expected:
            raise SystemExit(
                f"{self._name} accepted {answer['accepted']:.0f} of {expected}; nothing is compared."
            )
        return answer["cpu"]

    def loading(self) -> float:
        """CPU seconds of loading the maps once."""
        return self._asked({"loads": LOADS})["cpu"] / LOADS

    def _asked(self, command: dict[str, object]) -> dict[str, float]:
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("the worker was started without pipes")
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"The process of {self._name} ended; what it printed stands above.")
        answer: dict[str, float] = json.loads(line)
        return answer


def main() -> int:
    """Runs the comparison and prints it; 1 when a ratio is below what is required."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        maps = folder / "maps"
        maps.mkdir()
        peer.prepare(maps)
        print(_surroundings(arguments), flush=True)
        corpora = [_interchange(folder, arguments), _files(folder, arguments)]
        core = min(os.sched_getaffinity(0))
        ours = stack.enter_context(_started("ours", maps, core))
        theirs = stack.enter_context(_started("pyx12", maps, core))
        outcomes = [_compared(one, ours, theirs, arguments.rounds) for one in corpora]
    for outcome in outcomes:
        print(_shown(outcome))
    least = min(outcome.ratio for outcome in outcomes)
    good = least >= REQUIRED_RATIO
    print(f"\nThe least ratio is {least:.1f}; {REQUIRED_RATIO} are required: {'met' if good else 'NOT MET'}.")
    return 0 if good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=850)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--orders", type=int, default=10_000, help="orders of 5 lines in the one interchange")
    parser.add_argument("--files", type=int, default=2_000, help="files with one order of 10 lines")
    parser.add_argument("--peer-orders", type=int, default=1_000, help="of these, so many for pyx12")
    parser.add_argument("--peer-files", type=int, default=100, help="of these, so many for pyx12")
    arguments = parser.parse_args()
    if arguments.rounds < LEAST_ROUNDS:
        parser.error(f"at least {LEAST_ROUNDS} rounds are needed for a median worth the name")
    return arguments


def _interchange(folder: Path, arguments: argparse.Namespace) -> Corpus:
    orders, part = arguments.orders, min(arguments.peer_orders, arguments.orders)
    whole, first = folder / "orders.850", folder / "first-orders.850"
    whole.write_bytes(corpus.interchange(arguments.seed, orders, 5))
    first.write_bytes(corpus.interchange(arguments.seed, part, 5))
    title = f"one interchange of {orders:,} orders with 5 lines (31 segments)"
    return Corpus(title, [whole], [first], orders, part, whole.stat().st_size)


def _files(folder: Path, arguments: argparse.Namespace) -> Corpus:
    count, part = arguments.files, min(arguments.peer_files, arguments.files)
    paths = [folder / f"{number:05d}.850" for number in range(1, count + 1)]
    for path, data in zip(paths, corpus.files(arguments.seed, count, 10), strict=True):
        path.write_bytes(data)
    title = f"{count:,} files of one order with 10 lines (41 segments)"
    return Corpus(title, paths, paths[:part], count, part, sum(path.stat().st_size for path in paths))


@contextmanager
def _started(name: str, maps: Path, core: int) -> Iterator[Contender]:
    command = [sys.executable, "-m", "bench.worker", name, "--maps", str(maps), "--core", str(core)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=None, text=True) as process:
        yield Contender(name, process)


def _compared(one: Corpus, ours: Contender, theirs: Contender, rounds: int) -> Outcome:
    accepted_by_pyx12 = len(one.theirs)
    ours.passing(one.ours, one.our_orders)  # the first pass fills caches and is not counted
    theirs.passing(one.theirs[:1], 1)
    our_rates, their_rates, shares = [], [], []
    for number in range(rounds):
        our_rates.append(one.our_orders / ours.passing(one.ours, one.our_orders))
        their_seconds = theirs.passing(one.theirs, accepted_by_pyx12)
        their_rates.append(one.their_orders / their_seconds)
        shares.append(theirs.loading() * len(one.theirs) / their_seconds)
        print(f"  round {number + 1}: {our_rates[-1]:,.0f} and {their_rates[-1]:,.1f} orders/s", flush=True)
    return Outcome(one, our_rates, their_rates, median(shares))


def _surroundings(arguments: argparse.Namespace) -> str:
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pyx12", "msgspec"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    parts = f"the first {arguments.peer_orders:,} orders and the first {arguments.peer_files:,} files"
    return (
        f"gateway {__version__}, {libraries}, {python}, {platform.system()} {platform.machine()}\n"
        f"seed {arguments.seed}; {arguments.rounds} rounds in turns, CPU seconds on one core, medians\n"
        f"pyx12 judges {parts} only (map validation, no 997); its rate is taken to hold for the rest"
    )


def _shown(outcome: Outcome) -> str:
    ours, theirs = median(outcome.ours), median(outcome.theirs)
    megabytes = ours * outcome.corpus.our_bytes / outcome.corpus.our_orders / 1e6
    paired = sorted(our / their for our, their in zip(outcome.ours, outcome.theirs, strict=True))
    return (
        f"\n{outcome.corpus.title}, {outcome.corpus.our_bytes / 1e6:.1f} MB\n"
        f"  gateway  {ours:>10,.0f} orders/s  ({megabytes:.1f} MB/s)\n"
        f"  pyx12    {theirs:>10,.1f} orders/s, about {outcome.their_loading:.0%} of it loading its "
        "maps, as it does for each file\n"
        f"  ratio    {outcome.ratio:>10.1f}  (rounds: {paired[0]:.1f} to {paired[-1]:.1f})"
    )


if __name__ == "__main__":
    sys.exit(main())
