"""What is remembered of channels: which of them somebody paused, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from gateway.errors import UsageError
from gateway.store.people import Who, actor_id
from gateway.store.reasons import reason_of
from gateway.store.tables import Actor, ChannelRow
from gateway.store.writing.transaction import Entry, Transaction

PAUSED, RESUMED = "channel-paused", "channel-resumed"


@dataclass(frozen=True, slots=True)
class Paused:
    """A channel that somebody paused: when, who, and why."""

    channel: str
    at: datetime
    by: str
    reason: str


def paused_channels(connection: Connection) -> frozenset[str]:
    """The ids of the channels over which nothing goes or comes now."""
    wanted = select(col(ChannelRow.id)).where(col(ChannelRow.paused_at).is_not(None))
    return frozenset(connection.execute(wanted).scalars())


def pauses(connection: Connection) -> tuple[Paused, ...]:
    """The channels that are paused, in the order of their ids."""
    wanted = (
        select(col(ChannelRow.id), col(ChannelRow.paused_at), col(Actor.name), col(ChannelRow.reason))
        .join(Actor, col(Actor.id) == col(ChannelRow.paused_by))
        .where(col(ChannelRow.paused_at).is_not(None))
        .order_by(col(ChannelRow.id))
    )
    return tuple(
        Paused(row.id, row.paused_at, row.name, row.reason or "") for row in connection.execute(wanted)
    )


def pause(transaction: Transaction, channel: str, reason: str, who: Who) -> None:
    """Let nothing go or come over a channel. Raises `UsageError` when it is paused already."""
    reason = reason_of(reason)
    if channel in paused_channels(transaction.connection):
        raise UsageError(f"The channel {channel} is paused already; `gateway channels list` says by whom")
    by = actor_id(transaction, who)
    row = {"id": channel, "paused_at": transaction.now, "paused_by": by, "reason": reason}
    transaction.insert(ChannelRow, row)
    transaction.record(Entry(PAUSED, by, details={"channel": channel, "reason": reason}))


def resume(transaction: Transaction, channel: str, reason: str, who: Who) -> None:
    """Let a channel be used again. Raises `UsageError` when it is not paused, or no reason is told."""
    reason = reason_of(reason)
    gone = delete(ChannelRow).where(col(ChannelRow.id) == channel)
    if not transaction.connection.execute(gone).rowcount:
        raise UsageError(f"The channel {channel} is not paused; `gateway channels list` shows those that are")
    details = {"channel": channel, "reason": reason}
    transaction.record(Entry(RESUMED, actor_id(transaction, who), details=details))
