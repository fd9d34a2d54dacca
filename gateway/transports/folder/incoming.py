"""The way in: looks at a drop folder, and claims the files that are whole.

Whoever may write in the folder may also rename, replace and link there at any moment. So every step goes by
open folders, what was claimed is looked at again, and what is no plain file is never read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from gateway.agreements.channel import Whole
from gateway.errors import StorageDoubtError, StoreError, TransportError
from gateway.store.open_folders import FolderDisk, Moved, OpenFolder, found_in, opened_below, printable
from gateway.transports.folder.claims import CLAIMED, INCOMPLETE, Claim, DropFolder, move_beside, open_file
from gateway.transports.folder.endings import HEAD_BYTES, TAIL_BYTES, EndsWhole, ends_whole
from gateway.transports.folder.names import fitted
from gateway.transports.folder.wholeness import Judged, Looks, Seen, Verdict

MOST_AT_ONCE = 2000  # files claimed by one look, so that other channels have their turn


class Kind(StrEnum):
    """What an incident is about."""

    FOLDER = "folder"  # the folder itself cannot be used
    REFUSED = "refused"  # a link, pipe or device, which is never taken
    GIVEN_UP = "given up"  # a file that stayed cut, and was set aside


class Incident(NamedTuple):
    """Something a person should know, told once. `name` is that of the file, empty for the folder."""

    kind: Kind
    name: str
    text: str


class GivenUp(NamedTuple):
    """A file that stayed cut: the name it was dropped under, and the one it has in `.incomplete`."""

    name: bytes
    kept: bytes


class Look(NamedTuple):
    """What one look brought: files that were claimed, those that stayed cut, and how many are waited for."""

    claims: tuple[Claim, ...] = ()
    given_up: tuple[GivenUp, ...] = ()
    incidents: tuple[Incident, ...] = ()
    waiting: int = 0


class Incoming:
    """Looks at one drop folder. `new_id` gives ids of letters and digits, each once. One thread looks."""

    def __init__(
        self,
        place: DropFolder,
        whole: Whole,
        disk: FolderDisk,
        new_id: Callable[[], str],
        others_end: EndsWhole | None = None,
    ) -> None:
        self._place = place
        self._looks = Looks(whole)
        self._disk = disk
        self._new_id = new_id
        self._others_end = others_end
        self._told: set[bytes] = set()  # names that were refused; the empty one is the folder's

    def look(self, now: float, most: int = MOST_AT_ONCE) -> Look:
        """Claims what is whole, the oldest first; returns when the claims are on the disk. `now` are seconds
        of a clock that never goes back. A folder that cannot be used is an incident, told once."""
        try:
            with self._place.opened() as folder:
                found = self._looked(folder, now, most)
        except StorageDoubtError:
            raise
        except (TransportError, StoreError) as error:
            return Look(incidents=self._tell(Kind.FOLDER, b"", str(error)))
        self._told.discard(b"")
        return found

    def _looked(self, folder: OpenFolder, now: float, most: int) -> Look:
        files, strange = _scan(folder)
        judged = list(self._looks.look(files, now, lambda name: self._ends(folder, name)))
        whole = [each for each in judged if each.verdict is Verdict.WHOLE]
        whole.sort(key=lambda each: (each.seen.mtime_ns, each.name))
        claims = self._claim(folder, whole[:most]) if whole else ()
        given_up = self._give_up(folder, [each for each in judged if each.verdict is Verdict.GIVEN_UP])
        self._told &= {*strange, b""}
        incidents = [
            incident
            for name in strange
            for incident in self._tell(Kind.REFUSED, name, _refusal(folder, name))
        ]
        incidents += [
            Incident(Kind.GIVEN_UP, printable(each.name), _given_up(folder, each)) for each in given_up
        ]
        waiting = len(judged) - len(claims) - len(given_up)
        return Look(claims, given_up, tuple(incidents), waiting)

    def _claim(self, folder: OpenFolder, whole: Sequence[Judged]) -> tuple[Claim, ...]:
        """Claims all of them, then makes it last once for all."""
        self._disk.make_folder_in(folder, CLAIMED)
        with opened_below(folder, CLAIMED) as claimed:
            tried = (self._claim_one(folder, claimed, each) for each in whole)
            claims = tuple(claim for claim in tried if claim is not None)
            if claims:
                # the new names first: a power cut between the two may leave both, and loses none
                self._disk.sync_open_folder(claimed)
                self._disk.sync_open_folder(folder)
        return claims

    def _claim_one(self, folder: OpenFolder, claimed: OpenFolder, judged: Judged) -> Claim | None:
        claim = Claim(self._new_id(), fitted(judged.name))
        # markers go first: one that is left behind would vouch for the next file of this name
        for marker in judged.markers:
            self._disk.move(folder, marker, claimed, claim.stored + _ending(marker))
        if self._disk.move(folder, judged.name, claimed, claim.stored) is Moved.DONE:
            self._looks.forget(judged.name)
            found = found_in(claimed, claim.stored)
            if found is not None and _seen(found) == judged.seen and stat.S_ISREG(found.st_mode):
                return claim
            # it was replaced or written to between look and claim: it goes back, to be looked at anew
            self._disk.move(claimed, claim.stored, folder, judged.name)
        for marker in judged.markers:
            self._disk.move(claimed, claim.stored + _ending(marker), folder, marker)
        return None

    def _give_up(self, folder: OpenFolder, cut: Sequence[Judged]) -> tuple[GivenUp, ...]:
        if not cut:
            return ()
        self._disk.make_folder_in(folder, INCOMPLETE)
        given_up = []
        with opened_below(folder, INCOMPLETE) as kept:
            for each in cut:
                for marker in each.markers:
                    self._disk.remove_in(folder, marker)
                name = move_beside(self._disk, folder, each.name, kept, fitted(each.name))
                self._looks.forget(each.name)
                if name is not None:
                    given_up.append(GivenUp(each.name, name))
        return tuple(given_up)

    def _ends(self, folder: OpenFolder, name: bytes) -> bool | None:
        try:
            number = open_file(folder, name)
        except TransportError:
            return None
        try:
            size = os.fstat(number).st_size
            head = os.pread(number, HEAD_BYTES, 0)
            tail = head if size <= HEAD_BYTES else os.pread(number, TAIL_BYTES, size - TAIL_BYTES)
        finally:
            os.close(number)
        return ends_whole(head, tail, self._others_end)

    def _tell(self, kind: Kind, name: bytes, text: str) -> tuple[Incident, ...]:
        if name in self._told:
            return ()
        self._told.add(name)
        return (Incident(kind, printable(name), text),)


def _scan(folder: OpenFolder) -> tuple[dict[bytes, Seen], list[bytes]]:
    """The regular files of the folder, and what is neither file nor folder nor hidden."""
    files: dict[bytes, Seen] = {}
    strange = []
    with os.scandir(folder.number) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            if name.startswith(b"."):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(found.st_mode):
                files[name] = _seen(found)
            elif not stat.S_ISDIR(found.st_mode):
                strange.append(name)
    return files, sorted(strange)


def _seen(found: os.stat_result) -> Seen:
    return Seen(found.st_size, found.st_mtime_ns, found.st_ino)


def _ending(marker: bytes) -> bytes:
    return b"." + marker.rpartition(b".")[2]


def _refusal(folder: OpenFolder, name: bytes) -> str:
    return (
        f"{folder.file(name)} is a link, pipe, socket or device, which is never taken. Put the file itself "
        f"into the folder, and remove what stands there."
    )


def _given_up(folder: OpenFolder, each: GivenUp) -> str:
    return (
        f"{folder.file(each.name)} stayed cut until the patience of the channel was over: its end is "
        f"missing. It was put into .incomplete as {printable(each.kept)}. Send the whole file again."
    )
