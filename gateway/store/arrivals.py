"""Arrivals as they are taken up: where they stand, and their bytes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from gateway.lifecycle import Kind, State
from gateway.store.search_keys import KeyKind
from gateway.store.tables import Message, SearchKey

_NAMED = (col(SearchKey.message_id) == col(Message.id)) & (col(SearchKey.kind) == KeyKind.FILE_NAME.value)
_ARRIVALS = (
    select(
        col(Message.id),
        col(Message.channel),
        col(Message.partner),
        col(Message.state),
        col(Message.size),
        col(SearchKey.written),
    )
    .join(SearchKey, _NAMED, isouter=True)
    .where(
        col(Message.id).in_(bindparam("messages", expanding=True)), col(Message.kind) == Kind.ARRIVAL.value
    )
    .order_by(col(Message.id))
)


def arrivals(
    connection: Connection, messages: Sequence[str]
) -> list[tuple[str, str, str | None, State, int, str]]:
    """Id, channel, id of the partner, state, size and file name of these arrivals."""
    return [
        (row.id, row.channel, row.partner, State(row.state), row.size, row.written or "")
        for row in connection.execute(_ARRIVALS, {"messages": [*messages]})
    ]
