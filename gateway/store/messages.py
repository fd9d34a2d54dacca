"""Messages as they are found again: by any of their keys, by partner, state and time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import Session, col
from sqlmodel import select as select_messages

from gateway.store.search_keys import LONGEST, Key, KeyKind, normalised
from gateway.store.tables import Message, PartnerRow, SearchKey
from gateway.store.transaction import Transaction

PAGE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is None does not matter. `before` is the last id of the page before."""

    key: str | None = None
    kind: KeyKind | None = None
    partner: str | None = None
    state: str | None = None
    usage: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = PAGE


def add_keys(transaction: Transaction, message: str, keys: Iterable[Key]) -> None:
    """Let a message be found by these keys too; one that it has already is passed over."""
    rows = {
        (key.normalised, key.kind.value): {
            "normalised": key.normalised,
            "kind": key.kind.value,
            "message_id": message,
            "written": key.written[:LONGEST],
        }
        for key in keys
        if key.written
    }
    if rows:
        transaction.insert_missing(SearchKey, *rows.values())


def keys_of(connection: Connection, message: str) -> tuple[Key, ...]:
    """The keys of a message, as they were written."""
    kept = select(col(SearchKey.kind), col(SearchKey.written)).where(col(SearchKey.message_id) == message)
    rows = connection.execute(kept.order_by(col(SearchKey.kind), col(SearchKey.written))).all()
    return tuple(Key(KeyKind(row.kind), row.written) for row in rows)


def search(connection: Connection, wanted: Search) -> tuple[Message, ...]:
    """The messages that are looked for, the latest first; at most `limit` of them."""
    found = select_messages(Message)
    if wanted.key is not None:
        keyed = select(col(SearchKey.message_id)).where(col(SearchKey.normalised) == normalised(wanted.key))
        if wanted.kind is not None:
            keyed = keyed.where(col(SearchKey.kind) == wanted.kind.value)
        found = found.where(col(Message.id).in_(keyed))
    if wanted.partner is not None:
        named = select(col(PartnerRow.id)).where(col(PartnerRow.normalised) == normalised(wanted.partner))
        found = found.where(col(Message.partner).in_(named))
    if wanted.state is not None:
        found = found.where(col(Message.state) == wanted.state)
    if wanted.usage is not None:
        found = found.where(col(Message.usage) == wanted.usage)
    if wanted.since is not None:
        found = found.where(col(Message.arrived_at) >= wanted.since)
    if wanted.until is not None:
        found = found.where(col(Message.arrived_at) < wanted.until)
    if wanted.before is not None:
        found = found.where(col(Message.id) < wanted.before)
    with Session(connection) as session:
        return tuple(session.exec(found.order_by(col(Message.id).desc()).limit(wanted.limit)))
