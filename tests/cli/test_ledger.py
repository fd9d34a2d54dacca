"""The commands of the ledger in a real workspace, from the first file to an auditor's machine."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.application import application
from gateway.errors import UsageError
from gateway.service.around import real_surroundings
from gateway.service.ledger import signer_of
from gateway.service.parts import parts_of
from gateway.settings import read_settings
from gateway.store.disk import Disk
from gateway.store.queue.leased_table import StepQueue
from gateway.store.queue.steps import Leased
from gateway.store.signing.handing import HandingOver
from gateway.store.store import open_store
from gateway.store.witnesses.places import FolderPlace
from tests.clocks import NOON


def gateway(*words: str) -> Result:
    return CliRunner().invoke(application, words)


def told(*words: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(gateway(*words, "--json").stdout)
    return answer


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, which is the current folder, with one file received."""
    folder = tmp_path / "workspace"
    assert gateway("init", str(folder)).exit_code == 0
    monkeypatch.chdir(folder)
    (tmp_path / "order.edi").write_bytes(b"ISA*00*order")
    return folder


@pytest.fixture
def message(workspace: Path) -> str:
    """The message that was received."""
    return str(told("receive", str(workspace.parent / "order.edi"), "--channel", "amazon")["message"])


def test_a_ledger_holds_until_somebody_changes_it(workspace: Path, message: str) -> None:
    kept = workspace.parent / "kept"
    assert gateway("ledger", "checkpoint", "-o", str(kept)).exit_code == 0
    whole = gateway("ledger", "verify", "--deep", "--checkpoint", str(kept))
    assert whole.exit_code == 0
    assert "Everything that was looked at holds." in whole.stdout
    with sqlite3.connect(workspace / "var" / "gateway.db") as rows:
        rows.execute("UPDATE message SET state = 'lost' WHERE id = ?", (message,))
    rows.close()
    assert gateway("ledger", "verify").exit_code == 0
    changed = gateway("ledger", "verify", "--deep")
    assert changed.exit_code == 1
    assert message in changed.stdout
    report = told("ledger", "verify", "--deep")
    assert report["holds"] is False
    assert report["total"] == 1


def test_a_pack_is_checked_by_the_program_in_it_alone(workspace: Path, message: str) -> None:
    assert gateway("ledger", "prove", message, "-o", "pack.zip").exit_code == 0
    with zipfile.ZipFile(workspace / "pack.zip") as archive:
        archive.extractall(workspace / "unpacked")
    checked = subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=workspace / "unpacked" / "proof-pack",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert message in checked.stdout
    assert "EVERYTHING HOLDS" in checked.stdout
    log = gateway("ledger", "export").stdout
    assert "pack-exported" in log


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "--po", "1"),
        ("--po", "1", "--from", "2026-11-03"),
        ("--partner", "amazon", "--from", "yesterday"),
    ],
)
@pytest.mark.usefixtures("workspace")
def test_what_cannot_be_proven_is_told(words: tuple[str, ...]) -> None:
    answer = gateway("ledger", "prove", *words)
    assert isinstance(answer.exception, UsageError)


@pytest.mark.usefixtures("message")
def test_an_auditor_countersigns_what_the_gateway_hands_over(workspace: Path) -> None:
    folder = workspace.parent / "auditor"
    folder.mkdir()
    store = open_store(parts_of(workspace, read_settings(workspace), real_surroundings()), _no_doubt)
    try:
        handing = HandingOver(
            store, signer_of(store, read_settings(workspace), {}), [FolderPlace(folder, Disk())], StepQueue()
        )
        made = signer_of(store, read_settings(workspace), {}).make()
        (step,) = handing.steps(made, "2026-11-23")
        leased = Leased(1, "1", step.kind, step.body, None, None, 0, NOON, None, 0, 0, 0, 1)
        store.writer.do(handing.hand(leased))
    finally:
        store.close()
    memory = workspace.parent / "memory"
    seen = gateway("ledger", "witness", str(folder), "--memory", str(memory))
    assert seen.exit_code == 0
    assert "countersigned" in seen.stdout
    (answer,) = (folder / "epoch-1").glob("*.cosigned")
    assert gateway("ledger", "verify", "--deep", "--checkpoint", str(answer)).exit_code == 0


def _no_doubt(doubt: Exception) -> None:
    raise AssertionError(doubt)
