"""Restores: the same store in a new epoch that all can see, no number given twice, never half of one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from gateway.errors import StorageFullError, StoreBusyError, StoreError, TamperedError, UsageError
from gateway.ledger.checkpoint import Checkpoint
from gateway.ledger.leaf import read_leaf
from gateway.ledger.notes import in_base64
from gateway.store import schema
from gateway.store.backup.check import check_backup
from gateway.store.backup.restoring import lay_out, restore
from gateway.store.backup.taking import back_up
from gateway.store.control_numbers.allotting import allot
from gateway.store.control_numbers.history import gaps, uses
from gateway.store.control_numbers.names import Function, StreamKey
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.lock import WorkspaceLock
from gateway.store.payloads.keys import WorkspaceKeys, new_workspace_key
from gateway.store.payloads.message_keys import STORE, MessageKeys
from gateway.store.receiving import Arrival
from gateway.store.store import Parts, Store, make_store, open_store
from gateway.store.tables import Checkpoint as CheckpointRow
from gateway.store.tables import Epoch, LedgerLeaf, LedgerRecord, Step
from gateway.store.writing.books import open_record
from gateway.store.writing.transaction import Transaction
from tests.clocks import FakeClock
from tests.disks import StoppedError, StoppingDisk
from tests.store.backups import (
    elsewhere,
    new_workspace,
    verify,
)
from tests.store.stores import ME, new_parts, postgresql_database
from tests.thoroughness import either

LARGE = b"large " * 2000


def test_a_restored_store_is_whole_and_in_a_new_epoch(store: Store, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    sent = {
        store.intake.receive(Arrival("orders", ME, "acme", f"{n}.850"), [data]).message: data
        for n, data in enumerate([b"small", LARGE, b"", b"x" * 4000])
    }
    report = back_up(store.parts, workspace, tmp_path / "backup")
    leaves = _leaves(store.parts)
    parts = elsewhere(store.parts, tmp_path / "new")

    restored = restore(report.folder, parts, ME)

    assert (restored.epoch, restored.origin) == (2, "gateway.test/log/epoch-2")
    assert (restored.leaves, restored.root, restored.messages) == (report.leaves, report.root, 4)
    assert verify(parts) == sent == verify(store.parts)
    after = _leaves(parts)
    assert after[: len(leaves)] == leaves
    first = read_leaf(after[len(leaves)])
    assert (first.what, first.epoch, first.n) == ("log-restored", 2, len(leaves))
    assert _record(parts, first.n) == {
        "backup_taken_at": report.taken_at,
        "epoch": 2,
        "key": in_base64(parts.log_public),
        "leaves": report.leaves,
        "log": "gateway.test/log",
        "root": report.root,
        "steps_parked": 0,
    }
    with parts.database.reading() as connection:
        assert connection.execute(select(col(Epoch.number), col(Epoch.first_leaf), col(Epoch.why))).all() == [
            (1, 0, "init"),
            (2, len(leaves), "restore"),
        ]
        assert schema.differences(connection) == []
    again = open_store(parts, lambda doubt: None)
    more = again.intake.receive(Arrival("orders", ME, "acme", "more.850"), [LARGE])
    assert verify(parts) == {**sent, more.message: LARGE}
    assert read_leaf(_leaves(parts)[-1]).epoch == 2
    again.close()
    assert not (parts.folder / "restoring").exists()


def test_who_restores_and_was_never_seen_is_entered_behind_the_first_leaf(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new")

    restore(folder, parts, replace(ME, name="restorer"))

    told = [read_leaf(body) for body in _leaves(parts)]
    words = [leaf.what for leaf in told]
    broken = words.index("log-restored")
    assert words[broken + 1] == "actor-added"
    assert told[broken].who == told[broken + 1].who
    assert "alert-raised" in words[broken + 2 :]


@pytest.mark.parametrize("way", ["into postgresql", "into sqlite"])
def test_a_backup_of_one_database_is_restored_into_the_other(
    way: str, tmp_path: Path, postgresql_url: str
) -> None:
    server: Database = postgresql_database(postgresql_url)
    (tmp_path / "old" / "var").mkdir(parents=True)
    made = new_parts(tmp_path / "old" / "var", None if way == "into postgresql" else server)
    make_store(made, ME)
    store = open_store(made, lambda doubt: None)
    outer = store.intake.receive(Arrival("orders", ME, "acme", "a.850"), [LARGE])
    inner = store.intake.receive(Arrival("orders", ME, "acme", "b.850"), [b"small"])
    store.writer.do(lambda transaction: _put_within(transaction, outer.message, inner.message))
    workspace = new_workspace(tmp_path / "workspace")
    report = back_up(made, workspace, tmp_path / "backup")
    parts = elsewhere(made, tmp_path / "new", server if way == "into postgresql" else None)

    restore(report.folder, parts, ME)

    assert verify(parts) == verify(made)
    assert _leaves(parts)[: report.leaves] == _leaves(made)
    with parts.database.reading() as connection:
        asked = "SELECT within FROM message WHERE id = '{}'"
        assert connection.exec_driver_sql(asked.format(outer.message)).scalar() == inner.message
        assert schema.differences(connection) == []
    store.close()
    again = open_store(parts, lambda doubt: None)
    again.intake.receive(Arrival("orders", ME, "acme", "c.850"), [b"more"])
    back = back_up(parts, workspace, tmp_path / "back")
    again.close()
    there = elsewhere(made, tmp_path / "third")
    assert restore(back.folder, there, ME).epoch == 3
    assert verify(there) == verify(parts)
    server.close()


def test_no_number_is_given_twice_after_yesterdays_backup_is_restored(tmp_path: Path) -> None:
    clock = FakeClock()
    (tmp_path / "old" / "var").mkdir(parents=True)
    made = new_parts(tmp_path / "old" / "var", clock=clock)
    make_store(made, ME)
    store = open_store(made, lambda doubt: None)
    seen: dict[str, set[int]] = {"busy": set(), "quiet": set()}

    def give(sender: str, count: int, at: Store) -> None:
        key = StreamKey(f"ZZ/{sender}", "ZZ/ACME", Function.INTERCHANGE)
        for _ in range(count):
            number = at.writer.do(lambda transaction: allot(transaction, key, transaction.new_id()))
            assert number not in seen[sender]
            seen[sender].add(number)

    give("busy", 150, store)
    give("quiet", 1, store)
    clock.jump(timedelta(days=1))
    give("busy", 20, store)
    report = back_up(made, new_workspace(tmp_path / "workspace"), tmp_path / "backup")
    clock.jump(timedelta(days=1))
    give("busy", 1500, store)
    give("quiet", 1000, store)
    store.close()
    parts = elsewhere(made, tmp_path / "new")

    restored = restore(report.folder, parts, ME)

    assert {each["sender"]: (each["before"], each["following"]) for each in restored.skipped} == {
        "ZZ/busy": (171, 171 + 1500),
        "ZZ/quiet": (2, 1002),
    }
    again = open_store(parts, lambda doubt: None)
    give("busy", 50, again)
    give("quiet", 50, again)
    with again.database.reading() as connection:
        assert gaps(connection) == ()
        (void,) = uses(connection, StreamKey("ZZ/quiet", "ZZ/ACME", Function.INTERCHANGE), void=True)
    assert (void.first, void.last, void.use) == (2, 1001, "void")
    assert "restored from a backup" in (void.reason or "")
    again.close()


def test_steps_that_were_not_done_wait_for_a_person(tmp_path: Path) -> None:
    made = _made(tmp_path)
    store = open_store(made, lambda doubt: None)
    store.writer.do(_steps)
    folder = back_up(made, new_workspace(tmp_path / "workspace"), tmp_path / "backup").folder
    store.close()
    parts = elsewhere(made, tmp_path / "new")

    assert restore(folder, parts, ME).parked == 2

    with parts.database.reading() as connection:
        rows = connection.execute(
            select(col(Step.kind), col(Step.state), col(Step.lease_by), col(Step.last_error)).order_by(
                col(Step.kind)
            )
        ).all()
    assert [(row.kind, row.state, row.lease_by) for row in rows] == [
        ("dead", "dead", None),
        ("done", "done", None),
        ("leased", "parked", None),
        ("waiting", "parked", None),
    ]
    assert ["restored" in (row.last_error or "") for row in rows] == [False, False, True, True]


def test_names_what_is_lost_by_a_later_checkpoint(tmp_path: Path) -> None:
    made = _made(tmp_path)
    store = open_store(made, lambda doubt: None)
    folder = back_up(made, new_workspace(tmp_path / "workspace"), tmp_path / "backup")
    store.close()
    later = Checkpoint("gateway.test/log/epoch-1", folder.leaves + 5, b"r" * 32)
    parts = elsewhere(made, tmp_path / "new")

    report = restore(folder.folder, parts, ME, later)

    assert report.lost == (folder.leaves, folder.leaves + 4)
    told = _record(parts, folder.leaves)
    assert (told["lost_first"], told["lost_last"]) == (folder.leaves, folder.leaves + 4)
    assert (told["later_size"], told["later_root"]) == (folder.leaves + 5, b"r".hex() * 32)


def test_the_last_checkpoint_of_the_backup_is_named_and_must_be_of_its_log(tmp_path: Path) -> None:
    made = _made(tmp_path)
    store = open_store(made, lambda doubt: None)
    workspace = new_workspace(tmp_path / "workspace")
    first = back_up(made, workspace, tmp_path / "first")
    good = Checkpoint("gateway.test/log/epoch-1", first.leaves, bytes.fromhex(first.root))
    store.writer.do(lambda transaction: _keep(transaction, good))
    second = back_up(made, workspace, tmp_path / "second")
    store.writer.do(lambda transaction: _keep(transaction, Checkpoint(good.origin, 1, b"w" * 32), epoch=2))
    third = back_up(made, workspace, tmp_path / "third")
    store.close()

    parts = elsewhere(made, tmp_path / "new")
    assert restore(second.folder, parts, ME).known_checkpoint == first.leaves
    assert _record(parts, second.leaves)["known_root"] == first.root
    with pytest.raises(TamperedError, match="the last checkpoint in it"):
        restore(third.folder, elsewhere(made, tmp_path / "other"), ME)


@pytest.mark.parametrize(
    ("origin", "size", "match"),
    [
        ("gateway.test/log/epoch-1", 1, "others"),
        ("gateway.test/log/epoch-0", 1, "not of an epoch"),
        ("other/epoch-1", 1, "not of an epoch"),
        ("gateway.test/log", 1, "not of an epoch"),
        ("gateway.test/log/epoch-x", 1, "not of an epoch"),
    ],
)
def test_refuses_a_checkpoint_of_another_log(origin: str, size: int, match: str, tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new")

    with pytest.raises((TamperedError, UsageError), match=match):
        restore(folder, parts, ME, Checkpoint(origin, size, b"r" * 32))

    assert not parts.folder.joinpath("gateway.db").exists()


def test_an_epoch_that_an_earlier_restore_opened_does_not_come_again(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    later = Checkpoint("gateway.test/log/epoch-4", 1000, b"r" * 32)

    first = restore(folder, elsewhere(made, tmp_path / "a"), ME)
    second = restore(folder, elsewhere(made, tmp_path / "b"), ME, later)
    third = restore(folder, elsewhere(made, tmp_path / "c"), ME, epoch_above=7)

    assert [each.epoch for each in (first, second, third)] == [2, 5, 8]
    skipped = [[int(stream["voided"]) for stream in each.skipped] for each in (first, second, third)]
    assert skipped[0] != []
    assert skipped == [[times * count for count in skipped[0]] for times in (1, 4, 7)]


def test_refuses_without_the_workspace_key(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    other = WorkspaceKeys(new_workspace_key(made.random), [], made.random)
    parts = replace(elsewhere(made, tmp_path / "new"), workspace_keys=other)

    with pytest.raises(UsageError, match=f"needs the workspace key {made.workspace_keys.current_id}"):
        restore(folder, parts, ME)

    assert sorted(path.name for path in parts.folder.iterdir()) == ["lock"]


def test_refuses_a_live_store_and_takes_one_that_was_only_made(store: Store, tmp_path: Path) -> None:
    folder = back_up(store.parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup").folder
    store.intake.receive(Arrival("orders", ME), [b"live"])
    before = _leaves(store.parts)

    with pytest.raises(UsageError, match="not overwritten"):
        restore(folder, store.parts, ME)

    assert _leaves(store.parts) == before
    parts = elsewhere(store.parts, tmp_path / "new")
    make_store(parts, ME)
    restore(folder, parts, ME)
    assert len(verify(parts)) == 0
    with pytest.raises(UsageError, match="not overwritten"):
        restore(folder, parts, ME)


def test_a_store_of_postgresql_that_was_only_made_gives_way(tmp_path: Path, postgresql_url: str) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new", postgresql_database(postgresql_url))
    make_store(parts, ME)

    restore(folder, parts, ME)

    assert verify(parts) == verify(made)
    parts.database.close()


def test_refuses_while_another_process_holds_the_workspace(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new")
    with WorkspaceLock(parts.folder), pytest.raises(StoreBusyError):
        restore(folder, parts, ME)


def test_refuses_a_vault_of_another_store_and_a_log_of_another_name(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new")
    stray = parts.folder / "vault" / "ab" / "cd" / ("abcd" + "0" * 28)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"other")
    with pytest.raises(UsageError, match="not of this backup"):
        restore(folder, parts, ME)
    with pytest.raises(UsageError, match=r"ledger\.name"):
        restore(folder, replace(elsewhere(made, tmp_path / "b"), log_name="x/y"), ME)
    assert stray.read_bytes() == b"other"


def test_a_changed_backup_is_not_restored(tmp_path: Path) -> None:
    made, folder = _backed_up(tmp_path)
    parts = elsewhere(made, tmp_path / "new")
    database = folder / "store.db"
    data = bytearray(database.read_bytes())
    data[-100] ^= 1
    database.write_bytes(bytes(data))

    with pytest.raises(TamperedError):
        restore(folder, parts, ME)
    with pytest.raises(TamperedError):
        check_backup(folder, Disk())

    assert sorted(path.name for path in parts.folder.iterdir()) == ["lock"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("fault", [StorageFullError, StoppedError])
def test_a_stop_at_any_step_leaves_no_half_store(
    fault: type[BaseException], kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made, folder = _backed_up(tmp_path)
    wanted, old = verify(made), _leaves(made)
    server = postgresql_database(request.getfixturevalue("postgresql_url")) if kind != "sqlite" else None
    steps, stride = 0, either(3, 1) if kind == "sqlite" and fault is StoppedError else either(15, 5)
    placed = 0
    while True:
        parts = elsewhere(made, tmp_path / f"new{steps}", server)
        if server is not None:
            _wipe(server)
        disk = StoppingDisk(steps, fault)
        try:
            restore(folder, replace(parts, disk=disk), ME)
        except fault:
            whole = _is_whole_or_none(parts, wanted)
            placed += whole
            ended = whole and not (parts.folder / "restoring/report.json").exists()
            if ended:  # but for the last left-over, so there is nothing to finish
                with pytest.raises(UsageError, match="not overwritten"):
                    restore(folder, parts, ME)
            else:
                assert restore(folder, parts, ME).epoch == 2
            assert verify(parts) == wanted
            assert _leaves(parts)[: len(old)] == old
            whats = [read_leaf(body).what for body in _leaves(parts)]
            assert whats.count("log-restored") == 1
            open_store(parts, lambda doubt: None).close()
            steps += stride
            continue
        break
    assert steps >= 30
    assert placed > 0 or stride > 1


def test_lays_out_the_configuration_and_overwrites_nothing(tmp_path: Path) -> None:
    _, folder = _backed_up(tmp_path)
    laid = tmp_path / "laid"
    laid.mkdir()
    (laid / "gateway.yaml").write_text("mine\n")

    told = lay_out(check_backup(folder, Disk()), laid, Disk())

    assert told.kept == ("gateway.yaml",)
    assert told.written == ("mappings/.gitkeep", "mappings/orders.csv", "partners/acme/partner.yaml")
    assert (laid / "gateway.yaml").read_text() == "mine\n"
    assert (laid / "mappings/orders.csv").read_bytes() == b"a,b\n\xff\n"
    assert (laid / "var/keys").is_dir()
    assert lay_out(check_backup(folder, Disk()), laid, Disk()).written == ()


def test_a_vain_try_to_open_does_not_make_a_store(parts: Parts) -> None:
    for _ in range(2):
        with pytest.raises(StoreError, match="no store in this database yet"):
            open_store(parts, lambda doubt: None)


def test_yesterdays_store_taken_beside_eight_writers_is_whole(store: Store, tmp_path: Path) -> None:
    stop, ready = threading.Event(), threading.Semaphore(0)
    sent: dict[str, bytes] = {}

    def write(writer: int) -> None:
        count = 0
        while not stop.is_set():
            data = f"{writer}/{count}".encode() * (1 if count % 5 else 2000)
            arrival = Arrival("orders", ME, f"p{writer}", f"{writer}-{count}")
            sent[store.intake.receive(arrival, [data]).message] = data
            count += 1
            if count == 10:
                ready.release()

    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert ready.acquire(timeout=60)
    before = dict(sent)
    report = back_up(store.parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup")
    stop.set()
    for thread in threads:
        thread.join(60)
    parts = elsewhere(store.parts, tmp_path / "new")

    restore(report.folder, parts, ME)

    held = verify(parts)
    assert before.items() <= held.items() <= sent.items()
    assert len(held) == report.messages
    assert _leaves(parts)[: report.leaves] == _leaves(store.parts)[: report.leaves]


def _made(tmp_path: Path) -> Parts:
    (tmp_path / "old" / "var").mkdir(parents=True)
    made = new_parts(tmp_path / "old" / "var")
    make_store(made, ME)
    return made


def _backed_up(tmp_path: Path) -> tuple[Parts, Path]:
    made = _made(tmp_path)
    store = open_store(made, lambda doubt: None)
    store.intake.receive(Arrival("orders", ME, "acme", "a.850"), [LARGE])
    store.intake.receive(Arrival("orders", ME, "acme", "b.850"), [b"small"])
    key = StreamKey("ZZ/ACME", "ZZ/OAK", Function.GROUP)
    store.writer.do(lambda transaction: allot(transaction, key, transaction.new_id()))
    store.close()
    return made, back_up(made, new_workspace(tmp_path / "workspace"), tmp_path / "backup").folder


def _leaves(parts: Parts) -> list[bytes]:
    with parts.database.reading() as connection:
        found = connection.execute(select(col(LedgerLeaf.body)).order_by(col(LedgerLeaf.n)))
        return [bytes(body) for body in found.scalars()]


def _record(parts: Parts, n: int) -> dict[str, str | int]:
    keys = MessageKeys(parts.workspace_keys, parts.random)
    with parts.database.reading() as connection:
        kept = select(col(LedgerLeaf.body), col(LedgerRecord.sealed)).where(col(LedgerLeaf.n) == n)
        body, sealed = connection.execute(
            kept.join(LedgerRecord, col(LedgerRecord.n) == col(LedgerLeaf.n))
        ).one()
        assert sealed is not None
        return dict(open_record(keys.of(connection, STORE), read_leaf(body), sealed).details)


def _keep(transaction: Transaction, checkpoint: Checkpoint, epoch: int = 1) -> None:
    note = checkpoint.text + "\n— name signature\n"
    row = {"epoch": epoch, "size": checkpoint.size, "note": note}
    transaction.insert(CheckpointRow, row)


def _put_within(transaction: Transaction, message: str, within: str) -> None:
    asked = f"UPDATE message SET within = '{within}' WHERE id = '{message}'"
    transaction.connection.exec_driver_sql(asked)


def _steps(transaction: Transaction) -> None:
    for state in ("waiting", "leased", "done", "dead"):
        row = {"id": transaction.new_id(), "kind": state, "state": state, "run_at": transaction.now}
        more = {"priority": 0, "tries": 0, "harms": 0, "body": "{}", "made_at": transaction.now}
        more |= {"deaths": 0, "leases": 0}
        leased = {"lease_by": "me", "lease_until": transaction.now} if state == "leased" else {}
        transaction.insert(Step, {**row, **more, **leased})


def _is_whole_or_none(parts: Parts, wanted: dict[str, bytes]) -> int:
    """1 when the store is there: then it is whole. 0 when there is none: then none opens or is made."""
    try:
        store = open_store(parts, lambda doubt: None)
    except StoreError:
        if (parts.folder / "restoring").exists():
            with pytest.raises(StoreError, match="run it again"):
                make_store(parts, ME)
        return 0
    store.close()
    assert verify(parts) == wanted
    with parts.database.reading() as connection:
        assert connection.execute(select(col(Epoch.number)).where(col(Epoch.number) == 2)).first()
    return 1


def _wipe(database: Database) -> None:
    database.close()
    connection = database.connect_writer()
    with connection.begin():
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    connection.close()
