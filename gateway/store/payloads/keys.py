"""Keys of the workspace and of messages: every message has its own, kept only wrapped in the workspace's.

Destroying the wrapped key of a message makes that message unreadable and no other. A workspace key wraps keys
and does nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import StoreError, TamperedError
from gateway.ports import Randomness

KEY_LENGTH = 32
NONCE_LENGTH = 12
TAG_LENGTH = 16
WRAPPED_LENGTH = NONCE_LENGTH + KEY_LENGTH + TAG_LENGTH
FIRST_WORD = "acorn-workspace-key"
KEY_ID = re.compile(r"[0-9a-f]{16}")
FORM = f"`{FIRST_WORD} <its id of 16 characters> <the key in base64>` on one line"


class NamedText(NamedTuple):
    """The text of a secret, and the name it has in the settings."""

    name: str
    text: str

    def __repr__(self) -> str:
        return f"NamedText({self.name!r}, hidden)"


class WrappedKey(NamedTuple):
    """A message key as it is kept: which workspace key opens it, and its 60 wrapped bytes."""

    key_id: str
    wrapped: bytes


class WorkspaceKey:
    """One key of the workspace; neither `repr` nor any message shows it."""

    __slots__ = ("_cipher", "_key", "key_id")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_LENGTH:
            raise StoreError(f"A workspace key has {KEY_LENGTH} bytes, this one has {len(key)}.")
        self._key = key
        self._cipher = AESGCM(key)
        self.key_id = hmac.digest(key, b"acorn-workspace-key id", hashlib.sha256).hex()[:16]

    def __repr__(self) -> str:
        return f"WorkspaceKey({self.key_id})"

    @classmethod
    def read(cls, secret: NamedText) -> WorkspaceKey:
        """The key of a text that `text` gave."""
        words = secret.text.split()
        if len(words) != 3 or words[0] != FIRST_WORD or not KEY_ID.fullmatch(words[1]):
            raise _bad_text(secret, f"it is not of the form {FORM}")
        try:
            key = base64.b64decode(words[2], validate=True)
        except (binascii.Error, ValueError):
            raise _bad_text(secret, "its last part is not base64") from None
        if len(key) != KEY_LENGTH:
            raise _bad_text(secret, f"its key has {len(key)} bytes instead of {KEY_LENGTH}")
        found = cls(key)
        if found.key_id != words[1]:
            raise _bad_text(
                secret, f"its key does not belong to its id {words[1]}, so one of them is damaged"
            )
        return found

    def text(self) -> str:
        """The text of a key file, with the end of its line. It is a secret."""
        return f"{FIRST_WORD} {self.key_id} {base64.b64encode(self._key).decode()}\n"

    def wrap(self, message_id: str, key: bytes, nonce: bytes) -> WrappedKey:
        """The key of a message, wrapped (AES-256-GCM, the message's id as associated data)."""
        return WrappedKey(self.key_id, nonce + self._cipher.encrypt(nonce, key, message_id.encode()))

    def unwrap(self, message_id: str, wrapped: bytes) -> bytes:
        """The key of a message; TamperedError when these are not its bytes as they were kept."""
        if len(wrapped) != WRAPPED_LENGTH:
            raise _bad_wrapping(message_id, self.key_id)
        nonce, sealed = wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:]
        try:
            return self._cipher.decrypt(nonce, sealed, message_id.encode())
        except InvalidTag:
            raise _bad_wrapping(message_id, self.key_id) from None


class WorkspaceKeys:
    """The current key of the workspace, which wraps, and the earlier ones, which only unwrap."""

    def __init__(self, current: WorkspaceKey, earlier: Sequence[WorkspaceKey], random: Randomness) -> None:
        self._current = current
        self._by_id = {key.key_id: key for key in (*earlier, current)}
        self._random = random

    @classmethod
    def read(cls, current: NamedText, earlier: Sequence[NamedText], random: Randomness) -> WorkspaceKeys:
        """The keys of the texts that the secrets of the settings hold."""
        return cls(WorkspaceKey.read(current), [WorkspaceKey.read(secret) for secret in earlier], random)

    @property
    def current_id(self) -> str:
        """The id of the key that wraps."""
        return self._current.key_id

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of all keys that are here."""
        return frozenset(self._by_id)

    def new_message_key(self) -> bytes:
        """A new key of 32 bytes. Nothing but its wrapped form is kept."""
        return self._random.bytes(KEY_LENGTH)

    def wrap(self, message_id: str, key: bytes) -> WrappedKey:
        """The message's key under the current workspace key; other bytes at every call."""
        if len(key) != KEY_LENGTH:
            raise StoreError(f"The key of a message has {KEY_LENGTH} bytes, this one has {len(key)}.")
        return self._current.wrap(message_id, key, self._random.bytes(NONCE_LENGTH))

    def unwrap(self, message_id: str, wrapped: WrappedKey) -> bytes:
        """The message's key; StoreError names the workspace key that is needed when it is not here."""
        key = self._by_id.get(wrapped.key_id)
        if key is None:
            here = ", ".join(sorted(self._by_id))
            raise StoreError(
                f"The message {message_id} needs the workspace key {wrapped.key_id}, which the settings do "
                f"not name (they name {here}). Add that key to the earlier workspace keys of the settings; "
                f"without it the message cannot be read."
            )
        return key.unwrap(message_id, wrapped.wrapped)


def new_workspace_key(random: Randomness) -> WorkspaceKey:
    """A new key for a workspace."""
    return WorkspaceKey(random.bytes(KEY_LENGTH))


def _bad_text(secret: NamedText, what: str) -> StoreError:
    return StoreError(
        f"The secret {secret.name} holds no workspace key: {what}. Copy the key again from where it is kept "
        f"safe; do not make a new one in its place, or what was kept under it cannot be read."
    )


def _bad_wrapping(message_id: str, key_id: str) -> TamperedError:
    return TamperedError(
        f"The key of the message {message_id} is not what was kept under the workspace key {key_id}: it was "
        f"changed, cut, or belongs to another message. Bring its row back from a backup."
    )
