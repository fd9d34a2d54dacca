"""Proof packs by the commands: what is written, for whom, and what `ledger verify-pack` says of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.application import application
from gateway.errors import UsageError


def gateway(*words: str) -> Result:
    return CliRunner().invoke(application, words)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one file received behind a checkpoint; the current folder is beside it."""
    root = tmp_path / "workspace"
    assert gateway("init", str(root)).exit_code == 0
    monkeypatch.chdir(root)
    assert gateway("ledger", "checkpoint", "-o", "../first").exit_code == 0
    (tmp_path / "order.edi").write_bytes(b"ISA*00*order")
    answer = gateway("receive", str(tmp_path / "order.edi"), "--channel", "amazon", "--json")
    (tmp_path / "message").write_text(json.loads(answer.stdout)["message"])
    return tmp_path


def prove(folder: Path, *words: str) -> Result:
    return gateway("ledger", "prove", (folder / "message").read_text(), *words)


def verdict(*words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(gateway("ledger", "verify-pack", *words, "--json").stdout)
    return answer


def test_a_pack_is_for_its_owner_and_holds_by_what_was_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prove(folder, "--earlier", "../first", "-o", "../pack.zip").exit_code == 0
    assert (folder / "pack.zip").stat().st_mode & 0o777 == 0o600
    keys = gateway("ledger", "key")
    (folder / "keys").write_text(keys.stdout)
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        archive.extractall(folder)
    monkeypatch.chdir(folder)  # whoever gets it has no workspace
    for pack in ("pack.zip", "proof-pack"):
        held = gateway("ledger", "verify-pack", pack, "--key", "keys", "--earlier", "first")
        assert held.exit_code == 0, held.stdout
        assert "It is the key that you gave." in held.stdout
        assert "It continues the checkpoint that you kept." in held.stdout
        assert "EVERYTHING HOLDS: 1 record, 1 message." in held.stdout
    assert "CAUTION: the key came with the pack" in gateway("ledger", "verify-pack", "pack.zip").stdout
    assert verdict("pack.zip")["key"] == keys.stdout.split()[0]
    (folder / "proof-pack" / "summary.html").write_text("all is well")
    spoiled = gateway("ledger", "verify-pack", "proof-pack")
    assert spoiled.exit_code == 1
    assert "DO NOT RELY ON THIS PACK. What is wrong (1):" in spoiled.stdout


def test_a_checkpoint_after_the_leaves_is_led_on_from_as_well(folder: Path) -> None:
    for name in ("one", "two"):
        assert gateway("ledger", "checkpoint", "-o", f"../{name}").exit_code == 0
        assert prove(folder, "-o", "../before.zip").exit_code == 0
    assert prove(folder, "--earlier", "../two", "-o", "../pack.zip").exit_code == 0
    assert verdict("../pack.zip", "--earlier", "../two")["holds"] is True
    assert verdict("../before.zip", "--earlier", "../first")["holds"] is False


def test_a_checkpoint_that_is_none_is_refused_before_anything_is_entered(folder: Path) -> None:
    (folder / "first").write_text("no note")
    assert isinstance(prove(folder, "--earlier", "../first", "-o", "../pack.zip").exception, UsageError)
    assert isinstance(prove(folder, "--earlier", "../nothing", "-o", "../pack.zip").exception, UsageError)
    assert "pack-exported" not in gateway("ledger", "export").stdout
    assert not (folder / "pack.zip").exists()


@pytest.mark.parametrize("kind", ["link", "dangling", "folder"])
def test_a_link_is_not_written_through(folder: Path, kind: str) -> None:
    target = folder / "target"
    target.write_text("as it was")
    out = folder / "out.zip"
    if kind == "folder":
        out.mkdir()
    else:
        out.symlink_to(target if kind == "link" else folder / "nothing")
    assert isinstance(prove(folder, "-o", str(out)).exception, UsageError)
    assert isinstance(gateway("ledger", "export", "-o", str(out)).exception, UsageError)
    assert target.read_text() == "as it was"
    assert not (folder / "nothing").exists()
    assert "pack-exported" not in gateway("ledger", "export").stdout
    assert not list(folder.glob(".*.part"))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("spoil", ["twice", "link", "two folders", "cut", "deflated large", "none"])
def test_a_zip_that_is_no_pack_is_refused_in_words(folder: Path, spoil: str) -> None:
    assert prove(folder, "-o", "../pack.zip").exit_code == 0
    made = folder / "made.zip"
    with zipfile.ZipFile(folder / "pack.zip") as good, zipfile.ZipFile(made, "w") as bad:
        for entry in good.infolist():
            bad.writestr(entry, good.read(entry))
        if spoil == "twice":
            with pytest.warns(UserWarning, match="Duplicate"):
                bad.writestr("proof-pack/checkpoint", b"")
        elif spoil == "link":
            link = zipfile.ZipInfo("proof-pack/payloads/link")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            bad.writestr(link, b"/etc/hostname")
        elif spoil == "two folders":
            bad.writestr("other/README.txt", b"")
        elif spoil == "deflated large":
            bad.writestr("proof-pack/payloads/000000009-raw", bytes(1 << 24), zipfile.ZIP_DEFLATED)
    if spoil == "cut":
        data = made.read_bytes()
        made.write_bytes(data[:2000] + bytes(500) + data[2500:])
    elif spoil == "none":
        made.write_bytes(b"no zip file")
    ended = gateway("ledger", "verify-pack", str(made))
    if spoil == "none":
        assert isinstance(ended.exception, UsageError)
    else:
        assert ended.exit_code == 1
        assert "DO NOT RELY ON THIS PACK" in ended.stdout


def test_a_folder_with_a_link_is_no_pack(folder: Path) -> None:
    (folder / "pack").mkdir()
    (folder / "pack" / "manifest.json").symlink_to("/dev/zero")
    assert gateway("ledger", "verify-pack", str(folder / "pack")).exit_code == 1
