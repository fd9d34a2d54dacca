"""The files that are measured, written into a folder when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import notices, orders

ORDERS_LINES = 5
FILES_LINES = 10
OF_ENVELOPE = 4  # segments: ISA, GS, GE, IEA


class Corpus(NamedTuple):
    """Files, and what is in them; segments are those of transaction sets."""

    files: Sequence[Path]
    sets: int
    segments: int
    bytes: int


class Sizes(NamedTuple):
    """How much is measured; `peer_orders` for those who would take too long over all orders."""

    orders: int = 10_000
    peer_orders: int = 1_000
    files: int = 2_000
    notices: int = 20
    cartons: int = 1_000


class Corpora:
    """The files of one seed and size."""

    def __init__(self, folder: Path, seed: int, sizes: Sizes) -> None:
        self._folder = folder
        self._seed = seed
        self._sizes = sizes
        self._held: dict[str, Corpus] = {}

    @property
    def orders(self) -> Corpus:
        """850s in one interchange."""
        return self._orders("orders", self._sizes.orders)

    @property
    def first_orders(self) -> Corpus:
        """The first of them."""
        return self._orders("first-orders", self._sizes.peer_orders)

    @property
    def files(self) -> Corpus:
        """Many files with one 850 each."""
        return self._kept("files", "850", orders.files(self._seed, self._sizes.files, FILES_LINES))

    @property
    def notices(self) -> Corpus:
        """Files with one 856 of many cartons each: a single one would be measured too coarsely."""
        made = (notices.notice(self._seed + n, self._sizes.cartons) for n in range(self._sizes.notices))
        return self._kept("notices", "856", made)

    def _orders(self, name: str, count: int) -> Corpus:
        return self._kept(name, "850", [orders.interchange(self._seed, count, ORDERS_LINES)])

    def _kept(self, name: str, kind: str, files: Iterable[bytes]) -> Corpus:
        if name not in self._held:
            self._held[name] = self._written(name, kind, files)
        return self._held[name]

    def _written(self, name: str, kind: str, files: Iterable[bytes]) -> Corpus:
        folder = self._folder / name
        folder.mkdir()
        paths: list[Path] = []
        sets = segments = size = 0
        for number, data in enumerate(files, 1):
            paths.append(folder / f"{number:05d}.{kind}")
            paths[-1].write_bytes(data)
            sets += data.count(b"~\nST*")
            segments += data.count(b"~") - OF_ENVELOPE
            size += len(data)
        return Corpus(paths, sets, segments, size)
