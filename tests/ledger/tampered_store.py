"""A store with some hundred leaves, checkpoints and payloads of both kinds, and hands that change it."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from gateway.ledger.leaf import canonical_json, read_leaf, without_place
from gateway.ledger.notes import SigningKey
from gateway.ledger.tree import Frontier, leaf_hash
from gateway.store.alerts import alert, raise_alert
from gateway.store.channels import pause, resume
from gateway.store.configurations import Texts, adopt
from gateway.store.control_numbers.allotting import allot, allot_many, take
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.control_numbers.setting import Setting, set_stream
from gateway.store.disk import Disk
from gateway.store.erasing import erase
from gateway.store.messages import add_keys, enter_keys
from gateway.store.payloads.keys import WorkspaceKeys, WrappedKey
from gateway.store.payloads.message_keys import OWN_BYTES, MessageKeys, read_with, record_key
from gateway.store.payloads.sealing import seal
from gateway.store.payloads.vault import Vault
from gateway.store.people import actor_id, partner_id
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased, NewStep
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.signing.handing import HandingOver
from gateway.store.signing.signed_file import FOLDER, signed_path
from gateway.store.signing.signer import Signer
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import Message
from gateway.store.verifying.known_keys import LogKeys
from gateway.store.verifying.log import verify
from gateway.store.verifying.opened import DeepMeans
from gateway.store.verifying.report import VerifyReport
from gateway.store.witnesses.folder import run as run_witness
from gateway.store.witnesses.places import FolderPlace
from gateway.store.writing.transaction import Entry, Transaction
from tests.clocks import FakeClock, SeededRandomness
from tests.store.days import Day, orders_day
from tests.store.stores import ME, new_parts

SEED = b"the seed of a key, of 32 letters"
PARTNERS = ("amazon", "globex", "initech")
ARRIVALS, WORKED_ON = 90, 45
EXCHANGED, ERASED = 18, 4  # messages of orders that went through, and how many of them were erased
OTHER_LEAVES = 130  # so that there is a node of 256 leaves
LARGE = 6000  # bytes: more than the test store keeps in a row
CHECKPOINT_EVERY = 20  # arrivals


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

    def seal_anew(self, hands: Hands, n: int, body: bytes, other: bytes) -> None:
        """What a leaf tells beside, sealed for a leaf that says something else, with the stolen key."""
        owner, sealed = hands.rows.execute(
            "SELECT owner, sealed FROM ledger_record WHERE n = ?", (n,)
        ).fetchone()
        key_id, wrapped = hands.rows.execute(
            "SELECT key_id, wrapped FROM message_key WHERE message_id = ?", (owner,)
        ).fetchone()
        key = self.workspace_keys.unwrap(owner, WrappedKey(key_id, wrapped))
        plain = read_with(key, without_place(read_leaf(body)), sealed)
        own = bytes(OWN_BYTES)
        name = without_place(read_leaf(other))
        anew = own + b"".join(seal(record_key(key, own), name, (plain,), SeededRandomness()))
        hands.rows.execute("UPDATE ledger_record SET sealed = ? WHERE n = ?", (anew, n))

    def check(self, folder: Path, outside: Sequence[bytes], *, deep: bool = True) -> VerifyReport:
        """What `ledger verify --deep` says of a copy, or the command without that word."""
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
                return verify(connection, keys, outside, signed, means if deep else None)
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
    outside = folder / "outside"
    outside.mkdir()
    snapshots = []
    for _ in range(OTHER_LEAVES):
        store.writer.do(_other_leaf)
    _exchanged(store)
    for number in range(ARRIVALS):
        size = LARGE if number % 20 == 7 else 200
        partner = PARTNERS[number % 3]
        request = f"request {number}" if number % 3 else None
        arrival = Arrival(partner, ME, partner, f"order-{number:03}.edi", request)
        received = store.intake.receive(arrival, [f"ISA*{number}~".encode().ljust(size, b".")])
        if number < WORKED_ON:
            store.writer.do(_worked_on(received.message, partner, number))
        if number % 4 == 3:
            store.writer.do(partial(_read, message=received.message, number=number))
        if number % 15 == 10:
            erase(store, received.message, ME, "the partner asked for it")
        if number % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1 or number == ARRIVALS - 1:
            _hand_over(store, signer, outside)
            snapshots.append(_snapshot(store, signer, folder / f"snapshot-{number}"))
    store.close()
    return World(parts.log_name, parts.workspace_keys, tuple(snapshots))


def _exchanged(store: Store) -> None:
    """Two orders with all that they led to, one that was erased; configurations, and a paused channel."""
    day, texts = Day(store), {"partners/amazon/partner.yaml": "x12: {}", "mappings/x.yaml": "rows: []"}
    store.writer.do(lambda transaction: adopt(transaction, Texts(texts), actor_id(transaction, ME)))
    later = {**texts, "mappings/x.yaml": "rows: [a]"}
    store.writer.do(lambda transaction: adopt(transaction, Texts(later), actor_id(transaction, ME)))
    for number, channel in enumerate(("amazon/edi", "erp/files")):
        store.writer.do(partial(pause, channel=channel, reason="full", who=ME))
        one = orders_day(day, f"PO-X{number}", 1000 + 10 * number)
        receipt = day.arrive(f"997-{number}.x12")
        day.split(receipt)
        day.receipt(one.file, one.order, receipt)
    store.writer.do(lambda transaction: resume(transaction, "erp/files", "room again", ME))
    arrival = day.arrive("two.850")
    both = day.split(
        arrival, day.document(arrival, number="PO-X3"), day.document(arrival, number="PO-X4", place=2)
    )
    day.send(*both, isa13=1100)
    erase(store, orders_day(day, "PO-X2", 1200).arrival, ME, "the partner asked for it")


def _no_doubt(doubt: Exception) -> None:
    raise AssertionError(doubt)


def _other_leaf(transaction: Transaction) -> None:
    transaction.record(Entry("looked-at", actor_id(transaction, ME)))


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
        _numbered(transaction, message, partner, number)
        if number % 20 == 19:
            raise_alert(transaction, alert("disk-low", f"disk {number}", "little room"))

    return change


def _numbered(transaction: Transaction, message: str, partner: str, number: int) -> None:
    """Interchanges one by one, sets some at once and from 2 to 50 only, and groups by hand."""
    who, asked = actor_id(transaction, ME), "the partner asked for it"
    streams = [StreamKey("ZZ/ACORN", f"ZZ/{partner.upper()}", function) for function in Function]
    interchanges, groups, sets = streams
    if number < len(PARTNERS):
        set_stream(transaction, sets, Setting(first=2, last=50, new=True), asked, who)
    if number == 20:
        set_stream(transaction, interchanges, Setting(500, last=999_999), asked, who)
    if number == 30:
        set_stream(transaction, interchanges, Setting(1, new_cycle=True), asked, who)
    allot(transaction, interchanges, message)
    allot_many(transaction, sets, message, 1 + number % 7)
    if number % 5 == 0:
        take(transaction, groups, "sent by mail", who, new=True)


def _read(transaction: Transaction, message: str, number: int) -> None:
    keys = (Key(KeyKind.INTERCHANGE, f"{number:09}"), Key(KeyKind.PURCHASE_ORDER, f"po-{number}"))
    add_keys(transaction, message, keys)
    enter_keys(transaction, message)


def _hand_over(store: Store, signer: Signer, outside: Path) -> None:
    """What the service does each hour, and then what a witness does on its own machine."""
    handing = HandingOver(store, signer, [FolderPlace(outside, Disk())], StepQueue())
    store.writer.do(handing.make(_step(NewStep("make-checkpoint"))))
    made = signer.make()
    for step in handing.steps(made, "today"):
        store.writer.do(handing.hand(_step(step)))
    run_witness(
        outside, outside.with_name("memory"), disk=Disk(), clock=FakeClock(), randomness=SeededRandomness(5)
    )


def _step(step: NewStep) -> Leased:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Leased(0, "0", step.kind, step.body, None, None, 0, now, None, 0, 0, 0, 1)


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
        guards = self.rows.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        self.guards = [str(source) for _, source in guards]
        for name, _ in guards:
            self.rows.execute(f"DROP TRIGGER {name}")
        self.rows.execute("BEGIN")

    def close(self) -> None:
        """Let go; what was done stays. The guards of the leaves are there again, so that nobody notices."""
        for guard in self.guards:
            self.rows.execute(guard)
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
        return self.chance.choice(
            sorted(path for path in (self.folder / "vault").rglob("*") if path.is_file())
        )

    def rehash(self) -> Frontier:
        """Numbers, hashes and nodes of all leaves anew, and the counts of partners, to fit the bodies."""
        leaves = self.rows.execute("SELECT n, message_id, body FROM ledger_leaf ORDER BY n").fetchall()
        kept = self.rows.execute("SELECT n, owner, sealed FROM ledger_record").fetchall()
        records = {n: (owner, sealed) for n, owner, sealed in kept}
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
                self.rows.execute("INSERT INTO ledger_record VALUES (?, ?, ?)", (at, *records[n]))
            frontier, nodes = frontier.extended((hashed,))
            for node in nodes:
                row_of_node = (node.level, node.index, node.hash)
                self.rows.execute("INSERT INTO ledger_node VALUES (?, ?, ?)", row_of_node)
        for partner, count in counts.items():
            self.rows.execute("UPDATE partner SET leaves = ? WHERE id = ?", (count, partner))
        return frontier
