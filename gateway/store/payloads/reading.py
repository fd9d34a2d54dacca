"""Payloads as they are read again: opened, and held against what the ledger says of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from gateway.errors import TamperedError, UsageError
from gateway.ledger.leaf import SALT_LENGTH
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import unseal
from gateway.store.payloads.vault import Vault
from gateway.store.tables import Payload

FIRST = frozenset(("raw", "sent"))
_COLUMNS = (
    col(Payload.id),
    col(Payload.sealed),
    col(Payload.vault_name),
    col(Payload.salt),
    col(Payload.digest),
)
_KEPT_OF_MANY = select(col(Payload.message_id), *_COLUMNS).where(
    col(Payload.message_id).in_(bindparam("messages", expanding=True)),
    col(Payload.role) == bindparam("role"),
)


class KeptPayload(NamedTuple):
    """The row of a payload; in a database that somebody changed, values of any type."""

    id: str
    sealed: bytes | None
    vault_name: str | None
    salt: bytes | None
    digest: str


def kept_payload(
    connection: Connection, message: str, role: str, digest: str | None = None
) -> KeptPayload | None:
    """The row of the payload of a message with this role, and this digest where one is given."""
    wanted = select(*_COLUMNS).where(col(Payload.message_id) == message, col(Payload.role) == role)
    if digest is not None:
        wanted = wanted.where(col(Payload.digest) == digest)
    row = connection.execute(wanted).first()
    return None if row is None else KeptPayload(*row)


def roles_of(connection: Connection, message: str) -> tuple[str, ...]:
    """The roles of the bytes that are kept of a message, what came or was sent first."""
    wanted = select(col(Payload.role)).where(
        col(Payload.message_id) == message, col(Payload.salt).is_not(None)
    )
    found = {*connection.execute(wanted).scalars()}
    return tuple(sorted(found, key=lambda role: (role not in FIRST, role)))


def has_payload(connection: Connection, message: str, role: str) -> bool:
    """Whether a message has bytes of this role."""
    return kept_payload(connection, message, role) is not None


def read_payload(
    connection: Connection, keys: MessageKeys, vault: Vault, message: str, role: str
) -> Iterator[bytes]:
    """The bytes of a message, as they were received or written, in pieces.

    Only when the last piece has come is it sure that nothing was cut: then `TamperedError` would have been
    raised. Raises `UsageError` when the message has no such payload, `KeyDestroyedError` when it was made
    unreadable.
    """
    row = kept_payload(connection, message, role)
    if row is None:
        raise UsageError(f"There is no message {message} with `{role}` bytes; look for it by its keys")
    yield from opened_payload(keys.of(connection, message), row, vault)


def read_payloads(
    connection: Connection, keys: MessageKeys, vault: Vault, messages: Sequence[str], role: str
) -> Iterator[bytes]:
    """The bytes of each of many messages, by few looks; raises as `read_payload` does, at its own."""
    rows = connection.execute(_KEPT_OF_MANY, {"messages": [*messages], "role": role})
    kept = {row.message_id: KeptPayload(*row[1:]) for row in rows}
    known = keys.of_many(connection, messages)
    for message in messages:
        if message not in kept or message not in known:
            yield b"".join(read_payload(connection, keys, vault, message, role))
        else:
            yield b"".join(opened_payload(known[message], kept[message], vault))


def opened_payload(key: bytes, row: KeptPayload, vault: Vault) -> Iterator[bytes]:
    """The bytes of a payload, in pieces; `TamperedError` at the end where they are not those of its row."""
    if not isinstance(row.salt, bytes) or len(row.salt) != SALT_LENGTH:
        raise TamperedError(f"The salt of the payload {row.id} is not kept as it was; do not use it")
    hashing = sha256(row.salt)
    for part in unseal(key, str(row.id), sealed_parts(row, vault)):
        hashing.update(part)
        yield part
    if not hmac.compare_digest(hashing.hexdigest().encode(), str(row.digest).encode("utf-8", "replace")):
        raise TamperedError(
            f"The bytes of the payload {row.id} are not those that the ledger names; do not use them"
        )


def sealed_parts(row: KeptPayload, vault: Vault) -> Iterable[bytes]:
    """The sealed form of a payload, from the one place where it is kept."""
    if (row.sealed is None) == (row.vault_name is None):
        raise TamperedError(f"The payload {row.id} is kept at no place, or at two; do not use it")
    if row.sealed is None:
        return vault.open(str(row.vault_name))
    if not isinstance(row.sealed, bytes):
        raise TamperedError(f"The payload {row.id} is not kept as it was; do not use it")
    return (row.sealed,)
