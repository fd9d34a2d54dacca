"""Finds what happens in drop folders before that on which it rests is safe, and the other way round.

A step in a folder is a rename or a removal; a step in the database is a page of its write-ahead log that
names the message. A step in a folder may rest on a commit that was synced before the step began; a commit on
a step in a folder where a sync of that folder began after the step, and succeeded before the page was
written. Syncs by the peers do not count: what the gateway promises it has to make sure of itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from tests.faults.events import Event, Kind
from tests.faults.order import NEVER, Log
from tests.faults.recording import Recording

ULID = rb"[0-9A-HJKMNP-TV-Z]{26}"
LEAF = re.compile(rb'"message":"(' + ULID + rb')","n":(\d+)[^{}]*"what":"([a-z-]+)"')
REPLIED = re.compile(rb"reply\d{4}-[0-9T:.-]+Zdone.{0,8}?(" + ULID + rb")", re.DOTALL)  # a row of `step`
ANSWERED_FILE = re.compile(rb"message: (" + ULID + rb")")
CLAIMED, ARCHIVE, STAGED = ".claimed", ".archive", ".staged"


class Found(NamedTuple):
    """How many steps of each kind were held against what they rest on, and which were early."""

    held: Counter[str]
    early: tuple[str, ...]


class _Rename(NamedTuple):
    event: Event
    old: str  # paths
    new: str
    into: int  # the folder

    @property
    def name(self) -> str:
        return self.new.rpartition("/")[2]


def early_in_folders(recording: Recording, strangers: Container[int]) -> Found:
    """What was early in a recording of the exchange; `strangers` are the processes of the peers."""
    books, folders = _Books(recording), _Folders(recording, strangers)
    held: Counter[str] = Counter()
    early = []
    for kind, path, is_safe in _judged(folders, books):
        held[kind] += 1
        if not is_safe:
            early.append(f"{kind}: {path}")
    return Found(held, tuple(early))


def _judged(folders: _Folders, books: _Books) -> Iterator[tuple[str, str, bool]]:
    """The kind of each step, its path, and whether what it rests on was safe."""
    times: Counter[str] = Counter()
    for each in folders.renames:
        start = each.event.start
        if f"/{CLAIMED}/" in each.new and "/inbound/" in each.old:
            kept = books.first(each.name.partition("-")[2])
            yield "kept, and claimed before", each.new, folders.safe(each, kept)
        elif f"/{ARCHIVE}/" in each.new:
            yield "archived, and kept before", each.new, books.synced(each.name) < start
        elif each.old.endswith(".part") and "/inbound/" in each.new and each.name.endswith((".ok", ".err")):
            message = folders.answered(each)
            yield "replied, and processed before", each.new, books.synced(f"{message} arrival") < start
            yield "ended, and replied before", each.new, folders.safe(each, books.first(f"{message} reply"))
        elif f"/{STAGED}/" in each.old and "/outbound/" in each.new:
            message = each.old.rpartition("/")[2].removesuffix(".part")
            yield "handed over, and queued before", each.new, books.synced(f"{message} queued") < start
            ended = books.first(
                f"{message} delivered", times[each.name]
            )  # the same is sent again where asked
            times[each.name] += 1
            yield "delivered, and handed over before", each.new, folders.safe(each, ended)
    for path, start in folders.unmarked:
        message = path.rpartition("/")[2].removesuffix(".mark")
        ended = books.synced(f"{message} delivered", times[path])
        yield "settled, and delivered before", path, ended < start
        times[path] += 1


class _Books:
    """When each thing was first written to the log of the database, and when that was synced."""

    def __init__(self, recording: Recording) -> None:
        self._first: dict[tuple[str, int], int] = {}
        self._synced: dict[tuple[str, int], int] = {}
        names = _dropped(recording)
        for start, synced, data in Log(recording, lambda path: path.endswith("-wal")).pages:
            for token in _tokens(data, names):
                self._first.setdefault(token, start)
                self._synced[token] = min(synced, self._synced.get(token, NEVER))
        self._leaves: dict[str, list[int]] = {}
        for what, n in sorted(self._first):
            self._leaves.setdefault(what, []).append(n)

    def first(self, what: str, nth: int = 0) -> int:
        """The line at which it began to be written the nth time; beyond all where it never was."""
        return self._of(self._first, what, nth)

    def synced(self, what: str, nth: int = 0) -> int:
        """The line at which its nth commit was synced; beyond all where none was."""
        return self._of(self._synced, what, nth)

    def _of(self, lines: dict[tuple[str, int], int], what: str, nth: int) -> int:
        leaves = self._leaves.get(what, [])
        return lines[what, leaves[nth]] if nth < len(leaves) else NEVER


def _dropped(recording: Recording) -> re.Pattern[bytes]:
    """The names under which files were dropped."""
    paths = (path.partition(f"/{ARCHIVE}/")[0] for path in recording.nodes.values())
    names = {path.rpartition("/.")[2].removesuffix(".part") for path in paths if "/inbound/" in path}
    found = sorted(name for name in names if re.search(r"\.(?:850|997|csv)\Z", name))
    return re.compile(b"|".join(re.escape(name).encode() for name in found))


def _tokens(data: bytes, names: re.Pattern[bytes]) -> Iterator[tuple[str, int]]:
    """What a page says, and in which leaf; all else it says once."""
    yield from ((name.decode(), 0) for name in names.findall(data))
    yield from ((f"{message.decode()} reply", 0) for message in REPLIED.findall(data))
    for message, n, what in LEAF.findall(data):
        word = what.decode()
        if word.startswith("arrival-"):
            yield f"{message.decode()} arrival", int(n)
        elif word.startswith("sending-"):
            yield f"{message.decode()} {word.removeprefix('sending-')}", int(n)


class _Folders:
    """What the gateway renamed, removed and synced in its folders, and what it wrote to replies."""

    def __init__(self, recording: Recording, strangers: Container[int]) -> None:
        self._paths = recording.nodes
        self._written: dict[int, bytes] = {}
        self._syncs: dict[int, list[tuple[int, int]]] = {}
        self.renames: list[_Rename] = []
        self.unmarked: list[tuple[str, int]] = []
        for event in recording.events:
            if event.pid in strangers or event.end is None:
                continue
            if event.kind is Kind.SYNCED:
                self._syncs.setdefault(event.node, []).append((event.start, event.end))
            elif event.kind is Kind.WRITTEN and event.path.endswith(".part"):
                self._written[event.node] = event.data
            elif event.kind is Kind.NAMED:
                self._named(event)

    def answered(self, reply: _Rename) -> str:
        """The message that a reply is about."""
        found = ANSWERED_FILE.search(self._written[reply.event.node])
        assert found is not None
        return found[1].decode()

    def safe(self, rename: _Rename, line: int) -> bool:
        """Whether the new name was synced before a line; nothing rests on it where that is beyond all."""
        end = rename.event.end
        assert end is not None
        return line == NEVER or any(
            end < start and ended < line for start, ended in self._syncs.get(rename.into, [])
        )

    def _named(self, event: Event) -> None:
        (folder, name, node), *more = event.entries
        path = f"{self._paths[folder]}/{name}"
        if more:
            into, new, _ = more[0]
            self.renames.append(_Rename(event, path, f"{self._paths[into]}/{new}", into))
        elif node is None and path.endswith(".mark"):
            self.unmarked.append((path, event.start))
