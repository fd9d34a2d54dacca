"""The beginning of a store: its tables, its first epoch, and the first leaf of its log."""

from __future__ import annotations

from gateway.ledger.notes import in_base64
from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.people import Who, actor_id
from gateway.store.tables import Epoch, LastBatch
from gateway.store.writing.books import FIRST_EPOCH
from gateway.store.writing.transaction import Entry, Transaction


def begin(transaction: Transaction, keys: MessageKeys, who: Who, log_name: str, public: bytes) -> None:
    """Enter what every store has from its first moment; `public` is the key of its first epoch."""
    transaction.insert(LastBatch, {"id": 1, "mark": ""})
    first = {"number": FIRST_EPOCH, "opened_at": transaction.now, "first_leaf": 0, "why": "init"}
    key = in_base64(public)
    transaction.insert(Epoch, {**first, "key": key})
    keys.keep(transaction, STORE, keys.new())
    actor = actor_id(transaction, who)
    details: dict[str, str | int] = {"log": log_name, "epoch": FIRST_EPOCH, "key": key}
    transaction.record(Entry("log-opened", actor, details=details))
