"""Delivers into the pick-up folders of channels."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from gateway.agreements.channel import Channel
from gateway.errors import TransportError
from gateway.service.exchange.ways import Delivered, Parcel, Waits
from gateway.store.open_folders import FolderDisk
from gateway.transports.folder.claims import DropFolder
from gateway.transports.folder.outgoing import Delivery, Outgoing, State

WHILE_HELD = timedelta(seconds=10)


class FolderWays:
    """Brings parcels into folders below the workspace. Threads may share it."""

    def __init__(self, root: Path, disk: FolderDisk) -> None:
        self._root = root
        self._disk = disk
        self._brought: dict[str, Outgoing] = {}  # what is not settled yet, by parcel
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # one for each channel

    def bring(self, channel: Channel, parcels: Sequence[Parcel]) -> Mapping[str, Delivered | Waits]:
        """What came of each parcel, by its id."""
        folder = channel.folder
        if folder is None or folder.out is None:
            why = f"the channel {channel.id} has no folder `out` in its partner file"
            return {each.id: Waits(why) for each in parcels}
        out = Outgoing(DropFolder.of(self._root, folder.out), folder.taken, self._disk)
        try:
            with self._turns[channel.id]:
                outcomes = out.deliver([Delivery(each.id, each.name, each.data) for each in parcels])
        except TransportError as error:
            return {each.id: Waits(str(error)) for each in parcels}
        names = {each.id: each.name for each in parcels}
        brought: dict[str, Delivered | Waits] = {}
        for outcome in outcomes:
            if outcome.state is State.HELD:
                why = f"{names[outcome.id]} is still in {folder.out}, and nobody has taken it"
                brought[outcome.id] = Waits(why, WHILE_HELD)
            else:
                self._brought[outcome.id] = out
                brought[outcome.id] = Delivered(outcome.name or names[outcome.id])
        return brought

    def tidy(self, channel: Channel, is_delivered: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Forget what a stop left of deliveries that the database has for good; call it before any other."""
        folder = channel.folder
        if folder is None or folder.out is None:
            return
        out = Outgoing(DropFolder.of(self._root, folder.out), folder.taken, self._disk)
        try:
            out.settle(is_delivered(out.unsettled()))
        except TransportError:
            return

    def settled(self, parcels: Sequence[str]) -> None:
        """These are delivered for good; a mark that cannot be removed does no harm."""
        by_folder: dict[int, tuple[Outgoing, list[str]]] = {}
        for each in parcels:
            out = self._brought.pop(each, None)
            if out is not None:
                by_folder.setdefault(id(out), (out, []))[1].append(each)
        for out, ids in by_folder.values():
            try:
                out.settle(ids)
            except TransportError:
                continue
