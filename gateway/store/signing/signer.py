"""The signer: reads the log anew before it signs, and never signs two histories of it.

A checkpoint has no leaf of its own, or the log would never rest: the file of `signed` and the places that
checkpoints are handed to remember it instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlmodel import col

from gateway.errors import TamperedError
from gateway.ledger.checkpoint import origin_of
from gateway.ledger.notes import SigningKey, VerifierKey
from gateway.ledger.tree import Frontier
from gateway.store.alerts import Telling, alert, raise_alert
from gateway.store.signing.epoch_keys import refuse_other_key
from gateway.store.signing.signed_file import (
    FOLDER,
    Signed,
    alone,
    open_signed,
    parse_signed,
    read_signed_file,
    signed_path,
    write_signed,
)
from gateway.store.store import Store
from gateway.store.tables import Checkpoint
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.told import untold
from gateway.store.writing.books import frontier_of
from gateway.store.writing.leaf_rows import extent_of, walk
from gateway.store.writing.transaction import Transaction

ADVICE = (
    "Nothing was signed. Run `gateway ledger verify --deep` with a checkpoint that was kept outside, and "
    "find out who could change it"
)


@dataclass(frozen=True, slots=True)
class MadeCheckpoint:
    """The newest checkpoint; not `new` when the log has not grown since it was signed."""

    epoch: int
    size: int
    root: bytes
    note: bytes
    new: bool


class Signer:
    """Signs the log of a store, from any thread but the writer's."""

    def __init__(self, store: Store, seed: bytes, telling: Telling | None = None) -> None:
        """`seed`: the secret of the signing key. A refusal becomes an alert, of which `telling` is told."""
        self._store = store
        self._seed = seed
        self._telling = telling

    def key_of(self, epoch: int) -> SigningKey:
        """The key of an epoch: the same secret under the name of the epoch."""
        return SigningKey(origin_of(self._store.parts.log_name, epoch), self._seed)

    def verifier_of(self, epoch: int) -> VerifierKey:
        """The public key of an epoch."""
        return self.key_of(epoch).verifier

    def make(self) -> MadeCheckpoint:
        """The checkpoint of the log as it is now.

        Raises TamperedError when the database disagrees with what was signed last, or with itself.
        """
        parts = self._store.parts
        parts.disk.make_folder(parts.folder / FOLDER)
        with alone(parts.folder):
            try:
                return self._made()
            except TamperedError as fault:
                told = alert("ledger-damaged", "checkpoint", str(fault))
                self._store.writer.do(lambda transaction: raise_alert(transaction, told, self._telling))
                raise

    def _made(self) -> MadeCheckpoint:
        parts = self._store.parts
        with self._store.database.reading() as connection:
            extent = extent_of(connection)
            key = self.key_of(extent.epoch)
            refuse_other_key(connection, parts.log_name, key.verifier, extent.epoch)
            last = self._last(connection, extent.epoch)
            if last.frontier.size > extent.size:
                raise TamperedError(
                    f"The log has {extent.size} leaves, and {last.frontier.size} were signed: the database "
                    f"was set back or cut. {ADVICE}"
                )
            self._check_beginning(connection, last.frontier)
            grown = _extended(connection, last.frontier, extent.size)
            means = DeepMeans(self._store.keys, self._store.vault)
            fault = untold(connection, means, last.frontier.size, extent.size)
            if fault is not None:
                raise TamperedError(f"The gateway did not write all that is in the log: {fault}. {ADVICE}")
            self._check_beginning(connection, grown)
        if last.count and extent.size == last.frontier.size:
            note, _ = last.signed(last.frontier, key)
            self._keep(extent.epoch, extent.size, note)
            return MadeCheckpoint(extent.epoch, extent.size, grown.root, note, new=False)
        note, now = last.signed(grown, key)
        if last.count:  # a stop may have come between remembering the last one and keeping it
            self._keep(extent.epoch, last.frontier.size, last.signed(last.frontier, key)[0])
        write_signed(parts.disk, parts.folder, now, key)
        self._keep(extent.epoch, extent.size, note)
        return MadeCheckpoint(extent.epoch, extent.size, grown.root, note, new=True)

    def _last(self, connection: Connection, epoch: int) -> Signed:
        """What was signed last in this epoch; an earlier epoch does not bind, a later one forbids."""
        parts = self._store.parts
        path = signed_path(parts.folder)
        data = read_signed_file(parts.disk, parts.folder)
        kept = select(func.max(col(Checkpoint.size))).where(col(Checkpoint.epoch) == epoch)
        newest = connection.execute(kept).scalar_one_or_none()
        try:
            last = self._remembered(data, epoch)
        except TamperedError as fault:
            raise TamperedError(
                f"{path} tells what was signed last, and it does not fit: {fault}. {ADVICE}; where the file "
                f"was lost, bring it back, or restore a backup, which opens a new epoch"
            ) from fault
        if newest is not None and (newest > last.frontier.size or not last.count):
            raise TamperedError(
                f"{path} says that {last.frontier.size} leaves of epoch {epoch} were signed last, and the "
                f"database has a checkpoint of {newest}. {ADVICE}"
            )
        return last

    def _remembered(self, data: bytes | None, epoch: int) -> Signed:
        new = Signed(origin_of(self._store.parts.log_name, epoch), Frontier())
        if data is None:
            return new
        last = parse_signed(data)
        if last.epoch > epoch:
            raise TamperedError(f"it is of epoch {last.epoch}, and the database of epoch {epoch}")
        if last.epoch < epoch:
            return new
        return open_signed(data, (self.verifier_of(epoch),))

    @staticmethod
    def _check_beginning(connection: Connection, frontier: Frontier) -> None:
        """That the kept hashes of the first leaves are those of this tree."""
        try:
            kept = frontier_of(connection, frontier.size)
        except (IndexError, TypeError):
            kept = None
        if kept != frontier:
            raise TamperedError(
                f"What the database keeps of the first {frontier.size} leaves is not their tree: it was "
                f"changed. {ADVICE}"
            )

    def _keep(self, epoch: int, size: int, note: bytes) -> None:
        """Keep the note in the database, where it is not there yet."""

        def change(transaction: Transaction) -> None:
            kept = select(col(Checkpoint.note)).where(
                col(Checkpoint.epoch) == epoch, col(Checkpoint.size) == size
            )
            found = transaction.connection.execute(kept).scalar_one_or_none()
            if found is None:
                row = {"epoch": epoch, "size": size, "note": note.decode()}
                transaction.insert(Checkpoint, row)
            elif found.encode() != note:
                raise TamperedError(
                    f"The kept checkpoint of {size} leaves is not the one that was signed. {ADVICE}"
                )

        self._store.writer.do(change)


def _extended(connection: Connection, frontier: Frontier, size: int) -> Frontier:
    """The tree up to `size`, from bodies that are hashed anew; its kept nodes are compared."""
    for stretch in walk(connection, frontier, size):
        for at in (*stretch.changed, stretch.missing):
            if at is not None:
                raise TamperedError(f"Leaf {at} is not there as it was written. {ADVICE}")
        for node in stretch.wrong:
            raise TamperedError(
                f"The kept node {node.index} of level {node.level} is not that of its leaves. {ADVICE}"
            )
        frontier = stretch.frontier
    return frontier
