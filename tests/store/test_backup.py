"""Backups: taken beside writers, whole or not there, without keys, and found out when changed."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace as _replaced

from gateway.errors import StorageFullError, StoreBusyError, StoreError, TamperedError, UsageError
from gateway.store.backup import snapshot
from gateway.store.backup.check import check_backup
from gateway.store.backup.form import SEAL, manifest_bytes, read_manifest
from gateway.store.backup.taking import back_up, enter_backup
from gateway.store.disk import Disk
from gateway.store.payloads.keys import WorkspaceKeys, new_workspace_key
from gateway.store.receiving import Arrival
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Parts, Store, make_store, open_store
from tests.disks import StoppedError, StoppingDisk
from tests.store.backups import digests_below, new_workspace
from tests.store.stores import ME, new_parts

LARGE = b"large " * 2000  # goes to the vault


def test_says_what_it_holds(store: Store, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    store.intake.receive(Arrival("orders", ME, "acme", "one.850"), [b"small"])
    store.intake.receive(Arrival("orders", ME, "acme", "two.850"), [LARGE])

    report = back_up(store.parts, workspace, tmp_path / "backup")

    checked = check_backup(report.folder, Disk(), store.parts.workspace_keys)
    paths = [entry.path for entry in checked.manifest.files]
    assert [path for path in paths if not path.startswith("vault/")] == [
        "configuration/gateway.yaml",
        "configuration/mappings/.gitkeep",
        "configuration/mappings/orders.csv",
        "configuration/partners/acme/partner.yaml",
        "store.db",
    ]
    assert len([path for path in paths if path.startswith("vault/")]) == 1
    assert (report.messages, report.epoch, report.left_out) == (2, 1, ())
    assert report.keys == (store.parts.workspace_keys.current_id,)
    assert report.manifest == checked.digest
    assert checked.digest == sha256((report.folder / "manifest.json").read_bytes()).hexdigest()
    assert not list(tmp_path.glob("*.part"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in (report.folder, *report.folder.rglob("*")))
    store.writer.do(lambda transaction: enter_backup(transaction, report, ME))


def test_holds_no_key(parts: Parts, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    key = new_workspace_key(parts.random)
    parts = replace(parts, workspace_keys=WorkspaceKeys(key, [], parts.random))
    seed = parts.random.bytes(32)
    signing = f"PRIVATE+KEY+gateway.test/log+0123abcd+{base64.b64encode(chr(1).encode() + seed).decode()}\n"
    (workspace / "var/keys/workspace.key").write_text(key.text())
    (workspace / "var/keys/ledger.key").write_text(signing)
    (workspace / "partners/ledger.key").write_text(signing)
    (workspace / "mappings/workspace.key").write_text(key.text())
    (workspace / "schemas/as2.pem").write_text("-----BEGIN EC PRIVATE KEY-----\nAAAA\n")
    (workspace / "schemas/link").symlink_to(workspace / "var/keys/ledger.key")
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    store.intake.receive(Arrival("orders", ME, "acme", "one.850"), [b"small"])

    report = back_up(parts, workspace, tmp_path / "backup")
    store.close()

    assert sorted(each.split(":")[0] for each in report.left_out) == [
        "mappings/workspace.key",
        "partners/ledger.key",
        "schemas/as2.pem",
        "schemas/link",
    ]
    written = key.text().split()[2]
    secrets = [
        seed,
        signing.strip().split("+", maxsplit=4)[-1].encode(),  # base64 may hold a + too
        base64.b64decode(written),
        written.encode(),
    ]
    held = [path.read_bytes() for path in report.folder.rglob("*") if path.is_file()]
    assert len(held) >= 6
    assert not [secret for secret in secrets if any(secret in data for data in held)]
    assert any(key.key_id.encode() in data for data in held)


def test_keeps_nothing_of_what_was_destroyed(tmp_path: Path) -> None:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    received = store.intake.receive(Arrival("orders", ME), [b"forget me"])
    with store.database.reading() as connection:
        wrapped = connection.exec_driver_sql(
            "SELECT wrapped FROM message_key WHERE message_id = ?", (received.message,)
        ).scalar_one()
    store.writer.do(lambda transaction: store.keys.destroy(transaction, received.message))

    report = back_up(parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup")
    store.close()

    assert wrapped not in (report.folder / "store.db").read_bytes()


@pytest.mark.parametrize(
    "name", ["workspace/backup", "workspace/var/backup", "there", "there/none/backup", "link"]
)
def test_refuses_a_target_that_cannot_be_one(name: str, store: Store, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = digests_below(workspace)

    with pytest.raises(UsageError):
        back_up(store.parts, workspace, tmp_path / name)

    assert digests_below(workspace) == before
    assert not list(tmp_path.rglob("*.part"))


def test_a_payload_whose_file_is_gone_is_a_fault(store: Store, tmp_path: Path) -> None:
    store.intake.receive(Arrival("orders", ME), [LARGE])
    (gone,) = [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    gone.unlink()

    with pytest.raises(TamperedError, match="is not there"):
        back_up(store.parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup")

    assert not list(tmp_path.glob("backup*"))


def test_a_damaged_log_is_a_fault(tmp_path: Path) -> None:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    with sqlite3.connect(tmp_path / "gateway.db") as connection:
        connection.execute("DROP TRIGGER ledger_leaf_no_update")
        connection.execute("UPDATE ledger_leaf SET hash = zeroblob(32) WHERE n = 1")
    connection.close()

    with pytest.raises(TamperedError, match="Leaf 1 "):
        back_up(parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup")


def test_gives_up_when_the_log_of_the_database_grows_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    store.intake.receive(Arrival("orders", ME), [b"x"])
    monkeypatch.setattr(snapshot, "STEPS_BETWEEN_LOOKS", 1)

    with pytest.raises(StoreBusyError, match="Take it again"):
        back_up(parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup", largest_wal=-1)

    store.close()
    assert not list(tmp_path.glob("backup*"))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    if not data:
        path.write_bytes(b"x")
        return
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] if data else b"y")


def _replace_by_link(path: Path) -> None:
    copy = path.parents[3] / "copy"
    path.rename(copy)
    path.symlink_to(copy)


@pytest.mark.parametrize("change", [_flip, _cut, Path.unlink, _replace_by_link])
def test_every_changed_file_is_found(change: Callable[[Path], None], tmp_path: Path) -> None:
    folder, parts = _backup(tmp_path)
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(paths) == 8
    for path in paths:
        changed = tmp_path / "a" / "b" / "changed"
        shutil.copytree(folder, changed)
        change(changed / path)
        with pytest.raises((TamperedError, UsageError, StoreError)):
            check_backup(changed, Disk())
        shutil.rmtree(tmp_path / "a")
    check_backup(folder, Disk(), parts.workspace_keys)


def test_added_files_are_found(tmp_path: Path) -> None:
    folder, _ = _backup(tmp_path)
    for name in ("more", "configuration/partners/more.yaml", "vault/ab/more"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("more")
        with pytest.raises(TamperedError, match="not of it"):
            check_backup(folder, Disk())
        (folder / name).unlink()


@pytest.mark.parametrize("field", ["taken_at", "log", "gateway", "left_out", "facts"])
def test_a_manifest_that_was_changed_with_its_sum_is_found_with_the_key(field: str, tmp_path: Path) -> None:
    folder, parts = _backup(tmp_path)
    manifest, seal = (folder / "manifest.json").read_bytes(), json.loads((folder / SEAL).read_bytes())
    told = read_manifest(manifest, (folder / SEAL).read_bytes())
    others = {
        "taken_at": "2020-01-01T00:00:00.000000Z",
        "log": "other/log",
        "gateway": "9.9",
        "left_out": ("x: y",),
        "facts": None,
    }
    if field == "facts":
        changed = _replaced(told, facts=_replaced(told.facts, epoch=7))
    else:
        changed = _replaced(told, **{field: others[field]})
    data = manifest_bytes(changed)
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(TamperedError, match="was changed or damaged"):
        check_backup(folder, Disk())
    _write_seal(folder, data, seal["mac"])

    with pytest.raises(TamperedError):
        check_backup(folder, Disk(), parts.workspace_keys)


def test_a_file_that_was_changed_with_the_manifest_is_found_with_the_key(tmp_path: Path) -> None:
    folder, parts = _backup(tmp_path)
    settings = folder / "configuration/gateway.yaml"
    text = settings.read_bytes().replace(b"test", b"evil")
    settings.write_bytes(text)
    told = read_manifest((folder / "manifest.json").read_bytes(), (folder / SEAL).read_bytes())
    files = tuple(
        _replaced(entry, sha256=sha256(text).hexdigest()) if entry.path.endswith("gateway.yaml") else entry
        for entry in told.files
    )
    data = manifest_bytes(_replaced(told, files=files))
    (folder / "manifest.json").write_bytes(data)
    mac = json.loads((folder / SEAL).read_bytes())["mac"]
    _write_seal(folder, data, mac)
    check_backup(folder, Disk())

    with pytest.raises(TamperedError, match="somebody changed the backup"):
        check_backup(folder, Disk(), parts.workspace_keys)


@pytest.mark.parametrize("fault", [StorageFullError, StoppedError])
def test_a_stop_at_any_step_leaves_no_backup(fault: type[BaseException], tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    made = new_parts(tmp_path)
    make_store(made, ME)
    store = open_store(made, lambda doubt: None)
    store.intake.receive(Arrival("orders", ME), [LARGE])
    store.intake.receive(Arrival("orders", ME), [b"small"])
    steps = 0
    while True:
        target = tmp_path / f"backup{steps}"
        disk = StoppingDisk(steps, fault)
        try:
            back_up(replace(made, disk=disk), workspace, target)
        except fault:
            part = target.with_name(target.name + ".part")
            if target.exists():  # renamed, and only its name not yet known to last
                check_backup(target, Disk(), made.workspace_keys)
                assert disk.left == -1
            else:
                with pytest.raises(UsageError):
                    check_backup(target, Disk())
                with pytest.raises(UsageError):
                    check_backup(part, Disk())
                assert not part.exists() or fault is StoppedError
            steps += 1
            continue
        break
    store.close()
    assert steps > 40
    check_backup(target, Disk(), made.workspace_keys)


def test_a_backup_beside_eight_writers_has_all_that_was_acknowledged(store: Store, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace")
    stop, acknowledged = threading.Event(), list[str]()

    def write(writer: int) -> None:
        count = 0
        while not stop.is_set():
            data = [f"{writer}/{count}".encode() * (1 if count % 5 else 2000)]
            received = store.intake.receive(Arrival("orders", ME, f"p{writer}", f"{writer}-{count}"), data)
            acknowledged.append(received.message)
            count += 1
            if count == 10:
                ready.release()

    ready = threading.Semaphore(0)
    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert ready.acquire(timeout=60)
    before = list(acknowledged)
    report = back_up(store.parts, workspace, tmp_path / "backup")
    stop.set()
    for thread in threads:
        thread.join(60)

    check_backup(report.folder, Disk(), store.parts.workspace_keys)
    with sqlite3.connect(report.folder / "store.db") as connection:
        held = {row[0] for row in connection.execute("SELECT id FROM message")}
    connection.close()
    assert set(before) <= held <= set(acknowledged)
    assert report.messages == len(held)


def _write_seal(folder: Path, manifest: bytes, mac: str) -> None:
    seal = {"sha256": sha256(manifest).hexdigest(), "mac": mac}
    (folder / SEAL).write_text(json.dumps(seal, separators=(",", ":")) + "\n")


def _backup(tmp_path: Path) -> tuple[Path, Parts]:
    parts = new_parts(tmp_path)
    make_store(parts, ME)
    store = open_store(parts, lambda doubt: None)
    store.intake.receive(Arrival("orders", ME), [LARGE])
    store.close()
    assert isinstance(parts.database, SqliteDatabase)
    return back_up(parts, new_workspace(tmp_path / "workspace"), tmp_path / "backup").folder, parts
