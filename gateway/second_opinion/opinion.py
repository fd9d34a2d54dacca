"""What a second opinion is made of: verdicts on transaction sets, and remarks at their places."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Opinion(StrEnum):
    """The other program's judgment on one transaction set; NONE when it came to none."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NONE = "no_opinion"


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One error. `interchange`, `group` and `set` count from 1, 0 where the error stands in none.

    `segment` is the position in the set with ST as 1, 0 for the segments of envelopes. `elements` are the
    positions it is about: none for the segment itself, several for a syntax note, which names no single one.
    """

    interchange: int
    group: int
    set: int
    segment: int
    tag: str
    elements: tuple[int, ...]
    component: int | None
    code: str
    text: str


class SetOpinion(msgspec.Struct, frozen=True, kw_only=True):
    """The opinion on one transaction set. `why`: why there is none, or what is wrong with its envelope."""

    interchange: int
    group: int
    set: int
    type: str
    st02: str
    opinion: Opinion
    why: str
    remarks: tuple[Remark, ...]


class Unread(msgspec.Struct, frozen=True):
    """An interchange (from 1; 0: the whole file) that was not read to its end, and why."""

    interchange: int
    why: str


class FileOpinion(msgspec.Struct, frozen=True, kw_only=True):
    """The opinion on one file. `by` names the program; sets that it did not come to are not among `sets`."""

    by: str
    unread: tuple[Unread, ...] = ()
    sets: tuple[SetOpinion, ...] = ()
    envelope: tuple[Remark, ...] = ()

    def of(self, interchange: int, group: int, number: int) -> SetOpinion | None:
        """The opinion on one set, None when the other program did not come to it."""
        place = (interchange, group, number)
        return next((each for each in self.sets if (each.interchange, each.group, each.set) == place), None)
