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

FEW = 4  # identities that one thing has; asked for so few, the same statement is there each time
_FEW = tuple(f"digest_{number}" for number in range(FEW))
_LOOK = select(col(Seen.digest), col(Seen.message_id)).order_by(col(Seen.message_id))
_LATEST_OF_FEW = _LOOK.where(col(Seen.digest).in_([bindparam(name) for name in _FEW]))
_LATEST = _LOOK.where(col(Seen.digest).in_(bindparam("digests", expanding=True)))


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
        wanted = [*digests]
        if 0 < len(wanted) <= FEW:
            wanted += wanted[:1] * (FEW - len(wanted))
            rows = connection.execute(_LATEST_OF_FEW, dict(zip(_FEW, wanted, strict=True)))
        else:
            rows = connection.execute(_LATEST, {"digests": wanted})
        return {row.digest: row.message_id for row in rows if row.message_id not in apart_from}

    def remember(self, transaction: Transaction, message: str, digests: Iterable[str]) -> None:
        """Remember the identities of a message."""
        rows = [{"digest": digest, "message_id": message} for digest in dict.fromkeys(digests)]
        if rows:
            transaction.insert_missing(Seen, *rows)
