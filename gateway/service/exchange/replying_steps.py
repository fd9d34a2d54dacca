"""The step that puts replies beside the files that were dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import TransportError
from gateway.service.exchange.in_force import InForce
from gateway.service.exchange.replying import OK, REPLY_TEXT
from gateway.service.work.handling import Retry
from gateway.store.arrivals import arrivals
from gateway.store.open_folders import FolderDisk
from gateway.store.payloads.reading import read_payload
from gateway.store.queue.steps import Leased
from gateway.store.store import Store
from gateway.store.writing.transaction import Change, Transaction
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.replying import Reply, Replying


def _nothing(transaction: Transaction) -> None:
    """All the work was done outside."""


@dataclass(frozen=True, slots=True)
class ReplyingSteps:
    """The handler of steps `reply`."""

    root: Path
    store: Store
    disk: FolderDisk
    in_force: Callable[[], InForce]

    def work(self, steps: Sequence[Leased]) -> Change[object]:
        """Put the replies there; a reply to what no channel dropped any more is nobody's."""
        replies: dict[str, list[Reply]] = defaultdict(list)
        with self.store.database.reading() as connection:
            names = {each[0]: each[5] for each in arrivals(connection, [str(step.message) for step in steps])}
            for step in steps:
                message = str(step.message)
                pieces = read_payload(connection, self.store.keys, self.store.vault, message, REPLY_TEXT)
                reply = Reply(_name(names[message]), step.body["ending"] == OK, b"".join(pieces))
                replies[str(step.body["channel"])].append(reply)
        for name, of_channel in replies.items():
            self._put(name, of_channel)
        return _nothing

    def _put(self, name: str, replies: Sequence[Reply]) -> None:
        channel = self.in_force().channel(name)
        if channel is None or channel.folder is None or channel.folder.into is None:
            return
        place = DropFolder.of(self.root, channel.folder.into)
        try:
            Replying(place, self.disk, channel.folder.whole.by).reply(replies)
        except TransportError as error:
            raise Retry(str(error)) from error


def _name(kept: str) -> bytes:
    """The name of the file as it was dropped: bytes that are no text were kept as their numbers."""
    return kept.encode("utf-8", "surrogateescape")
