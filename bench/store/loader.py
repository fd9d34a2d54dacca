"""Fills a store with many messages in a few minutes, for what is only seen when there are many."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from bench.store import content
from bench.store.opening import FILE, WHO, opened, parts
from bench.store.rows import COLUMNS, Numbered, Rows, Stretch, rows_of
from gateway.ledger.tree import Frontier
from gateway.store.people import actor_id, partner_id
from gateway.store.tables import LedgerLeaf
from gateway.store.writing.books import frontier_of
from gateway.store.writing.transaction import Transaction

STRETCH = 5_000  # messages that are made at a time
AHEAD = 3  # stretches that may wait for being written, for each process that makes them
CACHE_KILOBYTES = 1_500_000
PARTNERS_LEAVES = 1  # each partner has: the one that it was added with


class _Standing:
    """The clock of a store that is about to begin."""

    def now(self) -> datetime:
        """Before the first message."""
        return content.BEGIN

    def monotonic(self) -> float:
        """It stands."""
        return 0.0


def load(folder: Path, seed: int, messages: int) -> None:
    """Make a store in an empty folder, with so many messages in it."""
    beginning = _begun(folder, seed)
    senders = counted(content.senders(seed, messages))
    stretches = [
        Stretch(
            seed=seed,
            first=first,
            of=senders[first : first + STRETCH],
            all=messages,
            leaf=beginning.frontier.size + first,
            earlier=PARTNERS_LEAVES,
            ids=beginning.partners,
            who=beginning.who,
        )
        for first in range(0, messages, STRETCH)
    ]
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        for quick in (f"cache_size=-{CACHE_KILOBYTES}", "journal_mode=OFF", "synchronous=OFF"):
            connection.execute(f"PRAGMA {quick}")
        connection.execute("BEGIN EXCLUSIVE")
        frontier = beginning.frontier
        for made in _made(stretches):
            frontier = _written(connection, made, frontier)
        sent = Counter(beginning.partners[content.partner_name(place)] for place, _ in senders)
        connection.executemany(
            "UPDATE partner SET leaves = leaves + ? WHERE id = ?",
            [(n, partner) for partner, n in sent.items()],
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    os.sync()  # or what is measured next would wait for the pages of this


class _Beginning(NamedTuple):
    """What a store has before its first message: its tree, ids of partners by name and of who receives."""

    frontier: Frontier
    partners: Mapping[str, str]
    who: str


def _begun(folder: Path, seed: int) -> _Beginning:
    store = opened(parts(folder, clock=_Standing(), random=Numbered(f"{seed} beginning")))
    with closing(store):
        who, partners = store.writer.do(_entered)
        with store.database.reading() as connection:
            size = connection.execute(select(func.count()).select_from(LedgerLeaf)).scalar_one()
            return _Beginning(frontier_of(connection, size), partners, who)


def _entered(transaction: Transaction) -> tuple[str, Mapping[str, str]]:
    who = actor_id(transaction, WHO)
    names = map(content.partner_name, range(content.PARTNERS))
    return who, {name: partner_id(transaction, name, who) for name in names}


def counted(places: Iterable[int]) -> list[tuple[int, int]]:
    """Each place with how often it has come, from 1."""
    counts: Counter[int] = Counter()
    pairs = []
    for place in places:
        counts[place] += 1
        pairs.append((place, counts[place]))
    return pairs


def _made(stretches: Sequence[Stretch]) -> Iterator[Rows]:
    """The rows of all, in order; with more than one stretch made by all cores, a few ahead."""
    if len(stretches) == 1:
        yield rows_of(stretches[0])
        return
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        coming: deque[Future[Rows]] = deque()
        for stretch in stretches:
            if len(coming) == AHEAD * cores:
                yield coming.popleft().result()
            coming.append(pool.submit(rows_of, stretch))
        while coming:
            yield coming.popleft().result()


def _written(connection: sqlite3.Connection, made: Rows, frontier: Frontier) -> Frontier:
    """Write rows, and the nodes that their leaves complete; gives the tree with them."""
    for table, rows in made.rows.items():
        connection.executemany(_insert(table, COLUMNS[table]), rows)
    grown, nodes = frontier.extended(made.hashes)
    kept = [(node.level, node.index, node.hash) for node in nodes]
    connection.executemany(_insert("ledger_node", ("level", "n", "hash")), kept)
    return grown


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
