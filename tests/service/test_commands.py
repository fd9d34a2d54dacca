"""What the commands say to people and to programs, and the exit codes that tell what to do next."""

from __future__ import annotations

import io
import json
import os
import pty
import struct
import sys
import termios
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from unittest import mock

import pytest

from gateway.store.disk import Disk, Space
from gateway.store.lock import WorkspaceLock
from tests.cli.command import Ran, run
from tests.processes import GATEWAY

NO_PARTNER = "The channel amazon belongs to no partner of partners/ yet. The file is kept all the same.\n"
NO_ROOM = Space(total=10**9, free=10**6, files=None)


def error(ran: Ran) -> dict[str, str]:
    """The fault that a command told as JSON."""
    assert ran.out == b""
    told: dict[str, dict[str, str]] = json.loads(ran.err)
    assert list(told) == ["error"]
    return told["error"]


def test_a_new_workspace_is_told_with_what_to_do_next(tmp_path: Path) -> None:
    ran = run("init", "shop", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.decode().splitlines() == [
        "The workspace shop is made.",
        "Keep a copy of var/keys/workspace.key in a safe place: without it nothing kept can be read.",
        "Describe a partner in partners/NAME/partner.yaml, then run `gateway serve` in the workspace.",
    ]
    assert (tmp_path / "shop/var/gateway.db").stat().st_mode & 0o777 == 0o600
    again = run("init", "shop", "--json", cwd=tmp_path)
    assert again.code == 2
    assert error(again) == {
        "kind": "usage",
        "message": f"{tmp_path / 'shop'} is a workspace already",
        "remedy": "nothing was changed",
    }
    made = json.loads(run("init", "other", "--json", cwd=tmp_path).out)
    assert (made["workspace"], made["finished"], "gateway.yaml" in made["made"]) == (
        str(tmp_path / "other"),
        False,
        True,
    )


@pytest.mark.parametrize(
    "arguments", [("serve",), ("receive", "x", "--channel", "a"), ("status",)], ids=lambda a: a[0]
)
def test_outside_of_a_workspace_it_says_how_to_make_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments, cwd=tmp_path)
    told = "gateway: This folder lies in no workspace; make one with `gateway init DIR`, and work in it\n"
    assert (ran.code, ran.out, ran.err) == (2, b"", told)


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",),
        ("receive", "x.850", "--channel", "a"),
        ("status",),
        ("queue", "list"),
        ("ledger", "verify"),
        ("ledger", "key"),
    ],
    ids=" ".join,
)
def test_a_workspace_of_files_alone_says_how_to_make_one_that_keeps(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    for name in ("partners", "mappings"):
        (tmp_path / name).mkdir()
    (tmp_path / "x.850").write_bytes(b"abc")
    ran = run(*arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.startswith(
        f"gateway: {tmp_path} has no store; make a workspace with one by `gateway init DIR`"
    )


def test_a_database_that_is_none_is_told_as_the_option_it_came_by(tmp_path: Path) -> None:
    ran = run("init", "new", "--database", "postgres://x", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.startswith("gateway: --database: `database` is `sqlite`, or `postgresql://")
    assert not (tmp_path / "new").exists()


def test_a_file_is_kept_and_its_id_told(root: Path) -> None:
    (root / "order.850").write_bytes(b"x" * 1234)
    ran = run("receive", "order.850", "--channel", "amazon", "--key", "k", cwd=root)
    assert (ran.code, ran.err) == (0, NO_PARTNER)
    message, rest = ran.out.decode().split("  ", 1)
    assert (len(message), rest) == (26, "1,234 bytes from amazon\n")
    again = run("receive", "order.850", "--channel", "amazon", "--key", "k", cwd=root)
    assert again.out.decode() == f"{message}  1,234 bytes from amazon  (kept before, under this key)\n"


def test_a_partner_is_known_by_the_channel(root: Path) -> None:
    (root / "partners/amazon").mkdir()
    (root / "partners/amazon/partner.yaml").write_text("{}\n")
    (root / "empty").touch()
    ran = run("receive", "empty", "--channel", "amazon/sftp", "--json", cwd=root)
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert len(told.pop("message")) == 26
    assert told == {"size": 0, "again": False, "channel": "amazon/sftp", "partner": "amazon"}


@pytest.mark.parametrize(
    "name", ["Bestellung Ömer.850", "order\n850\x1b[2J", os.fsdecode(b"order\xff.850"), "o" * 255]
)
def test_a_file_of_any_name_is_kept(root: Path, name: str) -> None:
    (root / name).write_bytes(b"abc")
    ran = run("receive", name, "--channel", "amazon", "--json", cwd=root)
    assert (ran.code, json.loads(ran.out)["size"]) == (0, 3), ran.err


def test_standard_input_is_kept_as_it_comes(root: Path) -> None:
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\x00abc"))):
        ran = run("receive", "-", "--channel", "amazon", "--json", cwd=root)
    assert (ran.code, json.loads(ran.out)["size"]) == (0, 5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.850", "--channel", "a"), "missing.850 cannot be read: No such file or directory; "),
        ((".", "--channel", "a"), ". cannot be read: Is a directory; name the files in it, such as ./*"),
        (("gateway.yaml", "--channel", "a b"), "'a b' is no name of a channel; take letters, digits, "),
        (("gateway.yaml", "--channel", "a", "--key", "k" * 201), "The `key` has more than 200 characters; "),
    ],
    ids=["missing", "folder", "channel", "key"],
)  # fmt: skip
def test_a_wrong_use_is_told(root: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run("receive", *arguments, cwd=root)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.startswith(f"gateway: {said}")
    assert error(run("receive", *arguments, "--json", cwd=root))["kind"] == "usage"
    assert json.loads(run("status", "--json", cwd=root).out)["messages"] == 0


def test_without_a_channel_the_parser_says_what_is_missing(root: Path) -> None:
    ran = run("receive", "gateway.yaml", cwd=root)
    assert ran.code == 2
    assert "--channel" in ran.err


@pytest.mark.parametrize(
    "command", [("serve",), ("receive", "gateway.yaml", "--channel", "a")], ids=lambda a: a[0]
)
def test_mistakes_in_the_settings_are_told_with_their_line(root: Path, command: tuple[str, ...]) -> None:
    (root / "gateway.yaml").write_text("limits: {inline_bytes: lots}\n")
    ran = run(*command, cwd=root)
    assert ran.code == 2
    assert ran.err.startswith("A data file has mistakes:\ngateway.yaml:1: ")


def test_what_cannot_be_done_now_ends_with_75(root: Path) -> None:
    with WorkspaceLock(root / "var"), mock.patch("gateway.store.lock.PATIENCE", 0.0):
        busy = run("receive", "gateway.yaml", "--channel", "a", "--json", cwd=root)
    assert (busy.code, error(busy)["kind"]) == (75, "busy")
    assert error(busy)["message"] == f"Another gateway process ({os.getpid()}) holds this workspace"
    with mock.patch.object(Disk, "space", return_value=NO_ROOM):
        full = run("receive", "gateway.yaml", "--channel", "a", "--json", cwd=root)
    assert (full.code, error(full)["kind"]) == (75, "full")
    assert json.loads(run("status", "--json", cwd=root).out)["messages"] == 0


def test_a_key_that_is_not_there_is_a_wrong_use(root: Path) -> None:
    (root / "var/keys/workspace.key").unlink()
    ran = run("receive", "gateway.yaml", "--channel", "a", cwd=root)
    assert ran.code == 2
    assert "var/keys/workspace.key" in ran.err


@pytest.mark.parametrize("columns", [40, 80])
def test_the_status_fits_a_terminal(root: Path, columns: int) -> None:
    lines = shown(columns, root, "status")
    assert [line for line in lines if len(line) > columns] == []
    assert [line.split()[0] for line in lines if line[:1].strip()][:6] == [
        "service", "messages", "ledger", "queue", "alerts", "disk",
    ]  # fmt: skip
    assert "not running" in lines[0]


def test_the_status_for_programs(root: Path) -> None:
    told = json.loads(run("status", "--json", cwd=root).out)
    free, total = told.pop("disk_free"), told.pop("disk_total")
    assert 0 < free <= total
    told.pop("remark")
    assert told.pop("leaves") > 0
    assert told == {"running": False, "messages": 0, "checkpoint": None, "steps": {}, "alerts": {}}


def test_the_help_tells_the_exit_codes() -> None:
    assert b"75 not now, try again later" in b" ".join(run("--help").out.split())


def shown(columns: int, folder: Path, *arguments: str) -> list[str]:
    """The lines that a command shows on a terminal of so many columns."""
    shell, terminal = pty.openpty()
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = os.fork()
    if process == 0:
        os.login_tty(terminal) if hasattr(os, "login_tty") else _login(terminal)
        os.chdir(folder)
        packages = os.pathsep.join(sys.path)
        environment = {**os.environ, "PYTHONPATH": packages, "TERM": "dumb", "NO_COLOR": "1"}
        environment.pop("COLUMNS", None)
        os.execve(sys.executable, [sys.executable, "-c", GATEWAY, *arguments], environment)
    os.close(terminal)
    said = b"".join(iter(_reader(shell), b""))
    os.waitpid(process, 0)
    os.close(shell)
    return said.decode().replace("\r", "").splitlines()


def _login(terminal: int) -> None:
    for number in range(3):
        os.dup2(terminal, number)


def _reader(shell: int) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return os.read(shell, 4096)
        except OSError:  # the other side is closed
            return b""

    return read
