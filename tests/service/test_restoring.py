"""What a restore writes, and when: nothing of a backup that the key of the workspace does not vouch for."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from gateway.cli.application import application
from gateway.errors import TamperedError
from gateway.service.around import real_surroundings
from gateway.service.parts import parts_of
from gateway.service.restoring import Known, LaidOutOnly, reaches, restored
from gateway.settings import read_settings
from gateway.store.backup.form import MANIFEST, SEAL, manifest_bytes, read_manifest
from gateway.store.backup.restoring import RestoreReport
from gateway.store.backup.taking import back_up

SETTINGS = """
ledger:
  witnesses:
    - folder: /srv/witness
    - command: [tell-them, --now]
alerts:
  mail: {host: mail.example, from: gateway@acorn.example, to: [anna@acorn.example]}
"""


@pytest.fixture
def backup(root: Path, tmp_path: Path) -> Path:
    """A backup of a workspace whose settings name places outside."""
    settings = root / "gateway.yaml"
    name = next(line for line in settings.read_text("utf-8").splitlines() if line.strip().startswith("name:"))
    settings.write_text(SETTINGS.replace("ledger:", f"ledger:\n  {name.strip()}"), "utf-8")
    parts = parts_of(root, read_settings(root), real_surroundings())
    with closing(parts.database):
        back_up(parts, root, tmp_path / "backup")
    return tmp_path / "backup"


def with_keys(root: Path, to: Path) -> Path:
    """A new folder with the key of the workspace, where its settings will want it."""
    keys = to / "var" / "keys"
    keys.mkdir(parents=True, mode=0o700)
    (to / "var").chmod(0o700)
    shutil.copy2(root / "var" / "keys" / "workspace.key", keys)
    return to


def changed_by_somebody(backup: Path) -> None:
    """Another program in the settings, with all sums anew, but for the one that takes the key."""
    settings = backup / "configuration" / "gateway.yaml"
    settings.write_text(settings.read_text("utf-8").replace("tell-them", "steal"), "utf-8")
    manifest, seal = (backup / MANIFEST).read_bytes(), (backup / SEAL).read_bytes()
    told, data = read_manifest(manifest, seal), settings.read_bytes()
    files = tuple(
        msgspec.structs.replace(each, size=len(data), sha256=sha256(data).hexdigest())
        if each.path.endswith("gateway.yaml")
        else each
        for each in told.files
    )
    new = manifest_bytes(msgspec.structs.replace(told, files=files))
    (backup / MANIFEST).write_bytes(new)
    sums = {**json.loads(seal), "sha256": sha256(new).hexdigest()}
    (backup / SEAL).write_bytes(json.dumps(sums, separators=(",", ":")).encode() + b"\n")


def test_nothing_is_written_of_a_backup_that_the_key_does_not_vouch_for(
    root: Path, backup: Path, tmp_path: Path
) -> None:
    to = with_keys(root, tmp_path / "new")
    changed_by_somebody(backup)
    before = sorted(to.rglob("*"))
    with pytest.raises(TamperedError, match="somebody changed the backup"):
        restored(backup, to, Known(), real_surroundings())
    assert sorted(to.rglob("*")) == before


def test_a_key_elsewhere_that_only_the_backup_names_is_asked_for_once_more(
    root: Path, tmp_path: Path
) -> None:
    kept = shutil.move(root / "var/keys/workspace.key", tmp_path / "kept.key")
    name = read_settings(root).ledger.name
    settings = f"ledger: {{name: {name}}}\nkeys: {{workspace: {{file: {kept}}}}}\n"
    (root / "gateway.yaml").write_text(settings, "utf-8")
    parts = parts_of(root, read_settings(root), real_surroundings())
    with closing(parts.database):
        back_up(parts, root, tmp_path / "backup")
    to = tmp_path / "new"
    first = restored(tmp_path / "backup", to, Known(), real_surroundings())
    assert isinstance(first, LaidOutOnly)
    assert first.missing.endswith("which lies outside of the workspace; see that it is yours")
    assert isinstance(restored(tmp_path / "backup", to, Known(), real_surroundings()), RestoreReport)


def test_keys_that_are_there_restore_at_once_and_a_key_that_comes_later_is_asked_then(
    root: Path, backup: Path, tmp_path: Path
) -> None:
    report = restored(backup, with_keys(root, tmp_path / "new"), Known(), real_surroundings())
    assert isinstance(report, RestoreReport)

    later = tmp_path / "later"
    first = restored(backup, later, Known(), real_surroundings())
    assert isinstance(first, LaidOutOnly)
    assert "gateway.yaml" in first.written
    shutil.copy2(root / "var" / "keys" / "workspace.key", later / "var" / "keys")
    changed_by_somebody(backup)
    with pytest.raises(TamperedError, match="nor a folder that it was laid out in"):
        restored(backup, later, Known(), real_surroundings())
    assert not (later / "var" / "gateway.db").exists()


def test_a_restore_says_what_the_service_will_reach(root: Path, backup: Path, tmp_path: Path) -> None:
    to = with_keys(root, tmp_path / "new")
    ran = CliRunner().invoke(application, ["restore", str(backup), str(to)])
    assert ran.exit_code == 0, ran.output
    assert reaches(to) == (
        "the witness /srv/witness",
        "the witness tell-them",
        "alerts by mail to anna@acorn.example",
    )
    assert "look at gateway.yaml" in ran.output
    assert all(f"  {each}\n" in ran.output for each in reaches(to))
