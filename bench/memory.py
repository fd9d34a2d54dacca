"""The figures of memory: `gateway` runs over one huge file, and its greatest resident memory is taken."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bench import command, orders, streamed
from bench.figures import Bound, Figure, aligned
from bench.workspace import PARTNER

GROUP_ORDERS = 10_000
ORDERS_LINES = 5
MEGABYTE = 10**6
ROOM = 3 * 1000 * MEGABYTE  # on the disk, for the huge file and what is beside it
DOCUMENT = '"document":'
NUMBER = '"purchaseOrderNumber":'
ONE = "one.850"


class Way(NamedTuple):
    """One command over the file; each document in its output shows `mark`, none when that is "".

    Without a `module`, which is one of the bench, the command is `gateway`.
    """

    name: str
    arguments: tuple[str, ...]
    mark: str
    module: str = ""


class Sizes(NamedTuple):
    """How much is read: megabytes of the huge interchange, lines of the long order."""

    megabytes: int = 1_000
    lines: int = 100_000


CHECKING = Way("validate", ("validate", "{}"), "")
STREAMING = Way("canonical as it comes", ("{}",), streamed.MARK, streamed.__name__)
READING = Way("translate --to canonical", ("translate", "{}", "--to", "canonical"), DOCUMENT)
WRITING = Way("translate --to spapi", ("translate", "{}", "--to", "spapi", "--partner", PARTNER), NUMBER)
HEADINGS = ("what", "input MB", "peak MB", "of a small file", "CPU s", "MB/s")


class Memory:
    """Measures in one workspace; `lines` tells of each command that was run."""

    def __init__(self, workspace: Path, seed: int, sizes: Sizes) -> None:
        self._workspace = workspace
        self._seed = seed
        self._sizes = sizes
        self._rows: list[tuple[str, ...]] = [HEADINGS]
        self._skipped: list[str] = []
        self._small: dict[str, float] = {}
        (workspace / ONE).write_bytes(orders.interchange(seed, 1, ORDERS_LINES))

    @property
    def lines(self) -> list[str]:
        """A table of what was run, and why something was not."""
        return [*self._skipped, *(aligned(self._rows) if len(self._rows) > 1 else [])]

    def gigabyte(self) -> list[Figure]:
        """An interchange of many orders, read from a file; no figure when the disk has no room for it."""
        free = shutil.disk_usage(self._workspace).free
        if free < ROOM:
            told = f"{free / 1e9:.1f} GB of disk are free, {ROOM / 1e9:.0f} are needed"
            self._skipped.append(f"gigabyte: NOT MEASURED, {told}")
            return []
        pieces = orders.endless(self._seed, GROUP_ORDERS, ORDERS_LINES, self._sizes.megabytes * MEGABYTE)
        path = self._workspace / "huge.850"
        count = _written(path, pieces)
        title = "one interchange of {size:,.0f} MB"
        made = [self.measured("gigabyte", title, 200, way, path, count) for way in (CHECKING, STREAMING)]
        path.unlink()
        return made

    def long_order(self) -> list[Figure]:
        """One order with very many lines."""
        path = self._workspace / "long.850"
        path.write_bytes(orders.interchange(self._seed, 1, self._sizes.lines))
        title = f"one 850 of {self._sizes.lines:,} lines"
        ways = (CHECKING, READING, WRITING)
        return [self.measured("long-order", title, 400, way, path, 1) for way in ways]

    def measured(self, name: str, title: str, most: float, way: Way, path: Path, documents: int) -> Figure:
        """One way over a file, which must let all documents through in at most so many megabytes."""
        ran = self._run(way, path.name)
        fault = ran.fault
        if way.mark and not fault and ran.marks != documents:
            fault = f"{ran.marks:,} of {documents:,} documents came through"
        size, peak = path.stat().st_size / MEGABYTE, ran.peak / MEGABYTE
        small, speed = f"{self._small_peak(way):.0f}", f"{size / ran.cpu:.2f}"
        self._rows.append((way.name, f"{size:,.1f}", f"{peak:.0f}", small, f"{ran.cpu:.1f}", speed))
        bound = Bound(most, at_least=False, unit=" MB")
        return Figure(name, f"{title.format(size=size)}, {way.name}: memory", bound, peak, fault=fault)

    def _small_peak(self, way: Way) -> float:
        """What the same command takes for a file with one order."""
        if way.name not in self._small:
            self._small[way.name] = self._run(way, ONE).peak / MEGABYTE
        return self._small[way.name]

    def _run(self, way: Way, file: str) -> command.Ran:
        arguments = [argument.format(file) for argument in way.arguments]
        return command.measured(self._workspace, arguments, way.mark or DOCUMENT, way.module)


def _written(path: Path, pieces: Iterable[bytes]) -> int:
    """Write the pieces; how many transaction sets they hold."""
    sets = 0
    with path.open("wb") as file:
        for piece in pieces:
            sets += piece.count(b"~\nSE*")
            file.write(piece)
    return sets
