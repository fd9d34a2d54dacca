"""What arrives is kept once, found by whatever it is called, and read by none without its key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from gateway.errors import KeyDestroyedError, StorageDoubtError, StoreBusyError, UsageError
from gateway.store.columns import storable
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.messages import Search, add_keys, keys_of, search
from gateway.store.payloads.sealing import unseal
from gateway.store.people import SERVICE, actor_id
from gateway.store.receiving import Arrival, Received
from gateway.store.search_keys import Key, KeyKind
from gateway.store.store import Store, make_store, open_store
from gateway.store.tables import Message, Payload, SearchKey
from gateway.store.writing.transaction import Transaction
from tests.clocks import FakeClock
from tests.store.stores import INLINE, LARGEST, ME, new_parts
from tests.store.test_writer import alert, check_books, in_one_batch

LARGE = b"x" * (INLINE + 1)


def receive(
    store: Store, content: bytes, file_name: str | None = None, request: str | None = None
) -> Received:
    return store.intake.receive(Arrival("inbox", ME, "amazon", file_name, request), [content])


def read(store: Store, message: str) -> bytes:
    with store.database.reading() as connection:
        key = store.keys.of(connection, message)
        kept = select(col(Payload.id), col(Payload.sealed), col(Payload.vault_name))
        row = connection.execute(kept.where(col(Payload.message_id) == message)).one()
    parts = [row.sealed] if row.sealed is not None else store.vault.open(row.vault_name)
    return b"".join(unseal(key, row.id, parts))


def files(store: Store) -> list[Path]:
    return [path for path in (store.parts.folder / "vault").rglob("*") if path.is_file()]


def messages(store: Store) -> int:
    with store.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(Message)).scalar_one()


@pytest.mark.parametrize("content", [b"", b"ISA*", LARGE], ids=["nothing", "small", "large"])
def test_equal_bytes_are_kept_twice_each_under_its_own_key(store: Store, content: bytes) -> None:
    first, second = receive(store, content), receive(store, content)
    assert first.message != second.message
    assert len(files(store)) == (2 if content is LARGE else 0)

    store.writer.do(lambda transaction: store.keys.destroy(transaction, first.message))
    with pytest.raises(KeyDestroyedError):
        read(store, first.message)
    with pytest.raises(KeyDestroyedError):
        store.writer.do(lambda transaction: store.keys.destroy(transaction, first.message))
    assert read(store, second.message) == content
    check_books(store)


def test_the_same_request_gets_the_same_answer(store: Store) -> None:
    first = receive(store, LARGE, "a.850", "one")
    again = receive(store, LARGE, "b.850", "one")
    assert again == Received(first.message, first.size, again=True)
    assert len(files(store)) == messages(store) == 1
    with pytest.raises(UsageError, match="with other bytes"):
        receive(store, LARGE + b"!", "a.850", "one")
    other_channel = store.intake.receive(Arrival("outbox", ME, request="one"), [LARGE])
    assert not other_channel.again
    assert len(files(store)) == messages(store) == 2
    check_books(store)


def test_a_request_asked_by_many_at_once_is_kept_once(store: Store) -> None:
    answers: list[Received] = []

    def ask() -> None:
        answers.append(receive(store, LARGE, request="one \udc80 \0 " + "long" * 100))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.message for answer in answers}) == 1
    assert sum(not answer.again for answer in answers) == 1
    assert len(files(store)) == messages(store) == 1


def test_what_is_too_large_leaves_nothing(store: Store) -> None:
    def endless() -> list[bytes]:
        return [b"x" * (LARGEST // 4)] * 5

    with pytest.raises(UsageError, match="larger than"):
        store.intake.receive(Arrival("inbox", ME), endless())
    assert files(store) == []
    assert messages(store) == 0


def test_a_file_that_no_row_will_name_is_let_go(store: Store) -> None:
    with pytest.raises(Exception, match=r"."):  # the channel has no form that a database takes
        store.intake.receive(Arrival(None, ME, "amazon"), [LARGE])  # type: ignore[arg-type] # on purpose
    assert files(store) == []
    store.writer.stop()
    with pytest.raises(StoreBusyError):
        receive(store, LARGE)
    assert files(store) == []


class DoubtfulDisk(Disk):
    """A disk whose syncs of folders fail from some moment on."""

    failing = False

    def sync_folder(self, path: Path) -> None:
        if self.failing:
            raise StorageDoubtError(f"{path} may not be kept")
        super().sync_folder(path)


def test_a_doubt_in_the_vault_ends_all_writing(database: Database, tmp_path: Path) -> None:
    disk = DoubtfulDisk()
    parts = new_parts(tmp_path, database)
    parts = type(parts)(**{name: getattr(parts, name) for name in parts.__slots__} | {"disk": disk})
    make_store(parts, ME)
    told: list[StorageDoubtError] = []
    store = open_store(parts, told.append)
    receive(store, LARGE)
    disk.failing = True
    for content in (LARGE, b"small", LARGE):
        with pytest.raises(StorageDoubtError, match="may not be kept"):
            receive(store, content)
    assert len(told) == messages(store) == 1
    store.close()


@pytest.mark.parametrize("name", ["a\0b.850", "a\udc80b.850", "ünï\u2028.850", "\0", "x" * 5000])
def test_any_name_of_a_file_is_kept_and_found(store: Store, name: str) -> None:
    received = receive(store, b"ISA*", name)
    receive(store, b"ISA*", "other")
    with store.database.reading() as connection:
        assert [found.id for found in search(connection, Search(key=name))] == [received.message]
        (key,) = keys_of(connection, received.message)
    assert "\0" not in key.written
    assert key.written.encode()
    check_books(store)


SPELLINGS = [
    ("0042", "42"),
    ("42", "000 42"),
    ("PO-12 a", "po12A"),
    ("12\u201334", "1234"),
    ("0000", "0"),
    ("-", "-"),
    ("a\0b", "A\0B"),
]


def test_every_key_is_found_in_other_spellings(store: Store) -> None:
    for written, asked in SPELLINGS:
        sent = {kind: receive(store, b"ISA*").message for kind in KeyKind}
        for _ in range(2):  # one that it has already is passed over
            store.writer.do(partial(key_all, sent=sent, written=written))
        with store.database.reading() as connection:
            found = {message.id for message in search(connection, Search(key=asked, limit=1000))}
            assert found == set(sent.values())
            for kind, message in sent.items():
                assert [each.id for each in search(connection, Search(key=asked, kind=kind))] == [message]
                assert keys_of(connection, message) == (Key(kind, storable(written)),)
            assert search(connection, Search(key=asked + "x")) == ()
        store.writer.do(forget_all)


def key_all(transaction: Transaction, sent: dict[KeyKind, str], written: str) -> None:
    for kind, message in sent.items():
        add_keys(transaction, message, (Key(kind, written), Key(kind, written)))


def forget_all(transaction: Transaction) -> None:
    transaction.connection.execute(delete(SearchKey))


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    parts = new_parts(tmp_path, clock=FakeClock(tick=timedelta(seconds=1)))
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    yield store
    store.close()


def test_pages_follow_each_other_without_gap(sqlite_store: Store) -> None:
    received = [receive(sqlite_store, b"ISA*", f"{number}.850").message for number in range(7)]
    pages: list[list[str]] = []
    last: str | None = None
    with sqlite_store.database.reading() as connection:
        while page := search(connection, Search(before=last, limit=3)):
            pages.append([message.id for message in page])
            last = page[-1].id
        assert pages == [received[6:3:-1], received[3:0:-1], received[:1]]
        moment = search(connection, Search(key="3.850"))[0].arrived_at
        assert [found.id for found in search(connection, Search(until=moment))] == received[2::-1]
        assert [found.id for found in search(connection, Search(since=moment))] == received[:2:-1]
        assert len(search(connection, Search(partner="AMA-zon", state="received", usage="unknown"))) == 7
        for none in (Search(partner="other"), Search(state="sent"), Search(usage="test")):
            assert search(connection, none) == ()


def test_receiving_beside_other_changes_in_one_batch(store: Store) -> None:
    store.writer.do(lambda transaction: actor_id(transaction, SERVICE))
    assert in_one_batch(store, alert("a"), alert("b"), alert("a"))[:2] == ["a", "b"]
    receive(store, b"ISA*")
    check_books(store)


def test_nothing_that_was_read_is_in_the_database_in_clear(sqlite_store: Store, tmp_path: Path) -> None:
    receive(sqlite_store, b"A SECRET CONTENT", "name.850")
    receive(sqlite_store, b"A SECRET CONTENT" * 1000, "name.850")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"A SECRET CONTENT" not in path.read_bytes()


def test_a_destroyed_key_is_gone_from_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    received = receive(sqlite_store, b"ISA*")
    with sqlite_store.database.reading() as connection:
        words = text("SELECT wrapped FROM message_key WHERE message_id = :id")
        wrapped: bytes = connection.execute(words, {"id": received.message}).scalar_one()
    sqlite_store.writer.do(lambda transaction: sqlite_store.keys.destroy(transaction, received.message))
    sqlite_store.close()  # the log is copied into the file, and removed
    assert not (tmp_path / "gateway.db-wal").exists()
    assert wrapped not in (tmp_path / "gateway.db").read_bytes()


def test_the_key_of_a_message_that_fails_is_not_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda told: None)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    event.listen(store.database.writer_engine(), "commit", broken, once=True)
    with pytest.raises(Exception, match="fault of the gateway"):
        receive(store, LARGE)
    assert files(store) == []
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM message_key")).scalar_one() == 1


def test_a_request_that_is_said_to_be_new_and_is_not_is_kept_once(store: Store) -> None:
    first = Arrival("inbox", ME, "amazon", None, "claim-1", asked_first=True)
    kept = store.intake.receive(first, [b"ISA*"])
    with pytest.raises(IntegrityError):
        store.intake.receive(first, [b"ISA*"])
    assert receive(store, b"ISA*", request="claim-1") == Received(kept.message, 4, again=True)
    assert messages(store) == 1
