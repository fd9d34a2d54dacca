"""What the rows of documents and sendings say, as leaves tell it: `ledger verify` compares both.

A leaf that makes or changes such a row names its columns among the details. What it does not name is as an
earlier leaf said; an empty text is nothing. What an envelope carried is told as one digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.store.columns import moment_text, storable
from gateway.store.tables import Carried, DocumentRow, SendingRow

Told = dict[str, str | int]

DOCUMENT: Mapping[str, str] = MappingProxyType(
    {
        "place": "place",
        "kind": "document",
        "number": "number",
        "order_number": "order_number",
        "agreement": "agreement",
        "onward": "onward",
        "configuration": "configuration",
        "why": "why",
        "parent": "parent",
    }
)
"""The columns of a row about a document, and how details name them."""
SENDING: Mapping[str, str] = MappingProxyType(
    {
        "agreement": "agreement",
        "document": "document",
        "file_name": "name",
        "sender": "sender",
        "receiver": "receiver",
        "isa13": "isa13",
        "written_at": "written_at",
        "answers": "answers",
        "configuration": "configuration",
        "due_at": "due_at",
        "delivered_at": "delivered_at",
        "receipt": "answered",
    }
)
"""The columns of a row about a sending; `receipt` is also the word for the message that a receipt came in."""
CARRIED = "carried"
"""The detail that has the digest of all that a sending carries."""
CARRIED_COLUMNS = ("n", "document_id", "gs01", "gs06", "st01", "st02", "verdict")


def told_of_document(values: Mapping[str, object]) -> Told:
    """The details that tell these values of a row about a document."""
    return {DOCUMENT[column]: _word(value) for column, value in values.items() if column in DOCUMENT}


def told_of_sending(values: Mapping[str, object]) -> Told:
    """The details that tell these values of a row about a sending."""
    return {SENDING[column]: _word(value) for column, value in values.items() if column in SENDING}


def told_row(names: Mapping[str, str], details: Iterable[Mapping[str, str | int]]) -> dict[str, str]:
    """What leaves say of a row, by column, as words; the later ones have the last say."""
    row = dict.fromkeys(names, "")
    for each in details:
        row |= {column: str(each[name]) for column, name in names.items() if name in each}
    return row


def kept_row(names: Mapping[str, str], values: Iterable[object]) -> dict[str, str]:
    """The values of a row as a driver gives them, in the order of the names, as words."""
    return {column: _word(value) for column, value in zip(names, values, strict=True)}


def carried_digest(rows: Iterable[Iterable[object]]) -> str:
    """SHA-256 over all that a sending carries, in the order of `CARRIED_COLUMNS`, in hexadecimal."""
    told = [[_word(value) for value in row] for row in rows]
    return sha256(json.dumps(sorted(told, key=lambda row: int(row[0] or 0))).encode()).hexdigest()


def carried_now(connection: Connection, sending: str) -> str:
    """The digest of what a sending carries as its rows have it."""
    columns = [col(getattr(Carried, name)) for name in CARRIED_COLUMNS]
    rows = connection.execute(select(*columns).where(col(Carried.sending_id) == sending))
    return carried_digest(tuple(row) for row in rows)


def told_now(connection: Connection, message: str) -> Told:
    """All that the row of a document or sending says now; nothing for a message that has none."""
    for table, told in ((DocumentRow, told_of_document), (SendingRow, told_of_sending)):
        names = DOCUMENT if table is DocumentRow else SENDING
        columns = [col(getattr(table, name)) for name in names]
        row = connection.execute(select(*columns).where(col(table.message_id) == message)).one_or_none()
        if row is not None:
            details = told(dict(zip(names, row, strict=True)))
            return details if table is DocumentRow else {**details, CARRIED: carried_now(connection, message)}
    return {}


def _word(value: object) -> str:
    """A value as details and drivers have it alike; nothing is an empty text."""
    if isinstance(value, datetime):
        return moment_text(value)
    return "" if value is None else storable(str(value))
