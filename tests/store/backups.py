"""Helpers for tests of backups: a workspace, full verification of a store, and disks that stop at a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select, update
from sqlmodel import col

from gateway.ledger.leaf import commitment, commitment_of, read_leaf
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.books import frontier_of
from gateway.store.database import Database, SqliteDatabase
from gateway.store.disk import Disk, OpenFile
from gateway.store.message_keys import MessageKeys
from gateway.store.new_epoch import ahead
from gateway.store.sealing import unseal
from gateway.store.store import VAULT, Parts
from gateway.store.tables import (
    ControlNumberStream,
    ControlNumberUse,
    LedgerLeaf,
    LedgerRecord,
    Payload,
)
from gateway.store.transaction import Transaction
from gateway.store.vault import Vault


def new_workspace(root: Path) -> Path:
    """A workspace with a little of everything that is configuration."""
    (root / "var" / "keys").mkdir(parents=True)
    (root / "partners" / "acme").mkdir(parents=True)
    (root / "mappings").mkdir()
    (root / "schemas").mkdir()
    (root / "gateway.yaml").write_text("ledger:\n  name: gateway.test/log\n")
    (root / "partners" / "acme" / "partner.yaml").write_text("name: ACME\n")
    (root / "mappings" / ".gitkeep").write_text("")
    (root / "mappings" / "orders.csv").write_bytes(b"a,b\n\xff\n")
    return root


def elsewhere(parts: Parts, workspace: Path, database: Database | None = None) -> Parts:
    """What a store is made of in another workspace, with the same keys."""
    var = workspace / "var"
    var.mkdir(parents=True, exist_ok=True)
    database = database or SqliteDatabase(var / "gateway.db", 0.5)
    return replace(parts, folder=var, database=database, disk=Disk())


def verify(parts: Parts) -> dict[str, bytes]:
    """Verify all of a store; the raw bytes of each message. AssertionError where something is amiss."""
    keys = MessageKeys(parts.workspace_keys, parts.random)
    vault = Vault(parts.folder / VAULT, parts.disk, parts.random)
    read: dict[str, bytes] = {}
    with parts.database.reading() as connection:
        tree, told = Frontier(), {}
        leaves = connection.execute(
            select(col(LedgerLeaf.n), col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n))
        )
        records = {
            row.n: row
            for row in connection.execute(select(LedgerRecord.__table__))  # type: ignore[attr-defined] # SQLModel adds it
        }
        for n, (number, body) in enumerate(leaves.all()):
            assert n == number
            tree = tree.append(leaf_hash(body))
            leaf = read_leaf(body)
            if leaf.digests:
                told[leaf.message] = leaf.digests["raw"]
            if leaf.record:
                row = records[n]
                opened = keys.read(connection, row.owner, "record", row.sealed)
                assert commitment(opened[:32], opened[32:]) == leaf.record
        assert frontier_of(connection, tree.size).root == tree.root
        for payload in connection.execute(select(Payload.__table__)).all():  # type: ignore[attr-defined] # as above
            sealed = (payload.sealed,) if payload.sealed is not None else vault.open(payload.vault_name)
            content = b"".join(unseal(keys.of(connection, payload.message_id), payload.id, sealed))
            assert commitment_of(payload.salt, (content,)) == payload.digest == told[payload.message_id]
            read[payload.message_id] = content
        assert len(told) == len(read)
    return read


def give_number(transaction: Transaction, sender: str) -> int:
    """The next number of a stream that is opened with its first; as simply as can be."""
    asked = select(
        col(ControlNumberStream.id), col(ControlNumberStream.cycle), col(ControlNumberStream.following)
    ).where(col(ControlNumberStream.sender) == sender)
    row = transaction.connection.execute(asked).one_or_none()
    if row is None:
        stream, cycle, number = transaction.new_id(), 1, 1
        names = {"sender": sender, "receiver": "ZZ/ACME", "function": "interchange"}
        limits = {"cycle": 1, "following": 1, "first": 1, "last": 999_999_999}
        transaction.insert(ControlNumberStream, {"id": stream, **names, **limits})
    else:
        stream, cycle, number = row
    used = {"stream_id": stream, "cycle": cycle, "first": number, "last": number, "use": "given"}
    transaction.insert(ControlNumberUse, {**used, "message_id": None, "reason": None, "at": transaction.now})
    _follow(transaction, stream, number + 1)
    return number


def skip_all(transaction: Transaction, reason: str, who: str) -> Sequence[Mapping[str, str | int]]:
    """Skip numbers of all streams, as a restore does."""
    skipped = []
    for row in transaction.connection.execute(select(ControlNumberStream.__table__)).all():  # type: ignore[attr-defined] # as above
        day = func.substr(ControlNumberUse.__table__.c.at, 1, 10)  # type: ignore[attr-defined] # as above
        counted = select(func.count()).where(
            col(ControlNumberUse.stream_id) == row.id, col(ControlNumberUse.use) == "given"
        )
        busiest = max(transaction.connection.execute(counted.group_by(day)).scalars().all())
        last = row.following + ahead(busiest) - 1
        used = {"stream_id": row.id, "cycle": row.cycle, "first": row.following, "last": last, "use": "void"}
        transaction.insert(
            ControlNumberUse, {**used, "message_id": None, "reason": reason, "at": transaction.now}
        )
        _follow(transaction, row.id, last + 1)
        skipped.append({"sender": row.sender, "before": row.following, "following": last + 1})
    return skipped


def _follow(transaction: Transaction, stream: str, number: int) -> None:
    changed = update(ControlNumberStream).where(col(ControlNumberStream.id) == stream)
    transaction.connection.execute(changed.values(following=number))


def digests_below(folder: Path) -> dict[str, str]:
    """Each file below a folder, with the SHA-256 of its bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


class StoppedError(BaseException):
    """Stands for a process that is killed: nothing that it would do afterwards is done."""


class StoppingDisk(Disk):
    """Does so many steps, and then fails as it is told, at each one that is asked of it from then on."""

    def __init__(self, steps: int, fault: type[BaseException]) -> None:
        super().__init__()
        self.left = steps
        self._fault = fault

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise self._fault("planted")

    def open_new(self, path: Path, mode: int = 0o600) -> OpenFile:
        self._step()
        return super().open_new(path, mode)

    def write(self, file: OpenFile, data: bytes) -> None:
        self._step()
        super().write(file, data)

    def sync(self, file: OpenFile) -> None:
        self._step()
        super().sync(file)

    def sync_file(self, path: Path) -> None:
        self._step()
        super().sync_file(path)

    def sync_folder(self, path: Path) -> None:
        self._step()
        super().sync_folder(path)

    def rename(self, old: Path, new: Path) -> None:
        self._step()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        if self._fault is StoppedError:  # a full disk lets files be removed
            self._step()
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        if self._fault is StoppedError:
            self._step()
        super().remove_folder(path)

    def make_new_folder(self, path: Path) -> None:
        self._step()
        super().make_new_folder(path)

    def make_folder(self, path: Path) -> None:
        self._step()
        super().make_folder(path)
