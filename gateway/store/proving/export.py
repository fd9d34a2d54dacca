"""The whole ledger as lines of JSON, which anybody can check without the gateway; nothing sealed is in it.

The first line tells the format and the public keys. Then come the epochs, all leaves as they are hashed, the
kept nodes of the tree, the checkpoints, and what witnesses answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
from sqlalchemy import Connection, select
from sqlmodel import col

from gateway.errors import TamperedError
from gateway.ledger.leaf import read_leaf
from gateway.ledger.notes import VerifierKey, in_base64
from gateway.store.tables import Checkpoint, Epoch, LedgerNode, Witnessed
from gateway.store.writing.leaf_rows import AT_ONCE, extent_of, leaf_batches

FORMAT = "gateway-ledger-export"

_line = msgspec.json.Encoder(order="deterministic").encode


def export(connection: Connection, log: str, keys: Sequence[VerifierKey]) -> Iterator[bytes]:
    """The lines, each with its end; a few thousand leaves are held at a time.

    Raises `TamperedError` where a leaf cannot be read.
    """
    extent = extent_of(connection)
    head = {"format": FORMAT, "keys": [key.text for key in keys], "log": log, "size": extent.size, "v": 1}
    yield _line(head) + b"\n"
    epochs = select(col(Epoch.number), col(Epoch.first_leaf), col(Epoch.why)).order_by(col(Epoch.number))
    for number, first, why in connection.execute(epochs):
        yield _line({"epoch": number, "first_leaf": first, "why": why}) + b"\n"
    at = 0
    for rows in leaf_batches(connection, 0, extent.size):
        for _, _, body, _ in rows:
            if read_leaf(body).n != at:
                raise TamperedError(f"Leaf {at} is missing; run `gateway ledger verify --deep`")
            at += 1
            yield b'{"leaf":' + body + b"}\n"  # as it is hashed, letter for letter
    yield from _nodes(connection)
    checkpoints = select(col(Checkpoint.epoch), col(Checkpoint.size), col(Checkpoint.note))
    ordered = checkpoints.order_by(col(Checkpoint.epoch), col(Checkpoint.size))
    for epoch, size, note in connection.execute(ordered):
        yield _line({"checkpoint": note, "epoch": epoch, "size": size}) + b"\n"
    witnessed = select(
        col(Witnessed.place),
        col(Witnessed.epoch),
        col(Witnessed.size),
        col(Witnessed.outcome),
        col(Witnessed.answer),
    )
    for place, epoch, size, outcome, answer in connection.execute(witnessed.order_by(col(Witnessed.id))):
        told = {"epoch": epoch, "outcome": outcome, "place": place, "size": size}
        if answer is not None:
            told["answer"] = in_base64(answer)
        yield _line({"witnessed": told}) + b"\n"


def _nodes(connection: Connection) -> Iterator[bytes]:
    level, index = 0, 0
    while True:
        kept = select(col(LedgerNode.level), col(LedgerNode.n), col(LedgerNode.hash)).where(
            (col(LedgerNode.level) > level) | ((col(LedgerNode.level) == level) & (col(LedgerNode.n) > index))
        )
        rows = connection.execute(
            kept.order_by(col(LedgerNode.level), col(LedgerNode.n)).limit(AT_ONCE)
        ).all()
        for row in rows:
            yield _line({"hash": cast("bytes", row.hash).hex(), "level": row.level, "n": row.n}) + b"\n"
        if len(rows) < AT_ONCE:
            return
        level, index = rows[-1].level, rows[-1].n
