"""Streams of control numbers: how one begins, and how a person lets it go on elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.control_numbers.names import HIGHEST, Limits, StreamKey, refuse_alike
from gateway.store.reasons import reason_of
from gateway.store.tables import ControlNumberStream as Stream
from gateway.store.tables import ControlNumberUse as Use
from gateway.store.tables import Epoch
from gateway.store.writing.books import FIRST_EPOCH
from gateway.store.writing.transaction import Entry, Transaction
from gateway.suggestions import suggestion

GIVEN, VOID, TURNED = "given", "void", "turned"
OPENED_LEAF, LIMITED_LEAF = "control-numbers-opened", "control-numbers-limited"
GIVEN_LEAF, SKIPPED_LEAF = "control-numbers-given", "control-numbers-skipped"
LEAST_SKIPPED = 1000  # numbers of a stream, where a backup was restored
UNKNOWN = "a backup was restored: whether this stream gave numbers after it is not known"

Answer = dict[str, str | int]


class UnknownStreamError(UsageError):
    """Somebody named a stream that is not there, and did not say that it is a new one."""


class Setting(NamedTuple):
    """What a person wants of a stream; what is None stays as it is.

    `following` is the number that it gives next, `first` and `last` are its limits. `new_cycle` lets it go
    back, `new` lets it begin.
    """

    following: int | None = None
    first: int | None = None
    last: int | None = None
    new_cycle: bool = False
    new: bool = False


class Standing(NamedTuple):
    """Where a stream stands: the number it gives next, in which cycle."""

    id: str
    cycle: int
    following: int
    first: int
    last: int


STANDING = (col(Stream.id), col(Stream.cycle), col(Stream.following), col(Stream.first), col(Stream.last))
ITS_OWN = (
    col(Stream.sender) == bindparam("of_sender"),
    col(Stream.receiver) == bindparam("of_receiver"),
    col(Stream.function) == bindparam("of_function"),
)
_LOOK = select(*STANDING).where(*ITS_OWN)


def set_stream(transaction: Transaction, key: StreamKey, setting: Setting, reason: str, who: str) -> Answer:
    """Let a stream go on at a number, or within other limits; `who` is the id of an actor.

    What is skipped becomes void, and the ledger has the reason. Going back would give numbers twice: it is
    refused, unless a new cycle begins there. Limits alone let it go on where it stands if that is within
    them, else at the first: below it in the same cycle, above the last in a new one.

    A new stream begins where it is said to. Where nothing is said it begins at its first number; in a store
    that was ever restored 1,000 behind it for each restore, since it may have been opened after the backup,
    and what it gave then is not known.

    Raises `UsageError`. The answer has `sender`, `receiver`, `function`, `cycle`, `before` (0 when opened),
    `following`, `first`, `last`, and `voided`, how many numbers were skipped.
    """
    reason = reason_of(reason)
    stream = standing(transaction, key)
    if stream is None:
        if not setting.new:
            raise unknown(transaction, key)
        return begin(transaction, key, setting, reason, who)
    first = stream.first if setting.first is None else setting.first
    last = stream.last if setting.last is None else setting.last
    limits = Limits(first, last)
    to = _place_within(key, stream, limits, setting)
    if (first, last) != (stream.first, stream.last):
        limiting = update(Stream).where(col(Stream.id) == stream.id).values(first=first, last=last)
        transaction.connection.execute(limiting)
        details = {**names_of(key), "first": first, "last": last, "reason": reason}
        transaction.record(Entry(LIMITED_LEAF, who, details=details))
    return {**_moved(transaction, key, stream, to, reason, who), "first": first, "last": last}


def void_ahead(
    transaction: Transaction, counts: Mapping[StreamKey, int], reason: str, who: str
) -> list[Answer]:
    """Skip so many numbers of each of these streams, as after a restore; the answers are as of `set_stream`.

    A stream goes on in a new cycle where it comes to its end. At most one whole turn of it is skipped.
    """
    reason, answers = reason_of(reason), []
    for key, count in counts.items():
        stream = standing(transaction, key)
        if stream is None:
            raise unknown(transaction, key)
        turn = stream.last - stream.first + 1
        place = stream.following - stream.first + min(max(count, 0), turn)
        cycle, number = stream.cycle + place // turn, stream.first + place % turn
        answers.append(_moved(transaction, key, stream, (cycle, number), reason, who))
    return answers


def standing(transaction: Transaction, key: StreamKey) -> Standing | None:
    row = transaction.connection.execute(_LOOK, values_of(key)).one_or_none()
    return None if row is None else Standing(*row)


def begin(transaction: Transaction, key: StreamKey, setting: Setting, reason: str, who: str) -> Answer:
    """Open a stream: where it was said to, or behind what it may have given before a restore."""
    first = 1 if setting.first is None else setting.first
    last = HIGHEST if setting.last is None else setting.last
    opened = _open(transaction, key, Limits(first, last, setting.following), reason, who)
    restores = _restores(transaction)
    if setting.following is not None or not restores:
        return opened
    ahead = void_ahead(transaction, {key: LEAST_SKIPPED * restores}, UNKNOWN, who)[0]
    voided = int(opened["voided"]) + int(ahead["voided"])
    return {**opened, "cycle": ahead["cycle"], "following": ahead["following"], "voided": voided}


def _open(transaction: Transaction, key: StreamKey, limits: Limits, reason: str, who: str) -> Answer:
    """A new stream; the numbers below its start are void, so that every cycle begins with 1."""
    refuse_alike(key, [name for stream in _known(transaction) for name in stream[:2]])
    row = {"id": transaction.new_id(), **names_of(key), "cycle": 1, "following": limits.beginning}
    transaction.insert(Stream, {**row, "first": limits.first, "last": limits.last})
    enter_unused(transaction, str(row["id"]), 1, (1, limits.beginning - 1), VOID, reason)
    told = {"cycle": 1, "before": 0, "following": limits.beginning, "voided": limits.beginning - 1}
    answer: Answer = {**names_of(key), **told, "first": limits.first, "last": limits.last}
    transaction.record(Entry(OPENED_LEAF, who, details={**answer, "reason": reason}))
    return answer


def _place_within(key: StreamKey, stream: Standing, limits: Limits, setting: Setting) -> tuple[int, int]:
    """The cycle and the number at which a stream goes on within limits."""
    number = setting.following
    if number is None:
        if setting.new_cycle:
            number = limits.first
        elif stream.following > limits.last:
            return stream.cycle + 1, limits.first
        else:
            return stream.cycle, max(stream.following, limits.first)
    if not limits.first <= number <= limits.last:
        raise UsageError(f"The {key} run from {limits.first} to {limits.last}; {number} is none of them")
    if number < stream.following and not setting.new_cycle:
        raise UsageError(
            f"The {key} stand at {stream.following}; going back to {number} would give numbers twice, and "
            f"the receiver may refuse them as duplicates. Give a higher number, or begin a new cycle"
        )
    return stream.cycle + setting.new_cycle, number


def _moved(
    transaction: Transaction, key: StreamKey, stream: Standing, to: tuple[int, int], reason: str, who: str
) -> Answer:
    """Let a stream go on at a number of its cycle, or of the next one; what is between becomes void."""
    cycle, following = to
    if cycle == stream.cycle:
        skipped = [(cycle, (stream.following, following - 1))]
    else:
        skipped = [(stream.cycle, (stream.following, HIGHEST)), (cycle, (1, following - 1))]
    told = {**names_of(key), "cycle": cycle, "before": stream.following, "following": following}
    answer: Answer = {**told, "voided": sum(last - first + 1 for _, (first, last) in skipped)}
    if to == (stream.cycle, stream.following):
        return answer
    moving = update(Stream).where(col(Stream.id) == stream.id).values(cycle=cycle, following=following)
    transaction.connection.execute(moving)
    for within, numbers in skipped:
        enter_unused(transaction, stream.id, within, numbers, VOID, reason)
    transaction.record(Entry(SKIPPED_LEAF, who, details={**answer, "reason": reason}))
    return answer


def enter_unused(
    transaction: Transaction,
    stream: str,
    cycle: int,
    numbers: tuple[int, int],
    use: str,
    reason: str | None = None,
) -> None:
    """Enter numbers that are not given, from the first to the last; there may be none of them."""
    first, last = numbers
    if first <= last:
        row = {"stream_id": stream, "cycle": cycle, "first": first, "last": last, "use": use}
        transaction.insert(Use, {**row, "message_id": None, "reason": reason, "at": transaction.now})


def _restores(transaction: Transaction) -> int:
    """How many epochs of the ledger a restore began."""
    newest = transaction.connection.execute(select(func.max(col(Epoch.number)))).scalar_one()
    return 0 if newest is None else newest - FIRST_EPOCH


def _known(transaction: Transaction) -> list[tuple[str, str, str]]:
    kept = select(col(Stream.sender), col(Stream.receiver), col(Stream.function))
    return [(row[0], row[1], row[2]) for row in transaction.connection.execute(kept)]


def unknown(transaction: Transaction, key: StreamKey) -> UnknownStreamError:
    asked = f"{key.sender} {key.receiver} {key.function}"
    known = suggestion(asked, [" ".join(each) for each in _known(transaction)])
    end = "" if known.endswith("?") else "."
    return UnknownStreamError(
        f"There is no stream of {key} yet{known}{end} Say so (`--new`) where it is to begin, and be sure of "
        f"both names: a name that is written otherwise gets the same numbers again"
    )


def names_of(key: StreamKey) -> Answer:
    return {"sender": key.sender, "receiver": key.receiver, "function": key.function.value}


def values_of(key: StreamKey) -> Answer:
    return {f"of_{name}": value for name, value in names_of(key).items()}
