"""Which of the documents that wait for one agreement go together now, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.agreements.agreement import Batch

__all__ = ["Due", "Waiting", "due"]


class Waiting(msgspec.Struct, frozen=True):
    """A document that waits to be sent, its size in bytes, and since when it waits."""

    id: str
    size: int
    since: datetime


class Due(msgspec.Struct, frozen=True):
    """The batches that go now, each by the ids of its documents; the rest is looked at again at a time, or
    when another document comes."""

    batches: tuple[tuple[str, ...], ...]
    again_at: datetime | None = None


def due(waiting: Sequence[Waiting], batch: Batch, now: datetime) -> Due:
    """What goes now; documents keep the order in which they are handed in.

    A document that would make a batch bigger than its bytes begins the next one; a bigger one goes alone.
    """
    if batch.is_of_one:
        return Due(tuple((each.id,) for each in waiting))
    ready: list[tuple[str, ...]] = []
    rest: tuple[Waiting, ...] = ()
    for part, is_full in _parts(waiting, batch):
        if is_full:
            ready.append(tuple(each.id for each in part))
        else:
            rest = part
    again_at = _end_of_wait(rest, batch)
    if again_at is not None and again_at <= now:
        return Due((*ready, tuple(each.id for each in rest)))
    return Due(tuple(ready), again_at)


def _parts(waiting: Sequence[Waiting], batch: Batch) -> Iterator[tuple[tuple[Waiting, ...], bool]]:
    """The documents part by part, and whether each is full; only the last may not be."""
    part: list[Waiting] = []
    for each in waiting:
        if part and batch.bytes and _size(part) + each.size > batch.bytes:
            yield tuple(part), True
            part = []
        part.append(each)
        by_count = batch.documents > 1 and len(part) >= batch.documents
        if by_count or (batch.bytes and _size(part) >= batch.bytes):
            yield tuple(part), True
            part = []
    if part:
        yield tuple(part), False


def _size(part: Sequence[Waiting]) -> int:
    return sum(each.size for each in part)


def _end_of_wait(rest: Sequence[Waiting], batch: Batch) -> datetime | None:
    if not rest or not batch.seconds:
        return None
    return min(each.since for each in rest) + timedelta(seconds=batch.seconds)
