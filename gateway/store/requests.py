"""Answers that were given under a key of the asker: how long they are remembered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import col

from gateway.store.columns import moment_text
from gateway.store.people import SERVICE, actor_id
from gateway.store.tables import Request
from gateway.store.writing.transaction import Details, Entry, Transaction

FORGOTTEN = "requests-forgotten"


def forget_requests(transaction: Transaction, before: datetime, limit: int) -> int:
    """Forget up to `limit` answers that were given before a time; the same key again is a new request.

    Gives how many, so that more can be forgotten in a change of its own. By its leaf the verifier knows which
    rows are not missing.
    """
    old = select(col(Request.key)).where(col(Request.made_at) < before).limit(limit)
    count = transaction.connection.execute(delete(Request).where(col(Request.key).in_(old))).rowcount
    if count:
        details: Details = {"before": moment_text(before), "requests": count}
        transaction.record(Entry(FORGOTTEN, actor_id(transaction, SERVICE), details=details))
    return count
