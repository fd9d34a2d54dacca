"""Delivers into the pick-up folders of channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from gateway.agreements.channel import Channel
from gateway.attempt import Done, Failed
from gateway.errors import TransportError
from gateway.service.exchange.hands import Hands
from gateway.service.exchange.ways import Delivered, Parcel, Waits
from gateway.store.open_folders import FolderDisk
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.outgoing import Delivery, Outcome, Outgoing, State

T = TypeVar("T")
WHILE_HELD = WHILE_IT_HANGS = timedelta(seconds=10)
PATIENCE = 5.0
"""Seconds that a worker waits for a folder; one that takes longer hangs, and has no worker any more."""
SETTLED_WITHIN = 0.2  # seconds: who waits for it is the writer, for whom all others wait


class FolderWays:
    """Brings parcels into folders below the workspace. Threads may share it."""

    def __init__(self, root: Path, disk: FolderDisk, patience: float = PATIENCE) -> None:
        self._root = root
        self._disk = disk
        self._patience = patience
        self._brought: dict[str, tuple[str, Outgoing]] = {}  # parcels, each with its channel
        self._to_settle: dict[str, dict[str, Outgoing]] = {}  # parcels by channel; the writer alone uses it
        self._delivering: Hands[list[Outcome]] = Hands()  # each by channel
        self._listing: Hands[tuple[str, ...]] = Hands()
        self._settling: Hands[None] = Hands()

    def bring(self, channel: Channel, parcels: Sequence[Parcel]) -> Mapping[str, Delivered | Waits]:
        """What came of each parcel, by its id."""
        folder = channel.folder
        if folder is None or folder.out is None:
            why = f"the channel {channel.id} has no folder `out` in its partner file"
            return {each.id: Waits(why) for each in parcels}
        out = Outgoing(DropFolder.of(self._root, folder.out), folder.taken, self._disk)
        deliveries = [Delivery(each.id, each.name, each.data) for each in parcels]
        ended = self._delivering.do(channel.id, lambda: out.deliver(deliveries), self._patience)
        if ended is None:
            return {each.id: _hangs(folder.out) for each in parcels}
        if isinstance(ended, Failed):
            if _is_unusable(ended):
                return {each.id: Waits(str(ended.error)) for each in parcels}
            raise ended.error
        outcomes = ended.value
        names = {each.id: each.name for each in parcels}
        brought: dict[str, Delivered | Waits] = {}
        for outcome in outcomes:
            if outcome.state is State.HELD:
                why = f"{names[outcome.id]} is still in {folder.out}, and nobody has taken it"
                brought[outcome.id] = Waits(why, WHILE_HELD)
            else:
                self._brought[outcome.id] = (channel.id, out)
                brought[outcome.id] = Delivered(outcome.name or names[outcome.id])
        return brought

    def hanging(self, channel: Channel) -> Waits | None:
        """Why nothing can be brought over a channel at present, where its folder does not answer."""
        folder = channel.folder
        if folder is None or folder.out is None or not self._delivering.hangs(channel.id):
            return None
        return _hangs(folder.out)

    def unsettled(self, channel: Channel) -> Sequence[str]:
        """The parcels that were brought, or begun, and not settled, such as by a process that was stopped."""
        folder = channel.folder
        if folder is None or folder.out is None:
            return ()
        out = Outgoing(DropFolder.of(self._root, folder.out), folder.taken, self._disk)
        found = self._listing.do(channel.id, out.unsettled, self._patience)
        if found is None or _is_unusable(found):
            return ()  # told when something is to be brought there
        if isinstance(found, Failed):
            raise found.error
        self._brought.update(dict.fromkeys(found.value, (channel.id, out)))
        return found.value

    def settled(self, parcels: Sequence[str]) -> None:
        """These are delivered for good; a mark that cannot be removed does no harm."""
        for each in parcels:
            if (brought := self._brought.pop(each, None)) is not None:
                channel, out = brought
                self._to_settle.setdefault(channel, {})[each] = out
        for channel, left in [*self._to_settle.items()]:
            ended = self._settling.do(channel, partial(_settle, dict(left)), SETTLED_WITHIN)
            if ended is None:
                continue  # it hangs, and goes with those that come next
            del self._to_settle[channel]
            if isinstance(ended, Failed) and not _is_unusable(ended):
                raise ended.error


def _settle(parcels: Mapping[str, Outgoing]) -> None:
    by_folder: dict[int, tuple[Outgoing, list[str]]] = {}
    for each, out in parcels.items():
        by_folder.setdefault(id(out), (out, []))[1].append(each)
    for out, ids in by_folder.values():
        out.settle(ids)


def _is_unusable(outcome: Done[T] | Failed) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, TransportError)


def _hangs(folder: str) -> Waits:
    why = (
        f"{folder} does not answer, and what is being put there has not ended; see to the network or its disk"
    )
    return Waits(why, WHILE_IT_HANGS, tried=False)
