"""Control numbers of what we send: each is given once, and what is skipped stands as void, with the reason.

ISA13 is a number of nine digits, GS06 one of one to nine (both type N0, X12.6, so that zeros before it mean
nothing), and ST02 a text of four to nine characters, which here are digits. A receiver that saw an ISA13
takes the same one for a duplicate (TA105 code 025), as it does a GS06 within its interchange (AK905 code 19)
and an ST02 within its group (AK502 code 23). X12.5 and X12.6 demand no more of ST02; counting it on from
group to group lets a set be found by its number.

The numbers of a stream come in *cycles*, as there are only nine digits. Each cycle is made of the numbers
from 1 to 999,999,999 and each of them is in exactly one row of `control_number_use`: given, void because it
was skipped, or turned, as it lies outside the limits of a stream whose count began anew. A stream never gives
a number twice within a cycle: it may be set forward, which voids what is skipped, and not back. What is asked
to go back ends the cycle, so that everybody can see where numbers began anew. `history.gaps` finds whatever
breaks this.

Each row is told of by a leaf of the same transaction, but for turned ones, which follow from the leaf before.
The side records of these leaves are sealed under the key of the workspace: a number stays used when the
message that bears it is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, update
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.control_numbers.names import HIGHEST, StreamKey
from gateway.store.control_numbers.setting import (
    GIVEN,
    GIVEN_LEAF,
    ITS_OWN,
    STANDING,
    TURNED,
    Setting,
    Standing,
    begin,
    enter_unused,
    names_of,
    standing,
    unknown,
    values_of,
)
from gateway.store.people import SERVICE, actor_id
from gateway.store.reasons import reason_of
from gateway.store.tables import ControlNumberStream as Stream
from gateway.store.tables import ControlNumberUse as Use
from gateway.store.writing.transaction import Details, Entry, Transaction

FIRST_ASKED = "its first number was asked for"

_TURN = col(Stream.last) - col(Stream.first) + 1
_AHEAD = col(Stream.following) + bindparam("count")
_TURNS = col(Stream.last) < _AHEAD
_COUNT_ON = (
    update(Stream)
    .where(*ITS_OWN, bindparam("count") <= _TURN)
    .values(
        following=case((_TURNS, _AHEAD - _TURN), else_=_AHEAD),
        cycle=case((_TURNS, col(Stream.cycle) + 1), else_=col(Stream.cycle)),
    )
    .returning(*STANDING)
)
_STAND = (
    update(Stream).where(col(Stream.id) == bindparam("stream")).values(following=bindparam("now_following"))
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Where a stream stands, as long as the change that counted on it looks at nothing else."""

    standing: Standing
    is_written: bool = True

    def write(self, connection: Connection) -> None:
        """Let the stream stand there."""
        if not self.is_written:
            connection.execute(_STAND, {"stream": self.standing.id, "now_following": self.standing.following})


class _Bearer(NamedTuple):
    """What numbers are given to: a message, or what somebody sends by other means, and why."""

    who: str
    message: str | None
    reason: str | None


def allot(transaction: Transaction, key: StreamKey, message: str) -> int:
    """The next control number of a stream, for a message; it is used up when this change is committed.

    A change that is undone leaves no gap, as its number is given to the next. A stream that is not there yet
    begins with 1, or as `set_stream` has it after a restore.
    """
    return allot_many(transaction, key, message, 1)[0]


def allot_many(transaction: Transaction, key: StreamKey, message: str, count: int) -> tuple[int, ...]:
    """So many numbers of a stream at once, for one message: one row, and one leaf.

    Raises `UsageError` for more than one turn of the stream has, which would give one of them twice.
    """
    who = actor_id(transaction, SERVICE)
    counted = _counted(transaction, key, count)
    if counted is None:
        if standing(transaction, key) is None:
            begin(transaction, key, Setting(), FIRST_ASKED, who)
            counted = _counted(transaction, key, count)
        if counted is None:
            raise UsageError(f"There are no {count} {key} in one turn; raise the last one, or send less")
    return _given(transaction, key, counted, count, _Bearer(who, message, None))


def take(transaction: Transaction, key: StreamKey, reason: str, who: str, *, new: bool = False) -> int:
    """The next control number, for what is sent by other means; `who` is the id of an actor.

    Raises `UnknownStreamError` for a stream that is not there, unless it is said to be `new`.
    """
    reason = reason_of(reason)
    counted = _counted(transaction, key, 1)
    if counted is None:
        if not new:
            raise unknown(transaction, key)
        begin(transaction, key, Setting(), reason, who)
        counted = _counted(transaction, key, 1)
    assert counted is not None, "a stream that was just opened is there"
    return _given(transaction, key, counted, 1, _Bearer(who, None, reason))[0]


def _counted(transaction: Transaction, key: StreamKey, count: int) -> Standing | None:
    """Where the stream stands after counting on; None when there is none, or no such count in a turn."""
    if count < 1:
        raise ValueError(f"{count} control numbers cannot be given")
    held = transaction.held.get(key)
    if isinstance(held, _Counted) and held.standing.following + count <= held.standing.last:
        counted = held.standing._replace(following=held.standing.following + count)
        transaction.held[key] = _Counted(counted, is_written=False)
        return counted
    others = {name: each for name, each in transaction.held.items() if name != key}
    row = transaction.connection.execute(_COUNT_ON, {**values_of(key), "count": count}).one_or_none()
    if row is None:
        return None
    counted = Standing(*row)
    written = {name: _Counted(each.standing) for name, each in others.items() if isinstance(each, _Counted)}
    transaction.held.update({**written, key: _Counted(counted)})
    return counted


def _given(
    transaction: Transaction, key: StreamKey, counted: Standing, count: int, bearer: _Bearer
) -> tuple[int, ...]:
    """Enter the numbers that were counted; they end one cycle and begin the next where it turned."""
    stream, cycle, following, first, last = counted
    anew = following - first  # numbers of the cycle it stands in now; fewer than `count` where it turned
    if anew >= count:
        runs = [(cycle, following - count, following - 1)]
    else:
        runs = [(cycle - 1, last - (count - anew) + 1, last)]
        runs += [(cycle, first, following - 1)] if anew else []
    told: Details = {"message": bearer.message} if bearer.message else {"reason": str(bearer.reason)}
    borne = {"message_id": bearer.message, "reason": bearer.reason, "at": transaction.now}
    for within, begun, ended in runs:
        run = {"cycle": within, "first": begun, "last": ended}
        transaction.insert(Use, {"stream_id": stream, **run, "use": GIVEN, **borne})
        transaction.record(Entry(GIVEN_LEAF, bearer.who, details={**names_of(key), **run, **told}))
    if anew < count:
        enter_unused(transaction, stream, cycle - 1, (last + 1, HIGHEST), TURNED)
        enter_unused(transaction, stream, cycle, (1, first - 1), TURNED)
    return tuple(number for _, begun, ended in runs for number in range(begun, ended + 1))
