"""The story of a message, as the ledger has it: every leaf about it and what belongs to it, opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import KeyDestroyedError, TamperedError
from gateway.ledger.leaf import read_leaf
from gateway.lifecycle import Kind
from gateway.store.columns import moment_of
from gateway.store.messages import Search
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.related import TOLD_BY, related
from gateway.store.tables import Actor, LedgerLeaf, LedgerRecord
from gateway.store.views import MessageView, listed, view_of, views
from gateway.store.writing.books import open_record

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Happened:
    """One leaf: its number, when, who did what to which message, the states, and what it tells beside.

    `details` is None where that can no longer be read: the message was erased, or what is kept is damaged;
    then `damage` says so.
    """

    n: int
    at: datetime
    who: str
    what: str
    message: str
    before: str | None
    after: str | None
    details: Mapping[str, str | int] | None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, in its order, to the message and to all of `messages`."""

    message: MessageView
    messages: tuple[MessageView, ...]
    happened: tuple[Happened, ...]


def timeline(connection: Connection, keys: MessageKeys, message: str) -> Timeline:
    """The story of the message with this id, or whose id begins so. Raises `UsageError`."""
    one = view_of(connection, message)
    ids = related(connection, one.id, Kind(one.kind))
    happened = leaves_about(connection, keys, ids)
    named = _named_in(happened) - ids  # such as the file in which a receipt came
    others = {each.id for each in views(connection, named)}
    happened += leaves_about(connection, keys, others)
    return Timeline(one, views(connection, ids | others), tuple(sorted(happened, key=lambda each: each.n)))


def leaves_about(connection: Connection, keys: MessageKeys, messages: Collection[str]) -> list[Happened]:
    """All leaves about some messages, opened, in the order of the messages."""
    wanted = (
        select(
            col(LedgerLeaf.n),
            col(LedgerLeaf.body),
            col(LedgerLeaf.message_id),
            col(LedgerRecord.owner),
            col(LedgerRecord.sealed),
        )
        .join(LedgerRecord, col(LedgerRecord.n) == col(LedgerLeaf.n), isouter=True)
        .order_by(col(LedgerLeaf.message_id), col(LedgerLeaf.n))
    )
    ids = sorted(messages)
    found = [
        row
        for start in range(0, len(ids), AT_ONCE)
        for row in connection.execute(
            wanted.where(col(LedgerLeaf.message_id).in_(ids[start : start + AT_ONCE]))
        )
    ]
    opened = [
        (row.message_id, read_leaf(row.body), *_told(connection, keys, row.owner, row.sealed, row.body))
        for row in found
    ]
    names = _names(connection, {leaf.who for _, leaf, _, _ in opened})
    return [
        Happened(
            leaf.n,
            moment_of(leaf.at),
            names.get(leaf.who, leaf.who),
            leaf.what,
            message,
            leaf.from_,
            leaf.to,
            details,
            damage,
        )
        for message, leaf, details, damage in opened
    ]


def _told(
    connection: Connection, keys: MessageKeys, owner: str | None, sealed: bytes | None, body: bytes
) -> tuple[Mapping[str, str | int] | None, str | None]:
    """What a leaf tells beside; or None, and why where that is damage."""
    if owner is None:
        return None, "what it tells beside is missing"
    try:
        return open_record(keys.of(connection, owner), read_leaf(body), sealed or b"").details, None
    except KeyDestroyedError:
        return None, None
    except TamperedError as fault:
        return None, str(fault)


def _names(connection: Connection, actors: Collection[str]) -> dict[str, str]:
    wanted = select(col(Actor.id), col(Actor.name)).where(col(Actor.id).in_(sorted(actors)))
    return {row.id: row.name for row in connection.execute(wanted)}


def _named_in(happened: Sequence[Happened]) -> set[str]:
    return {
        word
        for each in happened
        for name in TOLD_BY
        for word in str((each.details or {}).get(name, "")).split()
    }


def waiting(connection: Connection, keys: MessageKeys, wanted: Search) -> tuple[MessageView, ...]:
    """Messages that are kept where they stand, the latest first, each with why as its leaves tell it."""
    found = listed(connection, wanted)
    told = {
        each.message: str((each.details or {}).get("why", "")) or None
        for each in leaves_about(connection, keys, [each.id for each in found])
        if each.after is not None
    }
    return tuple(replace(each, why=each.why or told.get(each.id)) for each in found)
