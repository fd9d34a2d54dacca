"""What is remembered of channels: which of them somebody paused."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.store.tables import ChannelRow


def paused_channels(connection: Connection) -> frozenset[str]:
    """The ids of the channels over which nothing goes or comes now."""
    wanted = select(col(ChannelRow.id)).where(col(ChannelRow.paused_at).is_not(None))
    return frozenset(connection.execute(wanted).scalars())
