"""What a leaf commits to, opened for somebody who is shown it, and held against the commitment."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import KeyDestroyedError, TamperedError, UsageError
from gateway.ledger.leaf import SALT_LENGTH, Leaf, commitment
from gateway.ledger.pack import ShownPayload, ShownRecord
from gateway.store.payloads.message_keys import WORKSPACE
from gateway.store.payloads.sealing import unseal
from gateway.store.tables import LedgerRecord, Payload
from gateway.store.verifying.opened import DeepMeans
from gateway.store.writing.books import RECORD

MOST_BYTES = 512 * 1024 * 1024

_DETAILS = msgspec.json.Decoder(dict[str, str | int])
_BEGINNINGS = ((b"ISA", "edi"), (b"{", "json"), (b"[", "json"), (b"<", "xml"), (b"PK", "zip"))


class Room:
    """How many bytes a pack may still hold: it is made in memory."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._left, self._most = most, most

    def take(self, count: int) -> None:
        """Use some. Raises `UsageError` when there are no more."""
        self._left -= count
        if self._left < 0:
            raise UsageError(f"The pack would hold more than {self._most:,} bytes; ask for less at a time")


def shown_record(connection: Connection, means: DeepMeans, leaf: Leaf) -> ShownRecord | None:
    """The side record of a leaf; None when there is none, or it was erased."""
    if leaf.record is None:
        return None
    kept = select(col(LedgerRecord.sealed)).where(col(LedgerRecord.n) == leaf.n)
    sealed = connection.execute(kept).scalar_one_or_none()
    owner = leaf.message or WORKSPACE
    try:
        plain = means.keys.read(connection, owner, RECORD, sealed or b"")
    except KeyDestroyedError:
        return None
    salt, record = plain[:SALT_LENGTH], plain[SALT_LENGTH:]
    if len(salt) != SALT_LENGTH or commitment(salt, record) != leaf.record:
        raise TamperedError(f"What leaf {leaf.n} tells beside is not what it commits to; it is not given out")
    return ShownRecord(salt, _DETAILS.decode(record))


def shown_payloads(
    connection: Connection, means: DeepMeans, leaf: Leaf, room: Room
) -> Mapping[str, ShownPayload]:
    """The payloads that a leaf commits to, by their roles; without those that were erased."""
    found: dict[str, ShownPayload] = {}
    for role, digest in (leaf.digests or {}).items():
        kept = select(
            col(Payload.id),
            col(Payload.size),
            col(Payload.sealed),
            col(Payload.vault_name),
            col(Payload.salt),
        ).where(
            col(Payload.message_id) == leaf.message, col(Payload.role) == role, col(Payload.digest) == digest
        )
        row = connection.execute(kept).first()
        if row is None:
            raise TamperedError(
                f"The {role} bytes that leaf {leaf.n} names are not kept; it is not given out"
            )
        try:
            key = means.keys.of(connection, leaf.message or WORKSPACE)
        except KeyDestroyedError:
            continue
        room.take(row.size)
        coming = means.vault.open(row.vault_name) if row.sealed is None else (row.sealed,)
        data = b"".join(unseal(key, row.id, coming))
        if row.salt is None or commitment(row.salt, data) != digest:
            raise TamperedError(f"The {role} bytes are not those that leaf {leaf.n} names; do not use them")
        found[role] = ShownPayload(row.salt, data, _ending(data))
    return found


def _ending(data: bytes) -> str:
    """The ending of a file name, by how its content begins."""
    begun = data[:64].lstrip()
    return next((ending for beginning, ending in _BEGINNINGS if begun.startswith(beginning)), "bin")
