"""Compares the gateway with StAEDI, a validator in Java, over the same files in the same run.

In turns, each contender in a process of its own on one core, CPU seconds, medians of the rounds; Java is
warmed up until its compiler is done, which is not counted. StAEDI validates by schemas made from our
definitions and builds nothing. Without Java 17 and Maven nothing is compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

from bench import faults, options, speed, staedi, turns, workspace
from bench.contenders import Contender, python_worker
from bench.corpora import Corpora
from bench.figures import Bound, aligned
from bench.options import Measured
from bench.surroundings import surroundings
from bench.turns import Comparison, Cost, Pass

FIVE_TIMES = Bound(5, unit=speed.TIMES)

PASSES: Mapping[str, Pass] = MappingProxyType(
    {
        "staedi-orders": Pass("StAEDI: 850s, validation", "StAEDI", "850", lambda held: held.orders),
        "staedi-files": Pass("StAEDI: files of one 850", "StAEDI", "850", lambda held: held.files),
        "staedi-cartons": Pass("StAEDI: 856s", "StAEDI", "856", lambda held: held.notices),
        **{name: speed.PASSES[name] for name in ("validate", "canonical", "files", "cartons")},
    }
)


def _bytes_of_orders(held: Corpora) -> int:
    return held.orders.bytes


def _times(title: str, theirs: str, ours: str) -> Comparison:
    """Both over the same files, so any count of what is in them does."""
    return Comparison(title, FIVE_TIMES, Cost(theirs, _bytes_of_orders), Cost(ours, _bytes_of_orders))


FIGURES: Mapping[str, Comparison] = MappingProxyType(
    {
        "validate": _times("850s read and validated: times StAEDI", "staedi-orders", "validate"),
        "canonical": _times(
            "850s read, validated, made canonical: times StAEDI", "staedi-orders", "canonical"
        ),
        "files": _times("files of one 850, made canonical: times StAEDI", "staedi-files", "files"),
        "cartons": _times("856s of many cartons, made canonical: times StAEDI", "staedi-cartons", "cartons"),
    }
)


def main() -> int:
    """Runs the comparison and prints it; 1 when a figure is not what is required."""
    chosen = options.parsed(options.parser(__doc__))
    lacking = staedi.missing()
    if lacking:
        print(f"nothing was compared with StAEDI: {lacking}; it needs Java {staedi.LEAST_JAVA} and Maven")
        return 0
    with tempfile.TemporaryDirectory() as name:
        return _compared(Path(name), chosen)


def _compared(folder: Path, chosen: argparse.Namespace) -> int:
    place = workspace.make(folder / "workspace")
    program = folder / "staedi"
    program.mkdir()
    staedi.prepare(program)
    corpora = Corpora(folder, chosen.seed, options.sizes(chosen))
    with ExitStack() as stack:
        theirs = stack.enter_context(staedi.staedi_worker(program))
        refused = refusals(theirs, folder, chosen.seed)
        for _ in range(staedi.WARM_UP_PASSES):
            theirs.passing("850", corpora.orders.files, corpora.orders.sets)
        contenders = {"StAEDI": theirs, "ours": stack.enter_context(python_worker("ours", place))}
        seconds = turns.in_turns(PASSES, contenders, corpora, chosen.rounds)
    head = [
        *surroundings(("msgspec",)),
        staedi.version(program),
        f"make bench-peers SEED={chosen.seed} ROUNDS={chosen.rounds}",
        "CPU seconds on one core, in turns, medians; Java after warm-up, its compiler and collector counted",
    ]
    made = [each.figure(name, seconds, corpora) for name, each in FIGURES.items()]
    parts = [Measured([], refused), Measured(made, turns.shown(PASSES, seconds, corpora))]
    return options.told("bench-peers", head, parts, chosen.page)


def refusals(contender: Contender, folder: Path, seed: int) -> list[str]:
    """That a good order is accepted and each planted fault refused, as lines of a table; else it ends."""
    path = folder / "planted.850"
    path.write_bytes(faults.order(seed))
    contender.passing("850", [path], 1)
    rows = [("fault planted in a good order", f"{contender.name} says")]
    for what in faults.PLANTED:
        path.write_bytes(faults.planted(seed, what))
        told = contender.faults("850", path)
        if not told:
            raise SystemExit(f"{contender.name} accepts an order with: {what}; nothing is compared.")
        rows.append((what, ", ".join(told)))
    return aligned(rows)


if __name__ == "__main__":
    sys.exit(main())
