"""What a leaf commits to, opened for somebody who is shown it, and held against the commitment."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import KeyDestroyedError, TamperedError, UsageError
from gateway.ledger.leaf import Leaf
from gateway.ledger.pack import ShownPayload, ShownRecord
from gateway.store.payloads.message_keys import STORE
from gateway.store.payloads.reading import kept_payload, opened_payload
from gateway.store.tables import LedgerRecord
from gateway.store.verifying.opened import DeepMeans
from gateway.store.writing.books import may_own, open_record

MOST_BYTES = 512 * 1024 * 1024

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
    kept = select(col(LedgerRecord.owner), col(LedgerRecord.sealed)).where(col(LedgerRecord.n) == leaf.n)
    row = connection.execute(kept).one_or_none()
    if row is None or not may_own(row.owner, leaf):
        raise TamperedError(f"What leaf {leaf.n} tells beside is not kept; the leaf is not given out")
    try:
        opened = open_record(means.keys.of(connection, row.owner), leaf, row.sealed or b"")
    except KeyDestroyedError:
        return None
    return ShownRecord(opened.salt, opened.details)


def shown_payloads(
    connection: Connection, means: DeepMeans, leaf: Leaf, room: Room
) -> Mapping[str, ShownPayload]:
    """The payloads that a leaf commits to, by their roles; without those that were erased."""
    found: dict[str, ShownPayload] = {}
    for role, digest in (leaf.digests or {}).items():
        owner = leaf.message or STORE
        row = kept_payload(connection, owner, role, digest)
        if row is None:
            raise TamperedError(
                f"The {role} bytes that leaf {leaf.n} names are not kept; it is not given out"
            )
        try:
            key = means.keys.of(connection, owner)
        except KeyDestroyedError:
            continue
        parts = []
        for part in opened_payload(key, row, means.vault):
            room.take(len(part))
            parts.append(part)
        data = b"".join(parts)
        found[role] = ShownPayload(row.salt or b"", data, _ending(data))
    return found


def _ending(data: bytes) -> str:
    """The ending of a file name, by how its content begins."""
    begun = data[:64].lstrip()
    return next((ending for beginning, ending in _BEGINNINGS if begun.startswith(beginning)), "bin")
