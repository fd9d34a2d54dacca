"""Orders as they were understood when they came: what answers to them are completed from."""

from __future__ import annotations

from sqlalchemy import Connection

from gateway.attempt import Failed, attempt
from gateway.documents import PurchaseOrder
from gateway.documents.codec import decode
from gateway.errors import KeyDestroyedError, UsageError
from gateway.service.exchange.recording import CANONICAL
from gateway.store.documents import order_of
from gateway.store.payloads.reading import read_payload
from gateway.store.store import Store


def order_in(store: Store, connection: Connection, message: str) -> PurchaseOrder | None:
    """The order of a message; None where none was kept, or it was erased."""
    pieces = read_payload(connection, store.keys, store.vault, message, CANONICAL)
    data = attempt(lambda: b"".join(pieces))
    if isinstance(data, Failed):
        if isinstance(data.error, KeyDestroyedError | UsageError):
            return None
        raise data.error
    (document,) = decode(data.value).documents
    return document if isinstance(document, PurchaseOrder) else None


def remembered(store: Store, partners: frozenset[str], number: str) -> PurchaseOrder | None:
    """The latest order of a number from one of these partners; None where none was received."""
    with store.database.reading() as connection:
        message = order_of(connection, number, partners)
        return None if message is None else order_in(store, connection, message)
