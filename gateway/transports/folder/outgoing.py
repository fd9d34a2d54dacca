"""The way out: each delivery is put under its final name at most once, across stops at any moment.

A file is staged under `.staged/ID.part` and synced, then linked to `ID.mark`, then renamed to its final name.
So a mark without a part says that the file was handed over, also when the other side has taken it since; a
mark with a part that it was not; and a part without a mark was never finished. The mark is removed when the
database knows the outcome (`settle`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from gateway.agreements.channel import Taken
from gateway.errors import StorageFullError, UsageError
from gateway.store.open_folders import FolderDisk, Moved, OpenFolder, found_in, names_in, opened_below
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.names import numbered

STAGED = b".staged"
DELIVERED_MODE = 0o660  # the other side reads and removes it, by the group of the folder
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
STAGED_LINKS = 2  # the part and the mark


class State(StrEnum):
    """What became of one delivery."""

    DELIVERED = "delivered"
    ALREADY = "already"  # an earlier try had handed it over
    HELD = "held"  # a file of its name is there, and the channel waits until that was taken


class Delivery(NamedTuple):
    """Bytes to hand over once. `id` names the delivery over all tries."""

    id: str
    name: str
    content: bytes


class Outcome(NamedTuple):
    """What became of a delivery, and the name the file was given; None where that is not known any more."""

    id: str
    state: State
    name: str | None


class Outgoing:
    """Delivers into one folder. One thread at a time delivers."""

    def __init__(self, place: DropFolder, taken: Taken, disk: FolderDisk) -> None:
        self._place = place
        self._taken = taken
        self._disk = disk

    def deliver(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Hands over all of them, and returns when that is on the disk. TransportError when the folder cannot
        be used, StorageFullError when there is no room; then none is told, and all may be tried again."""
        for each in deliveries:
            if not (ID.fullmatch(each.id) and NAME.fullmatch(each.name)):
                raise UsageError(
                    f"A delivery cannot be called {each.id!r} with the file {each.name!r}; use letters, "
                    f"digits, dots and dashes, as `file_name` makes them"
                )
        with self._place.opened() as out:
            self._disk.make_folder_in(out, STAGED)
            with opened_below(out, STAGED) as staged:
                open_ones = self._stage(staged, deliveries)
                outcomes = [self._hand_over(out, staged, each, each.id in open_ones) for each in deliveries]
                # the new names first: a power cut between the two may leave both, and loses none
                self._disk.sync_open_folder(out)
                self._disk.sync_open_folder(staged)
        return outcomes

    def settle(self, ids: Sequence[str]) -> None:
        """Forgets deliveries whose outcome the database knows for good. Not synced: a mark that a power cut
        brings back is listed by `unsettled`."""
        with self._place.opened() as out:
            self._disk.make_folder_in(out, STAGED)
            with opened_below(out, STAGED) as staged:
                for each in ids:
                    self._disk.remove_in(staged, _mark(each))

    def withdraw(self, ids: Sequence[str]) -> None:
        """Forgets deliveries that are held, and are not to be handed over any more."""
        with self._place.opened() as out:
            self._disk.make_folder_in(out, STAGED)
            with opened_below(out, STAGED) as staged:
                for each in ids:
                    # the mark first: without its part it would say that the file was handed over
                    self._disk.remove_in(staged, _mark(each))
                    self._disk.remove_in(staged, _part(each))

    def unsettled(self) -> tuple[str, ...]:
        """The ids of deliveries that were begun and not settled, such as by a process that was stopped."""
        with self._place.opened() as out:
            self._disk.make_folder_in(out, STAGED)
            with opened_below(out, STAGED) as staged:
                return tuple(sorted({name.rpartition(b".")[0].decode() for name in names_in(staged)}))

    def _stage(self, staged: OpenFolder, deliveries: Sequence[Delivery]) -> set[str]:
        """Stages what is not staged yet; the ids of those that are still to be handed over."""
        open_ones = set()
        for each in deliveries:
            part, mark = _part(each.id), _mark(each.id)
            if found_in(staged, mark) is None:
                self._disk.remove_in(staged, part)
                try:
                    self._disk.write_new_in(staged, part, each.content, DELIVERED_MODE)
                except StorageFullError:
                    self._disk.remove_in(staged, part)
                    raise
                self._disk.link_in(staged, part, mark)
            found = found_in(staged, part)
            if found is not None and found.st_nlink == STAGED_LINKS:
                open_ones.add(each.id)
        # a mark must last before its part is renamed, or a repeat would not know of it
        self._disk.sync_open_folder(staged)
        return open_ones

    def _hand_over(self, out: OpenFolder, staged: OpenFolder, each: Delivery, is_open: bool) -> Outcome:
        if not is_open:
            self._disk.remove_in(staged, _part(each.id))  # left where a rename takes two steps
            return Outcome(each.id, State.ALREADY, None)
        name, number = each.name, 1
        while self._disk.move(staged, _part(each.id), out, name.encode()) is Moved.TAKEN:
            if self._taken is Taken.HOLD:
                return Outcome(each.id, State.HELD, None)
            number += 1
            name = numbered(each.name.encode(), number).decode()
        return Outcome(each.id, State.DELIVERED, name)


def _part(delivery: str) -> bytes:
    return delivery.encode() + b".part"


def _mark(delivery: str) -> bytes:
    return delivery.encode() + b".mark"
