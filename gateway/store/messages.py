"""Messages as they are found again: by any of their keys, by partner, state and time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, Subquery, and_, desc, func, select, union
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col
from sqlmodel import select as select_messages

from gateway.store.columns import storable
from gateway.store.ids import first_id
from gateway.store.people import SERVICE, actor_id
from gateway.store.search_keys import LONGEST, Key, KeyKind, normalised
from gateway.store.tables import Message, MessageKey, PartnerRow, SearchKey
from gateway.store.writing.transaction import Entry, Transaction

PAGE = 50
USUAL: Mapping[str, str | None] = MappingProxyType(
    {"kind": "arrival", "within": None, "direction": "in", "usage": "unknown"}
)
"""What the row of a message says where none of its leaves says otherwise."""
REQUEST, CONTENT = "request", "content"
"""Details of the leaf of a message that came with a key for asking twice: its row, and what it compares."""
KEYS_READ, KEYS = "keys-read", "keys"
"""The leaf that commits to all that a message is found by, and the detail that does."""
ERASED_STATE = "erased"
RARE = 4_000  # messages: a key that fewer have is where a search begins


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is None does not matter. `before` is the last id of the page before.

    `kind` is that of the key, `message_kind` that of the message: "arrival", "document" or "sending".
    """

    key: str | None = None
    kind: KeyKind | None = None
    partner: str | None = None
    state: str | None = None
    usage: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = PAGE
    message_kind: str | None = None


def rows_of_keys(message: str, keys: Iterable[Key]) -> tuple[dict[str, str], ...]:
    """The rows by which a message is found, one for each key."""
    rows = {
        (key.normalised, key.kind.value): {
            "normalised": key.normalised,
            "kind": key.kind.value,
            "message_id": message,
            "written": storable(key.written[:LONGEST]),
        }
        for key in keys
        if key.written
    }
    return tuple(rows.values())


def add_keys(transaction: Transaction, message: str, keys: Iterable[Key]) -> None:
    """Let a message be found by these keys too; one that it has already is passed over."""
    rows = rows_of_keys(message, keys)
    if rows:
        transaction.insert_missing(SearchKey, *rows)


def keys_of(connection: Connection, message: str) -> tuple[Key, ...]:
    """The keys of a message, as they were written."""
    kept = select(col(SearchKey.kind), col(SearchKey.written)).where(col(SearchKey.message_id) == message)
    rows = connection.execute(kept.order_by(col(SearchKey.kind), col(SearchKey.written))).all()
    return tuple(Key(KeyKind(row.kind), row.written) for row in rows)


def enter_keys(transaction: Transaction, message: str) -> None:
    """Enter what a message is found by now: whoever adds keys or takes some away afterwards does it again."""
    kept = select(col(SearchKey.kind), col(SearchKey.normalised), col(SearchKey.written))
    rows = transaction.connection.execute(kept.where(col(SearchKey.message_id) == message)).all()
    details = {KEYS: keys_digest([(row.kind, row.normalised, row.written) for row in rows])}
    transaction.record(Entry(KEYS_READ, actor_id(transaction, SERVICE), message, details=details))


def is_erased(connection: Connection, message: str) -> bool:
    """Whether a message can no longer be read: nothing may be kept any more of what it said."""
    gone = select(col(MessageKey.message_id)).where(
        col(MessageKey.message_id) == message, col(MessageKey.destroyed_at).is_not(None)
    )
    return connection.execute(gone).first() is not None


def keys_digest(rows: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over kind, normalised and written form of all keys of a message, in hexadecimal.

    It is no secret only because it stands in a sealed record: a purchase order can be guessed.
    """
    return sha256(json.dumps(sorted(rows)).encode()).hexdigest()


def unusual(row: Mapping[str, str | int | None]) -> dict[str, str | int]:
    """What the row of a message says that no leaf has to say where it is as usual."""
    said = {name: row[name] for name, usual in USUAL.items() if row[name] != usual}
    return {name: value for name, value in said.items() if value is not None}


def search(connection: Connection, wanted: Search) -> tuple[Message, ...]:
    """The messages that are looked for, the latest first; at most `limit` of them."""
    found = select_messages(Message).where(*_between(wanted, col(Message.id)))
    if wanted.since is not None:
        found = found.where(col(Message.arrived_at) >= wanted.since)
    if wanted.until is not None:
        found = found.where(col(Message.arrived_at) < wanted.until)
    if wanted.state is not None:
        found = found.where(col(Message.state) == wanted.state)
    if wanted.message_kind is not None:
        found = found.where(col(Message.kind) == wanted.message_kind)
    if wanted.usage is not None:
        # Most messages are of one usage: its index is worth nothing beside others, and "" keeps it out.
        narrower = wanted.partner is not None or wanted.state is not None
        usage = col(Message.usage) + "" if narrower else col(Message.usage)
        found = found.where(usage == wanted.usage)
    if wanted.partner is not None:
        named = select(col(PartnerRow.id)).where(col(PartnerRow.normalised) == normalised(wanted.partner))
        found = found.where(col(Message.partner).in_(connection.execute(named).scalars().all()))
    if wanted.key is not None:
        found = found.where(_keyed(connection, wanted, wanted.key))
    with Session(connection) as session:
        return tuple(session.exec(found.order_by(col(Message.id).desc()).limit(wanted.limit)))


def _between(wanted: Search, message: Mapped[str]) -> list[ColumnElement[bool]]:
    """What the ids of the messages must hold: they begin with the time, so no index of times is needed."""
    bounds = []
    if wanted.since is not None:
        bounds.append(message >= first_id(wanted.since))
    if wanted.until is not None:
        bounds.append(message < first_id(wanted.until + timedelta(milliseconds=1)))
    if wanted.before is not None:
        bounds.append(message < wanted.before)
    return bounds


def _keyed(connection: Connection, wanted: Search, key: str) -> ColumnElement[bool]:
    """That a message has the key.

    When nothing else matters, the latest that have it are all that is needed. Else the messages of a rare key
    are looked through; a key that is everywhere (the first set of most groups is 0001) is looked up for each
    message that the rest of the search comes upon, from the latest on that has it.
    """
    kinds = [wanted.kind] if wanted.kind is not None else list(KeyKind)
    having = select(col(SearchKey.message_id)).where(
        col(SearchKey.normalised) == normalised(key), col(SearchKey.kind).in_([kind.value for kind in kinds])
    )
    others = (wanted.partner, wanted.state, wanted.usage, wanted.message_kind, wanted.since, wanted.until)
    if all(other is None for other in others):
        return col(Message.id).in_(select(_latest(wanted, key, kinds, wanted.limit).c.message_id))
    latest = _latest(wanted, key, kinds, RARE)
    count, newest = connection.execute(select(func.count(), func.max(latest.c.message_id))).one()
    if count < RARE:
        return col(Message.id).in_(having.where(*_between(wanted, col(SearchKey.message_id))))
    return and_(
        col(Message.id) <= newest, having.where(col(SearchKey.message_id) == col(Message.id)).exists()
    )


def _latest(wanted: Search, key: str, kinds: Sequence[KeyKind], limit: int) -> Subquery:
    """The ids of the latest messages with the key, each once; at most `limit`."""
    of_kinds = [
        select(col(SearchKey.message_id))
        .where(col(SearchKey.normalised) == normalised(key), col(SearchKey.kind) == kind.value)
        .where(*_between(wanted, col(SearchKey.message_id)))
        .order_by(col(SearchKey.message_id).desc())
        .limit(limit)
        .subquery()
        for kind in kinds
    ]
    found = union(*(select(each.c.message_id) for each in of_kinds))
    return found.order_by(desc("message_id")).limit(limit).subquery()
