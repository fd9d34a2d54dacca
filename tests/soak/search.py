"""One search: a target, the watch over it, the inputs made for it, and a file that tells how far it is."""

from __future__ import annotations

import random
import time
from pathlib import Path

import msgspec

from tests.soak.mutation import Mutator
from tests.soak.promise import Target
from tests.soak.targets import TARGETS
from tests.soak.watch import Status, Watch

__all__ = ["LONGEST_INPUT", "STATUS_FILE", "Search"]

LONGEST_INPUT = 96 * 1024  # bytes
STATUS_FILE = "status.json"
WRITE_EVERY = 2.0  # seconds
FROM_SEED = 0.05  # of the inputs are made of a seed, whatever the guide prefers


class Search:
    """The search of one target; crashers and the state go into `folder`."""

    def __init__(self, name: str, engine: str, folder: Path) -> None:
        self.target: Target = TARGETS[name]
        self.seeds = tuple(self.target.seeds())
        self.watch = Watch(self.target, folder, Status(name, engine, len(self.seeds)))
        self._mutator = Mutator(self.target.marks, self.seeds)
        self._file = folder / STATUS_FILE
        self._began = time.monotonic()
        self._written = 0.0

    def look(self, data: bytes) -> None:
        """Look at one input; write down now and then how far it is."""
        self.watch.look(data)
        if time.monotonic() - self._written > WRITE_EVERY:
            self.write_status()

    def write_status(self) -> None:
        """Replace the file that tells how far it is."""
        self._written = time.monotonic()
        status = self.watch.status
        status.seconds = self._written - self._began
        aside = self._file.with_suffix(".new")
        aside.write_bytes(msgspec.json.encode(status))
        aside.replace(self._file)

    def changed(self, data: bytes, longest: int, chance: random.Random) -> bytes:
        """An input made of another one, or of a seed."""
        if len(data) < 2 or chance.random() < FROM_SEED:
            data = chance.choice(self.seeds)
        return self._mutator.changed(data, chance, longest)
