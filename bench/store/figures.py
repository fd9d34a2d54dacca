"""The figures of the store: what it is held to, and how the answers of the workers become figures."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from bench.contenders import Contender, worker
from bench.figures import Bound, Figure, aligned
from bench.options import Measured
from bench.store import kept, servers
from bench.store.answers import Draws, Memory, Searched, Turn

MODULE = "bench.store.worker"
GIGABYTE = 10**9
ROOM = (
    8 * GIGABYTE
)  # on the disk, for the full store, twice while it is made anew, and what is written beside
A_SECOND = "/s"
TREE_ROUNDS = 5

RATE = Bound(None, unit=A_SECOND)
WRITES, WAIT = Bound(10_000, unit=A_SECOND), Bound(20, at_least=False, unit=" ms")
ONE_BY_ONE, IN_BATCHES = Bound(1_000, unit=A_SECOND), Bound(10_000, unit=A_SECOND)
SEARCH = Bound(50, at_least=False, unit=" ms")
TREE = Bound(200_000, unit=A_SECOND)
VERIFIED = Bound(None, at_least=False, unit=" s")
INCLUSION = Bound(5, at_least=False, unit=" ms")
MEMORY = Bound(300, at_least=False, unit=" MB")


class Sizes(NamedTuple):
    """How much is done: changes and files of each of 32 threads, steps, messages, draws of each search."""

    changes: int = 300
    files: int = 30
    steps: int = 1_000
    batched: int = 10_000
    messages: int = 1_000_000
    warm: int = 50
    cold: int = 5
    proofs: int = 50


class Task(NamedTuple):
    """What a worker does in each round, for which figure, and how often by which threads."""

    title: str
    figure: str
    worker: str
    name: str
    count: Callable[[Sizes], int]


SQLITE, POSTGRESQL = "sqlite", "postgresql"
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "rows": Task("changes of one row each", "writes", SQLITE, "rows", lambda sizes: sizes.changes),
        "peer": Task("the same, PostgreSQL", "writes", POSTGRESQL, "rows", lambda sizes: sizes.changes // 4),
        "receives": Task("files of 2 KB received", "receives", SQLITE, "receives", lambda sizes: sizes.files),
        "single": Task("steps one by one", "queue", SQLITE, "one by one", lambda sizes: sizes.steps),
        "batched": Task("steps in batches", "queue", SQLITE, "in batches", lambda sizes: sizes.batched),
    }
)
WRITTEN = ("writes", "receives", "queue")
READ = ("search", "tree", "inclusion", "store-memory")
NAMES = (*WRITTEN, *READ)
Turns = Mapping[str, Sequence[Turn]]
"""The rounds by the name of the task."""


def measured(
    names: Sequence[str], seed: int, rounds: int, sizes: Sizes, place: Path = kept.PLACE
) -> Measured:
    """The figures of these names; none where the disk has no room, which is told then."""
    if not any(name in NAMES for name in names):
        return Measured([], [])
    place.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(place).free
    if free < ROOM:
        told = f"{free / GIGABYTE:.1f} GB of disk are free, {ROOM / GIGABYTE:.0f} are needed"
        return Measured([], [f"store: NOT MEASURED, {told}"])
    fault = "nothing there is durable" if kept.file_system(place) in kept.IN_MEMORY else ""
    figures: list[Figure] = []
    lines = list(kept.told(place))
    tasks = {name: task for name, task in TASKS.items() if task.figure in names}
    if tasks:
        turns = _written(place, tasks, rounds, sizes)
        figures += [each._replace(fault=fault) for each in written_figures(turns)]
        lines += ["", *_turn_lines(turns)]
    if any(name in READ for name in names):
        made, told_of_it = _read(place, [name for name in names if name in READ], seed, sizes)
        figures += made
        lines += told_of_it
    return Measured(figures, lines)


def _written(place: Path, tasks: Mapping[str, Task], rounds: int, sizes: Sizes) -> Turns:
    """The tasks, one after the other in each round; the first round of each does not count."""
    turns: dict[str, list[Turn]] = {name: [] for name in tasks}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place)))
        urls = {SQLITE: ""}
        if any(task.worker == POSTGRESQL for task in tasks.values()):
            urls[POSTGRESQL] = stack.enter_context(servers.postgresql())
        workers: dict[str, Contender] = {}
        for name, url in urls.items():
            if name == SQLITE or url:
                own = folder / name
                own.mkdir()
                workers[name] = stack.enter_context(_worker(name, "write", own, url))
        for number in range(rounds + 1):
            for name, task in tasks.items():
                if task.worker not in workers:
                    continue
                turn = workers[task.worker].asked(Turn, task.name, str(task.count(sizes)))
                if number:
                    turns[name].append(turn)
            told = ", ".join(f"{name} {each[-1].rate:,.0f}/s" for name, each in turns.items() if each)
            print(f"  store, round {number}: {told or 'warm-up'}", file=sys.stderr, flush=True)
    return {name: each for name, each in turns.items() if each}


def written_figures(turns: Turns) -> list[Figure]:
    """The figures of what was written and worked off: medians of the rounds."""
    made = []
    if "rows" in turns:
        made.append(_rate("writes", "changes of one row each, durable, 32 threads", WRITES, turns["rows"]))
        made.append(_wait("writes", "what 99 of 100 of these wait at most", WAIT, turns["rows"]))
    if "peer" in turns:
        made.append(_rate("writes", "the same changes with PostgreSQL", RATE, turns["peer"]))
    if "receives" in turns:
        made.append(_rate("receives", "files of 2 KB received, durable, 32 threads", RATE, turns["receives"]))
    if "single" in turns:
        made.append(_rate("queue", "steps leased, done and ended one by one", ONE_BY_ONE, turns["single"]))
    if "batched" in turns:
        made.append(_rate("queue", "steps leased, done and ended in batches", IN_BATCHES, turns["batched"]))
    return made


def _rate(name: str, title: str, bound: Bound, turns: Sequence[Turn]) -> Figure:
    rates = [turn.rate for turn in turns]
    return Figure(name, title, bound, median(rates), rates)


def _wait(name: str, title: str, bound: Bound, turns: Sequence[Turn]) -> Figure:
    waits = [turn.waits[1] for turn in turns]
    return Figure(name, title, bound, median(waits), waits)


def _turn_lines(turns: Turns) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("work", "in a round", "in a second", "lowest to highest", "waits ms", "99 of 100", "longest")
    ]
    for name, each in turns.items():
        rates = [turn.rate for turn in each]
        waits = [f"{median(turn.waits[place] for turn in each):.1f}" for place in range(3)]
        shown = waits if each[0].waits[2] else ["-", "-", "-"]
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        rows.append((TASKS[name].title, f"{each[0].done:,}", f"{median(rates):,.0f}", spread, *shown))
    if "peer" not in turns and "rows" in turns:
        return [*aligned(rows), "PostgreSQL: NOT MEASURED, there are no programs of it for this machine"]
    return aligned(rows)


def _read(place: Path, names: Sequence[str], seed: int, sizes: Sizes) -> Measured:
    folder = kept.full_store(place, seed, sizes.messages)
    with _worker("reader", "read", folder, str(seed)) as reader:
        searched = reader.asked(Searched, "searches", str(sizes.warm), str(sizes.cold))
        trees = [reader.asked(Turn, "tree") for _ in range(TREE_ROUNDS + 1)][1:]
        verified = reader.asked(Turn, "verified")
        proofs = reader.asked(Draws, "proofs", str(sizes.proofs))
        memory = reader.asked(Memory, "memory")
    made = read_figures(searched, trees, verified, proofs, memory, sizes.messages)
    lines = [f"store of {sizes.messages:,} messages", "", *_search_lines(searched)]
    return Measured([each for each in made if each.name in names], ["", *lines] if "search" in names else [])


def read_figures(
    searched: Searched,
    trees: Sequence[Turn],
    verified: Turn,
    proofs: Draws,
    memory: Memory,
    messages: int,
) -> list[Figure]:
    """The figures of what was read of so many messages; of the searches the slowest way counts."""
    of = f"among {messages:,} messages"
    warm = [max(way.warm) for way in searched.ways if not way.combined]
    cold = [median(way.cold) for way in searched.ways if not way.combined]
    rates = [each.rate for each in trees]
    return [
        Figure("search", f"first page by one key {of}: slowest of all keys", SEARCH, max(warm), warm),
        Figure("search", "the same with nothing in memory: slowest way, median", SEARCH, max(cold), cold),
        Figure("tree", "leaves hashed anew and their tree made, CPU seconds", TREE, median(rates), rates),
        Figure("tree", f"`ledger verify` {of}", VERIFIED, verified.seconds),
        Figure(
            "inclusion",
            "proof of one leaf, with nothing in memory",
            INCLUSION,
            median(proofs.cold),
            proofs.cold,
        ),
        Figure("store-memory", "memory of the process that did this", MEMORY, memory.peak / 1e6),
    ]


def _search_lines(searched: Searched) -> list[str]:
    rows: list[tuple[str, ...]] = [("search for the first page", "warm ms", "slowest", "cold ms", "slowest")]
    for way in searched.ways:
        numbers = (median(way.warm), max(way.warm), median(way.cold), max(way.cold))
        rows.append((way.name, *(f"{number:.1f}" for number in numbers)))
    return aligned(rows)


@contextmanager
def _worker(name: str, way: str, folder: Path, more: str) -> Iterator[Contender]:
    command = [sys.executable, "-m", MODULE, way, str(folder), more]
    with worker(f"the store, {name}", command) as made:
        yield made
