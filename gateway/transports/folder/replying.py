"""Puts the replies beside the files of a drop folder: NAME.ok or NAME.err, each whole or not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gateway.agreements.channel import WholeBy
from gateway.store.open_folders import FolderDisk
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.names import fitted

REPLY_MODE = 0o660  # the system that dropped the file reads and removes it, by the group of the folder


class Reply(NamedTuple):
    """What is said of one file: whether it was taken, and the text."""

    name: bytes
    ok: bool
    text: bytes


class Replying:
    """Writes replies into one drop folder. Threads may share it where they answer different files."""

    def __init__(self, place: DropFolder, disk: FolderDisk, by: WholeBy) -> None:
        self._place = place
        self._disk = disk
        # where NAME.ok is what says that a file is whole, a reply of that name would say so too early
        self._middle = b".reply" if by is WholeBy.MARKER else b""

    def reply(self, replies: Sequence[Reply]) -> None:
        """Puts the replies there, in place of earlier ones of the same files, and syncs the folder once."""
        with self._place.opened() as folder:
            for reply in replies:
                stem = fitted(reply.name) + self._middle
                part = b"." + stem + b".part"
                self._disk.remove_in(folder, part)
                self._disk.write_new_in(folder, part, reply.text, REPLY_MODE)
                right, wrong = (b".ok", b".err") if reply.ok else (b".err", b".ok")
                self._disk.replace_in(folder, part, stem + right)
                self._disk.remove_in(folder, stem + wrong)
            self._disk.sync_open_folder(folder)
