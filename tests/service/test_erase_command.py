"""`gateway erase`: what it says when it ends, what it refuses, and what is left."""

from __future__ import annotations

import json
import os
from pathlib import Path
from zipfile import ZipFile

from gateway.service.parts import user_of
from tests.cli.command import Ran, run

WHY = "the partner asked for it"


def received(root: Path, *more: str) -> str:
    (root / "order.850").write_bytes(b"ISA*" + b"x" * 100_000)
    ran = run("receive", "order.850", "--channel", "amazon", "--json", *more, cwd=root)
    return str(json.loads(ran.out)["message"])


def test_what_was_removed_is_told_and_the_ledger_holds(root: Path) -> None:
    message, other = received(root), received(root)
    ran = run("erase", message, "--reason", WHY, cwd=root)
    assert (ran.code, ran.err) == (0, "")
    told = ran.out.decode()
    assert told.startswith(f"The message {message} is erased: nobody can read it again.\n")
    assert "Removed: its key, 1 payload (1 in files), 1 side record, 1 search key." in told
    assert "may stay in older pages" not in told
    assert "Backups from before still hold it" in told
    assert len([path for path in (root / "var/vault").rglob("*") if path.is_file()]) == 1
    checked = run("ledger", "verify", "--deep", cwd=root)
    assert checked.code == 0, checked.out
    assert "2, 1 erased on purpose" in checked.out.decode()
    again = run("erase", other, "--reason", WHY, "--json", cwd=root)
    assert json.loads(again.out) == {
        "message": other,
        "others": [],
        "left": [],
        "payloads": 1,
        "files": 1,
        "records": 1,
        "search_keys": 1,
        "wiped": True,
    }


def test_who_and_why_are_in_its_proof(root: Path) -> None:
    message = received(root)
    assert run("erase", message, "--reason", WHY, cwd=root).code == 0
    assert run("ledger", "prove", message, "-o", "pack.zip", cwd=root).code == 0
    records = _records(root / "pack.zip")
    assert any(WHY in each and user_of(os.geteuid()).name in each for each in records)


def test_a_wrong_id_a_second_time_and_no_reason_are_refused(root: Path) -> None:
    message = received(root)
    unknown = run("erase", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--reason", WHY, cwd=root)
    assert unknown.code == 2
    assert unknown.err.startswith("gateway: There is no message 01ARZ3NDEKTSV4RRFFQ69G5FAV; nothing was")
    assert run("erase", message, cwd=root).code == 2
    assert run("erase", message, "--reason", "", cwd=root).code == 2
    assert run("erase", message, "--reason", WHY, cwd=root).code == 0
    twice = run("erase", message, "--reason", WHY, cwd=root)
    assert (twice.code, twice.out) == (2, b"")
    assert twice.err.startswith(f"gateway: The message {message} was erased before, at 20")


def test_given_again_under_its_key_it_is_refused(root: Path) -> None:
    message = received(root, "--key", "k")
    assert run("erase", message, "--reason", WHY, cwd=root).code == 0
    ran: Ran = run("receive", "order.850", "--channel", "amazon", "--key", "k", cwd=root)
    assert ran.code == 2
    assert f"as message {message}, which was erased since" in ran.err


def _records(path: Path) -> list[str]:

    with ZipFile(path) as packed:
        return [packed.read(name).decode() for name in packed.namelist() if "/records/" in name]
