"""Large payloads as files: each under a random name, kept before any row names it.

A file stands in two folders that its name begins with, `ab/cd/abcd...`. It is written aside, synced, named,
and its folder synced. A stop in between leaves a file that no row names; the sweep at the next start removes
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from gateway.errors import StoreError, TamperedError
from gateway.ports import Randomness
from gateway.store.disk import PART, Disk
from gateway.store.room import ALL_MAY_BE_USED, MIB, LowWater

NAME_BYTES = 16
NAME = re.compile(r"[0-9a-f]{32}")
FOLDER = re.compile(r"[0-9a-f]{2}")
ROOM_ASKED_EVERY = 64 * MIB
NAMES_AT_ONCE = 500
MOST_STRAYS = 1000

Known = Callable[[Sequence[str]], Collection[str]]
"""Of at most 500 names those that a row names; for a set of them, its method `intersection`."""


class Kept(NamedTuple):
    """A file of the vault: its name there, and its size in bytes."""

    name: str
    size: int


class Spooled(NamedTuple):
    """Where the bytes are: in `inline` when they are few, else in the vault under `name`."""

    size: int
    inline: bytes | None
    name: str | None


class Swept(NamedTuple):
    """What a sweep did: how many half-written files and files without a row went, how many stayed.

    `foreign` are names that the vault never gave; they are left as they are.
    """

    half_written: int
    strays: int
    kept: int
    foreign: tuple[str, ...]


class Vault:
    """The files in one folder; its parent must be there. Threads may share it.

    No file is begun and none grows when less than the `low_water` mark would be left free.
    """

    def __init__(
        self, folder: Path, disk: Disk, random: Randomness, low_water: LowWater = ALL_MAY_BE_USED
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._random = random
        self._low_water = low_water
        self._firm: set[Path] = set()  # at most 65,793: the folders known to outlast a power cut

    def check_room(self) -> None:
        """Raises `StorageFullError` when the disk has no room for anything that could come."""
        self._low_water.check(self._disk, self._folder.parent, 0)

    def keep(self, sealed: Iterable[bytes]) -> Kept:
        """Keeps the bytes; when it returns they outlast a power cut.

        When it raises, no file was promised, and unless the disk is in doubt there is none.
        """
        name = self._random.bytes(NAME_BYTES).hex()
        path = self._path(name)
        self._refuse_links(path)
        self._make_firm(path.parent)
        if self._disk.exists(path):
            raise StoreError(
                f"{path} is there already, so a random name came twice. Nothing was kept. Check the source "
                f"of randomness of this machine (is it a copy of another?) before anything more is taken."
            )
        part = path.with_name(name + PART)
        size = self._disk.write_aside(part, self._while_there_is_room(sealed))
        self._disk.rename(part, path)
        self._disk.sync_folder(path.parent)
        return Kept(name, size)

    def open(self, name: str) -> Iterator[bytes]:
        """The bytes of the file, in pieces; it is opened when the first is asked for."""
        path = self._path(name)
        self._refuse_links(path)
        if not self._disk.exists(path):
            raise TamperedError(
                f"{path} is not there, though a payload is kept in it. Bring it back from a backup, and find "
                f"out who could remove it."
            )
        return self._disk.read(path)

    def remove(self, name: str) -> None:
        """Removes the file for good; that there is none is no fault. Its row must not name it any more."""
        path = self._path(name)
        self._refuse_links(path)
        if self._disk.exists(path):
            self._disk.remove(path)
            self._disk.sync_folder(path.parent)

    def sweep(self, known: Known, most_strays: int = MOST_STRAYS) -> Swept:
        """Removes half-written files and files that no row names; only before anything else is kept.

        More than `most_strays` files without a row are no left-overs of a stop but the vault of another
        database, or an older one: then none of them is removed, and StoreError says so.
        """
        half_written, kept = 0, 0
        strays: list[str] = []
        foreign: list[str] = []
        for folder, files in self._walk(foreign):
            parts = [file for file in files if file.endswith(PART) and NAME.fullmatch(file[: -len(PART)])]
            self._remove_all(folder, parts)
            half_written += len(parts)
            names = [file for file in files if self._belongs(folder, file)]
            unknown = _unknown(names, known)
            strays += unknown
            kept += len(names) - len(unknown)
            foreign += sorted(str(folder / file) for file in set(files).difference(names, parts))
            if len(strays) > most_strays:
                raise StoreError(
                    f"The vault {self._folder} holds more than {most_strays} files that no row of the "
                    f"database names. None of them was removed. Check that this is the vault of this "
                    f"database, and that the database is not an older copy of it."
                )
        for name in strays:
            self.remove(name)
        return Swept(half_written, len(strays), kept, tuple(foreign))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise StoreError(
                f"{name[:60]!r} is no name of a file in the vault {self._folder}: such a name has 32 of the "
                f"characters 0 to 9 and a to f. Check the row that holds it."
            )
        return self._folder / name[:2] / name[2:4] / name

    def _belongs(self, folder: Path, file: str) -> bool:
        return NAME.fullmatch(file) is not None and self._path(file).parent == folder

    def _make_firm(self, folder: Path) -> None:
        """The folder and those above it up to the vault's, made and synced once by this process."""
        for level in (self._folder, folder.parent, folder):
            if level not in self._firm:
                self._disk.make_folder(level)
                self._firm.add(level)

    def _refuse_links(self, path: Path) -> None:
        for folder in (path.parent.parent, path.parent):
            if self._disk.is_link(folder):
                raise StoreError(
                    f"{folder} is a link that leads out of the vault; nothing was read, kept or removed. "
                    f"Find out who put it there, and remove it."
                )

    def _while_there_is_room(self, sealed: Iterable[bytes]) -> Iterator[bytes]:
        unasked = ROOM_ASKED_EVERY
        for piece in sealed:
            unasked += len(piece)
            if unasked >= ROOM_ASKED_EVERY:
                self._low_water.check(self._disk, self._folder, len(piece))
                unasked = 0
            yield piece

    def _walk(self, foreign: list[str]) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Each innermost folder with its files; what else stands in the vault is added to `foreign`."""
        for outer in self._folders_of(self._folder, foreign):
            for inner in self._folders_of(outer, foreign):
                found = self._disk.entries(inner)
                foreign += [str(inner / name) for name in (*found.folders, *found.others)]
                yield inner, found.files

    def _folders_of(self, folder: Path, foreign: list[str]) -> list[Path]:
        found = self._disk.entries(folder)
        ours = [name for name in found.folders if FOLDER.fullmatch(name)]
        strange = set(found.folders).difference(ours).union(found.files, found.others)
        foreign += sorted(str(folder / name) for name in strange)
        return [folder / name for name in ours]

    def _remove_all(self, folder: Path, files: Sequence[str]) -> None:
        for file in files:
            self._disk.remove(folder / file)
        if files:
            self._disk.sync_folder(folder)


class Spool:
    """Takes bytes of which nobody knows how many there will be: few stay in memory, more go to the vault."""

    def __init__(self, vault: Vault, inline_limit: int) -> None:
        self._vault = vault
        self._inline_limit = inline_limit

    def keep(self, sealed: Iterable[bytes]) -> Spooled:
        """At most `inline_limit` bytes are given back in memory; more are kept in the vault as they come."""
        held = bytearray()
        coming = iter(sealed)
        for piece in coming:
            held += piece
            if len(held) > self._inline_limit:
                kept = self._vault.keep(chain((bytes(held),), coming))
                return Spooled(kept.size, None, kept.name)
        return Spooled(len(held), bytes(held), None)


def _unknown(names: Sequence[str], known: Known) -> list[str]:
    found: list[str] = []
    for start in range(0, len(names), NAMES_AT_ONCE):
        batch = names[start : start + NAMES_AT_ONCE]
        found += sorted(set(batch).difference(known(batch)))
    return found
