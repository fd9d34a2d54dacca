"""The figures of the folder exchange: files a second, how long one takes, and what is written for it."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import command, orders
from bench.exchange import place as places
from bench.exchange.days import Exchanged, Ran
from bench.exchange.service import serving
from bench.exchange.watching import watched
from bench.figures import Bound, Figure, aligned
from bench.options import Measured
from bench.store import kept

NAME = "exchange"
LINES = 10
RATE = Bound(200, 300, unit=" files/s")
WAIT = Bound(1, at_least=False, unit=" s")
MEMORY = Bound(300, at_least=False, unit=" MB")
COUNT = Bound(None, at_least=False)
LEAVES = "ledger_leaf"


class Sizes(NamedTuple):
    """How many files: before anything is measured, at a steady rate in a second for so long, and at once."""

    first: int = 20
    rate: int = 50
    seconds: int = 20
    at_once: int = 2_000

    @property
    def steady(self) -> int:
        """Files that come at the steady rate."""
        return self.rate * self.seconds


class Told(NamedTuple):
    """What was found: both turns, the peak of the memory, and the rows that came with the files at once."""

    steady: Ran
    at_once: Ran
    peak: int
    rows: Mapping[str, int]


def measured(seed: int, sizes: Sizes = Sizes(), parent: Path = kept.PLACE) -> Measured:  # noqa: B008  # it never changes
    """The figures, in a workspace of their own below a folder."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as name:
        place = places.make(Path(name))
        count = sizes.first + sizes.steady + sizes.at_once
        files = places.staged(place, orders.files(seed, count, LINES))
        told = _told(place, files, sizes)
        verified = command.timed(place, ("ledger", "verify", "--deep"))
    fault = "nothing there is durable" if kept.file_system(parent) in kept.IN_MEMORY else ""
    made = [each._replace(fault=fault) for each in figures(told, sizes)]
    deep = f"`ledger verify --deep` of {count:,} files"
    made.append(Figure(NAME, deep, Bound(None, at_least=False, unit=" s"), verified))
    return Measured(made, lines(told, sizes))


def _told(place: Path, files: Sequence[Path], sizes: Sizes) -> Told:
    steady_from, at_once_from = sizes.first, sizes.first + sizes.steady
    with (
        serving(place, place.parent / "service.log") as service,
        watched(place / "var" / "gateway.db") as database,
    ):
        exchanged = Exchanged(place, service, database)
        exchanged.turn(files[:steady_from])
        steady = exchanged.turn(files[steady_from:at_once_from], sizes.rate)
        _say(f"{sizes.rate} files a second", steady)
        before = database.rows()
        at_once = exchanged.turn(files[at_once_from:])
        _say("files at once", at_once)
        after = database.rows()
        after.subtract(before)
        return Told(steady, at_once, service.peak_bytes(), {name: n for name, n in after.items() if n})


def _say(what: str, ran: Ran) -> None:
    rate = len(ran.waits) / ran.seconds
    told = f"{rate:,.0f} files/s, {ran.cpu / len(ran.waits) * 1e3:.2f} ms of CPU each"
    print(f"  exchange, {what}: {told}", file=sys.stderr, flush=True)


def figures(told: Told, sizes: Sizes) -> list[Figure]:
    """The figures of what was found."""
    files = sizes.at_once
    of = f"850s of {LINES} lines to CSV and 997"
    waits = sorted(told.steady.waits)
    late = waits[min(len(waits) - 1, len(waits) * 99 // 100)]
    leaves = told.rows.get(LEAVES, 0)
    rows = sum(told.rows.values())
    return [
        Figure(NAME, f"{files:,} {of}, all delivered", RATE, files / told.at_once.seconds),
        Figure(NAME, f"{sizes.rate} a second: 99 of 100 are delivered within", WAIT, late),
        Figure(NAME, "memory of the service", MEMORY, told.peak / 1e6),
        Figure(NAME, "leaves for each file", COUNT, leaves / files),
        Figure(NAME, "rows for each file, leaves among them", COUNT, rows / files),
    ]


def lines(told: Told, sizes: Sizes) -> list[str]:
    """What the figures are made of."""
    table: list[tuple[str, ...]] = [
        ("files", "in all", "files/s", "CPU ms each", "median s", "99 of 100", "longest")
    ]
    for name, ran in ((f"{sizes.rate} a second", told.steady), ("all at once", told.at_once)):
        waits = sorted(ran.waits)
        of_100 = waits[min(len(waits) - 1, len(waits) * 99 // 100)]
        numbers = (median(waits), of_100, waits[-1])
        cpu = ran.cpu / len(waits) * 1e3
        shown = (f"{len(waits):,}", f"{len(waits) / ran.seconds:,.0f}", f"{cpu:.2f}")
        table.append((name, *shown, *(f"{each:.2f}" for each in numbers)))
    each = Counter({name: n / sizes.at_once for name, n in told.rows.items()})
    counted = ", ".join(f"{name} {n:.3g}" for name, n in each.most_common() if n >= 0.01)
    return [
        "folder exchange: `gateway serve` with SQLite",
        "",
        *aligned(table),
        "",
        f"rows for each file: {counted}",
    ]
