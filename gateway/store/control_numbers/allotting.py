"""Control numbers of what we send: each is given once, and what is skipped stands as void, with the reason.

ISA13 is a number of nine digits, GS06 one of one to nine (both type N0, X12.6, so that zeros before it mean
nothing), and ST02 a text of four to nine characters, which here are digits. A receiver that saw an ISA13
takes the same one for a duplicate (TA105 code 025), as it does a GS06 within its interchange (AK905 code 19)
and an ST02 within its group (AK502 code 23). X12.5 and X12.6 demand no more of ST02; counting it on from
group to group lets a set be found by its number.

The numbers of a stream come in *cycles*, as there are only nine digits. Each cycle is made of the numbers
from 1 to 999,999,999 and each of them is in exactly one row of `control_number_use`: given to a message, or
void, and then alone or within a range. A stream never gives a number twice within a cycle: it may be set
forward, which voids what is skipped, and not back. What is asked to go back ends the cycle, so that everybody
can see where numbers began anew. `history.gaps` finds whatever breaks
this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select, update
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.people import SERVICE, actor_id
from gateway.store.tables import ControlNumberStream as Stream
from gateway.store.tables import ControlNumberUse as Use
from gateway.store.tables import Epoch
from gateway.store.writing.books import FIRST_EPOCH
from gateway.store.writing.transaction import Entry, Transaction

HIGHEST = 999_999_999  # nine digits, the most that ISA13, GS06 and ST02 have alike
GIVEN, VOID = "given", "void"
LONGEST_NAME = 100  # characters of a sender or receiver; X12 has at most 15, and a qualifier
LONGEST_REASON = 500
SETTINGS = "as the settings of the partner have it"
LEAST_SKIPPED = 1000  # numbers of a stream, where a backup was restored
UNKNOWN = "a backup was restored: whether this stream gave numbers after it is not known"

Answer = dict[str, str | int]


class Function(StrEnum):
    """What is counted: interchanges (ISA13), functional groups (GS06) or transaction sets (ST02)."""

    INTERCHANGE = "interchange"
    GROUP = "group"
    SET = "set"

    def written(self, number: int) -> str:
        """A control number as its element has it: nine digits, as few as there are, or at least four."""
        return f"{number:0{_LEAST_DIGITS[self]}d}"


ABOVE_THE_LAST, BELOW_THE_FIRST = "above the last number of the stream", "below the first number"
TURNED = frozenset({ABOVE_THE_LAST, BELOW_THE_FIRST})
"""Why numbers are void that no leaf tells of: the count began anew, and these lie outside its limits."""

_LEAST_DIGITS = {Function.INTERCHANGE: 9, Function.GROUP: 1, Function.SET: 4}


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Whose numbers: those of one sender to one receiver, of one function.

    `sender` and `receiver` are names as the envelopes have them, such as `ZZ/ACORN`, up to 100 characters.
    Raises `UsageError` for what is no name.
    """

    sender: str
    receiver: str
    function: Function

    def __post_init__(self) -> None:
        """See that both are names."""
        for name in (self.sender, self.receiver):
            if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
                raise UsageError(
                    f"{name[:LONGEST_NAME]!r} is no name of a sender or receiver of envelopes; give one as "
                    f"`gateway partners list` shows it, such as ZZ/ACORN"
                )

    def __str__(self) -> str:
        return f"{self.function} numbers from {self.sender} to {self.receiver}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of a stream: it begins at `start`, ends at `last`, and then goes on from `first`.

    All are from 1 to 999,999,999; without `start` it begins at `first`. Raises `UsageError` for others.
    """

    first: int = 1
    last: int = HIGHEST
    start: int | None = None

    def __post_init__(self) -> None:
        """See that they are in order."""
        if not 1 <= self.first <= self.beginning <= self.last <= HIGHEST:
            raise UsageError(
                f"Control numbers from {self.first} to {self.last}, starting at {self.beginning}, cannot be: "
                f"give numbers from 1 to {HIGHEST}, with the start between the first and the last"
            )

    @property
    def beginning(self) -> int:
        """The first number of the first cycle."""
        return self.first if self.start is None else self.start


_STANDING = (col(Stream.id), col(Stream.cycle), col(Stream.following), col(Stream.first), col(Stream.last))
_ITS_OWN = (
    col(Stream.sender) == bindparam("of_sender"),
    col(Stream.receiver) == bindparam("of_receiver"),
    col(Stream.function) == bindparam("of_function"),
)
_LOOK = select(*_STANDING).where(*_ITS_OWN)
_AT_THE_END = col(Stream.following) >= col(Stream.last)
_COUNT_ON = (
    update(Stream)
    .where(*_ITS_OWN)
    .values(
        following=case((_AT_THE_END, col(Stream.first)), else_=col(Stream.following) + 1),
        cycle=case((_AT_THE_END, col(Stream.cycle) + 1), else_=col(Stream.cycle)),
    )
    .returning(*_STANDING)
)
_COUNT_ON_WITHIN = _COUNT_ON.where(
    col(Stream.first) == bindparam("of_first"), col(Stream.last) == bindparam("of_last")
)


def allot(transaction: Transaction, key: StreamKey, message: str, limits: Limits | None = None) -> int:
    """The next control number of a stream, for a message; it is used up when this change is committed.

    A change that is undone leaves no gap, as its number is given to the next. A stream that is not there yet
    is opened as `set_limits` does, else from 1 to 999,999,999; limits that changed since are put into force.
    """
    counted = _counted(transaction, key, limits)
    if counted is None:
        set_limits(transaction, key, limits or Limits(), SETTINGS, actor_id(transaction, SERVICE))
        counted = _counted(transaction, key, None)
    assert counted is not None, "a stream that was just opened is there"
    cycle, number = counted.cycle, counted.following - 1
    ended = counted.following == counted.first  # only the last number is followed by the first
    if ended:
        cycle, number = counted.cycle - 1, counted.last
    row = {"stream_id": counted.id, "cycle": cycle, "first": number, "last": number, "use": GIVEN}
    transaction.insert(Use, {**row, "message_id": message, "reason": None, "at": transaction.now})
    if ended:
        _void(transaction, counted.id, cycle, (number + 1, HIGHEST), ABOVE_THE_LAST)
        _void(transaction, counted.id, counted.cycle, (1, counted.first - 1), BELOW_THE_FIRST)
    return number


def set_next(
    transaction: Transaction, key: StreamKey, number: int, reason: str, who: str, *, new_cycle: bool = False
) -> Answer:
    """Let a stream go on at a number; `who` is the id of an actor, and the ledger has the reason.

    What is skipped becomes void, in one row. A stream that is not there yet is opened there. Going back would
    give numbers twice: it is refused, unless `new_cycle` ends the cycle and begins another at the number.
    Raises `UsageError`. The answer has `sender`, `receiver`, `function`, `cycle`, `before` (0 when opened),
    `following` and `voided`, how many numbers were skipped.
    """
    reason = _reason(reason)
    stream = _standing(transaction, key)
    if stream is None:
        return _open(transaction, key, Limits(start=number), reason, who)
    if not stream.first <= number <= stream.last:
        raise UsageError(f"The {key} run from {stream.first} to {stream.last}; {number} is none of them")
    if number < stream.following and not new_cycle:
        raise UsageError(
            f"The {key} stand at {stream.following}; going back to {number} would give numbers twice, and "
            f"the receiver may refuse them as duplicates. Give a higher number, or begin a new cycle"
        )
    return _moved(transaction, key, stream, (stream.cycle + new_cycle, number), reason, who)


def set_limits(transaction: Transaction, key: StreamKey, limits: Limits, reason: str, who: str) -> Answer:
    """Change the first and the last number of a stream; the answer is that of `set_next`.

    It goes on where it stands if that is within them. Else it goes on at the first: below it in the same
    cycle, above the last in a new one. Where the stream starts has been settled when it was opened: in a
    store that was ever restored 1,000 numbers behind its start, since it may have been opened after the
    backup, and what it gave then is not known.
    """
    reason = _reason(reason)
    stream = _standing(transaction, key)
    if stream is None:
        opened = _open(transaction, key, limits, reason, who)
        if not _was_restored(transaction):
            return opened
        return void_ahead(transaction, {key: LEAST_SKIPPED}, UNKNOWN, who)[0]
    changed = update(Stream).where(col(Stream.id) == stream.id).values(first=limits.first, last=limits.last)
    transaction.connection.execute(changed)
    details = {**_names(key), "first": limits.first, "last": limits.last, "reason": reason}
    transaction.record(Entry("control-numbers-limited", who, details=details))
    cycle = stream.cycle + (stream.following > limits.last)
    following = limits.first if cycle > stream.cycle else max(stream.following, limits.first)
    return _moved(transaction, key, stream, (cycle, following), reason, who)


def void_ahead(
    transaction: Transaction, counts: Mapping[StreamKey, int], reason: str, who: str
) -> list[Answer]:
    """Skip so many numbers of each of these streams, as after a restore; the answers are those of `set_next`.

    A stream goes on in a new cycle where it comes to its end. At most one whole turn of it is skipped.
    """
    reason, answers = _reason(reason), []
    for key, count in counts.items():
        stream = _standing(transaction, key)
        if stream is None:
            raise UsageError(f"There are no {key}, so none can be skipped; open the stream first")
        turn = stream.last - stream.first + 1
        place = stream.following - stream.first + min(max(count, 0), turn)
        cycle, number = stream.cycle + place // turn, stream.first + place % turn
        answers.append(_moved(transaction, key, stream, (cycle, number), reason, who))
    return answers


class _Standing(NamedTuple):
    """Where a stream stands: the number it gives next, in which cycle."""

    id: str
    cycle: int
    following: int
    first: int
    last: int


def _counted(transaction: Transaction, key: StreamKey, limits: Limits | None) -> _Standing | None:
    """Where the stream stands after counting on; None when there is none that has these limits."""
    counting, named = _COUNT_ON, _values(key)
    if limits is not None:
        counting, named = _COUNT_ON_WITHIN, {**named, "of_first": limits.first, "of_last": limits.last}
    row = transaction.connection.execute(counting, named).one_or_none()
    return None if row is None else _Standing(*row)


def _standing(transaction: Transaction, key: StreamKey) -> _Standing | None:
    row = transaction.connection.execute(_LOOK, _values(key)).one_or_none()
    return None if row is None else _Standing(*row)


def _was_restored(transaction: Transaction) -> bool:
    newest = transaction.connection.execute(select(func.max(col(Epoch.number)))).scalar_one()
    return newest is not None and newest > FIRST_EPOCH


def _open(transaction: Transaction, key: StreamKey, limits: Limits, reason: str, who: str) -> Answer:
    """A new stream; the numbers below its start are void, so that every cycle begins with 1."""
    row = {"id": transaction.new_id(), **_names(key), "cycle": 1, "following": limits.beginning}
    transaction.insert(Stream, {**row, "first": limits.first, "last": limits.last})
    _void(transaction, str(row["id"]), 1, (1, limits.beginning - 1), reason)
    told = {**_names(key), "cycle": 1, "before": 0, "following": limits.beginning}
    voided = limits.beginning - 1
    details = {**told, "voided": voided, "first": limits.first, "last": limits.last, "reason": reason}
    transaction.record(Entry("control-numbers-opened", who, details=details))
    return {**told, "voided": voided}


def _moved(
    transaction: Transaction, key: StreamKey, stream: _Standing, to: tuple[int, int], reason: str, who: str
) -> Answer:
    """Let a stream go on at a number of its cycle, or of the next one; what is between becomes void."""
    cycle, following = to
    if cycle == stream.cycle:
        skipped = [(cycle, (stream.following, following - 1))]
    else:
        skipped = [(stream.cycle, (stream.following, HIGHEST)), (cycle, (1, following - 1))]
    told = {**_names(key), "cycle": cycle, "before": stream.following, "following": following}
    answer: Answer = {**told, "voided": sum(last - first + 1 for _, (first, last) in skipped)}
    if to == (stream.cycle, stream.following):
        return answer
    moving = update(Stream).where(col(Stream.id) == stream.id).values(cycle=cycle, following=following)
    transaction.connection.execute(moving)
    for within, numbers in skipped:
        _void(transaction, stream.id, within, numbers, reason)
    transaction.record(Entry("control-numbers-skipped", who, details={**answer, "reason": reason}))
    return answer


def _void(transaction: Transaction, stream: str, cycle: int, numbers: tuple[int, int], reason: str) -> None:
    """Enter numbers as void, from the first to the last; there may be none of them."""
    first, last = numbers
    if first <= last:
        row = {"stream_id": stream, "cycle": cycle, "first": first, "last": last, "use": VOID}
        transaction.insert(Use, {**row, "message_id": None, "reason": reason, "at": transaction.now})


def _names(key: StreamKey) -> Answer:
    return {"sender": key.sender, "receiver": key.receiver, "function": key.function.value}


def _values(key: StreamKey) -> Answer:
    return {f"of_{name}": value for name, value in _names(key).items()}


def _reason(reason: str) -> str:
    told = " ".join(reason.split())
    if told in TURNED:
        raise UsageError("That is what the gateway itself says where a count begins anew; say it otherwise")
    if not told or not told.isprintable() or len(told) > LONGEST_REASON:
        raise UsageError(
            f"Numbers that are skipped need a reason for those who look later, in 1 to {LONGEST_REASON} "
            f"printable characters"
        )
    return told
