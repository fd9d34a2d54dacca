"""Finds answers that left before what they promise was safe.

Two checks over one recording:

* `early`: at each answer, nothing below the root may be in doubt. Exact where one client waits for each
  answer (nobody else writes meanwhile); with several it would blame an answer for the work of others.
* `early_by_token`: for any number of clients, and for group commit. The caller tells which bytes an answer
  names (an id that is stored in plain text); the first write of these bytes to the write-ahead log, and the
  commit that follows it there, must be safe before the answer leaves. An id that is nowhere written is a
  fault as well.

In doubt means what `durability` says: written and not synced since, or named in a folder not synced since.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tests.faults.durability import Durability, moments
from tests.faults.events import Event, Kind
from tests.faults.recording import Recording

__all__ = ["Early", "early", "early_by_token", "shared_memory_and_checkpoints"]

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
    written = [event for event in recording.events if event.kind is Kind.WRITTEN and log(event.path)]
    syncs = [event for event in recording.events if event.kind in {Kind.SYNCED, Kind.SYNCED_ALL}]
    found = []
    promising = [event for event in recording.answers() if answers(event)]
    for number, answer in enumerate(promising):
        wanted = token(answer.data)
        if wanted is not None and not _is_safe(wanted, answer, written, syncs):
            found.append(Early(number, answer.data, tuple(sorted({event.path for event in written}))))
    return found


def _is_safe(wanted: bytes, answer: Event, written: list[Event], syncs: list[Event]) -> bool:
    """Whether the first commit that holds a token was synced before an answer left."""
    first = next((at for at, event in enumerate(written) if wanted in event.data), None)
    if first is None:
        return False
    commit = _commit(written, first)
    if commit is None or commit.end is None:
        return False
    return any(
        sync.end is not None and commit.end < sync.start and sync.end < answer.start
        for sync in syncs
        if sync.node == commit.node or sync.kind is Kind.SYNCED_ALL
    )


def _commit(written: list[Event], first: int) -> Event | None:
    """The write of the page that ends the transaction to which a page belongs."""
    node = written[first].node
    pages = [event for event in written if event.node == node]
    at = pages.index(written[first])
    # the header of a page stands right before it, and is written first
    for header, page in zip(pages[max(at - 1, 0) :], pages[max(at, 1) :], strict=False):
        committed = int.from_bytes(header.data[4:8], "big") != 0
        if len(header.data) == FRAME_HEADER and header.offset >= WAL_HEADER and committed:
            return page
    return None
