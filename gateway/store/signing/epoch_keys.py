"""The public key of each epoch, as the store keeps it since the epoch was opened.

Whoever can write to the database can write another key there. So it serves where nobody gave a key from
outside, and it is held against the first leaf of the epoch, which a later checkpoint covers.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import TamperedError, UsageError
from gateway.ledger.checkpoint import origin_of
from gateway.ledger.ed25519 import KEY_LENGTH, is_sound_point
from gateway.ledger.notes import VerifierKey, from_base64
from gateway.store.tables import Epoch


class EpochKey(msgspec.Struct, frozen=True):
    """An epoch, its public key, when it was opened, the first leaf of it, and why (init or restore)."""

    epoch: int
    key: VerifierKey
    opened_at: datetime
    first_leaf: int
    why: str


def epoch_keys(connection: Connection, log: str) -> tuple[EpochKey, ...]:
    """Those of all epochs, in their order. TamperedError where one is not the key of its epoch."""
    rows = connection.execute(
        select(
            col(Epoch.number), col(Epoch.key), col(Epoch.opened_at), col(Epoch.first_leaf), col(Epoch.why)
        ).order_by(col(Epoch.number))
    )
    return tuple(
        EpochKey(number, read_epoch_key(log, number, key), at, first, why)
        for number, key, at, first, why in rows
    )


def key_of_epoch(connection: Connection, log: str, epoch: int) -> VerifierKey:
    """The key of one epoch, which must be there. TamperedError where its row does not hold it."""
    kept = select(col(Epoch.key)).where(col(Epoch.number) == epoch)
    return read_epoch_key(log, epoch, connection.execute(kept).scalar_one())


def read_epoch_key(log: str, epoch: int, text: object) -> VerifierKey:
    """The key in the row of an epoch, under the name of that. TamperedError when it is none."""
    public = from_base64(text) if isinstance(text, str) else None
    if public is None or len(public) != KEY_LENGTH or not is_sound_point(public):
        raise TamperedError(f"The row of epoch {epoch} holds no public key")
    return VerifierKey(origin_of(log, epoch), public)


def refuse_other_key(connection: Connection, log: str, own: VerifierKey, epoch: int) -> None:
    """Raises `UsageError` when an epoch would be signed with another key than it was opened with."""
    kept = key_of_epoch(connection, log, epoch)
    if kept != own:
        raise UsageError(
            f"Epoch {epoch} is signed with the key {kept.key_id.hex()}, and ledger.signing_key names "
            f"{own.key_id.hex()}. Put the former back: another key comes with a new epoch only"
        )
