"""The keys of messages, as the database has them: wrapped, and gone when a message is to be unreadable."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from gateway.errors import KeyDestroyedError, TamperedError
from gateway.ports import Randomness
from gateway.store.database import WIPE
from gateway.store.payloads.keys import WorkspaceKeys, WrappedKey
from gateway.store.payloads.sealing import sealed_whole, unseal
from gateway.store.tables import MessageKey
from gateway.store.writing.transaction import Transaction

OWN_BYTES = 16
STORE = "store"
"""The owner of what belongs to no message: it has a key as a message has one."""

_IS_THERE = col(MessageKey.destroyed_at).is_(None).label("is_there")  # somebody may have put in anything
_KEPT = select(col(MessageKey.key_id), col(MessageKey.wrapped), _IS_THERE).where(
    col(MessageKey.message_id) == bindparam("owner")
)
_KEPT_OF_MANY = select(col(MessageKey.message_id), col(MessageKey.key_id), col(MessageKey.wrapped)).where(
    col(MessageKey.message_id).in_(bindparam("owners", expanding=True)),
    col(MessageKey.destroyed_at).is_(None),
)


class MessageKeys:
    """Makes, finds and destroys the key under which all of one message is sealed."""

    def __init__(self, keys: WorkspaceKeys, random: Randomness) -> None:
        self._keys = keys
        self._random = random
        self._store_key: bytes | None = None  # needed for every leaf that is of no message, and never changed

    def new(self) -> bytes:
        """A new key, which nobody has yet."""
        return self._keys.new_message_key()

    def keep(self, transaction: Transaction, owner: str, key: bytes) -> None:
        """Keep the key of a message that comes to be in this change."""
        wrapped = self._keys.wrap(owner, key)
        row = {"message_id": owner, "key_id": wrapped.key_id, "wrapped": wrapped.wrapped}
        transaction.insert(MessageKey, row)
        transaction.keys[owner] = key

    def of(self, connection: Connection, owner: str) -> bytes:
        """The key of a message. Raises `KeyDestroyedError`, or `TamperedError` when there is none."""
        if owner != STORE:
            return self._kept(connection, owner)
        if self._store_key is None:
            self._store_key = self._kept(connection, owner)
        return self._store_key

    def of_many(self, connection: Connection, owners: Collection[str]) -> dict[str, bytes]:
        """The keys of messages, by one look; those that are destroyed, or not there, are left out."""
        rows = connection.execute(_KEPT_OF_MANY, {"owners": [*owners]})
        return {
            row.message_id: self._keys.unwrap(row.message_id, WrappedKey(row.key_id, row.wrapped))
            for row in rows
            if row.wrapped is not None
        }

    def of_store(self, transaction: Transaction) -> bytes:
        """The key of what belongs to no message."""
        return self._store_key or self.of(transaction.connection, STORE)

    def destroy(self, transaction: Transaction, owner: str) -> None:
        """Destroy the key of a message; nothing that was sealed under it can be read again.

        Behind the commit the database removes it from the disk, too, as far as it can. Raises
        `KeyDestroyedError` when it is gone already, `TamperedError` when there is none.
        """
        if owner == STORE:
            raise ValueError("the key of the store's own records belongs to no message, and stays")
        self._kept(transaction.connection, owner)
        transaction.keys.pop(owner, None)
        gone = {"key_id": None, "wrapped": None, "destroyed_at": transaction.now}
        transaction.connection.execute(
            update(MessageKey).where(col(MessageKey.message_id) == owner).values(gone)
        )
        transaction.connection.info[WIPE] = True

    def sealed(self, transaction: Transaction, owner: str, name: str, data: bytes) -> bytes:
        """A few bytes under the key of a message, bound to a name by which alone they can be read."""
        key = transaction.keys.get(owner) or (self._store_key if owner == STORE else None)
        if key is None:
            key = self.of(transaction.connection, owner)
        own = self._random.bytes(OWN_BYTES)
        return own + sealed_whole(record_key(key, own), name, data, self._random)

    def unwrapped(self, owner: str, wrapped: WrappedKey) -> bytes:
        """The key of a message whose row is at hand. Raises `TamperedError` when it is not its own."""
        return self._keys.unwrap(owner, wrapped)

    def _kept(self, connection: Connection, owner: str) -> bytes:
        row = connection.execute(_KEPT, {"owner": owner}).one_or_none()
        if row is None:
            raise TamperedError(
                f"The key of the message {owner} is missing; bring its row back from a backup"
            )
        if not row.is_there or row.wrapped is None:
            raise KeyDestroyedError(
                f"The message {owner} cannot be read any more: its key was destroyed on purpose"
            )
        return self._keys.unwrap(owner, WrappedKey(row.key_id, row.wrapped))


def read_with(key: bytes, name: str, sealed: bytes) -> bytes:
    """The bytes that `MessageKeys.sealed` gave. Raises `TamperedError` when they are others."""
    own, rest = sealed[:OWN_BYTES], sealed[OWN_BYTES:]
    return b"".join(unseal(record_key(key, own), name, (rest,)))


def record_key(key: bytes, own: bytes) -> bytes:
    """A key for one record alone: an owner may have millions, too many for the nonces of one key.

    The one-step derivation of NIST SP 800-56C rev. 2 with SHA-256, which asks for no other thread's leave as
    an HMAC of OpenSSL does.
    """
    return sha256(b"\0\0\0\1" + key + b"acorn-record " + own).digest()
