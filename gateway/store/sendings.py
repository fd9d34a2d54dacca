"""What is sent, as messages: bytes with the documents they carry, queued in the change that made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import update
from sqlmodel import col

from gateway.lifecycle import Kind, State
from gateway.store.messages import KEYS, keys_digest, rows_of_keys
from gateway.store.payloads.adding import Payloads
from gateway.store.rows_told import (
    CARRIED,
    CARRIED_COLUMNS,
    Told,
    carried_digest,
    carried_now,
    told_of_sending,
)
from gateway.store.search_keys import Key, KeyKind
from gateway.store.tables import Carried, Message, SearchKey, SendingRow
from gateway.store.writing.transaction import Entry, Transaction

RECEIPT_TAKEN = "receipt-taken"
NOTHING: Mapping[str, str] = MappingProxyType({})
SENT = "sent"
"""The role of the bytes of a sending."""


@dataclass(frozen=True, slots=True)
class Carry:
    """One document that a sending carries; `document` is the id of its message, if it has one."""

    document: str | None = None
    gs01: str | None = None
    gs06: int | None = None
    st01: str | None = None
    st02: str | None = None


@dataclass(frozen=True, slots=True)
class NewSending:
    """What is to be sent. `partner` is the id of the one it goes to, `document` the kind in it.

    `message` is an id that was made in this change already. `answers` is the arrival that it acknowledges;
    `sender` and `receiver` are the names of its ISA, such as `ZZ/ACORN`.
    """

    message: str
    data: bytes
    channel: str
    partner: str | None
    usage: str
    document: str
    file_name: str
    agreement: str | None = None
    sender: str | None = None
    receiver: str | None = None
    isa13: int | None = None
    written_at: str | None = None
    answers: str | None = None
    configuration: str | None = None
    carried: Sequence[Carry] = ()
    keys: Sequence[Key] = ()


def add_sending(transaction: Transaction, payloads: Payloads, who: str, new: NewSending) -> None:
    """Enter what is to be sent; `who` is the id of an actor."""
    payloads.keys.keep(transaction, new.message, payloads.keys.new())
    transaction.insert(Message, _message(transaction.now, new))
    digest = payloads.add(transaction, new.message, SENT, new.data)
    own = {
        "message_id": new.message,
        "agreement": new.agreement,
        "document": new.document,
        "file_name": new.file_name,
        "sender": new.sender,
        "receiver": new.receiver,
        "isa13": new.isa13,
        "written_at": new.written_at,
        "answers": new.answers,
        "configuration": new.configuration,
        "due_at": None,
        "delivered_at": None,
        "receipt": None,
    }
    transaction.insert(SendingRow, own)
    carried = [_carried(new.message, n, each) for n, each in enumerate(new.carried, 1)]
    if carried:
        transaction.insert(Carried, *carried)
    keys = rows_of_keys(new.message, (Key(KeyKind.FILE_NAME, new.file_name), *new.keys))
    transaction.insert_missing(SearchKey, *keys)
    details: dict[str, str | int] = {
        "channel": new.channel,
        "size": len(new.data),
        "kind": Kind.SENDING.value,
        "direction": "out",
        "usage": new.usage,
        **{name: value for name, value in told_of_sending(own).items() if value},
        CARRIED: carried_digest([row[name] for name in CARRIED_COLUMNS] for row in carried),
        KEYS: keys_digest([(each["kind"], each["normalised"], each["written"]) for each in keys]),
    }
    documents = [each.document for each in new.carried if each.document is not None]
    if documents:
        details["carries"] = " ".join(documents)
    entry = Entry(
        f"{Kind.SENDING}-{State.QUEUED}",
        who,
        new.message,
        new.partner,
        after=State.QUEUED.value,
        digests={SENT: digest},
        details=details,
    )
    transaction.record(entry)


def change_sending(
    transaction: Transaction,
    message: str,
    changes: Mapping[str, object],
    verdicts: Mapping[str, str] = NOTHING,
) -> Told:
    """Keep what is known of a sending now, and what was said of the documents in it, by their ids.

    Gives what the leaf of the change has to tell.
    """
    connection = transaction.connection
    connection.execute(update(SendingRow).where(col(SendingRow.message_id) == message).values(**changes))
    for document, verdict in verdicts.items():
        row = (col(Carried.sending_id) == message) & (col(Carried.document_id) == document)
        connection.execute(update(Carried).where(row).values(verdict=verdict))
    told = told_of_sending(changes)
    return {**told, CARRIED: carried_now(connection, message)} if verdicts else told


def take_receipt(
    transaction: Transaction,
    who: str,
    message: str,
    by: str,
    changes: Mapping[str, object],
    verdicts: Mapping[str, str],
) -> None:
    """Keep what a receipt said of a sending; `by` is the message it came in, `who` the id of an actor."""
    told = change_sending(transaction, message, changes, verdicts)
    transaction.record(Entry(RECEIPT_TAKEN, who, message, details={"receipt": by, **told}))


def _message(now: datetime, new: NewSending) -> dict[str, object]:
    return {
        "id": new.message,
        "kind": Kind.SENDING.value,
        "within": None,
        "direction": "out",
        "channel": new.channel,
        "partner": new.partner,
        "usage": new.usage,
        "state": State.QUEUED.value,
        "size": len(new.data),
        "arrived_at": now,
        "changed_at": now,
    }


def _carried(sending: str, n: int, carry: Carry) -> dict[str, object]:
    return {
        "sending_id": sending,
        "n": n,
        "document_id": carry.document,
        "gs01": carry.gs01,
        "gs06": carry.gs06,
        "st01": carry.st01,
        "st02": carry.st02,
        "verdict": None,
    }
