"""What pyx12 says while it reads, noted at the place it is about; nothing of pyx12 itself is needed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from gateway.second_opinion.opinion import MOST_REMARKS, FileOpinion, Opinion, Remark, SetOpinion, Unread

LONGEST_TEXT = 300

_NOTE = re.compile(r"Syntax Error \([PRECL]((?:[0-9]{2})+)\)")
_REFERENCE = re.compile(r"([0-9]{2})(?:-([0-9]{1,2}))?")
_TRAILERS = ("GE", "IEA")

# Which element an error of its reader is about, which says it in words alone: by kind and code.
_READER_ELEMENTS = {
    ("st", "23"): ("ST", 2),
    ("st", "3"): ("SE", 2),
    ("st", "4"): ("SE", 1),
    ("st", "2"): ("SE", 0),
    ("seg", "HL1"): ("HL", 1),
    ("seg", "HL2"): ("HL", 2),
    ("gs", "6"): ("GS", 6),
    ("gs", "4"): ("GE", 2),
    ("gs", "5"): ("GE", 1),
    ("gs", "3"): ("GE", 0),
    ("isa", "025"): ("ISA", 13),
    ("isa", "001"): ("IEA", 2),
    ("isa", "021"): ("IEA", 1),
    ("isa", "023"): ("IEA", 0),
    ("isa", "024"): ("IEA", 0),
}


class Named(Protocol):
    """A node of a map, which has the tag of its segment or the reference of its element."""

    id: str | None


class Problem(Protocol):
    """An error as pyx12 hands it over."""

    err_cde: str
    err_str: str
    map_node: Named | None
    refdes: object


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the reading stands; see `Remark`."""

    interchange: int = 0
    group: int = 0
    set: int = 0
    segment: int = 0
    tag: str = ""

    def outside(self, *, in_group: bool) -> Place:
        """The envelope around it: the group or the interchange."""
        return Place(interchange=self.interchange, group=self.group if in_group else 0, tag=self.tag)

    def remark(
        self,
        code: str,
        text: str,
        elements: tuple[int, ...] = (),
        component: int | None = None,
        tag: str = "",
    ) -> Remark:
        """A remark on this place, or on another tag at it."""
        return Remark(
            interchange=self.interchange,
            group=self.group,
            set=self.set,
            segment=self.segment,
            tag=tag or self.tag,
            elements=elements,
            component=component,
            code=code,
            text=text[:LONGEST_TEXT],
        )


def of_reader(errors: Iterable[Sequence[str | int | None]], place: Place) -> list[Remark]:
    """What its reader says of the segment at a place: (kind, code, text, value, line) each."""
    remarks = []
    for kind, code, text, *_ in errors:
        tag, element = _READER_ELEMENTS.get((str(kind), str(code)), ("", 0))
        at = place if kind in ("st", "seg") else place.outside(in_group=kind == "gs")
        remarks.append(at.remark(f"{kind} {code}", str(text), (element,) if element else (), tag=tag))
    return remarks


def of_walk(errors: Iterable[Problem], place: Place) -> list[Remark]:
    """What the walk to the segment at a place says: missing before it, too often, or not known here."""
    remarks = []
    for error in errors:
        missing = error.map_node.id if error.map_node is not None and error.err_cde == "3" else None
        at = place.outside(in_group=missing == "GE") if missing in _TRAILERS else place
        remarks.append(at.remark(f"segment {error.err_cde}", error.err_str, tag=missing or ""))
    return remarks


def of_element(errors: Iterable[Problem], place: Place) -> list[Remark]:
    """What the check of the segment at a place says of its elements."""
    remarks = []
    for error in errors:
        note = _NOTE.match(error.err_str)
        component = None
        if note is not None:
            digits = note.group(1)
            elements = tuple(int(digits[start : start + 2]) for start in range(0, len(digits), 2))
        else:
            named = error.map_node.id if error.map_node is not None else str(error.refdes)
            reference = _REFERENCE.fullmatch((named or "").removeprefix(place.tag))
            elements = (int(reference.group(1)),) if reference else ()
            component = int(reference.group(2)) if reference and reference.group(2) else None
        remarks.append(place.remark(f"element {error.err_cde}", error.err_str, elements, component))
    return remarks


class _Set:
    """A transaction set while it is read."""

    def __init__(self, number: int, st01: str, st02: str) -> None:
        self.number = number
        self.st01 = st01
        self.st02 = st02
        self.why = ""
        self.remarks: list[Remark] = []


class Notes:
    """Remarks sorted by the sets and envelopes that they are about, and the verdicts that follow."""

    def __init__(self) -> None:
        self.place = Place()
        self._groups: list[list[_Set]] = []
        self._set: _Set | None = None
        self._between: list[Remark] = []
        self._sets: list[SetOpinion] = []
        self._envelope: list[Remark] = []
        self._unread: list[Unread] = []
        self._count = 0

    @property
    def in_set(self) -> bool:
        """Whether the reading stands in a set that is not ended."""
        return self._set is not None

    @property
    def is_full(self) -> bool:
        """Whether there are as many remarks as are kept of a file."""
        return self._count >= MOST_REMARKS

    def begin_interchange(self, number: int) -> None:
        """A new interchange, whose segments follow."""
        self.place = Place(interchange=number)
        self._groups, self._between, self._set = [], [], None

    def begin_group(self) -> None:
        """The segment is a GS."""
        self._set = None
        self._groups.append([])
        self.place = Place(interchange=self.place.interchange, group=len(self._groups), tag="GS")

    def begin_set(self, st01: str, st02: str) -> None:
        """The segment is an ST."""
        if not self._groups:
            self._groups.append([])
        sets = self._groups[-1]
        self._set = _Set(len(sets) + 1, st01, st02)
        sets.append(self._set)
        self.place = msgspec.structs.replace(
            self.place, group=len(self._groups), set=len(sets), segment=1, tag="ST"
        )

    def begin_segment(self, tag: str) -> Place:
        """The next segment, whatever it is."""
        segment = self.place.segment + 1 if self._set is not None else 0
        self.place = msgspec.structs.replace(self.place, segment=segment, tag=tag)
        return self.place

    def leave_set(self, *, in_group: bool = True) -> None:
        """The set has ended, or the group with it; what follows is about envelopes."""
        self._set = None
        self.place = self.place.outside(in_group=in_group)

    def no_opinion(self, why: str) -> None:
        """There is no opinion on this set."""
        if self._set is not None:
            self._set.why = self._set.why or why

    def add(self, remarks: Iterable[Remark]) -> None:
        """Note remarks, each with the set it names or with the envelopes."""
        for remark in remarks:
            self._count += 1
            if remark.set:
                self._groups[remark.group - 1][remark.set - 1].remarks.append(remark)
            else:
                self._between.append(remark)

    def end_interchange(self, why: str) -> None:
        """The interchange has ended, or `why` it was not read to its end: no opinion on the set read last."""
        if why:
            self.no_opinion(why)
            self._unread.append(Unread(self.place.interchange, why))
        for number, sets in enumerate(self._groups, 1):
            at_fault = next((each for each in self._between if each.group in (0, number)), None)
            self._sets += [self._opinion(number, each, at_fault) for each in sets]
        self._envelope += self._between

    def _opinion(self, group: int, each: _Set, at_fault: Remark | None) -> SetOpinion:
        why, opinion = each.why, Opinion.NONE
        if not why:
            opinion = Opinion.REJECTED if each.remarks or at_fault else Opinion.ACCEPTED
            why = f"its envelope is at fault: {at_fault.text}" if at_fault and not each.remarks else ""
        return SetOpinion(
            interchange=self.place.interchange,
            group=group,
            set=each.number,
            type=each.st01,
            st02=each.st02,
            opinion=opinion,
            why=why,
            remarks=tuple(each.remarks) if opinion is Opinion.REJECTED else (),
        )

    def opinion(self, by: str) -> FileOpinion:
        """What the file came to. Sets that were not read are not among its sets."""
        return FileOpinion(
            by=by, unread=tuple(self._unread), sets=tuple(self._sets), envelope=tuple(self._envelope)
        )
