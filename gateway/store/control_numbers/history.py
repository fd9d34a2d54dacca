"""What became of control numbers: where streams stand, which were given or void, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, Subquery, func, select, type_coerce
from sqlmodel import col

from gateway.store.control_numbers.names import HIGHEST, Function, StreamKey
from gateway.store.control_numbers.setting import GIVEN, VOID
from gateway.store.tables import ControlNumberStream as Stream
from gateway.store.tables import ControlNumberUse as Use

DAY = 10  # characters of a moment: `2026-11-23`
NEWEST = 50


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream stands: `following` is the number it gives next, in its `cycle`, counted from 1."""

    key: StreamKey
    cycle: int
    following: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NumberUse:
    """Numbers from `first` to `last` that are used up: `given` to a message, or taken by somebody with a
    reason; `void`, as they were skipped; or `turned`, as they lie outside the limits."""

    cycle: int
    first: int
    last: int
    use: str
    message: str | None
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers from `first` to `last` of a cycle that nothing explains.

    `fault`: `missing` (in no row), `doubled` (in two) or `ahead` (in a row, though their turn is to come).
    """

    key: StreamKey
    cycle: int
    first: int
    last: int
    fault: str


def streams(connection: Connection) -> tuple[StreamState, ...]:
    """All streams, by sender, receiver and function."""
    return tuple(_by_id(connection).values())


def state_of(connection: Connection, key: StreamKey) -> StreamState | None:
    """Where a stream stands; None when there is none."""
    return next(iter(_by_id(connection, key).values()), None)


def uses(
    connection: Connection, key: StreamKey, *, void: bool = False, limit: int = NEWEST
) -> tuple[NumberUse, ...]:
    """The numbers of a stream that were used up last, the latest first; only void ones when asked."""
    kept = (
        select(
            col(Use.cycle),
            col(Use.first),
            col(Use.last),
            col(Use.use),
            col(Use.message_id),
            col(Use.reason),
            col(Use.at),
        )
        .where(_numbers_of(key))
        .order_by(col(Use.cycle).desc(), col(Use.first).desc())
        .limit(limit)
    )
    if void:
        kept = kept.where(col(Use.use) == VOID)
    return tuple(NumberUse(*row) for row in connection.execute(kept))


def busiest_day(connection: Connection, key: StreamKey) -> int:
    """How many numbers a stream gave on the day (UTC) on which it gave most; 0 when it gave none."""
    day = func.substr(type_coerce(col(Use.at), String), 1, DAY)
    counts = (
        select(func.sum(col(Use.last) - col(Use.first) + 1).label("given"))
        .where(_numbers_of(key), col(Use.use) == GIVEN)
        .group_by(day)
        .subquery()
    )
    return int(connection.execute(select(func.max(counts.c.given))).scalar_one() or 0)


def gaps(connection: Connection) -> tuple[Gap, ...]:
    """Every number of which a cycle says nothing, or says it twice; there are none in a sound store.

    The whole history is read by the database, which hands out only what is amiss.
    """
    states = _by_id(connection)
    found = [*_within(connection, states), *_at_the_ends(connection, states)]
    return tuple(sorted(found, key=lambda gap: (str(gap.key), gap.cycle, gap.first, gap.fault)))


def _by_id(connection: Connection, key: StreamKey | None = None) -> dict[str, StreamState]:
    """The streams, or the one of a key, by their ids; in the order of their names."""
    kept = select(
        col(Stream.id),
        col(Stream.sender),
        col(Stream.receiver),
        col(Stream.function),
        col(Stream.cycle),
        col(Stream.following),
        col(Stream.first),
        col(Stream.last),
    ).order_by(col(Stream.sender), col(Stream.receiver), col(Stream.function))
    if key is not None:
        kept = kept.where(*_of(key))
    return {
        row.id: StreamState(
            StreamKey(row.sender, row.receiver, Function(row.function)),
            cycle=row.cycle,
            following=row.following,
            first=row.first,
            last=row.last,
        )
        for row in connection.execute(kept)
    }


def _of(key: StreamKey) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Stream.sender) == key.sender,
        col(Stream.receiver) == key.receiver,
        col(Stream.function) == key.function.value,
    )


def _numbers_of(key: StreamKey) -> ColumnElement[bool]:
    return col(Use.stream_id).in_(select(col(Stream.id)).where(*_of(key)))


def _rows_with_ends_before() -> Subquery:
    """Each row of numbers, and the highest number of the rows of its cycle that begin before it."""
    before = func.max(col(Use.last)).over(
        partition_by=(col(Use.stream_id), col(Use.cycle)), order_by=col(Use.first), rows=(None, -1)
    )
    return select(
        col(Use.stream_id),
        col(Use.cycle),
        col(Use.first),
        col(Use.last),
        func.coalesce(before, 0).label("before"),
    ).subquery()


def _within(connection: Connection, states: dict[str, StreamState]) -> Iterator[Gap]:
    """What is missing or doubled before or between the rows of a cycle."""
    rows = _rows_with_ends_before().c
    amiss = select(rows.stream_id, rows.cycle, rows.first, rows.last, rows.before).where(
        rows.first != rows.before + 1
    )
    for stream, cycle, first, last, before in connection.execute(amiss):
        if first > before + 1:
            yield Gap(states[stream].key, cycle, before + 1, first - 1, "missing")
        else:
            yield Gap(states[stream].key, cycle, first, min(last, before), "doubled")


def _at_the_ends(connection: Connection, states: dict[str, StreamState]) -> Iterator[Gap]:
    """What is missing behind the last row of a cycle, or stands there too early."""
    ends = select(col(Use.stream_id), col(Use.cycle), func.max(col(Use.last))).group_by(
        col(Use.stream_id), col(Use.cycle)
    )
    ended = {(stream, cycle): last for stream, cycle, last in connection.execute(ends)}
    for stream, state in states.items():
        for cycle in (1, state.cycle):
            ended.setdefault((stream, cycle), 0)
    for stream, cycle in [*ended]:  # of cycles that are missing the first is enough
        if cycle < states[stream].cycle:
            ended.setdefault((stream, cycle + 1), 0)
    for (stream, cycle), last in ended.items():
        state = states[stream]
        due = HIGHEST if cycle < state.cycle else state.following - 1 if cycle == state.cycle else 0
        if last < due:
            yield Gap(state.key, cycle, last + 1, due, "missing")
        elif last > due:
            yield Gap(state.key, cycle, due + 1, last, "ahead")
