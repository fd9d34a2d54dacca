"""pyx12's judgment by our definitions: it reads, walks its maps and checks segments; we note what it says.

Its parts are driven one by one, so that maps stay loaded, each set has the map of its own ST01, and there can
be an opinion on one set and none on the next. Where pyx12 stops there is none on that set, or on what it did
not come to read.
"""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Protocol

import pyx12.errors
import pyx12.map_if
import pyx12.map_walker
import pyx12.params
import pyx12.version
import pyx12.x12file

from gateway.schema.envelope import RELEASE_LENGTH
from gateway.schema.pyx12_maps import VERSIONS, control_map_name, set_map_name
from gateway.second_opinion.copy import interchanges
from gateway.second_opinion.notes import Notes, Problem, of_element, of_reader, of_walk
from gateway.second_opinion.opinion import MOST_BYTES, MOST_SECONDS, FileOpinion, Unread

BY = f"pyx12 {pyx12.version.__version__}"
NO_DEFINITION = "there is no definition of this set"
UNREADABLE_HEADER = "it reads headers of fixed lengths alone, and this one has others"

SET_ID_LENGTH = 3

# Where one of these ends it there is no opinion: its own errors, and those of any program.
FAULTS = (
    pyx12.errors.EngineError,
    pyx12.errors.X12Error,
    pyx12.errors.X12PathError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

_ISA = "/ISA_LOOP/ISA"
_GS = "/ISA_LOOP/GS_LOOP/GS"


class Segment(Protocol):
    """A segment as pyx12 hands it over."""

    def get_seg_id(self) -> str | None: ...
    def get_value(self, reference: str) -> str | None: ...


class MapNode(Protocol):
    """A place in a map of pyx12."""

    id: str | None

    def is_valid_errors(self, segment: Segment) -> tuple[bool, list[Problem]]: ...


class Map(Protocol):
    """A map of pyx12, loaded."""

    def getnodebypath(self, path: str) -> MapNode: ...


class Pyx12:
    """pyx12 with the maps of `folders`, one for each release; each map is loaded when it is first needed."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.folders = folders
        self._parameters = pyx12.params.ParamsBase()
        self._maps: dict[Path, Map] = {}  # at most one for each file of the folders

    def judge(self, data: bytes) -> FileOpinion:
        """The opinion on the bytes of one file; never raises because of them."""
        if len(data) > MOST_BYTES:
            why = f"it is asked about files of at most {MOST_BYTES:,} bytes"
            return FileOpinion(by=BY, unread=(Unread(0, why),))
        notes, until = Notes(), time.monotonic() + MOST_SECONDS
        for number, text in interchanges(data):
            notes.begin_interchange(number)
            why = _Reading(self, notes, until).read(text) if text else UNREADABLE_HEADER
            notes.end_interchange(why)
        return notes.opinion(BY)

    def envelope(self, version: str) -> Map:
        """The map of the envelope for an ISA12."""
        folder = next(iter(self.folders.values()))
        return self._map(folder / control_map_name(version))

    def map_of(self, gs08: str, st01: str) -> Map | None:
        """The map of a transaction set; None where we have no definition."""
        release = gs08.strip()[:RELEASE_LENGTH]
        folder = self.folders.get(release)
        if folder is None or len(st01) != SET_ID_LENGTH or not st01.isdigit():
            return None
        path = folder / set_map_name(st01, release)
        return self._map(path) if path.is_file() else None

    def _map(self, path: Path) -> Map:
        if path not in self._maps:
            self._maps[path] = pyx12.map_if.load_map_file(path.name, self._parameters, str(path.parent))
        return self._maps[path]


class _Reading:
    """The reading of one interchange. `node` is where the walk stands, None in a set that is passed over."""

    def __init__(self, maps: Pyx12, notes: Notes, until: float) -> None:
        self._maps = maps
        self._notes = notes
        self._until = until
        self._walker = pyx12.map_walker.walk_tree()
        self._gs08 = ""

    def read(self, text: str) -> str:
        """Read it all; says why when it came to no end."""
        try:
            reader = pyx12.x12file.X12Reader(io.StringIO(text))
            self._envelope = self._maps.envelope(VERSIONS[reader.icvn == VERSIONS[1]])
            self._node: MapNode | None = self._envelope.getnodebypath(_ISA)
            for segment in reader:
                if time.monotonic() > self._until:
                    return f"it took longer than {MOST_SECONDS:.0f} seconds"
                if self._notes.is_full:
                    return "it has said enough"
                self._take(reader, segment)
            if _has_more(reader):
                return "it stopped reading before the end"
            reader.cleanup()
            if self._notes.in_set:
                self._notes.begin_segment("SE")  # what is missing would be the next
        except FAULTS as fault:
            return _stopped(fault)
        self._notes.add(of_reader(reader.pop_errors(), self._notes.place))
        return ""

    def _take(self, reader: pyx12.x12file.X12Reader, segment: Segment) -> None:
        tag = segment.get_seg_id() or ""
        errors, place = reader.pop_errors(), self._notes.begin_segment(tag)
        if tag == "ST":
            self._begin_set(segment)
            place = self._notes.place
        elif tag in ("ISA", "GS"):
            self._begin_envelope(tag, segment)
            place = self._notes.place
        else:
            self._walk(segment, tag)
        self._notes.add(of_reader(errors, place))
        if tag == "SE":
            self._leave_set()

    def _begin_envelope(self, tag: str, segment: Segment) -> None:
        path = _ISA if tag == "ISA" else _GS
        if tag == "GS":
            if self._notes.in_set:
                self._walk(segment, "")  # only to hear what the set before it lacks
            self._gs08 = segment.get_value("08") or ""
            self._notes.begin_group()
        self._walker.forceWalkCounterToLoopStart(path.rpartition("/")[0], path)
        self._node = self._envelope.getnodebypath(path)
        self._check(segment)

    def _begin_set(self, segment: Segment) -> None:
        if self._notes.in_set:
            self._walk(segment, "")  # only to hear what the set before it lacks
        st01 = segment.get_value("01") or ""
        self._notes.begin_set(st01, segment.get_value("02") or "")
        found = self._maps.map_of(self._gs08, st01)
        if found is None:
            self._notes.no_opinion(NO_DEFINITION)
            self._node = None
        else:
            self._node = found.getnodebypath(_GS)
            self._walk(segment, "ST")

    def _walk(self, segment: Segment, tag: str) -> None:
        """Find the place of a segment and check it. Where pyx12 stops in a set, there is no opinion on it."""
        leaves = tag in ("GE", "IEA")
        if self._node is None:
            if not leaves:
                return
            self._node = self._envelope.getnodebypath(_GS)
        try:
            found, _, _, errors = self._walker.walk_errors(self._node, segment, 0, 0, None)
            self._notes.add(of_walk(errors, self._notes.place))
            if leaves:
                self._notes.leave_set(in_group=tag == "GE")
            if found is not None and tag:
                self._node = found
                self._check(segment)
        except FAULTS as fault:
            if not self._notes.in_set:
                raise
            self._notes.no_opinion(_stopped(fault))
            self._node = None
        if leaves:
            self._notes.leave_set(in_group=False)
            self._node = self._envelope.getnodebypath(_GS if tag == "GE" else _ISA)

    def _check(self, segment: Segment) -> None:
        assert self._node is not None
        _, errors = self._node.is_valid_errors(segment)
        self._notes.add(of_element(errors, self._notes.place))

    def _leave_set(self) -> None:
        self._notes.leave_set()
        self._node = self._envelope.getnodebypath(_GS)


def _has_more(reader: pyx12.x12file.X12Reader) -> bool:
    """Whether something is left that its reader did not take: it ends at an empty or very long segment."""
    return reader.raw.seg_term in reader.raw.buffer or bool(reader.fd_in.read(1))


def _stopped(fault: Exception) -> str:
    return f"it stopped with {type(fault).__name__}: {fault}"[:200]
