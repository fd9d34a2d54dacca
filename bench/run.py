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

from bench import memory, options, speed, start, turns, with_pyx12, workspace
from bench.contenders import python_worker
from bench.corpora import Corpora
from bench.exchange import figures as exchange
from bench.options import Measured
from bench.store import figures as store
from bench.surroundings import surroundings

NAMES = (*speed.FIGURES, "gigabyte", "long-order", "start", *store.NAMES, exchange.NAME)


def main() -> int:
    """Runs the bench and prints it; 1 when a figure is not what is required."""
    chosen = _options()
    names = [chosen.only] if chosen.only else list(NAMES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = workspace.make(folder / "workspace")
        parts = [_speed(folder, place, chosen, names), _memory(place, chosen, names)]
        if "start" in names:
            parts.append(Measured(start.figures(place, chosen.seed), []))
    parts.append(store.measured(names, chosen.seed, chosen.rounds, store.Sizes(messages=chosen.messages)))
    if exchange.NAME in names:
        parts.append(exchange.measured(chosen.seed))
    head = [
        *surroundings(("pyx12", "msgspec", "SQLAlchemy")),
        f"make bench SEED={chosen.seed} ROUNDS={chosen.rounds}",
        "speed: CPU seconds on one core, in turns, medians; memory: resident; start and store: by the clock",
    ]
    return options.told("bench", head, parts, chosen.page)


def _options() -> argparse.Namespace:
    parser = options.parser(__doc__)
    parser.add_argument("--only", choices=NAMES, help="measure one figure")
    sizes = memory.Sizes()
    parser.add_argument("--megabytes", type=int, default=sizes.megabytes, help="of the huge interchange")
    parser.add_argument("--lines", type=int, default=sizes.lines, help="of the long 850")
    parser.add_argument("--messages", type=int, default=store.Sizes().messages, help="in the full store")
    chosen = options.parsed(parser)
    if chosen.page and chosen.only:
        parser.error("--page keeps a whole run, and --only is a part of one")
    return chosen


def _speed(folder: Path, place: Path, chosen: argparse.Namespace, names: Sequence[str]) -> Measured:
    wanted = [name for name in names if name in speed.FIGURES]
    if not wanted:
        return Measured([], [])
    corpora = Corpora(folder, chosen.seed, options.sizes(chosen))
    passes = turns.needed(speed.PASSES, [speed.FIGURES[name] for name in wanted])
    maps = folder / "maps"
    maps.mkdir()
    with_pyx12.prepare(maps)
    with ExitStack() as stack:
        contenders = {
            "ours": stack.enter_context(python_worker("ours", place)),
            "pyx12": stack.enter_context(python_worker("pyx12", maps)),
        }
        seconds = turns.in_turns(passes, contenders, corpora, chosen.rounds)
    made = [speed.FIGURES[name].figure(name, seconds, corpora) for name in wanted]
    return Measured(made, turns.shown(passes, seconds, corpora))


def _memory(place: Path, chosen: argparse.Namespace, names: Sequence[str]) -> Measured:
    measures = memory.Memory(place, chosen.seed, memory.Sizes(chosen.megabytes, chosen.lines))
    made = measures.gigabyte() if "gigabyte" in names else []
    made += measures.long_order() if "long-order" in names else []
    return Measured(made, measures.lines)


if __name__ == "__main__":
    sys.exit(main())
