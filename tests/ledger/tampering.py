"""Tampers with a whole store in every way that somebody could who may write to its files, by chance and anew.

A `World` is a store with some hundred leaves, several checkpoints and payloads of both kinds. Each tampering
works on a copy of it, in rows of SQLite and in files; a third of those of leaves then hash all anew, as far
as somebody without the signing key can. `Thief` has that key too, and writes a history that is sound.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from gateway.ledger.checkpoint import Checkpoint as State
from gateway.ledger.checkpoint import sign_checkpoint
from gateway.ledger.leaf import canonical_json
from gateway.ledger.notes import SigningKey
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.alerts import alert, raise_alert
from gateway.store.checkpoints import Signer
from gateway.store.control_numbers import Function, StreamKey, allot, set_next
from gateway.store.database import SqliteDatabase
from gateway.store.disk import Disk
from gateway.store.keys import WorkspaceKeys
from gateway.store.message_keys import MessageKeys
from gateway.store.messages import add_keys
from gateway.store.people import actor_id, partner_id
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.signed import FOLDER, Signed, chained, signed_path, write_signed
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.tables import Message
from gateway.store.transaction import Entry, Transaction
from gateway.store.vault import Vault
from gateway.store.verify_opened import DeepMeans
from gateway.store.verify_report import VerifyReport
from gateway.store.verifying import LogKeys, verify
from tests.clocks import FakeClock, SeededRandomness
from tests.store.stores import ME, new_parts

SEED = b"the seed of a key, of 32 letters"
PARTNERS = ("amazon", "globex", "initech")
ARRIVALS, WORKED_ON = 170, 90
LARGE = 6000  # bytes: more than the test store keeps in a row
CHECKPOINT_EVERY = 40  # arrivals


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store as it was when a checkpoint of it was kept outside."""

    folder: Path
    note: bytes
    size: int


@dataclass(frozen=True, slots=True)
class World:
    """A store at rest; the last of its snapshots is the store itself."""

    log: str
    workspace_keys: WorkspaceKeys
    snapshots: tuple[Snapshot, ...]

    @property
    def key(self) -> SigningKey:
        """The key of the log."""
        return SigningKey(f"{self.log}/epoch-1", SEED)

    def copy(self, folder: Path, snapshot: int = -1) -> Path:
        """A copy of the store, to be tampered with."""
        shutil.rmtree(folder, ignore_errors=True)
        return Path(shutil.copytree(self.snapshots[snapshot].folder, folder))

    def check(self, folder: Path, outside: Sequence[bytes]) -> VerifyReport:
        """What `ledger verify --deep` says of a copy."""
        randomness = SeededRandomness()
        database = SqliteDatabase(folder / "gateway.db")
        means = DeepMeans(
            MessageKeys(self.workspace_keys, randomness), Vault(folder / "vault", Disk(), randomness)
        )
        path = signed_path(folder)
        signed = path.read_bytes() if path.exists() else b""
        try:
            with database.reading() as connection:
                keys = LogKeys(self.log, self.key.verifier.public)
                return verify(connection, keys, outside, signed, means)
        finally:
            database.close()


def make_world(folder: Path) -> World:
    """Runs a store through some days, and keeps a snapshot with each checkpoint."""
    live = folder / "live"
    live.mkdir(parents=True)
    clock = FakeClock(tick=timedelta(seconds=1))
    parts = new_parts(live, SqliteDatabase(live / "gateway.db"), clock, SeededRandomness(4))
    make_store(parts, ME)
    store = open_store(parts, _no_doubt)
    signer = Signer(store, SEED)
    snapshots = []
    for number in range(ARRIVALS):
        size = LARGE if number % 40 == 7 else 200
        partner = PARTNERS[number % 3]
        arrival = Arrival(partner, ME, partner, f"order-{number:03}.edi")
        received = store.intake.receive(arrival, [f"ISA*{number}~".encode().ljust(size, b".")])
        if number < WORKED_ON:
            store.writer.do(_worked_on(received.message, partner, number))
        if number % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1 or number == ARRIVALS - 1:
            snapshots.append(_snapshot(store, signer, folder / f"snapshot-{number}"))
    store.close()
    return World(parts.log_name, parts.workspace_keys, tuple(snapshots))


def _no_doubt(doubt: Exception) -> None:
    raise AssertionError(doubt)


def _worked_on(message: str, partner: str, number: int) -> Callable[[Transaction], None]:
    def change(transaction: Transaction) -> None:
        who = actor_id(transaction, ME)
        of = partner_id(transaction, partner, who)
        now = {"state": "accepted", "changed_at": transaction.now}
        transaction.connection.execute(update(Message).where(col(Message.id) == message).values(now))
        add_keys(transaction, message, (Key(KeyKind.PURCHASE_ORDER, f"PO-{number}"),))
        told = {"po": f"PO-{number}"}
        entry = Entry("message-accepted", who, message, of, "received", "accepted", details=told)
        transaction.record(entry)
        stream = StreamKey("ZZ/ACORN", f"ZZ/{partner.upper()}", Function.INTERCHANGE)
        if number == 30:
            set_next(transaction, stream, 500, "the partner asked for it", who)
        allot(transaction, stream, message)
        if number % 30 == 29:
            raise_alert(transaction, alert("disk-low", f"disk {number}", "little room"))

    return change


def _snapshot(store: Store, signer: Signer, folder: Path) -> Snapshot:
    made = signer.make()
    live = store.parts.folder
    folder.mkdir()
    with sqlite3.connect(live / "gateway.db") as source, sqlite3.connect(folder / "gateway.db") as target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copytree(live / "vault", folder / "vault") if (live / "vault").exists() else None
    (folder / FOLDER).mkdir()
    shutil.copy(signed_path(live), signed_path(folder))
    return Snapshot(folder, made.note, made.size)


class Hands:
    """A copy of a store in the hands of somebody who may write to all its files."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.rows = sqlite3.connect(folder / "gateway.db", isolation_level=None)
        self.rows.execute("PRAGMA synchronous=OFF")
        self.rows.execute("PRAGMA foreign_keys=OFF")
        for trigger in ("update", "delete"):
            self.rows.execute(f"DROP TRIGGER IF EXISTS ledger_leaf_no_{trigger}")
        self.rows.execute("BEGIN")

    def close(self) -> None:
        """Let go; what was done stays."""
        self.rows.execute("COMMIT")
        self.rows.close()

    def one(self, table: str, columns: str, where: str = "1") -> tuple[object, ...]:
        """A row by chance, its rowid or key first."""
        found = self.rows.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchall()
        return tuple(self.chance.choice(found))

    def two(self, table: str, columns: str, where: str = "1") -> list[tuple[object, ...]]:
        """Two rows by chance."""
        found = self.rows.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchall()
        return self.chance.sample(found, 2)

    def flipped(self, data: object) -> bytes:
        """Bytes with one bit changed."""
        assert isinstance(data, bytes)
        at, bit = self.chance.randrange(len(data)), self.chance.randrange(8)
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]

    def size(self) -> int:
        """How many leaves there are."""
        return int(self.rows.execute("SELECT count(*) FROM ledger_leaf").fetchone()[0])

    def vault_file(self) -> Path:
        """A file of the vault by chance."""
        return self.chance.choice(sorted(path for path in (self.folder / "vault").rglob("*") if path.is_file()))

    def rehash(self) -> Frontier:
        """Numbers, hashes and nodes of all leaves anew, and the counts of partners, as they fit the bodies."""
        leaves = self.rows.execute("SELECT n, message_id, body FROM ledger_leaf ORDER BY n").fetchall()
        records = dict(self.rows.execute("SELECT n, owner || '/' || hex(sealed) FROM ledger_record").fetchall())
        for table in ("ledger_leaf", "ledger_node", "ledger_record"):
            self.rows.execute(f"DELETE FROM {table}")
        frontier, counts = Frontier(), dict[str, int]()
        for at, (n, message, body) in enumerate(leaves):
            leaf = json.loads(body)
            leaf["n"] = at
            if "partner" in leaf:
                counts[leaf["partner"]] = leaf["partner_n"] = counts.get(leaf["partner"], 0) + 1
            data = canonical_json(leaf)
            hashed = leaf_hash(data)
            self.rows.execute("INSERT INTO ledger_leaf VALUES (?, ?, ?, ?)", (at, message, data, hashed))
            if n in records:
                owner, sealed = str(records[n]).split("/")
                row = (at, owner, bytes.fromhex(sealed))
                self.rows.execute("INSERT INTO ledger_record VALUES (?, ?, ?)", row)
            frontier, nodes = frontier.extended((hashed,))
            for node in nodes:
                row_of_node = (node.level, node.index, node.hash)
                self.rows.execute("INSERT INTO ledger_node VALUES (?, ?, ?)", row_of_node)
        for partner, count in counts.items():
            self.rows.execute("UPDATE partner SET leaves = ? WHERE id = ?", (count, partner))
        return frontier


Deed = Callable[[Hands], None]


def edit_leaf(hands: Hands) -> None:
    """Another time, actor, word or number in a leaf, in the spelling of the gateway."""
    n, body = hands.one("ledger_leaf", "n, body")
    leaf = json.loads(body)  # type: ignore[arg-type] # bytes of a leaf
    name = hands.chance.choice(["at", "who", "what", "build"])
    leaf[name] = {
        "at": "2026-11-23T11:11:11.111111Z",
        "who": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "what": "message-lost",
        "build": "9.9.9",
    }[name]
    hands.rows.execute("UPDATE ledger_leaf SET body = ? WHERE n = ?", (canonical_json(leaf), n))


def delete_leaf(hands: Hands) -> None:
    """A leaf is taken out, and later ones move up."""
    n = hands.chance.randrange(hands.size())
    hands.rows.execute("DELETE FROM ledger_leaf WHERE n = ?", (n,))
    hands.rows.execute("DELETE FROM ledger_record WHERE n = ?", (n,))
    _move(hands, n + 1, -1)


def insert_leaf(hands: Hands) -> None:
    """A leaf is put in, and later ones move on."""
    n = hands.chance.randrange(hands.size())
    message, body = hands.one("ledger_leaf", "message_id, body", f"n = {n}")
    _move(hands, n, 1)
    leaf = {**json.loads(body), "n": n}  # type: ignore[arg-type] # bytes of a leaf
    leaf.pop("record", None)
    data = canonical_json(leaf)
    hands.rows.execute("INSERT INTO ledger_leaf VALUES (?, ?, ?, ?)", (n, message, data, leaf_hash(data)))


def swap_leaves(hands: Hands) -> None:
    """Two leaves change places, as they are."""
    (first, *one), (second, *other) = hands.two("ledger_leaf", "n, message_id, body, hash")
    setting = "UPDATE ledger_leaf SET message_id = ?, body = ?, hash = ? WHERE n = ?"
    hands.rows.execute(setting, (*other, first))
    hands.rows.execute(setting, (*one, second))


def cut_tail(hands: Hands) -> None:
    """The last leaves are gone, with what they told beside."""
    least = hands.size() - hands.chance.randint(1, 60)
    for table in ("ledger_leaf", "ledger_record"):
        hands.rows.execute(f"DELETE FROM {table} WHERE n >= ?", (least,))


def _move(hands: Hands, start: int, by: int) -> None:
    for table in ("ledger_leaf", "ledger_record"):
        order = "DESC" if by > 0 else "ASC"
        numbers = hands.rows.execute(f"SELECT n FROM {table} WHERE n >= ? ORDER BY n {order}", (start,)).fetchall()
        for (n,) in numbers:
            hands.rows.execute(f"UPDATE {table} SET n = ? WHERE n = ?", (n + by, n))


def _rehashed(deed: Deed) -> Deed:
    def both(hands: Hands) -> None:
        deed(hands)
        hands.rehash()

    both.__name__ = f"{deed.__name__}, all hashed anew"
    return both


def flip(table: str, column: str, key: str, where: str = "1") -> Deed:
    """One bit of a value of bytes."""

    def deed(hands: Hands) -> None:
        name, value = hands.one(table, f"{key}, {column}", f"{where} AND {column} IS NOT NULL")
        hands.rows.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (hands.flipped(value), name))

    deed.__name__ = f"flip a bit of {table}.{column}"
    return deed


def put(table: str, column: str, key: str, value: str, where: str = "1") -> Deed:
    """Another value, as an expression of SQL that always gives another."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        hands.rows.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = ?", (name,))

    deed.__name__ = f"set {table}.{column} to {value}"
    return deed


def drop(table: str, key: str, where: str = "1") -> Deed:
    """A row is gone."""

    def deed(hands: Hands) -> None:
        (name,) = hands.one(table, key, where)
        hands.rows.execute(f"DELETE FROM {table} WHERE {key} = ?", (name,))

    deed.__name__ = f"delete from {table}"
    return deed


def swap(table: str, columns: str, key: str, where: str = "1") -> Deed:
    """Two rows exchange what they hold."""

    def deed(hands: Hands) -> None:
        (first, *one), (second, *other) = hands.two(table, f"{key}, {columns}", where)
        setting = ", ".join(f"{column} = ?" for column in columns.split(", "))
        for unset in (first, second):  # some may not be twice
            if columns == "vault_name":
                hands.rows.execute(f"UPDATE {table} SET {columns} = NULL WHERE {key} = ?", (unset,))
        hands.rows.execute(f"UPDATE {table} SET {setting} WHERE {key} = ?", (*other, first))
        hands.rows.execute(f"UPDATE {table} SET {setting} WHERE {key} = ?", (*one, second))

    deed.__name__ = f"swap {table}.{columns}"
    return deed


def add(table: str, columns: str, values: str, where: str = "1") -> Deed:
    """A row like another, with some values of its own."""

    def deed(hands: Hands) -> None:
        (rowid,) = hands.one(table, "rowid", where)
        wanted = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE rowid = ?"
        hands.rows.execute(wanted, (rowid,))

    deed.__name__ = f"insert into {table}"
    return deed


def edit_note(hands: Hands) -> None:
    """Another letter in a checkpoint."""
    rowid, note = hands.one("checkpoint", "rowid, note")
    text = str(note)
    at = hands.chance.choice([at for at, letter in enumerate(text) if letter.isalnum() and letter not in "xA"])
    changed = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
    hands.rows.execute("UPDATE checkpoint SET note = ? WHERE rowid = ?", (changed, rowid))


def flip_file(hands: Hands) -> None:
    """One bit of a file of the vault."""
    path = hands.vault_file()
    path.write_bytes(hands.flipped(path.read_bytes()))


def cut_file(hands: Hands) -> None:
    """A file of the vault loses its end."""
    path = hands.vault_file()
    path.write_bytes(path.read_bytes()[: -hands.chance.randint(1, 4000)])


def remove_file(hands: Hands) -> None:
    """A file of the vault is gone."""
    hands.vault_file().unlink()


def swap_files(hands: Hands) -> None:
    """Two files of the vault change their names."""
    found = sorted(path for path in (hands.folder / "vault").rglob("*") if path.is_file())
    one, other = hands.chance.sample(found, 2)
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


def flip_signed(hands: Hands) -> None:
    """One bit of what the signer remembers."""
    path = signed_path(hands.folder)
    path.write_bytes(hands.flipped(path.read_bytes()))


def remove_signed(hands: Hands) -> None:
    """What the signer remembers is gone."""
    signed_path(hands.folder).unlink()


ON_LEAVES: tuple[Deed, ...] = (edit_leaf, delete_leaf, insert_leaf, swap_leaves, cut_tail)
REHASHED: tuple[Deed, ...] = tuple(_rehashed(deed) for deed in ON_LEAVES)
RECORDS: tuple[Deed, ...] = (
    flip("ledger_record", "sealed", "n"),
    put("ledger_record", "sealed", "n", "NULL"),
    put("ledger_record", "owner", "n", "owner || 'x'"),
    drop("ledger_record", "n"),
    swap("ledger_record", "sealed", "n"),
    swap("ledger_record", "owner, sealed", "n"),
    add("ledger_record", "n, owner, sealed", "n + 100000, owner, sealed"),
)
NODES: tuple[Deed, ...] = (
    flip("ledger_node", "hash", "rowid"),
    drop("ledger_node", "rowid"),
    add("ledger_node", "level, n, hash", "level + 8, n, hash"),
)
PAYLOADS: tuple[Deed, ...] = (
    flip("payload", "sealed", "id"),
    flip("payload", "salt", "id"),
    put("payload", "digest", "id", "replace(digest, substr(digest, 1, 1), 'g')"),
    put("payload", "size", "id", "size + 1"),
    put("payload", "role", "id", "'translated'"),
    put("payload", "sealed", "id", "NULL", "sealed IS NOT NULL"),
    put("payload", "sealed", "id", "CAST('text' AS TEXT)", "sealed IS NOT NULL"),
    drop("payload", "id"),
    swap("payload", "sealed", "id", "sealed IS NOT NULL"),
    swap("payload", "vault_name", "id", "vault_name IS NOT NULL"),
    swap("payload", "salt, digest", "id"),
    swap("payload", "message_id", "id"),
    add(
        "payload",
        "id, message_id, role, size, sealed, vault_name, salt, digest",
        "'01ARZ3NDEKTSV4RRFFQ69G5FAV', message_id, role, size, sealed, NULL, salt, digest",
        "sealed IS NOT NULL",
    ),
)
FILES: tuple[Deed, ...] = (flip_file, cut_file, remove_file, swap_files)
KEYS: tuple[Deed, ...] = (
    flip("message_key", "wrapped", "message_id"),
    drop("message_key", "message_id"),
    swap("message_key", "wrapped", "message_id"),
    put("message_key", "wrapped", "message_id", "NULL"),
    put("message_key", "destroyed_at", "message_id", "'2026-11-23T11:11:11.111111Z'"),
    add("message_key", "message_id, key_id, wrapped", "message_id || 'X', key_id, wrapped"),
)
CHECKPOINTS: tuple[Deed, ...] = (
    edit_note,
    drop("checkpoint", "rowid"),
    put("checkpoint", "size", "rowid", "size + 1"),
    swap("checkpoint", "note", "rowid"),
    add("checkpoint", "epoch, size, note, made_at", "epoch, size - 1, note, made_at"),
    flip_signed,
    remove_signed,
)
MESSAGES: tuple[Deed, ...] = (
    put("message", "state", "id", "'lost'"),
    put("message", "state", "id", "'received'", "state = 'accepted'"),
    put("message", "size", "id", "size + 1"),
    put("message", "channel", "id", "'elsewhere'"),
    put("message", "arrived_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    put("message", "changed_at", "id", "'long ago'"),
    put("message", "partner", "id", "NULL"),
    swap("message", "partner", "id", "partner IS NOT NULL AND rowid < 3"),
    drop("message", "id"),
    add(
        "message",
        "id, kind, direction, channel, usage, state, size, arrived_at, changed_at",
        "id || 'X', kind, direction, channel, usage, state, size, arrived_at, changed_at",
    ),
)
SEARCH: tuple[Deed, ...] = (
    put("search_key", "normalised", "written", "normalised || 'X'"),
    put("search_key", "written", "written", "written || 'X'"),
    drop("search_key", "written"),
)
OTHERS: tuple[Deed, ...] = (
    put("partner", "leaves", "id", "leaves + 1"),
    put("partner", "name", "id", "name || 'x'"),
    put("partner", "normalised", "id", "normalised || 'X'"),
    drop("partner", "id"),
    add("partner", "id, name, normalised, leaves", "id || 'X', name || 'x', normalised || 'X', 0"),
    put("actor", "name", "id", "name || 'x'"),
    drop("actor", "id"),
    add("actor", "id, kind, name", "id || 'X', kind, name || 'x'"),
    put("epoch", "why", "number", "'restore'"),
    put("epoch", "first_leaf", "number", "first_leaf + 1"),
    put("epoch", "opened_at", "number", "'2026-11-23T11:11:11.111111Z'"),
    add("epoch", "number, opened_at, first_leaf, why", "number + 1, opened_at, 100, 'restore'"),
    put("control_number_stream", "following", "id", "following + 1"),
    put("control_number_stream", "cycle", "id", "cycle + 1"),
    drop("control_number_use", "rowid"),
    put("control_number_use", "first", "rowid", "first - 1"),
    put("control_number_use", "use", "rowid", "'given'", "use = 'void'"),
    put("control_number_use", "use", "rowid", "'void'", "use = 'given'"),
    put("alert", "code", "id", "'disk-full'"),
    put("alert", "acknowledged_at", "id", "'2026-11-23T11:11:11.111111Z'"),
    drop("alert", "id"),
)
KINDS: tuple[tuple[Deed, ...], ...] = (
    ON_LEAVES,
    RECORDS,
    NODES,
    PAYLOADS,
    FILES,
    KEYS,
    CHECKPOINTS,
    MESSAGES,
    SEARCH,
    OTHERS,
)


@dataclass(frozen=True, slots=True)
class Missed:
    """A tampering that nobody noticed: its number among those of the seed tells how to do it again."""

    number: int
    deed: str


def tamper(
    world: World,
    folder: Path,
    numbers: range,
    seed: int = 0,
    kinds: Sequence[Sequence[Deed]] = KINDS,
    rehashed: Sequence[Deed] = REHASHED,
) -> list[Missed]:
    """Does the tamperings of these numbers, each on a copy of its own; those that were not found.

    Every third is one of leaves with all later hashes made anew, and every twentieth sets the files back.
    """
    missed = []
    outside = [world.snapshots[-1].note]
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        name = "all files set back"
        if number % 20 == 19 and kinds is KINDS:
            world.copy(folder, chance.randrange(len(world.snapshots) - 1))
        else:
            deed = chance.choice(rehashed) if number % 3 == 0 and rehashed else chance.choice(chance.choice(kinds))
            name = deed.__name__
            world.copy(folder)
            hands = Hands(folder, chance)
            deed(hands)
            hands.close()
        if world.check(folder, outside).holds:
            missed.append(Missed(number, name))
    return missed


class Thief:
    """Somebody with all keys, who writes another history and signs it."""

    def __init__(self, world: World, folder: Path, chance: random.Random) -> None:
        self._world, self._folder, self._chance = world, folder, chance

    def rewrite(self) -> tuple[str, int]:
        """What was done, and the first leaf that is another than it was."""
        deed = self._chance.choice([self._set_back, self._other_time, self._forget, self._forget_last])
        return deed()

    def _set_back(self) -> tuple[str, int]:
        earlier = self._chance.randrange(len(self._world.snapshots) - 1)
        self._world.copy(self._folder, earlier)
        return "set back", self._world.snapshots[earlier].size

    def _other_time(self) -> tuple[str, int]:
        hands = self._hands()
        message, at = hands.one("message", "id, arrived_at", "state = 'received'")
        other = f"2026-11-2{self._chance.randint(0, 9)}T09:00:00.{self._chance.randrange(10**6):06}Z"
        n, body = hands.rows.execute("SELECT n, body FROM ledger_leaf WHERE message_id = ?", (message,)).fetchone()
        hands.rows.execute("UPDATE message SET arrived_at = ?, changed_at = ? WHERE id = ?", (other, other, message))
        data = canonical_json({**json.loads(body), "at": other})
        assert at != other
        hands.rows.execute("UPDATE ledger_leaf SET body = ? WHERE n = ?", (data, n))
        self._sign(hands)
        return "another time of arrival", n

    def _forget(self) -> tuple[str, int]:
        hands = self._hands()
        (message,) = hands.one("message", "id", "state = 'received'")
        n = self._forgotten(hands, str(message))
        self._sign(hands)
        return "a message never came", n

    def _forget_last(self) -> tuple[str, int]:
        hands = self._hands()
        last = hands.rows.execute("SELECT id FROM message ORDER BY id DESC LIMIT 60").fetchall()
        n = 0
        for (message,) in last[: self._chance.randint(1, 60)]:
            n = self._forgotten(hands, message)
        self._sign(hands)
        return "the last messages never came", n

    def _hands(self) -> Hands:
        return Hands(self._world.copy(self._folder), self._chance)

    @staticmethod
    def _forgotten(hands: Hands, message: str) -> int:
        n = int(hands.rows.execute("SELECT n FROM ledger_leaf WHERE message_id = ?", (message,)).fetchone()[0])
        hands.rows.execute("DELETE FROM ledger_record WHERE n = ?", (n,))
        for table in ("ledger_leaf", "payload", "search_key", "message_key"):
            hands.rows.execute(f"DELETE FROM {table} WHERE message_id = ?", (message,))
        hands.rows.execute("DELETE FROM message WHERE id = ?", (message,))
        return n

    def _sign(self, hands: Hands) -> None:
        """All hashes anew, and all checkpoints of before signed anew over them."""
        hands.rehash()
        hashes = [row[0] for row in hands.rows.execute("SELECT hash FROM ledger_leaf ORDER BY n")]
        sizes = [row[0] for row in hands.rows.execute("SELECT size FROM checkpoint ORDER BY size")]
        hands.rows.execute("DELETE FROM checkpoint")
        key, frontier, chain, count = self._world.key, Frontier(), bytes(32), 0
        for size in sorted({min(size, len(hashes)) for size in sizes}):
            frontier, _ = frontier.extended(hashes[frontier.size : size])
            note = sign_checkpoint(State(key.name, size, frontier.root), key)
            chain, count = chained(chain, note), count + 1
            row = (1, size, note.decode(), "2026-11-23T12:00:00.000000Z")
            hands.rows.execute("INSERT INTO checkpoint (epoch, size, note, made_at) VALUES (?, ?, ?, ?)", row)
        hands.close()
        write_signed(Disk(), self._folder, Signed(key.name, frontier, count, chain), key)


def parts_of(world: World, folder: Path) -> Parts:
    """The parts of a copy, to open it as a store."""
    made = new_parts(folder, SqliteDatabase(folder / "gateway.db"))
    return Parts(
        folder=folder,
        database=made.database,
        workspace_keys=world.workspace_keys,
        clock=made.clock,
        random=made.random,
        disk=made.disk,
        log_name=world.log,
        inline_bytes=made.inline_bytes,
        largest_file=made.largest_file,
    )
