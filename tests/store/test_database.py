"""What the writer makes of a full disk, a lock, a doubtful sync, and a server that goes away."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, ProgrammingError

from gateway.errors import (
    NoStoreError,
    StorageDoubtError,
    StorageFullError,
    StoreBusyError,
    StoreError,
    UnknownOutcomeError,
)
from gateway.store.people import SERVICE, actor_id
from gateway.store.receiving import Arrival
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.writing.transaction import Transaction
from tests.postgresql import Server
from tests.store.stores import ME, new_parts, postgresql_database
from tests.store.test_writer import alert, alerts, bodies, check_books, in_one_batch, looking


@pytest.fixture
def on_sqlite(tmp_path: Path, doubts: list[StorageDoubtError]) -> Iterator[Store]:
    yield from opened(new_parts(tmp_path), doubts.append)


@pytest.fixture
def on_postgresql(tmp_path: Path, own_postgresql: Server, doubts: list[StorageDoubtError]) -> Iterator[Store]:
    yield from opened(new_parts(tmp_path, postgresql_database(own_postgresql.url())), doubts.append)


def opened(parts: Parts, on_doubt: Callable[[StorageDoubtError], None]) -> Iterator[Store]:
    make_store(parts, ME)
    store = open_store(parts, on_doubt)
    know(store)
    yield store
    store.close()


def know(store: Store) -> None:
    """Look for the actor of the changes here, which forget with each batch that fails."""
    store.writer.do(lambda transaction: actor_id(transaction, SERVICE))


def at_next_commit(store: Store, planted: Callable[[Connection], None]) -> None:
    """Let something happen when the next batch is complete, in place of its commit or before it."""
    event.listen(store.database.writer_engine(), "commit", planted, once=True)


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError), store.database.reading() as connection:
        connection.execute(text("UPDATE last_batch SET mark = 'x'"))
    store.writer.do(lambda transaction: None)


def test_readers_see_one_moment(store: Store) -> None:
    know(store)
    with store.database.reading() as connection:
        count = text("SELECT count(*) FROM alert")
        assert connection.execute(count).scalar_one() == 0
        store.writer.do(alert("a"))
        assert connection.execute(count).scalar_one() == 0
    assert alerts(store) == ["a"]


def test_too_many_readers_are_told_so(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "gateway.db", busy_seconds=0.01)
    database.connect_writer().close()
    held = [database.reader_engine().connect() for _ in range(18)]
    with pytest.raises(StoreBusyError, match="Too many"), database.reading():
        pass
    for connection in held:
        connection.close()
    database.close()


def test_a_statement_that_is_wrong_is_the_fault_of_its_change(store: Store) -> None:
    know(store)

    def wrong(transaction: Transaction) -> None:
        transaction.connection.execute(text("SELECT nothing"))

    gave = in_one_batch(store, alert("a"), wrong, alert("b"))
    assert isinstance(gave[1], (OperationalError, ProgrammingError))
    assert alerts(store) == ["a", "b"]


def test_leaves_are_never_changed(store: Store) -> None:
    def change(transaction: Transaction) -> None:
        transaction.connection.execute(text("UPDATE ledger_leaf SET hash = hash"))

    def remove(transaction: Transaction) -> None:
        transaction.connection.execute(text("DELETE FROM ledger_leaf"))

    for tampering in (change, remove):
        with pytest.raises(DBAPIError, match="never changed"):
            store.writer.do(tampering)
    check_books(store)


def test_the_file_is_its_owners_alone(on_sqlite: Store, tmp_path: Path) -> None:
    for name in ("gateway.db", "gateway.db-wal", "gateway.db-shm"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NoStoreError), SqliteDatabase(tmp_path / "x").reading():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_refuses_the_batch_and_the_next_goes_on(on_sqlite: Store) -> None:
    def fill(transaction: Transaction) -> None:
        pages = transaction.connection.execute(text("PRAGMA page_count")).scalar_one()
        transaction.connection.execute(text(f"PRAGMA max_page_count={pages}"))

    def large(transaction: Transaction) -> None:
        words = "INSERT INTO request (key, answer, made_at) VALUES ('x', zeroblob(1000000), '')"
        transaction.connection.execute(text(words))

    def swallows(transaction: Transaction) -> str:
        with pytest.raises(DBAPIError):
            large(transaction)
        with pytest.raises(PendingRollbackError):  # else it would be kept by itself, without its batch
            transaction.connection.execute(text("UPDATE last_batch SET mark = 'lost'"))
        return "done"

    before = bodies(on_sqlite)
    for refused in (large, swallows):
        know(on_sqlite)
        on_sqlite.writer.do(fill)
        gave = in_one_batch(on_sqlite, alert("a"), refused, looking(alert("b")))
        expected = StorageFullError if refused is large else StoreBusyError
        assert [type(each) for each in gave] == [expected] * 3
    assert (alerts(on_sqlite), bodies(on_sqlite)) == ([], before)
    with on_sqlite.database.reading() as connection:
        assert connection.execute(text("SELECT mark FROM last_batch")).scalar_one() == ""
    know(on_sqlite)
    assert on_sqlite.writer.do(alert("a")) == "a"
    check_books(on_sqlite)


def test_a_held_lock_refuses_until_it_is_free(on_sqlite: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "gateway.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="another program holds the database"):
        on_sqlite.writer.do(alert("a"))
    other.execute("ROLLBACK")
    other.close()
    know(on_sqlite)
    assert on_sqlite.writer.do(alert("a")) == "a"
    check_books(on_sqlite)


def test_a_sync_that_fails_ends_all_writing(on_sqlite: Store, doubts: list[StorageDoubtError]) -> None:
    def fail(connection: Connection) -> None:
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode, fault.sqlite_errorname = 1034, "SQLITE_IOERR_FSYNC"
        raise OperationalError("COMMIT", None, fault)

    at_next_commit(on_sqlite, fail)
    gate_entered, gate_opened = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> str:
        gate_entered.set()
        assert gate_opened.wait(30)
        return "held"

    answers = [on_sqlite.writer.submit(hold)]
    assert gate_entered.wait(30)
    answers += [on_sqlite.writer.submit(alert(f"{number}")) for number in range(3)]
    gate_opened.set()
    raised = []
    for answer in answers:
        with pytest.raises(StorageDoubtError, match="IOERR_FSYNC") as told:
            answer.result(30)
        raised.append(told.value)
    with pytest.raises(StorageDoubtError) as told:
        on_sqlite.writer.do(alert("later"))
    assert len({id(error) for error in [*raised, told.value]}) == 5
    assert [str(doubt) for doubt in doubts] == [str(raised[0])]
    assert alerts(on_sqlite) == []


def test_a_service_that_has_gone_is_followed_by_the_next(
    on_postgresql: Store, own_postgresql: Server
) -> None:
    second = postgresql_database(own_postgresql.url())
    with pytest.raises(StoreBusyError, match="Another gateway service"):
        second.connect_writer()
    on_postgresql.writer.stop()
    second.connect_writer().close()
    second.close()


def test_a_server_that_does_not_sync_is_refused(hasty_postgresql_url: str) -> None:
    check_refused(hasty_postgresql_url, "fsync=off")


def test_a_server_that_answers_before_it_syncs_is_refused(postgresql: Server) -> None:
    with postgresql.database() as url:
        name = make_url(url).database or ""
        with psycopg.connect(postgresql.address(), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        check_refused(url, "synchronous_commit=off")


def check_refused(url: str, why: str) -> None:
    database = postgresql_database(url)
    with pytest.raises(StorageDoubtError, match=why):
        database.connect_writer()
    database.close()


def test_a_connection_that_ends_before_the_commit_undoes_the_batch(on_postgresql: Store) -> None:
    def cut(transaction: Transaction) -> None:
        transaction.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    before = bodies(on_postgresql)
    gave = in_one_batch(on_postgresql, alert("a"), looking(alert("b")), cut, alert("c"))
    assert [type(each) for each in gave] == [StoreBusyError] * 4
    assert (alerts(on_postgresql), bodies(on_postgresql)) == ([], before)
    know(on_postgresql)
    assert on_postgresql.writer.do(alert("a")) == "a"
    check_books(on_postgresql)


def committed_and_cut(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.commit()
    driver.close()


def cut(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.close()


def test_a_commit_whose_answer_is_lost_is_settled_by_its_mark(on_postgresql: Store) -> None:
    at_next_commit(on_postgresql, committed_and_cut)
    assert on_postgresql.writer.do(alert("a")) == "a"
    know(on_postgresql)
    at_next_commit(on_postgresql, cut)
    with pytest.raises(StoreBusyError, match="cannot be reached") as told:
        on_postgresql.writer.do(alert("b"))
    assert not isinstance(told.value, UnknownOutcomeError)
    assert alerts(on_postgresql) == ["a"]
    know(on_postgresql)
    assert on_postgresql.writer.do(alert("b")) == "b"
    check_books(on_postgresql)


@pytest.mark.parametrize("kept", [True, False])
def test_a_server_that_falls_in_a_commit_is_waited_for(
    on_postgresql: Store, own_postgresql: Server, kept: bool
) -> None:
    starting = threading.Timer(0.7, own_postgresql.start)

    def fall(connection: Connection) -> None:
        if kept:
            committed_and_cut(connection)
        own_postgresql.stop_immediately()
        starting.start()

    at_next_commit(on_postgresql, fall)
    answer = on_postgresql.writer.submit(alert("a"))
    if kept:
        assert answer.result(60) == "a"
    else:
        with pytest.raises(StoreBusyError, match="cannot be reached"):
            answer.result(60)
    starting.join()
    assert alerts(on_postgresql) == (["a"] if kept else [])
    check_books(on_postgresql)


def test_what_nobody_can_settle_is_called_unknown_and_its_file_kept(
    on_postgresql: Store, own_postgresql: Server, tmp_path: Path
) -> None:
    def fall(connection: Connection) -> None:
        committed_and_cut(connection)
        own_postgresql.stop_immediately()
        on_postgresql.writer._stopping.set()  # as if the operator gave up: nobody waits for the server

    at_next_commit(on_postgresql, fall)
    large = Arrival("inbox", ME, "amazon", "large.850", request="one")
    with pytest.raises(UnknownOutcomeError, match="same key"):
        on_postgresql.intake.receive(large, [b"x" * 10_000])
    with pytest.raises(StoreBusyError, match="cannot be reached"):
        on_postgresql.intake.receive(Arrival("inbox", ME), [b"y" * 10_000])
    assert len([path for path in (tmp_path / "vault").rglob("*") if path.is_file()]) == 1
    own_postgresql.start()
    again = on_postgresql.intake.receive(large, [b"x" * 10_000])
    assert again.again
    with on_postgresql.database.reading() as connection:
        assert connection.execute(text("SELECT id FROM message")).scalars().all() == [again.message]
    assert len([path for path in (tmp_path / "vault").rglob("*") if path.is_file()]) == 1
    check_books(on_postgresql)


def test_a_server_that_is_away_refuses_and_is_found_again(
    on_postgresql: Store, own_postgresql: Server
) -> None:
    own_postgresql.stop()
    for _ in range(2):
        with pytest.raises(StoreBusyError, match="cannot be reached"):
            on_postgresql.writer.do(alert("a"))
    with pytest.raises(StoreBusyError), on_postgresql.database.reading():
        pass
    own_postgresql.start()
    know(on_postgresql)
    assert on_postgresql.writer.do(alert("a")) == "a"
    check_books(on_postgresql)


def test_the_log_of_sqlite_is_copied_and_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.sqlite.WAL_BYTES", 1 << 18)
    doubts: list[StorageDoubtError] = []
    sizes = []
    for store in opened(new_parts(tmp_path), doubts.append):
        for number in range(400):
            store.intake.receive(Arrival("acorn", ME, file_name=f"{number}"), [bytes(1_000)])
            sizes.append((tmp_path / "gateway.db-wal").stat().st_size)
    assert max(sizes) < 1 << 19
    assert (tmp_path / "gateway.db").stat().st_size > 400 * 1_000
    assert doubts == []


def test_a_log_that_cannot_be_copied_ends_all_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.sqlite.WAL_BYTES", 1 << 16)
    doubts: list[StorageDoubtError] = []
    for store in opened(new_parts(tmp_path), doubts.append):
        database = store.parts.database
        monkeypatch.setattr(database, "tidy", lambda connection: _fail_to_copy())
        store.intake.receive(Arrival("acorn", ME), [b"answered before the log is copied"])
        with pytest.raises(StorageDoubtError):
            store.intake.receive(Arrival("acorn", ME), [b"refused"])
    assert len(doubts) == 1


def _fail_to_copy() -> None:
    raise StorageDoubtError("the disk did not confirm the copy")
