"""Images of a folder as a loss of power may have left it, made from a recording.

An image is made for a seed: the seed chooses the moment (half of the time just after an answer left) and,
of all that is in doubt at that moment (see `durability`), what is there:

* each write is there, or not, or torn: any of its 512-byte sectors are there and the others are not. Each is
  chosen by itself, so a later write may be there and an earlier one not, in one file and between files. Of
  two writes to the same sector the later one never gives way to the earlier.
* the length of a file is what the writes that are there make it, or any length that it had since the last
  sync; where it reaches over nothing written there are zeros, or old bytes of others;
* each entry of a folder is set or not, in any combination; a rename is one step.

Not modelled: a disk that lies about a sync, bits that flip in what was synced, a sector that is half old
and half new, one file under both names of a rename. What has several names by links is one file in the image.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from tests.faults.durability import Durability, moments
from tests.faults.events import Event, Kind, change, named
from tests.faults.recording import Recording

__all__ = ["SECTOR", "Image", "images"]

SECTOR = 512  # bytes


class Image(msgspec.Struct, frozen=True):
    """A folder as it may be after a loss of power.

    `cut` is the line of the recording after which nothing happened any more; `files` are path -> bytes,
    `folders` paths, all below the root; `linked` those paths that are names of one file; `acknowledged` the
    answers that had left, each as the bytes of one call.
    """

    seed: int
    cut: int
    files: dict[str, bytes]
    folders: tuple[str, ...]
    acknowledged: list[bytes]
    linked: tuple[tuple[str, ...], ...] = ()

    def write_to(self, folder: Path) -> None:
        """Makes a folder what the image says; whatever else is in it is removed.

        What another image left there and is right already is not written again.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.rglob("*"), reverse=True):
            name = str(path.relative_to(folder))
            if path.is_dir() and name not in self.folders:
                shutil.rmtree(path)
            elif path.is_file() and (name not in self.files or path.stat().st_nlink > 1):
                path.unlink()
        for name in self.folders:
            (folder / name).mkdir(exist_ok=True)
        for name, data in self.files.items():
            path = folder / name
            if not (path.exists() and path.stat().st_size == len(data) and path.read_bytes() == data):
                path.write_bytes(data)
        for first, *others in self.linked:
            for other in others:
                (folder / other).unlink()
                (folder / other).hardlink_to(folder / first)


def images(
    recording: Recording, seeds: Iterable[int], answers: Callable[[Event], bool] = lambda event: True
) -> Iterator[Image]:
    """One image for each seed, in the order of their moments, not of the seeds.

    `answers` chooses what counts as an answer, e.g. by its channel (`path`) or descriptor.
    """
    passing = moments(recording)
    after_answers = [at for at, (_, _, event) in enumerate(passing) if _left(event) and answers(event)]
    chosen = sorted((_moment(seed, len(passing), after_answers), seed) for seed in seeds)
    state = Durability(recording)
    known: dict[int, tuple[int, bytes]] = {}
    answered: list[bytes] = []
    seen: set[int] = set()
    reached = 0
    for moment, seed in chosen:
        for _, ends, event in passing[reached:moment]:
            if event.kind is Kind.ANSWERED and answers(event) and id(event) not in seen:
                seen.add(id(event))  # it has left, for all that anybody knows, as soon as the call has begun
                answered.append(event.data)
            state.step(ends, event)
        reached = moment
        cut = passing[moment - 1][0] if moment else -1
        yield _image(recording, state, known, random.Random(f"image {seed}"), seed, cut, list(answered))


def _left(event: Event) -> bool:
    return event.kind is Kind.ANSWERED


def _moment(seed: int, moments: int, after_answers: list[int]) -> int:
    """How many moments have passed."""
    choose = random.Random(f"moment {seed}")
    if after_answers and choose.random() < 0.5:
        return choose.choice(after_answers) + 1
    return choose.randrange(moments + 1)


def _image(
    recording: Recording,
    state: Durability,
    known: dict[int, tuple[int, bytes]],
    choose: random.Random,
    seed: int,
    cut: int,
    answered: list[bytes],
) -> Image:
    doubtful = state.in_doubt()
    entries = _names(state, choose)
    manner = _Manner(choose)
    files: dict[str, bytes] = {}
    folders: list[str] = []
    paths: dict[int, list[str]] = {}
    for path, node in named(entries, recording.folders):
        paths.setdefault(node, []).append(path)
        if node in recording.folders:
            folders.append(path)
        elif len(paths[node]) > 1:
            files[path] = files[paths[node][0]]
        elif node in doubtful:
            files[path] = manner.torn(bytes(state.contents.get(node, b"")), doubtful[node])
        else:
            version = state.changed.get(node, 0)
            if known.get(node, (-1, b""))[0] != version:
                known[node] = (version, bytes(state.contents.get(node, b"")))
            files[path] = known[node][1]
    linked = tuple(
        tuple(names) for node, names in paths.items() if node not in recording.folders and len(names) > 1
    )
    return Image(seed, cut, files, tuple(folders), answered, linked)


def _names(state: Durability, choose: random.Random) -> dict[tuple[int, str], int | None]:
    """The entries of all folders: what is certain, and of the rest none, all, the first ones or any."""
    entries = dict(state.entries)
    events = state.names_in_doubt()
    manner = choose.randrange(4)
    kept = choose.randrange(len(events) + 1)
    for at, (event, certain) in enumerate(events):
        there = (False, True, at < kept, choose.random() < 0.5)[manner]
        if certain or there:
            for place, name, node in event.entries:
                entries[place, name] = node
    return entries


class _Manner:
    """How one loss of power treats what is in doubt: how much of it is there, and how often it is torn."""

    def __init__(self, choose: random.Random) -> None:
        self._choose = choose
        self._there = choose.choice((0.0, 0.0, 0.1, 0.5, 0.9, 1.0, None))
        self._torn = choose.choice((0.0, 0.3, 1.0))
        self._zeros = choose.random() < 0.7

    def torn(self, content: bytes, events: list[Event]) -> bytes:
        """The content of one file of which the last events are in doubt."""
        choose = self._choose
        there = choose.choice((0.0, 0.5, 1.0)) if self._there is None else self._there
        made, true, lengths = bytearray(content), len(content), [len(content)]
        for event in events:
            true = max(true, event.offset + len(event.data)) if event.kind is Kind.WRITTEN else event.size
            lengths.append(true)
            if event.kind is Kind.WRITTEN and choose.random() < self._torn:
                self._sectors(made, event, there)
            elif choose.random() < there:
                self._fill(made, event.offset if event.kind is Kind.WRITTEN else event.size)
                change(made, event)
        if choose.random() < 0.3:
            length = choose.choice(lengths)
            del made[length:]
            self._fill(made, length)
        return bytes(made)

    def _sectors(self, made: bytearray, event: Event, there: float) -> None:
        begin, end = event.offset, event.offset + len(event.data)
        share = there if 0 < there < 1 else 0.5
        while begin < end:
            until = min(end, (begin // SECTOR + 1) * SECTOR)
            if self._choose.random() < share:
                self._fill(made, begin)
                made[begin:until] = event.data[begin - event.offset : until - event.offset]
            begin = until

    def _fill(self, made: bytearray, length: int) -> None:
        gap = length - len(made)
        if gap > 0:
            made.extend(bytes(gap) if self._zeros else self._choose.randbytes(gap))
