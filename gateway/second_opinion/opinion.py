"""What a second opinion is made of: verdicts on transaction sets, and remarks at their places."""

from __future__ import annotations

from enum import StrEnum

import msgspec

MOST_BYTES = 4 * 1024 * 1024  # of a file it is asked about; it checks some 400 KiB a second
MOST_SECONDS = 60.0  # for one file
MOST_REMARKS = 10_000  # on one file; each takes up to 1 KiB


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
