"""Answers that were given under a key of the asker: how long they are remembered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import col

from gateway.store.tables import Request
from gateway.store.writing.transaction import Transaction


def forget_requests(transaction: Transaction, before: datetime, limit: int) -> int:
    """Forget up to `limit` answers that were given before a time; the same key again is a new request.

    Gives how many, so that more can be forgotten in a change of its own.
    """
    old = select(col(Request.key)).where(col(Request.made_at) < before).limit(limit)
    return transaction.connection.execute(delete(Request).where(col(Request.key).in_(old))).rowcount
