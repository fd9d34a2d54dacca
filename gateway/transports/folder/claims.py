"""Files that were claimed: listed after a stop, read, archived, set aside or given back."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gateway.errors import TransportError
from gateway.store.open_folders import (
    FolderDisk,
    Moved,
    OpenFolder,
    found_in,
    names_in,
    opened_below,
    opened_folder,
    printable,
)
from gateway.transports.folder.names import MARKERS, numbered

CLAIMED = b".claimed"
ARCHIVE = b".archive"
QUARANTINE = b".quarantine"
INCOMPLETE = b".incomplete"
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would wait for a writer
READ_BYTES = 1024 * 1024


class Claim(NamedTuple):
    """A file that belongs to the gateway now. `id`, of letters and digits, names it in the store: a claim is
    kept once, however often it is handed over. `name` is as it was dropped, shortened where too long."""

    id: str
    name: bytes

    @property
    def stored(self) -> bytes:
        """Its name among the claimed ones."""
        return self.id.encode() + b"-" + self.name


class DropFolder(NamedTuple):
    """Where a drop folder is: the parts of its path below the operator's `root`, where others may write."""

    root: Path
    below: tuple[bytes, ...]

    @classmethod
    def of(cls, root: Path, folder: str) -> DropFolder:
        """The folder of this name, as a channel is configured with it."""
        return cls(root, tuple(os.fsencode(part) for part in folder.split("/") if part))

    @property
    def path(self) -> Path:
        """Where it stands, for messages."""
        return self.root.joinpath(*(printable(part) for part in self.below))

    @contextmanager
    def opened(self, *inner: bytes) -> Iterator[OpenFolder]:
        """The folder, or one of its inner ones; TransportError when it cannot be used."""
        try:
            with opened_folder(self.root, *self.below, *inner) as folder:
                yield folder
        except OSError as error:
            raise TransportError(self.unusable(error)) from error

    def unusable(self, error: OSError) -> str:
        """What is wrong with the folder, and what to do."""
        return (
            f"The folder {self.path} cannot be used: {error.strerror or error}. Nothing is taken from "
            f"it or put into it. See that it and its hidden folders are there, are folders and no "
            f"links, and that the user "
            f"of the gateway may read and write in them; it is tried again by itself."
        )


class Claims:
    """The claimed files of one drop folder. Threads may share it."""

    def __init__(self, place: DropFolder, disk: FolderDisk) -> None:
        self._place = place
        self._disk = disk

    def left(self) -> tuple[Claim, ...]:
        """What is claimed and neither archived nor set aside, such as by a process that was stopped.

        A marker whose file was not claimed any more goes back to it. Call it before the first look.
        """
        with self._place.opened() as folder:
            self._disk.make_folder_in(folder, CLAIMED)
            with opened_below(folder, CLAIMED) as claimed:
                names = names_in(claimed)
                stored = {name for name in names if not name.endswith(MARKERS)}
                for name in names:
                    if name not in stored and name.rpartition(b".")[0] not in stored:
                        self._disk.move(claimed, name, folder, name.partition(b"-")[2])
        parts = (name.partition(b"-") for name in sorted(stored))
        return tuple(Claim(claim_id.decode("ascii", "replace"), name) for claim_id, _, name in parts)

    @contextmanager
    def opened(self, claim: Claim) -> Iterator[Iterator[bytes]]:
        """The bytes of a claim, in pieces; TransportError behind the last when somebody wrote meanwhile."""
        with self._place.opened(CLAIMED) as claimed:
            number = open_file(claimed, claim.stored)
        try:
            yield _pieces(number, printable(claim.name))
        finally:
            os.close(number)

    def archive(self, claims: Sequence[Claim], day: str) -> None:
        """Puts claims into `.archive/DAY/`, never in place of others. Not synced: after a power cut a claim
        may be back among the claimed, and the store knows it by its id."""
        self._put_away(claims, (ARCHIVE, day.encode()))

    def set_aside(self, claim: Claim, kind: bytes = QUARANTINE) -> None:
        """Puts a claim into a hidden folder of this kind, for a person to look at."""
        self._put_away((claim,), (kind,))

    def give_back(self, claim: Claim) -> bool:
        """Gives a claim its name back, to be looked at anew; False when another has it by now."""
        with self._place.opened() as folder, self._place.opened(CLAIMED) as claimed:
            return self._disk.move(claimed, claim.stored, folder, claim.name) is Moved.DONE

    def _put_away(self, claims: Sequence[Claim], place: tuple[bytes, ...]) -> None:
        for depth, name in enumerate(place):
            with self._place.opened(*place[:depth]) as above:
                self._disk.make_folder_in(above, name)
        with self._place.opened(CLAIMED) as claimed, self._place.opened(*place) as kept:
            for claim in claims:
                move_beside(self._disk, claimed, claim.stored, kept, claim.name)
                for ending in MARKERS:
                    self._disk.remove_in(claimed, claim.stored + ending)


def move_beside(
    disk: FolderDisk, old: OpenFolder, old_name: bytes, new: OpenFolder, name: bytes
) -> bytes | None:
    """Moves a file to this name, or to a numbered one where that is taken; which, or None when it is gone."""
    number, wanted = 1, name
    while (moved := disk.move(old, old_name, new, wanted)) is Moved.TAKEN:
        number += 1
        wanted = numbered(name, number)
    return wanted if moved is Moved.DONE else None


def open_file(folder: OpenFolder, name: bytes) -> int:
    """Opens a regular file to read; TransportError when it is gone, or is no such file."""
    found = found_in(folder, name)
    if found is not None and stat.S_ISREG(found.st_mode):
        try:
            number = os.open(name, READ_FLAGS, dir_fd=folder.number)
        except OSError as error:
            raise TransportError(
                f"{folder.file(name)} cannot be read: {error.strerror}. See that the user of the gateway may "
                f"read it; it is tried again by itself."
            ) from error
        if stat.S_ISREG(os.fstat(number).st_mode):
            return number
        os.close(number)
    raise TransportError(
        f"{folder.file(name)} is no file any more; somebody moved or replaced it. See who writes there "
        f"beside the gateway, and drop the document again if it is missed."
    )


def _pieces(number: int, name: str) -> Iterator[bytes]:
    before = os.fstat(number)
    left = before.st_size
    while left and (piece := os.read(number, min(READ_BYTES, left))):  # one that grows would have no end
        left -= len(piece)
        yield piece
    after = os.fstat(number)
    if left or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise TransportError(
            f"{name} was still written to while it was read. Nothing was taken of it. Write it under another "
            f"name and rename it when it is whole, and set `whole: by: rename` for the channel."
        )
