"""Files renamed into a drop folder, at once or at a steady rate, until nothing of them is left to do."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.exchange import place as places
from bench.exchange.service import Service
from bench.exchange.watching import Watched

LOOK_EVERY = 0.02  # seconds; so much too long a wait may come out
COUNT_EVERY = 5  # looks
PATIENCE = 120.0  # seconds
DELIVERED = "delivered"


class Ran(NamedTuple):
    """What came of a turn: of each file how long it took, of all from first to last, and CPU seconds."""

    waits: Sequence[float]
    seconds: float
    cpu: float


class Exchanged:
    """One workspace whose service is at work; turns follow each other in it."""

    def __init__(self, place: Path, service: Service, watched: Watched) -> None:
        self._place = place
        self._service = service
        self._watched = watched
        self.files = 0

    def turn(self, files: Sequence[Path], rate: float | None = None) -> Ran:
        """Rename files in, so many in a second or all at once, and wait until all of them are delivered."""
        self.files += len(files)
        cpu = self._service.cpu_seconds()
        begun = self._renamed(files, rate)
        self._wait()
        cpu = self._service.cpu_seconds() - cpu
        self.check_folders()
        ended = self._watched.ended()
        waits = [ended[name] - since for name, since in begun.items()]
        return Ran(waits, max(ended[name] for name in begun) - min(begun.values()), cpu)

    def _renamed(self, files: Sequence[Path], rate: float | None) -> Mapping[str, float]:
        """When each file got its name in the drop folder."""
        begun = {}
        start = time.monotonic()
        for number, file in enumerate(files):
            due = start + number / rate if rate else start
            while (now := time.monotonic()) < due:
                self._watched.look()
                time.sleep(min(LOOK_EVERY, due - now))
            begun[file.name] = time.monotonic()
            file.rename(self._place / places.INTO / file.name)
        return begun

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        looks = 0
        while time.monotonic() < until:
            self._watched.look()
            looks += 1
            if looks % COUNT_EVERY == 0:
                self._service.check()
                if self._is_done():
                    self._watched.look()
                    return
            time.sleep(LOOK_EVERY)
        raise SystemExit(
            f"{self.files:,} files were not delivered within {PATIENCE:.0f} s: {self._watched.states()}; "
            f"{self._service.last_words()}"
        )

    def _is_done(self) -> bool:
        states = self._watched.states()
        sent, documents = states.get(("sending", DELIVERED), 0), states.get(("document", DELIVERED), 0)
        return (documents, sent) == (self.files, 2 * self.files)

    def check_folders(self) -> None:
        """See that what the rows say is so in the folders."""
        found = {
            "archived": places.archived(self._place),
            places.HANDED: places.handed_over(self._place, places.HANDED),
            places.ANSWERED: places.handed_over(self._place, places.ANSWERED),
        }
        wrong = {name: count for name, count in found.items() if count != self.files}
        if wrong:
            raise SystemExit(f"Of {self.files:,} files the folders hold {wrong}; nothing is measured.")
