"""Measures the speed and memory of the gateway, and fails when a figure is not what it must be.

Speed is compared with pyx12 and with plain Python over the same generated files: in turns, each contender in
a process of its own on one core, CPU seconds, medians of the rounds. Machines differ and drift: only ratios
are worth much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench import figures, page, speed, start, turns, with_pyx12, workspace
from bench.contenders import python_worker
from bench.figures import Figure
from bench.memory import Memory
from bench.memory import Sizes as MemorySizes
from bench.surroundings import surroundings

LEAST_ROUNDS = 5
NAMES = (*speed.FIGURES, "gigabyte", "long-order", "start")


class Measured(NamedTuple):
    """Figures, and the lines that tell what they are made of."""

    figures: list[Figure]
    lines: list[str]


def main() -> int:
    """Runs the bench and prints it; 1 when a figure is not what is required."""
    arguments = _arguments()
    names = [arguments.only] if arguments.only else list(NAMES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = workspace.make(folder / "workspace")
        parts = [_speed(folder, place, arguments, names), _memory(place, arguments, names)]
        if "start" in names:
            parts.append(Measured(start.figures(place, arguments.seed), []))
    made = [figure for part in parts for figure in part.figures]
    tables = [part.lines for part in parts if part.lines]
    text = "\n\n".join(
        "\n".join(lines) for lines in (_head(arguments), *tables, [*figures.shown(made), *_end(made)])
    )
    print(text)
    if arguments.page:
        page.keep("bench", text)
    return 0 if all(figure.is_met for figure in made) else 1


def _head(arguments: argparse.Namespace) -> list[str]:
    sizes = f"SEED={arguments.seed} ROUNDS={arguments.rounds}"
    return [
        *surroundings(("pyx12", "msgspec")),
        f"make bench {sizes}: CPU seconds on one core, in turns, medians; starts are seconds of the clock",
    ]


def _end(made: Sequence[Figure]) -> list[str]:
    missed = sum(not figure.is_met for figure in made)
    return ["", f"{missed} of {len(made)} figures are NOT MET" if missed else "every figure is met"]


def _speed(folder: Path, place: Path, arguments: argparse.Namespace, names: Sequence[str]) -> Measured:
    wanted = [name for name in names if name in speed.FIGURES]
    if not wanted:
        return Measured([], [])
    sizes = speed.Sizes(arguments.orders, arguments.peer_orders, arguments.files, arguments.cartons)
    corpora = speed.Corpora(folder, arguments.seed, sizes)
    maps = folder / "maps"
    maps.mkdir()
    with_pyx12.prepare(maps)
    with ExitStack() as stack:
        ours = stack.enter_context(python_worker("ours", place))
        pyx12 = stack.enter_context(python_worker("pyx12", maps))
        passes = speed.passes(corpora, ours, pyx12, wanted)
        seconds = turns.in_turns(passes, arguments.rounds)
    return Measured(speed.figures(seconds, corpora, wanted), turns.shown(passes, seconds))


def _memory(place: Path, arguments: argparse.Namespace, names: Sequence[str]) -> Measured:
    memory = Memory(place, arguments.seed, MemorySizes(arguments.megabytes * 10**6, arguments.lines))
    made = memory.gigabyte() if "gigabyte" in names else []
    made += memory.long_order() if "long-order" in names else []
    return Measured(made, memory.lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=NAMES, help="measure one figure")
    parser.add_argument("--page", action="store_true", help="keep what is printed in docs/performance.md")
    parser.add_argument("--seed", type=int, default=850)
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    sizes = speed.Sizes()
    parser.add_argument("--orders", type=int, default=sizes.orders, help="850s of 5 lines in one interchange")
    parser.add_argument("--peer-orders", type=int, default=sizes.peer_orders, help="of them, those for pyx12")
    parser.add_argument("--files", type=int, default=sizes.files, help="files with one 850 of 10 lines")
    parser.add_argument("--cartons", type=int, default=sizes.cartons, help="cartons of the 856")
    huge = MemorySizes()
    parser.add_argument("--megabytes", type=int, default=huge.bytes // 10**6, help="of the huge interchange")
    parser.add_argument("--lines", type=int, default=huge.lines, help="of the long 850")
    arguments = parser.parse_args()
    if arguments.rounds < LEAST_ROUNDS:
        parser.error(f"at least {LEAST_ROUNDS} rounds are needed for a median worth the name")
    if arguments.page and arguments.only:
        parser.error("--page keeps a whole run, and --only is a part of one")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
