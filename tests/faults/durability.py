"""What surely stands on the disk at each moment of a recording, and what is still in doubt.

The rules, on purpose those of a file system that promises no more than POSIX does:

* a write or a resize of a file is certain when a sync of that file began after it had returned, and
  succeeded;
* an entry of a folder (create, rename, link, remove, make a folder) is certain when a sync of *that folder*
  began after it had returned, and succeeded; syncing the file does not make its name certain, and what is
  in a folder whose own name is lost is lost with it;
* a rename is one step: it has happened or not; the folder of the new name decides;
* a call that had begun and not returned may have done its work or not;
* a failed sync makes nothing certain; sync_file_range makes nothing certain; O_SYNC and O_DSYNC do, per
  write.
"""

from __future__ import annotations

from tests.faults.events import Event, Kind, change
from tests.faults.recording import Recording

__all__ = ["Durability", "moments"]


def moments(recording: Recording) -> list[tuple[int, bool, Event]]:
    """(line, whether it ends there, event) in order; an event that stands on one line has one moment."""
    found = []
    for event in recording.events:
        if event.start != event.end:
            found.append((event.start, False, event))
        if event.end is not None:
            found.append((event.end, True, event))
    found.sort(key=lambda moment: moment[0])  # stable: a write stands before the sync that O_SYNC gives it
    return found


class Durability:
    """Moves through a recording; `certain` and `doubtful` tell how things stand at the moment reached.

    `contents` is what is certainly in each file, `doubtful[node]` what was done to it since (in order),
    `entries` what is certainly named, `names` the naming events since, each with whether it is certain (one
    that is certain may stand behind one that is not).
    """

    def __init__(self, recording: Recording) -> None:
        self._folders = recording.folders
        self.contents: dict[int, bytearray] = {
            node: bytearray(data) for node, data in recording.contents.items()
        }
        self.entries: dict[tuple[int, str], int | None] = dict(recording.entries)
        self.doubtful: dict[int, list[Event]] = {}
        self.names: list[tuple[Event, bool]] = []
        self.running: dict[int, Event] = {}
        self.changed: dict[int, int] = {}

    def step(self, ends: bool, event: Event) -> None:
        """Goes over one moment."""
        if not ends:
            self.running[id(event)] = event
            return
        self.running.pop(id(event), None)
        match event.kind:
            case Kind.WRITTEN | Kind.RESIZED:
                self.doubtful.setdefault(event.node, []).append(event)
            case Kind.NAMED:
                self.names.append((event, False))
            case Kind.SYNCED if event.node in self._folders:
                self._sync_names(event, event.node)
            case Kind.SYNCED:
                self._sync_file(event, event.node)
            case Kind.SYNCED_ALL:
                for node in list(self.doubtful):
                    self._sync_file(event, node)
                self._sync_names(event, None)
            case Kind.ANSWERED:
                pass

    def in_doubt(self) -> dict[int, list[Event]]:
        """What was done to each file and may be lost, begun or returned."""
        found = {node: list(events) for node, events in self.doubtful.items()}
        for event in self.running.values():
            if event.kind in {Kind.WRITTEN, Kind.RESIZED}:
                found.setdefault(event.node, []).append(event)
        return found

    def names_in_doubt(self) -> list[tuple[Event, bool]]:
        """The naming events since `entries`, begun or returned, each with whether it is certain."""
        begun = [(event, False) for event in self.running.values() if event.kind is Kind.NAMED]
        return self.names + begun

    def _sync_file(self, sync: Event, node: int) -> None:
        waiting = self.doubtful.get(node)
        if not waiting:
            return
        covered = _covered(waiting, sync.start)
        content = self.contents.setdefault(node, bytearray())
        for event in waiting[:covered]:
            change(content, event)
        if covered:
            self.changed[node] = self.changed.get(node, 0) + 1
        if covered == len(waiting):
            del self.doubtful[node]
        else:
            self.doubtful[node] = waiting[covered:]

    def _sync_names(self, sync: Event, folder: int | None) -> None:
        self.names = [
            (event, certain or (_before(event, sync.start) and folder in {None, event.entries[-1][0]}))
            for event, certain in self.names
        ]
        settled = 0
        while settled < len(self.names) and self.names[settled][1]:
            for place, name, node in self.names[settled][0].entries:
                self.entries[place, name] = node
            settled += 1
        del self.names[:settled]


def _before(event: Event, start: int) -> bool:
    # O_SYNC gives a sync of the same lines as its write
    return event.end is not None and (event.end < start or event.start == start)


def _covered(waiting: list[Event], start: int) -> int:
    for at, event in enumerate(waiting):
        if not _before(event, start):
            return at
    return len(waiting)
