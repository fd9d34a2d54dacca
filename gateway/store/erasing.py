"""Erasing a message: nobody can read it again, and the ledger says who saw to that, when and why.

What tells of its content goes in one change: its key, its sealed bytes and records, what it was found and
known again by, the numbers and the file name in its rows, and what was kept of the faults of its steps. Its
leaves stay, and of its rows what says nothing of the content. With it goes all that was made of it alone: the
documents of a file and its acknowledgments, and what was sent with these documents and no others.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlmodel import col

from gateway.errors import StorageDoubtError, TamperedError, UsageError
from gateway.ledger.leaf import read_leaf
from gateway.store.database import WIPE
from gateway.store.messages import ERASED_STATE, REQUEST, USUAL, is_erased, unusual
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.people import Who, actor_id
from gateway.store.reasons import reason_of
from gateway.store.receiving import request_answer
from gateway.store.related import made_of
from gateway.store.rows_told import told_now
from gateway.store.store import Store
from gateway.store.tables import (
    DocumentRow,
    LedgerLeaf,
    LedgerRecord,
    Message,
    MessageKey,
    Payload,
    Request,
    SearchKey,
    Seen,
    SendingRow,
    Step,
)
from gateway.store.writing.books import ERASED, open_record
from gateway.store.writing.transaction import Entry, Transaction

WIPE_TRIES, WIPE_PAUSE = 40, 0.05  # seconds: for readers of what was before to come to their end


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: how many payloads, files of the vault, side records and search keys.

    All count together for the message and `others`, which were erased with it. `left` are messages that still
    hold something of it: the file in which a document came, and what was sent with other documents in it.
    `wiped` says whether the destroyed keys are gone from the disk already, too, as far as can be told.
    """

    message: str
    others: tuple[str, ...]
    left: tuple[str, ...]
    payloads: int
    files: int
    records: int
    search_keys: int
    wiped: bool


@dataclass(frozen=True, slots=True)
class _Removed:
    payloads: int = 0
    files: tuple[str, ...] = ()
    records: int = 0
    search_keys: int = 0

    def __add__(self, other: _Removed) -> _Removed:
        return _Removed(
            self.payloads + other.payloads,
            self.files + other.files,
            self.records + other.records,
            self.search_keys + other.search_keys,
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked for what to be erased, and why; `who` is the id of the actor."""

    message: str
    who: str
    name: str
    reason: str


def erase(store: Store, message: str, who: Who, reason: str) -> Erased:
    """Make a message unreadable for good. When this returns, it is.

    Its files are removed behind the commit; one that a stop leaves there is removed at the next start, as no
    row names it. Raises `UsageError` when there is no such message, it was erased before, or no reason is
    told.
    """
    reason = reason_of(reason)
    done = store.writer.do(lambda transaction: _erased(transaction, store.keys, message, who, reason))
    removed = done.removed
    try:
        for name in removed.files:
            store.vault.remove(name)
    except StorageDoubtError as doubt:
        store.writer.give_up(doubt)
        raise
    return Erased(
        message=message,
        others=done.others,
        left=done.left,
        payloads=removed.payloads,
        files=len(removed.files),
        records=removed.records,
        search_keys=removed.search_keys,
        wiped=store.database.wipes and _wiped(store),
    )


@dataclass(frozen=True, slots=True)
class _Done:
    others: tuple[str, ...]
    left: tuple[str, ...]
    removed: _Removed


def _erased(transaction: Transaction, keys: MessageKeys, message: str, who: Who, reason: str) -> _Done:
    connection = transaction.connection
    _refuse_unless_there(connection, message)
    gone = made_of(connection, message)
    others = tuple(sorted(each for each in gone.alone if not is_erased(connection, each)))
    left = tuple(sorted(each for each in gone.left if not is_erased(connection, each)))
    asked = _Asked(message, actor_id(transaction, who), who.name, reason)
    removed = _Removed()
    for each in (message, *others):
        removed += _one_erased(transaction, keys, each, asked)
    return _Done(others, left, removed)


def _one_erased(transaction: Transaction, keys: MessageKeys, message: str, asked: _Asked) -> _Removed:
    connection = transaction.connection
    row = _row_of(connection, message)
    request = _request_of(connection, keys, message)
    keys.destroy(transaction, message)
    removed = _removed(connection, message)
    if request is not None:  # what compares its bytes would tell who has the key whether a guess is right
        answer = request_answer(message, row["size"], "")
        connection.execute(update(Request).where(col(Request.key) == request).values(answer=answer))
    closed = {"state": ERASED_STATE, "changed_at": transaction.now}
    connection.execute(update(Message).where(col(Message.id) == message).values(closed))
    details: dict[str, str | int] = {
        "reason": asked.reason,
        "who": asked.name,
        "channel": row["channel"],
        "size": row["size"],
        **told_now(connection, message),
        **unusual(row),
    }
    if request is not None:
        details[REQUEST] = request
    if message != asked.message:
        details["with"] = asked.message
    transaction.record(
        Entry(ERASED, asked.who, message, row["partner"], row["state"], ERASED_STATE, details=details)
    )
    return removed


def _row_of(connection: Connection, message: str) -> dict[str, Any]:  # values of several types
    columns = [col(getattr(Message, name)) for name in ("partner", "state", "channel", "size", *USUAL)]
    row = connection.execute(select(*columns).where(col(Message.id) == message)).mappings().one()
    return dict(row)


def _refuse_unless_there(connection: Connection, message: str) -> None:
    wanted = select(col(Message.id), col(MessageKey.destroyed_at)).join(
        MessageKey, col(MessageKey.message_id) == col(Message.id), isouter=True
    )
    found = connection.execute(wanted.where(col(Message.id) == message)).one_or_none()
    if found is None:
        raise UsageError(
            f"There is no message {message}; nothing was erased. Its id is the one that `gateway receive` "
            f"printed; a proof pack of its purchase order (`gateway ledger prove --po NUMBER`) has it too"
        )
    if found.destroyed_at is not None:
        raise UsageError(
            f"The message {message} was erased before, at {found.destroyed_at:%Y-%m-%d %H:%M:%S} UTC; "
            f"nothing is left of it to erase"
        )


def _request_of(connection: Connection, keys: MessageKeys, message: str) -> str | None:
    """Under which key of `request` the message came; None where it had none, or its record was damaged."""
    first = (
        select(col(LedgerLeaf.body), col(LedgerRecord.sealed))
        .join(LedgerRecord, col(LedgerRecord.n) == col(LedgerLeaf.n))
        .where(col(LedgerLeaf.message_id) == message)
    )
    row = connection.execute(first.order_by(col(LedgerLeaf.n)).limit(1)).one_or_none()
    if row is None:
        return None
    try:
        details = open_record(keys.of(connection, message), read_leaf(row.body), row.sealed or b"").details
    except TamperedError:
        return None
    return str(details[REQUEST]) if REQUEST in details else None


def _removed(connection: Connection, message: str) -> _Removed:
    """Remove what tells of the content. The salts of its commitments, too: with them one could guess."""
    kept = select(col(Payload.vault_name)).where(col(Payload.message_id) == message)
    places = connection.execute(kept).scalars().all()
    none = {"sealed": None, "vault_name": None, "salt": None}
    connection.execute(update(Payload).where(col(Payload.message_id) == message).values(none))
    own = select(col(LedgerLeaf.n)).where(col(LedgerLeaf.message_id) == message)
    sealed = update(LedgerRecord).where(col(LedgerRecord.n).in_(own), col(LedgerRecord.owner) == message)
    records = connection.execute(sealed.values(sealed=None))
    search_keys = connection.execute(delete(SearchKey).where(col(SearchKey.message_id) == message))
    connection.execute(update(Step).where(col(Step.message_id) == message).values(last_error=None))
    connection.execute(delete(Seen).where(col(Seen.message_id) == message))
    numbers = {"number": None, "order_number": None}
    connection.execute(update(DocumentRow).where(col(DocumentRow.message_id) == message).values(numbers))
    names = {"file_name": "", "receipt": None}
    connection.execute(update(SendingRow).where(col(SendingRow.message_id) == message).values(names))
    files = tuple(name for name in places if name is not None)
    return _Removed(len(places), files, records.rowcount, search_keys.rowcount)


def _wiped(store: Store) -> bool:
    """Whether the destroyed key is gone from the disk; it has to wait for those who read what was before."""
    pause = threading.Event()
    for _ in range(WIPE_TRIES):
        if store.writer.do(lambda transaction: WIPE not in transaction.connection.info):
            return True
        pause.wait(WIPE_PAUSE)
    return False
