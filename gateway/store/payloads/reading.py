"""Payloads as they are read again: opened, and held against what the ledger says of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import TamperedError, UsageError
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import unseal
from gateway.store.payloads.vault import Vault
from gateway.store.tables import Payload


def read_payload(
    connection: Connection, keys: MessageKeys, vault: Vault, message: str, role: str
) -> Iterator[bytes]:
    """The bytes of a message, as they were received or written, in pieces.

    Only when the last piece has come is it sure that nothing was cut: then `TamperedError` would have been
    raised. Raises `UsageError` when the message has no such payload, `KeyDestroyedError` when it was made
    unreadable.
    """
    wanted = select(
        col(Payload.id), col(Payload.sealed), col(Payload.vault_name), col(Payload.salt), col(Payload.digest)
    )
    mine = wanted.where(col(Payload.message_id) == message, col(Payload.role) == role)
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise UsageError(f"There is no message {message} with `{role}` bytes; look for it by its keys")
    key = keys.of(connection, message)
    sealed = (row.sealed,) if row.vault_name is None else vault.open(row.vault_name)
    hashing = sha256(row.salt)
    for part in unseal(key, row.id, sealed):
        hashing.update(part)
        yield part
    if not hmac.compare_digest(hashing.hexdigest(), row.digest):
        raise TamperedError(f"The bytes of {message} are not those that the ledger names; do not use them")
