"""What the loader writes is what real receives leave behind, but for what is drawn anew at each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, select, update
from sqlmodel import col

from bench.store import content, loader, rows
from bench.store.finding import Finding
from bench.store.opening import FILE, WHO, opened, parts, workspace_keys
from gateway.ledger.leaf import commitment, read_leaf
from gateway.store import schema
from gateway.store.messages import Search, add_keys, search
from gateway.store.payloads.message_keys import MessageKeys
from gateway.store.payloads.sealing import unseal
from gateway.store.people import actor_id, partner_id
from gateway.store.receiving import Arrival
from gateway.store.store import Store
from gateway.store.tables import METADATA, LedgerLeaf, LedgerRecord, Message, Payload, SearchKey
from gateway.store.writing.books import open_record
from gateway.store.writing.transaction import Transaction
from tests.clocks import FakeClock, SeededRandomness

SEED, MESSAGES, COMPARED = 7, 300, 40
TABLES = METADATA.tables


class Seen(NamedTuple):
    """A message as somebody with the key reads it, with names for ids that differ."""

    message: Mapping[str, object]
    payload: Mapping[str, object]
    data: bytes
    keys: list[tuple[str, str, str]]
    leaf: Mapping[str, object]
    record: Mapping[str, object]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(loader, "STRETCH", MESSAGES // 2)
        loader.load(folder, SEED, MESSAGES)
    return folder


@pytest.fixture
def received(tmp_path: Path) -> Iterator[Store]:
    """A store that really received the first of the same messages."""
    clock = FakeClock(content.BEGIN)
    with closing(opened(parts(tmp_path, clock=clock, random=SeededRandomness(SEED)))) as store:
        store.writer.do(_enter_partners)
        counted = loader.counted(content.senders(SEED, MESSAGES))[: MESSAGES // 2]
        for sent in list(content.sent(SEED, 0, counted, MESSAGES))[:COMPARED]:
            clock.jump(sent.at - clock.now())
            _receive(store, sent)
        yield store


def _enter_partners(transaction: Transaction) -> None:
    who = actor_id(transaction, WHO)
    for place in range(content.PARTNERS):
        partner_id(transaction, content.partner_name(place), who)


def _receive(store: Store, sent: content.Sent) -> None:
    arrived = store.intake.receive(Arrival(sent.channel, WHO, sent.partner, sent.file), (sent.data,))
    known_later = {"state": sent.state, "usage": sent.usage}

    def change(transaction: Transaction) -> None:
        add_keys(transaction, arrived.message, sent.keys)
        of_it = update(Message).where(col(Message.id) == arrived.message)
        transaction.connection.execute(of_it.values(known_later))

    store.writer.do(change)


def _seen(connection: Connection) -> list[Seen]:
    """The messages in the order of their leaves, opened."""
    keys = MessageKeys(workspace_keys(SeededRandomness()), SeededRandomness())
    names: dict[str, str] = {row.id: row.name for row in connection.execute(select(TABLES["partner"]))}
    leaves = connection.execute(
        select(TABLES["ledger_leaf"])
        .where(col(LedgerLeaf.message_id).is_not(None))
        .order_by(col(LedgerLeaf.n))
    )
    return [_seen_one(connection, keys, names, leaf.n, leaf.message_id, leaf.body) for leaf in leaves]


def _seen_one(
    connection: Connection, keys: MessageKeys, names: Mapping[str, str], n: int, message: str, body: bytes
) -> Seen:
    row = dict(
        connection.execute(select(TABLES["message"]).where(col(Message.id) == message)).mappings().one()
    )
    payload = dict(
        connection.execute(select(TABLES["payload"]).where(col(Payload.message_id) == message))
        .mappings()
        .one()
    )
    key = keys.of(connection, message)
    salt, sealed = payload.pop("salt"), payload.pop("sealed")
    data = b"".join(unseal(key, payload.pop("id"), (sealed,)))
    digest = payload.pop("digest")
    assert commitment(salt, data) == digest
    assert payload.pop("message_id") == row.pop("id") == message
    found = connection.execute(
        select(TABLES["search_key"])
        .where(col(SearchKey.message_id) == message)
        .order_by("kind", "normalised")
    )
    leaf = read_leaf(body)
    assert (leaf.message, leaf.digests) == (message, {"raw": digest})
    assert leaf.to is not None
    kept = connection.execute(select(TABLES["ledger_record"]).where(col(LedgerRecord.n) == n)).one()
    assert kept.owner == message
    record = open_record(keys.of(connection, message), leaf, kept.sealed).details
    told = {
        name: getattr(leaf, name) for name in ("at", "build", "epoch", "n", "partner_n", "version", "what")
    }
    return Seen(
        {**row, "partner": names[str(row["partner"])]},
        payload,
        data,
        [(each.kind, each.normalised, each.written) for each in found],
        {**told, "partner": names[leaf.partner or ""]},
        record,
    )


def test_each_message_is_as_a_real_receive_leaves_it(loaded: Path, received: Store) -> None:
    with received.database.reading() as connection:
        real = _seen(connection)
    with parts(loaded).database.reading() as connection:
        made = _seen(connection)
    assert len(made) == MESSAGES
    assert made[:COMPARED] == real
    assert {len(each.keys) for each in made} == {6}
    assert {each.message["state"] for each in made} > {"accepted"}


def test_every_column_is_filled_with_the_same_type(loaded: Path, received: Store) -> None:
    def types(folder: Path) -> dict[str, set[str]]:
        with closing(sqlite3.connect(folder / FILE)) as connection:
            return {
                f"{table}.{column}": {
                    str(kind)
                    for (kind,) in connection.execute(f"SELECT DISTINCT typeof({column}) FROM {table}")
                }
                for table in (*rows.COLUMNS, "partner", "ledger_node")
                for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")
            }

    real, made = types(received.parts.folder), types(loaded)
    assert made == real


def test_the_database_is_sound_and_its_log_holds(loaded: Path) -> None:
    with closing(sqlite3.connect(loaded / FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with parts(loaded).database.reading() as connection:
        assert schema.differences(connection) == []
    finding = Finding(loaded, SEED)
    assert finding.tree().done == MESSAGES + content.PARTNERS + 2
    assert finding.verified().done == MESSAGES + content.PARTNERS + 2
    assert len(finding.proofs(3).cold) == 3


def test_the_gateway_goes_on_where_the_loader_ended(loaded: Path) -> None:
    with closing(opened(parts(loaded, clock=FakeClock(content.BEGIN + content.SPAN)))) as store:
        arrived = store.intake.receive(Arrival("folder", WHO, "partner-000", "one.more"), (b"ISA",))
        with store.database.reading() as connection:
            (found,) = search(connection, Search(key="one.more"))
            body = connection.execute(
                select(col(LedgerLeaf.body)).where(col(LedgerLeaf.message_id) == arrived.message)
            ).scalar_one()
            sent = content.senders(SEED, MESSAGES).count(0)
    assert found.id == arrived.message
    assert read_leaf(body).partner_n == sent + 2
    assert Finding(loaded, SEED).tree().done == MESSAGES + content.PARTNERS + 3
