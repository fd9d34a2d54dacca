"""The options that both benches share, and the frame of what they print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple

from bench import figures, page
from bench.corpora import Sizes
from bench.figures import Figure

LEAST_ROUNDS = 5


class Measured(NamedTuple):
    """Figures, and the lines that tell what they are made of."""

    figures: Sequence[Figure]
    lines: Sequence[str]


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser of what both take."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--page", action="store_true", help="keep what is printed in docs/performance.md")
    made.add_argument("--seed", type=int, default=850)
    made.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    sizes = Sizes()
    made.add_argument("--orders", type=int, default=sizes.orders, help="850s of 5 lines in one interchange")
    made.add_argument("--peer-orders", type=int, default=sizes.peer_orders, help="of them, those for pyx12")
    made.add_argument("--files", type=int, default=sizes.files, help="files with one 850 of 10 lines")
    made.add_argument("--notices", type=int, default=sizes.notices, help="files with one 856")
    made.add_argument("--cartons", type=int, default=sizes.cartons, help="cartons of each 856")
    return made


def parsed(made: argparse.ArgumentParser) -> argparse.Namespace:
    """The options, when they are enough to measure by."""
    options = made.parse_args()
    if options.rounds < LEAST_ROUNDS:
        made.error(f"at least {LEAST_ROUNDS} rounds are needed for a median worth the name")
    return options


def sizes(options: argparse.Namespace) -> Sizes:
    """How much is to be measured."""
    return Sizes(options.orders, options.peer_orders, options.files, options.notices, options.cartons)


def told(name: str, head: Sequence[str], parts: Sequence[Measured], keep: bool) -> int:
    """Prints what was measured, and keeps it in the page; 1 when a figure is not what is required."""
    made = [figure for part in parts for figure in part.figures]
    missed = sum(not figure.is_met for figure in made)
    end = f"{missed} of {len(made)} figures NOT MET" if missed else f"all {len(made)} figures met"
    blocks = [head, *(part.lines for part in parts if part.lines), figures.shown(made), [end]]
    text = "\n\n".join("\n".join(lines) for lines in blocks)
    print(text, flush=True)
    if keep:
        page.keep(name, text)
    return 1 if missed else 0
