"""A store is made, opened, brought up to date, and held by one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.errors import StorageDoubtError, StoreBusyError, StoreError, UsageError
from gateway.ledger.leaf import read_leaf
from gateway.store import schema
from gateway.store.lock import WorkspaceLock
from gateway.store.receiving import Arrival
from gateway.store.store import Parts, Store, make_store, open_store
from tests.store.stores import ME, new_parts
from tests.store.test_writer import bodies, check_books


def no_doubt(doubt: StorageDoubtError) -> None:
    raise doubt


def test_the_tables_are_those_that_the_code_describes(store: Store) -> None:
    with store.database.reading() as connection:
        assert schema.differences(connection) == []
        assert schema.version_of(connection) == schema.newest_version()


def test_the_first_leaves_of_a_store_tell_that_it_was_made(store: Store) -> None:
    assert [read_leaf(body).what for body in bodies(store)] == ["actor-added", "log-opened"]
    check_books(store)


def test_a_store_goes_on_where_it_was_closed(parts: Parts) -> None:
    make_store(parts, ME)
    for _ in range(3):
        store = open_store(parts, no_doubt)
        for _ in range(300):  # beyond the first 256 leaves, of which one node is kept
            store.writer.submit(lambda transaction: None)
        store.intake.receive(Arrival("inbox", ME, "amazon", "orders.850"), [b"ISA*", b"hello"])
        check_books(store)
        store.close()
    store = open_store(parts, no_doubt)
    told = [read_leaf(body) for body in bodies(store)]
    assert [leaf.partner_n for leaf in told if leaf.partner] == [1, 2, 3, 4]
    store.close()


def test_a_store_is_made_once_and_another_in_its_place_is_refused(parts: Parts) -> None:
    make_store(parts, ME)
    make_store(parts, ME)
    with pytest.raises(UsageError, match="another workspace"):
        make_store(new_parts(parts.folder, parts.database), ME)
    store = open_store(parts, no_doubt)
    assert len(bodies(store)) == 2
    store.close()


def test_a_store_that_was_half_made_is_finished(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as planted:
        planted.setattr("gateway.store.store.begin", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            make_store(parts, ME)
    make_store(parts, ME)
    store = open_store(parts, no_doubt)
    check_books(store)
    store.close()


def tell_version(parts: Parts, version: str) -> None:
    connection = parts.database.connect_writer()
    with connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    connection.close()


def test_a_database_of_a_later_version_is_refused(parts: Parts) -> None:
    make_store(parts, ME)
    tell_version(parts, "9999")
    for opening in (lambda: open_store(parts, no_doubt), lambda: make_store(parts, ME)):
        with pytest.raises(StoreError, match="later version of the gateway"):
            opening()
    tell_version(parts, schema.newest_version())
    open_store(parts, no_doubt).close()


def test_an_upgrade_enters_a_leaf(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    make_store(parts, ME)
    with monkeypatch.context() as planted:
        planted.setattr("gateway.store.schema.version_of", lambda connection: "0000")
        planted.setattr("gateway.store.schema._check_known", lambda before: None)
        store = open_store(parts, no_doubt)
    assert read_leaf(bodies(store)[-1]).what == "tables-upgraded"
    store.close()


def test_a_start_that_fails_lets_go_of_the_database(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    make_store(parts, ME)
    with monkeypatch.context() as planted:
        planted.setattr("gateway.store.payloads.vault.Vault.sweep", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            open_store(parts, no_doubt)
    open_store(parts, no_doubt).close()


HOLDER = """
import sys
from pathlib import Path
from gateway.store.lock import WorkspaceLock
WorkspaceLock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_of_a_workspace_is_held_by_one_process_until_it_ends(tmp_path: Path) -> None:
    lock = WorkspaceLock(tmp_path)
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError, match=rf"\({holder.pid}\) holds this workspace"):
            lock.take()
        holder.kill()
        holder.wait()
    with lock, pytest.raises(StoreBusyError):
        WorkspaceLock(tmp_path).take()
    with WorkspaceLock(tmp_path):
        pass


@pytest.mark.parametrize("planted", ["fcntl.flock", "os.open"])
def test_a_lock_that_cannot_be_had_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(f"gateway.store.lock.{planted}", fail)
    with pytest.raises(StoreError, match="No locks available"):
        WorkspaceLock(tmp_path).take()


def test_a_full_disk_does_not_keep_the_lock_from_being_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gateway.store.lock.os.pwrite", full)
    with WorkspaceLock(tmp_path), pytest.raises(StoreBusyError, match="just starting"):
        WorkspaceLock(tmp_path).take()
