"""A customer and an ERP that outlast a loss of power of the machine of the gateway."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from tests.kills.documents import is_whole
from tests.kills.trading import DROPS, TAKES, Peers, Taken

NOTED = b"peers noted "
Tell = Callable[["CarefulPeers"], None]


class CarefulPeers(Peers):
    """Peers who note what they are about to do, and sync what they did, before anything rests on it.

    A name that a rename gave can be seen before it outlasts a loss of power; so they sync a folder before
    they act upon what they see in it.
    """

    def __init__(self, root: Path, tell: Tell) -> None:
        super().__init__(root)
        self.halves: list[str] = []  # files that they were handed and that were not whole
        self.doubtful: list[tuple[str, str]] = []  # drops that may not be on the disk yet
        self._tell = tell

    def order(self) -> None:
        """Drop the next order, and return when it is on the disk."""
        super().order()
        self._tell(self)
        self._put()

    def take(self) -> int:
        """Take the first file that is there, and answer it."""
        found = [*islice(self._there(), 1)]
        for each in found:
            synced(self.root / each.folder)
            self._took(each)
            self._tell(self)
            (self.root / each.folder / each.name).unlink()
            self._put()
        return len(found)

    def resume(self) -> list[str]:
        """Go on after a loss of power; the drops that it took, which were not on the disk for certain."""
        taken = {(each.folder, each.name) for each in self.taken}
        for folder in (*TAKES, *DROPS):
            for path in (self.root / folder).iterdir():
                if (folder, path.name) in taken or path.name.endswith(".part"):
                    path.unlink()
        lost = [drop for drop in self.doubtful if not self._is_anywhere(*drop)]
        self.doubtful = lost
        self._put()
        return [name for _, name in lost]

    def _is_anywhere(self, folder: str, name: str) -> bool:
        place = self.root / folder
        claimed = (path.name.partition("-")[2] for path in place.glob(".claimed/*"))
        return (place / name).exists() or name in claimed or any(place.glob(f".archive/*/{name}"))

    def _took(self, taken: Taken) -> None:
        if is_whole(taken.name, taken.data):
            super()._took(taken)
        else:
            self.halves.append(taken.name)

    def _drop(self, folder: str, name: str, data: bytes) -> None:
        self.dropped[folder, name] = data
        self.doubtful.append((folder, name))

    def _put(self) -> None:
        if not self.doubtful:
            return
        while self.doubtful:
            folder, name = self.doubtful[0]
            place = self.root / folder
            part = place / f".{name}.part"
            part.write_bytes(self.dropped[folder, name])
            synced(part)
            part.rename(place / name)
            synced(place)
            del self.doubtful[0]
        self._tell(self)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_tell": silent}


def silent(peers: CarefulPeers) -> None:
    """Nobody listens."""


def synced(path: Path) -> None:
    """Return when a file or folder is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def noted_by(answer: bytes) -> int | None:
    """The number of the note that an answer tells of; None where it is none of the peers."""
    return int(answer[len(NOTED) :]) if answer.startswith(NOTED) else None


def peers_of(notes: Path, number: int, root: Path) -> CarefulPeers:
    """The peers as they noted themselves, in another workspace."""
    peers = pickle.loads((notes / str(number)).read_bytes())
    assert isinstance(peers, CarefulPeers)
    peers.root = root
    return peers
