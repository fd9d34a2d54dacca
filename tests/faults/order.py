"""Finds answers that left before what they promise was safe.

Two checks over one recording:

* `early`: at each answer, nothing below the root may be in doubt. Exact where one client waits for each
  answer (nobody else writes meanwhile); with several it would blame an answer for the work of others. It
  cannot see an answer for which nothing at all was written yet: that takes the token.
* `early_by_token`: for any number of clients, and for group commit. The caller tells which bytes an answer
  names (an id that is stored in plain text); a page with these bytes must have been written to the
  write-ahead log, and the commit to which it belongs synced, before the answer leaves. Files beside the
  database are not its business: `early` and images of lost power judge them.

In doubt means what `durability` says: written and not synced since, or named in a folder not synced since.
"""

from __future__ import annotations

import bisect
import itertools
import sys
from collections.abc import Callable

import msgspec

from tests.faults.durability import Durability, moments
from tests.faults.events import Event, Kind
from tests.faults.recording import Recording

__all__ = ["Early", "Log", "early", "early_by_token", "shared_memory_and_checkpoints"]

NEVER = sys.maxsize
WAL_HEADER, FRAME_HEADER = 32, 24  # bytes, https://www.sqlite.org/fileformat2.html section 4.1


class Early(msgspec.Struct, frozen=True):
    """An answer that left too early: its number from 0, its bytes, and the paths that were in doubt."""

    number: int
    answer: bytes
    paths: tuple[str, ...]


def shared_memory_and_checkpoints(database: str) -> Callable[[str], bool]:
    """Allows what SQLite may leave in doubt beside a synced write-ahead log: the database file itself.

    A checkpoint that a reader holds up copies pages into it and syncs later; the log keeps them until then.
    """
    return lambda path: path == database or path.endswith("-shm")


def early(
    recording: Recording,
    answers: Callable[[Event], bool] = lambda event: True,
    allowed: Callable[[str], bool] = lambda path: False,
) -> list[Early]:
    """The answers that left while something below the root was in doubt; `allowed` names what may be."""
    found: list[Early] = []
    state = Durability(recording)
    seen: set[int] = set()
    for _, ends, event in moments(recording):
        if event.kind is Kind.ANSWERED and id(event) not in seen and answers(event):
            seen.add(id(event))
            doubtful = {event.path for events in state.in_doubt().values() for event in events}
            doubtful |= {event.path for event, certain in state.names_in_doubt() if not certain}
            paths = tuple(sorted(path for path in doubtful if not allowed(path)))
            if paths:
                found.append(Early(len(seen) - 1, event.data, paths))
        state.step(ends, event)
    return found


def early_by_token(
    recording: Recording,
    token: Callable[[bytes], bytes | None],
    answers: Callable[[Event], bool] = lambda event: True,
    log: Callable[[str], bool] = lambda path: path.endswith("-wal"),
) -> list[Early]:
    """The answers whose token was not yet committed and synced in the write-ahead log when they left.

    `token` takes the bytes to look for from those of an answer; None for an answer that promises nothing.
    """
    kept = Log(recording, log)
    found = []
    promising = [event for event in recording.answers() if answers(event)]
    for number, answer in enumerate(promising):
        wanted = token(answer.data)
        if wanted is not None and not kept.holds(wanted, answer.start):
            found.append(Early(number, answer.data, kept.paths))
    return found


class Log:
    """The `pages` written to write-ahead logs: line, line at which its commit was synced, content."""

    def __init__(self, recording: Recording, log: Callable[[str], bool]) -> None:
        events = recording.events
        written = [event for event in events if event.kind is Kind.WRITTEN and log(event.path)]
        syncs = [event for event in events if event.kind in {Kind.SYNCED, Kind.SYNCED_ALL}]
        self.paths = tuple(sorted({event.path for event in written}))
        self.pages: list[tuple[int, int, bytes]] = []
        for node in {event.node for event in written}:
            own = [sync for sync in syncs if sync.node == node or sync.kind is Kind.SYNCED_ALL]
            self.pages += _pages([event for event in written if event.node == node], own)
        self.pages.sort(key=lambda page: page[0])
        self._starts = [start for start, _, _ in self.pages]

    def holds(self, wanted: bytes, line: int) -> bool:
        """Whether a page that holds a token was committed and synced before a line."""
        # from the newest on, where an answer that waited finds it at once
        before = bisect.bisect_left(self._starts, line)
        return any(synced < line and wanted in data for _, synced, data in reversed(self.pages[:before]))


def _pages(written: list[Event], syncs: list[Event]) -> list[tuple[int, int, bytes]]:
    """(line, line at which its commit was synced, content) of each write to one log."""
    ended = sorted((sync.start, sync.end) for sync in syncs if sync.end is not None)
    starts = [start for start, _ in ended]
    # of the syncs from each one on, the line at which the first has returned
    returned = list(itertools.accumulate((end for _, end in reversed(ended)), min))[::-1]
    found = []
    synced = NEVER
    for at in range(len(written) - 1, -1, -1):
        page = written[at]
        if at and _commits(written[at - 1]):  # the header of a page is written right before it
            after = len(starts) if page.end is None else bisect.bisect_right(starts, page.end)
            synced = returned[after] if after < len(starts) else NEVER
        found.append((page.start, synced, page.data))
    return found


def _commits(header: Event) -> bool:
    """Whether a write is the header of the page that ends a transaction."""
    return (
        len(header.data) == FRAME_HEADER
        and header.offset >= WAL_HEADER
        and int.from_bytes(header.data[4:8], "big") != 0
    )
