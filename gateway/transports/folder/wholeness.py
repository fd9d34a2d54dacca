"""When a file in a drop folder counts as whole: decided from looks at the folder, without touching it.

Files that are cut are waited for: whoever uploads may go on. What a file says by its end can only hold it
back, or spare it the quiet time; it never overrules a writer that is still at work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from gateway.agreements.channel import Whole, WholeBy
from gateway.transports.folder.names import MARKERS, may_be_taken

FEWEST_LOOKS = 2
MOST_QUESTIONS = 2000  # files whose end is read in one look; the others have their turn in the next


class Seen(NamedTuple):
    """What one look tells of a file: its size in bytes, when it was changed, and which file it is."""

    size: int
    mtime_ns: int
    inode: int


class Verdict(StrEnum):
    """What is to be done with a file."""

    NOT_YET = "not yet"  # it may still be written
    WHOLE = "whole"
    INCOMPLETE = "incomplete"  # it is cut, and waited for
    GIVEN_UP = "given up"  # it is cut, and was waited for long enough


class Judged(NamedTuple):
    """One file after a look: what it is, how it was seen, and the markers that stand for it."""

    name: bytes
    verdict: Verdict
    seen: Seen
    markers: tuple[bytes, ...] = ()


class _Track(NamedTuple):
    """What is known of one file that waits. `since` is when this state of it was first seen, in seconds."""

    seen: Seen
    since: float
    looks: int
    ends: bool | None
    asked: bool


class Looks:
    """The looks at one folder so far. One thread uses it."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._tracks: dict[bytes, _Track] = {}

    def look(
        self, files: Mapping[bytes, Seen], now: float, ends: Callable[[bytes], bool | None]
    ) -> Iterator[Judged]:
        """Judges each file that may be taken. `files` are all regular files of the folder, `now` seconds of
        a clock that never goes back; `ends` reads what the end of one file says."""
        before, self._tracks = self._tracks, {}
        questions = MOST_QUESTIONS
        for name, seen in files.items():
            if may_be_taken(name):
                markers = self._markers(name, files)
                track = _followed(before.get(name), seen, now)
                if self._ready_to_ask(track, markers) and not track.asked and questions:
                    questions -= 1
                    track = track._replace(ends=ends(name), asked=True)
                self._tracks[name] = track
                yield Judged(name, self._verdict(track, markers, now), seen, markers)

    def forget(self, name: bytes) -> None:
        """The file was taken; another of its name begins anew."""
        self._tracks.pop(name, None)

    def _markers(self, name: bytes, files: Collection[bytes]) -> tuple[bytes, ...]:
        if self._whole.by is not WholeBy.MARKER:
            return ()
        return tuple(name + ending for ending in MARKERS if name + ending in files)

    def _ready_to_ask(self, track: _Track, markers: tuple[bytes, ...]) -> bool:
        """Whether its end is worth reading: it costs opening the file, once for each state of it."""
        if self._whole.by is WholeBy.QUIET:
            return track.looks >= FEWEST_LOOKS
        return self._whole.by is WholeBy.RENAME or bool(markers)

    def _verdict(self, track: _Track, markers: tuple[bytes, ...], now: float) -> Verdict:
        if not track.asked or not self._ready_to_ask(track, markers):
            return Verdict.NOT_YET
        still = now - track.since
        if track.ends is False:
            return Verdict.GIVEN_UP if still >= self._whole.patience else Verdict.INCOMPLETE
        if self._whole.by is WholeBy.QUIET and track.ends is None and still < self._whole.quiet:
            return Verdict.NOT_YET
        return Verdict.WHOLE


def _followed(before: _Track | None, seen: Seen, now: float) -> _Track:
    if before is None or before.seen != seen:
        return _Track(seen, now, 1, None, False)
    return before._replace(looks=before.looks + 1)
