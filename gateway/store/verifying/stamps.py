"""Holds the time stamps that were got (RFC 3161) against their checkpoints, and their signatures."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cryptography.x509 import Certificate
from sqlalchemy import Connection, text

from gateway.ledger.stamp_signatures import check_signature
from gateway.ledger.stamps import Stamp, StampError, read_answer
from gateway.store.verifying.report import Faults, Flaw, Looked
from gateway.store.witnesses.places import STAMPED

_STAMPS = text(
    "SELECT w.epoch, w.size, w.answer, c.note FROM witnessed w "
    "LEFT JOIN checkpoint c ON c.epoch = w.epoch AND c.size = w.size "
    f"WHERE w.outcome = '{STAMPED}' ORDER BY w.id"
)


def check_stamps(
    connection: Connection, certificates: Sequence[Certificate], faults: Faults, looked: Looked
) -> None:
    """That each stamp is of its checkpoint and, where there are certificates, signed by one of them."""
    for epoch, size, answer, note in connection.execute(_STAMPS):
        looked.stamps += 1
        place = f"time stamp of checkpoint {size} of epoch {epoch}"
        if not isinstance(answer, bytes) or not isinstance(note, str):
            faults.add(Flaw.STAMP, place, "its checkpoint is not kept, or it is no answer of an authority")
            continue
        try:
            stamp = read_answer(answer, sha256(note.encode("utf-8", "replace")).digest(), None)
            if certificates:
                _check_signature(stamp, certificates)
                looked.stamp_signatures += 1
        except StampError as fault:
            faults.add(Flaw.STAMP, place, f"{fault}")


def _check_signature(stamp: Stamp, certificates: Sequence[Certificate]) -> None:
    """An authority changes its certificate every few years: one of them must have signed."""
    why: StampError | None = None
    for certificate in certificates:
        try:
            check_signature(stamp, certificate)
        except StampError as fault:
            why = why or fault
        else:
            return
    if why is not None:
        raise why
