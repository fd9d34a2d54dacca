"""The figures of speed: our passes and those of pyx12 over the same files, in turns on one core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import notices, orders
from bench.contenders import Contender
from bench.figures import Bound, Figure, ratio
from bench.turns import Corpus, Pass, Seconds

ORDERS_LINES = 5
FILES_LINES = 10


class Sizes(NamedTuple):
    """How much is measured."""

    orders: int = 10_000
    peer_orders: int = 1_000
    files: int = 2_000
    cartons: int = 1_000


class Corpora:
    """The files that are measured, written into a folder when they are first asked for."""

    def __init__(self, folder: Path, seed: int, sizes: Sizes) -> None:
        self._folder = folder
        self._seed = seed
        self._sizes = sizes
        self._held: dict[str, Corpus] = {}

    @property
    def orders(self) -> Corpus:
        """All orders in one interchange."""
        return self._kept("orders", self._sizes.orders, ORDERS_LINES)

    @property
    def first_orders(self) -> Corpus:
        """The first of them, for those who would take too long over all."""
        return self._kept("first-orders", self._sizes.peer_orders, ORDERS_LINES)

    @property
    def files(self) -> Corpus:
        """Many files with one order each."""
        if "files" not in self._held:
            count = self._sizes.files
            each = enumerate(orders.files(self._seed, count, FILES_LINES), 1)
            written = [self._written(f"{number:05d}.850", data) for number, data in each]
            segments = count * (orders.SEGMENTS_BESIDE_LINES + 2 * FILES_LINES)
            self._held["files"] = _corpus("files of one order", written, count, segments)
        return self._held["files"]

    @property
    def notice(self) -> Corpus:
        """One file with a ship notice of many cartons."""
        if "notice" not in self._held:
            data = notices.notice(self._seed, self._sizes.cartons)
            segments = data.count(b"~") - 4
            self._held["notice"] = _corpus("ship notice", [self._written("notice.856", data)], 1, segments)
        return self._held["notice"]

    def _kept(self, name: str, count: int, lines: int) -> Corpus:
        if name not in self._held:
            path = self._written(f"{name}.850", orders.interchange(self._seed, count, lines))
            segments = count * (orders.SEGMENTS_BESIDE_LINES + 2 * lines)
            self._held[name] = _corpus(name, [path], count, segments)
        return self._held[name]

    def _written(self, name: str, data: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(data)
        return path


class Needs(NamedTuple):
    """The passes that a figure is made of, and how."""

    passes: tuple[str, ...]
    made: Callable[[Seconds, Corpora], Figure]


def passes(corpora: Corpora, ours: Contender, pyx12: Contender, names: Iterable[str]) -> list[Pass]:
    """The passes that these figures need."""
    wanted = {key for name in names for key in FIGURES[name].passes}
    made = {
        "pyx12": lambda: _whole("pyx12: map validation with 997", pyx12, "validate", corpora.first_orders),
        "maps": lambda: _maps(pyx12, corpora.first_orders),
        "validate": lambda: _whole("read + validate", ours, "validate", corpora.orders),
        "canonical": lambda: _whole("read + validate + canonical", ours, "canonical", corpora.orders),
        "spapi": lambda: _whole("850 to SP-API JSON", ours, "translate", corpora.orders),
        "split": lambda: _whole("bytes.split alone", ours, "split", corpora.orders),
        "files": lambda: _whole("single files to canonical", ours, "canonical", corpora.files),
        "cartons": lambda: _whole("856 to canonical", ours, "canonical", corpora.notice),
    }
    return [make()._replace(key=key) for key, make in made.items() if key in wanted]


def figures(seconds: Seconds, corpora: Corpora, names: Iterable[str]) -> list[Figure]:
    """The figures, once the passes were made."""
    return [FIGURES[name].made(seconds, corpora) for name in names]


def _corpus(title: str, files: Sequence[Path], sets: int, segments: int) -> Corpus:
    return Corpus(title, files, sets, segments, sum(path.stat().st_size for path in files))


def _whole(title: str, contender: Contender, task: str, corpus: Corpus) -> Pass:
    return Pass("", title, contender, task, corpus, corpus.sets)


def _maps(pyx12: Contender, corpus: Corpus) -> Pass:
    return Pass("", "pyx12: of this, loading maps", pyx12, "load", corpus, len(corpus.files))


def _against_pyx12(name: str, title: str, bound: Bound, key: str) -> Needs:
    """How many orders we do while pyx12 does one. Its loading of maps is not held against it."""

    def made(seconds: Seconds, corpora: Corpora) -> Figure:
        mapped = zip(seconds["pyx12"], seconds["maps"], strict=True)
        theirs = [(all_of_it - maps) / corpora.first_orders.sets for all_of_it, maps in mapped]
        return ratio(name, title, bound, theirs, _per(seconds[key], corpora.orders.sets))

    return Needs(("pyx12", "maps", key), made)


def _split() -> Needs:
    bound = Bound(10, at_least=False, unit="×")

    def made(seconds: Seconds, _: Corpora) -> Figure:
        title = "bytes.split alone, times faster than read + validate"
        return ratio("split", title, bound, seconds["validate"], seconds["split"])

    return Needs(("validate", "split"), made)


def _against_orders(name: str, title: str, count: Callable[[Corpora], tuple[int, int]]) -> Needs:
    """The time for one byte or segment, against that of the orders in one interchange."""

    def made(seconds: Seconds, corpora: Corpora) -> Figure:
        here, there = count(corpora)
        bound = Bound(2, at_least=False, unit="×")
        return ratio(name, title, bound, _per(seconds[name], here), _per(seconds["canonical"], there))

    return Needs((name, "canonical"), made)


def _per(seconds: Sequence[float], count: int) -> list[float]:
    return [each / count for each in seconds]


TO_CANONICAL = "850 read, validated, made canonical: times pyx12's validation with 997"
TO_VERDICTS = "850 read and validated only: times the same"
TO_SPAPI = "850 to SP-API JSON, checked and read back: times the same"
FILES = "single files of one 850: time for a byte, against the one interchange"
CARTONS = "856 of many cartons: time for a segment, against the 850s"

FIGURES = {
    "canonical": _against_pyx12("canonical", TO_CANONICAL, Bound(50, 70, unit="×"), "canonical"),
    "validate": _against_pyx12("validate", TO_VERDICTS, Bound(None, unit="×"), "validate"),
    "spapi": _against_pyx12("spapi", TO_SPAPI, Bound(35, 50, unit="×"), "spapi"),
    "split": _split(),
    "files": _against_orders("files", FILES, lambda held: (held.files.bytes, held.orders.bytes)),
    "cartons": _against_orders("cartons", CARTONS, lambda held: (held.notice.segments, held.orders.segments)),
}
