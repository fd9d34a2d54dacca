"""Measures how fast the gateway is and how much memory it takes, and fails when a figure is not what it must be.

Speed is compared with pyx12 and with plain Python over the same generated files: in turns, each contender in a
process of its own on one core, CPU seconds, medians of the rounds. Machines differ and drift: only ratios are
worth much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import figures, speed, turns, with_pyx12, workspace
from bench.contenders import python_worker
from bench.figures import Figure
from bench.surroundings import surroundings

LEAST_ROUNDS = 5


def main() -> int:
    """Runs the bench and prints it; 1 when a figure is not what is required."""
    arguments = _arguments()
    names = [arguments.only] if arguments.only else list(speed.FIGURES)
    print("\n".join(surroundings()))
    print(
        f"seed {arguments.seed}, {arguments.rounds} rounds in turns, CPU seconds on one core, medians\n",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        measured, lines = _speed(Path(folder), arguments, names)
    print("\n".join((*lines, "", *figures.shown(measured))))
    return 0 if all(figure.is_met for figure in measured) else 1


def _speed(
    folder: Path, arguments: argparse.Namespace, names: Sequence[str]
) -> tuple[list[Figure], list[str]]:
    sizes = speed.Sizes(arguments.orders, arguments.peer_orders, arguments.files, arguments.cartons)
    corpora = speed.Corpora(folder, arguments.seed, sizes)
    maps = folder / "maps"
    maps.mkdir()
    with_pyx12.prepare(maps)
    with ExitStack() as stack:
        ours = stack.enter_context(python_worker("ours", workspace.make(folder / "workspace")))
        pyx12 = stack.enter_context(python_worker("pyx12", maps))
        passes = speed.passes(corpora, ours, pyx12, names)
        seconds = turns.in_turns(passes, arguments.rounds)
    return speed.figures(seconds, corpora, names), turns.shown(passes, seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(speed.FIGURES), help="measure one figure")
    parser.add_argument("--seed", type=int, default=850)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    sizes = speed.Sizes()
    parser.add_argument("--orders", type=int, default=sizes.orders, help="850s of 5 lines in one interchange")
    parser.add_argument(
        "--peer-orders", type=int, default=sizes.peer_orders, help="of these, so many for pyx12"
    )
    parser.add_argument("--files", type=int, default=sizes.files, help="files with one 850 of 10 lines")
    parser.add_argument("--cartons", type=int, default=sizes.cartons, help="cartons of the 856")
    arguments = parser.parse_args()
    if arguments.rounds < LEAST_ROUNDS:
        parser.error(f"at least {LEAST_ROUNDS} rounds are needed for a median worth the name")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
