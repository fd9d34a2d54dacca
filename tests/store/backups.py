"""Helpers for tests of backups: a workspace, full verification of a store, and disks that stop at a step."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from gateway.ledger.leaf import commitment_of, read_leaf
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import unseal
from gateway.store.payloads.vault import Vault
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import VAULT, Parts
from gateway.store.tables import (
    LedgerLeaf,
    LedgerRecord,
    Payload,
)
from gateway.store.writing.books import frontier_of, open_record


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
                open_record(keys.of(connection, row.owner), leaf, row.sealed)
        assert frontier_of(connection, tree.size).root == tree.root
        for payload in connection.execute(select(Payload.__table__)).all():  # type: ignore[attr-defined] # as above
            sealed = (payload.sealed,) if payload.sealed is not None else vault.open(payload.vault_name)
            content = b"".join(unseal(keys.of(connection, payload.message_id), payload.id, sealed))
            assert commitment_of(payload.salt, (content,)) == payload.digest == told[payload.message_id]
            read[payload.message_id] = content
        assert len(told) == len(read)
    return read


def digests_below(folder: Path) -> dict[str, str]:
    """Each file below a folder, with the SHA-256 of its bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}
