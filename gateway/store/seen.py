"""What came before: identities of files, sets and documents, under digests that need a key to be guessed."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.tables import Seen
from gateway.store.writing.transaction import Transaction

_LATEST = (
    select(col(Seen.digest), col(Seen.message_id))
    .where(col(Seen.digest).in_(bindparam("digests", expanding=True)))
    .order_by(col(Seen.message_id))
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Knows what came before by the key of the store."""

    keys: MessageKeys

    def digest(self, connection: Connection, kind: str, text: str) -> str:
        """The keyed digest of an identity."""
        secret = self.keys.of(connection, STORE)
        return hmac.digest(secret, f"acorn-seen {kind} {text}".encode(), "sha256").hex()

    def latest(
        self, connection: Connection, digests: Collection[str], apart_from: Collection[str] = ()
    ) -> Mapping[str, str]:
        """The latest message with each of these identities, where there is one, apart from some."""
        rows = connection.execute(_LATEST, {"digests": [*digests]})
        return {row.digest: row.message_id for row in rows if row.message_id not in apart_from}

    def remember(self, transaction: Transaction, message: str, digests: Iterable[str]) -> None:
        """Remember the identities of a message."""
        rows = [{"digest": digest, "message_id": message} for digest in dict.fromkeys(digests)]
        if rows:
            transaction.insert_missing(Seen, *rows)
