"""What came before: identities of files, sets and documents, under digests that need a key to be guessed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.tables import Seen
from gateway.store.writing.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Sighting:
    """An earlier message with an identity; `content` is the keyed digest of what it said."""

    message: str
    content: str | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """Knows what came before by the key of the store."""

    keys: MessageKeys

    def digest(self, connection: Connection, *parts: str) -> str:
        """The keyed digest of an identity, made of its kind, scope and values."""
        secret = self.keys.of(connection, STORE)
        return hmac.new(secret, b"acorn-seen " + json.dumps(parts).encode(), "sha256").hexdigest()

    def sightings(self, connection: Connection, digest: str) -> tuple[Sighting, ...]:
        """What had this identity, the earliest first."""
        wanted = select(col(Seen.message_id), col(Seen.content)).where(col(Seen.digest) == digest)
        rows = connection.execute(wanted.order_by(col(Seen.message_id))).all()
        return tuple(Sighting(row.message_id, row.content) for row in rows)

    def remember(
        self, transaction: Transaction, message: str, identities: Sequence[tuple[str, str | None]]
    ) -> None:
        """Remember the identities of a message: the digest of each, and that of its content."""
        if identities:
            rows = [
                {"digest": digest, "message_id": message, "content": content}
                for digest, content in identities
            ]
            transaction.insert_missing(Seen, *rows)
