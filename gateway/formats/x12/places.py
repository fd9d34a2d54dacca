"""Where a segment of a transaction set stands in the file, counted only when a finding asks for it."""

from __future__ import annotations

from gateway.findings import Location
from gateway.formats.x12.model import TransactionSet


def byte_of(transaction_set: TransactionSet, segment_in_set: int) -> int:
    """The offset in the file of the first character of a segment (ST = 1).

    For the number after the last one, where a missing segment would stand, it is the offset behind the set.
    """
    offsets = transaction_set.offsets
    start = transaction_set.location.byte or 0
    if segment_in_set > len(offsets):
        return start + len(transaction_set.raw)
    return start + offsets[max(segment_in_set, 1) - 1]


def location_of(
    transaction_set: TransactionSet,
    segment_in_set: int,
    *,
    tag: str | None = None,
    loop: str | None = None,
    element: int | None = None,
    component: int | None = None,
    repetition: int | None = None,
) -> Location:
    """The full address of a segment of the set (ST = 1), or of a part of it.

    `tag` need only be given for a segment that is missing: its place is that of the segment found instead.
    """
    start = transaction_set.location
    if tag is None and 1 <= segment_in_set <= len(transaction_set.segments):
        tag = transaction_set.segments[segment_in_set - 1].split(transaction_set.delimiters.element, 1)[0]
    return Location(
        interchange=start.interchange,
        group=start.group,
        set=start.set,
        isa13=start.isa13,
        gs06=start.gs06,
        st02=start.st02,
        segment=(start.segment or 0) + segment_in_set - 1,
        segment_in_set=segment_in_set,
        tag=tag,
        loop=loop,
        element=element,
        component=component,
        repetition=repetition,
        byte=byte_of(transaction_set, segment_in_set),
    )
