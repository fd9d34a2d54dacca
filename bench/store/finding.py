"""What is read from a store with many messages: searches, the whole tree of its log, proofs out of it.

*Cold* is what a first reader meets: a new connection, and no page of the database in memory.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlmodel import col

from bench.store.answers import Draws, Memory, Searched, Turn
from bench.store.content import BEGIN, PARTNERS, SPAN, STATES, USAGES, partner_name
from bench.store.opening import FILE, LOG_NAME
from gateway.ledger.tree import Frontier, inclusion_proof, leaf_hashes, verify_inclusion
from gateway.store.messages import PAGE, Search, keys_of, search
from gateway.store.search_keys import Key, KeyKind
from gateway.store.sqlite import SqliteDatabase
from gateway.store.tables import LedgerLeaf
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.writing.books import frontier_of, tiles_of

AT_A_TIME = 4_096  # leaves: a multiple of a tile
STATUS = Path("/proc/self/status")
PEAK = "VmHWM:"
PIECE = 1 << 20
TIMES = 3  # so often each warm draw is made: the quickest tells of the key, the others of the machine
BY_THREE, BY_TWO = COMBINED = ("by partner, state, time", "by ST02 and partner")


class Finding:
    """A store that is read."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._path = folder / FILE
        self._database = SqliteDatabase(self._path)
        self._drawing = random.Random(f"{seed} draws")
        with self._database.reading() as connection:
            self._size: int = connection.execute(select(func.count()).select_from(LedgerLeaf)).scalar_one()

    def searches(self, warm: int, cold: int) -> Searched:
        """Each way of searching, drawn so often; the cold ones last, as they cool what is warm."""
        with self._path.open("rb") as file:
            while file.read(PIECE):
                pass
        took = {name: self._warm(way, warm) for name, way in self._ways().items()}
        return Searched(
            tuple(
                Draws(name, took[name], self._colds(way, cold), combined=name in COMBINED)
                for name, way in self._ways().items()
            )
        )

    def tree(self) -> Turn:
        """Every leaf hashed anew, held against what is kept, and the tree made of all; in CPU seconds."""
        started = time.process_time()
        frontier = Frontier()
        with self._database.reading() as connection:
            for first in range(0, self._size, AT_A_TIME):
                rows = connection.execute(_LEAVES, {"first": first, "end": first + AT_A_TIME}).all()
                hashes = leaf_hashes([body for body, _ in rows])
                if hashes != [kept for _, kept in rows]:
                    raise SystemExit(f"A leaf behind {first:,} has not the hash that is kept of it.")
                frontier, _ = frontier.extended(hashes)
            if frontier.root != frontier_of(connection, self._size).root:
                raise SystemExit("The tree of all leaves is not the one that is kept.")
        return Turn(self._size, time.process_time() - started)

    def verified(self) -> Turn:
        """All that `gateway ledger verify` does with a log, but for signatures; by the clock."""
        started = time.perf_counter()
        with self._database.reading() as connection:
            report = verify(connection, LogKeys(LOG_NAME, None))
        if report.faults or report.looked.leaves != self._size:
            raise SystemExit(f"The log does not hold: {report.faults}")
        return Turn(self._size, time.perf_counter() - started)

    def proofs(self, cold: int) -> Draws:
        """So many proofs of one leaf, each from a tree of which nothing is in memory."""
        with self._database.reading() as connection:
            root = frontier_of(connection, self._size).root
        took = tuple(self._proof(root) for _ in range(cold))
        return Draws("one proof", (), took)

    def memory(self) -> Memory:
        """The most that this process had in memory so far."""
        lines = STATUS.read_text(encoding="utf-8").splitlines()
        (kilobytes,) = (line.split()[1] for line in lines if line.startswith(PEAK))
        return Memory(int(kilobytes) * 1024)

    def _proof(self, root: bytes) -> float:
        number = self._drawing.randrange(self._size)
        with self._cold() as connection:
            started = time.perf_counter()
            proof = inclusion_proof(number, self._size, tiles_of(connection).subtrees)
            seconds = time.perf_counter() - started
            leaf = connection.execute(
                select(col(LedgerLeaf.hash)).where(col(LedgerLeaf.n) == number)
            ).scalar_one()
        if not verify_inclusion(leaf, number, self._size, proof, root):
            raise SystemExit(f"The proof of the leaf {number:,} does not hold.")
        return seconds * 1e3

    def _warm(self, way: Callable[[], Search], draws: int) -> tuple[float, ...]:
        wanted = [way() for _ in range(draws)]
        with self._database.reading() as connection:
            search(connection, way())
            return tuple(min(_timed(connection, each) for _ in range(TIMES)) for each in wanted)

    def _colds(self, way: Callable[[], Search], draws: int) -> tuple[float, ...]:
        took = []
        for wanted in [way() for _ in range(draws)]:
            with self._cold() as connection:
                took.append(_timed(connection, wanted))
        return tuple(took)

    @contextmanager
    def _cold(self) -> Iterator[Connection]:
        """A new connection, with nothing of the database in memory."""
        self._database.close()
        with self._path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with self._database.reading() as connection:
            yield connection

    def _ways(self) -> Mapping[str, Callable[[], Search]]:
        keyed = {f"by {kind.value}": self._by_key(kind) for kind in KeyKind}
        return {
            **keyed,
            "by partner": lambda: Search(partner=self._partner()),
            "by state": lambda: Search(state=self._drawing.choice(STATES)),
            "by test or production": lambda: Search(usage=self._drawing.choice(USAGES)),
            "by time": self._by_time,
            BY_THREE: lambda: self._by_time(self._partner(), self._drawing.choice(STATES)),
            BY_TWO: lambda: Search(key="0001", kind=KeyKind.SET, partner=self._partner()),
        }

    def _by_key(self, kind: KeyKind) -> Callable[[], Search]:
        """Every other time without saying what kind of key it is."""

        def drawn() -> Search:
            key = self._key(kind)
            return Search(key=key.written, kind=kind if self._drawing.random() < 0.5 else None)

        return drawn

    def _key(self, kind: KeyKind) -> Key:
        """One that some message has."""
        while True:
            number = self._drawing.randrange(self._size)
            with self._database.reading() as connection:
                message = connection.execute(
                    select(col(LedgerLeaf.message_id)).where(col(LedgerLeaf.n) == number)
                )
                keys = keys_of(connection, message.scalar_one() or "")
            found = [key for key in keys if key.kind is kind]
            if found:
                return found[0]

    def _partner(self) -> str:
        return partner_name(self._drawing.randrange(PARTNERS))

    def _by_time(self, partner: str | None = None, state: str | None = None) -> Search:
        since = BEGIN + SPAN * self._drawing.random()
        until = since + timedelta(hours=1) * self._drawing.choice((1, 24, 24 * 30))
        return Search(since=since, until=until, partner=partner, state=state)


_LEAVES: Select[bytes, bytes] = (
    select(col(LedgerLeaf.body), col(LedgerLeaf.hash))
    .where(col(LedgerLeaf.n) >= bindparam("first"), col(LedgerLeaf.n) < bindparam("end"))
    .order_by(col(LedgerLeaf.n))
)


def _timed(connection: Connection, wanted: Search) -> float:
    """Milliseconds of one search for the first page."""
    started = time.perf_counter()
    found = search(connection, wanted)
    seconds = time.perf_counter() - started
    if len(found) > PAGE:
        raise SystemExit(f"A page has {len(found)} messages.")
    return seconds * 1e3
