"""Payloads that come to be in a change: what we made, as opposed to what arrived."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from gateway.ledger.leaf import SALT_LENGTH
from gateway.ports import Randomness
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import seal
from gateway.store.payloads.vault import Spool
from gateway.store.tables import Payload
from gateway.store.writing.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Payloads:
    """Keeps bytes beside the message that they belong to.

    Large ones go to the vault within the change: should it be undone, the next start sweeps them away.
    """

    keys: MessageKeys
    spool: Spool
    random: Randomness

    def add(self, transaction: Transaction, message: str, role: str, data: bytes) -> str:
        """Keep bytes of a message; gives what a leaf of it has to commit to under this role."""
        payload, salt = transaction.new_id(), self.random.bytes(SALT_LENGTH)
        digest = sha256(salt + data).hexdigest()
        key = transaction.keys.get(message) or self.keys.of(transaction.connection, message)
        kept = self.spool.keep(seal(key, payload, (data,), self.random))
        row = {
            "id": payload,
            "message_id": message,
            "role": role,
            "size": len(data),
            "sealed": kept.inline,
            "vault_name": kept.name,
            "salt": salt,
            "digest": digest,
        }
        transaction.insert(Payload, row)
        return digest
