"""The real service and real commands: one at a time holds a workspace, and what is taken is answered."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.service.connection.local_socket import connected
from tests.cli.command import run
from tests.processes import Running, Starter

ROOT = Path(__file__).resolve().parents[2]
AS_ANOTHER = """
import os, sys
from pathlib import Path
from gateway.errors import GatewayError
from gateway.service.connection.client import ask
from gateway.service.connection.frames import Request
from gateway.service.connection.local_socket import connected
os.setgid(65534)
os.setuid(65534)
try:
    with connected(Path("var")) as link:
        print(ask(link, Request("receive", {"channel": "a"}), [b"abc"]))
except GatewayError as fault:
    print(type(fault).__name__, fault)
"""


def service(processes: Starter, root: Path, umask: int = 0o022) -> Running:
    """A service that takes commands."""
    before = os.umask(umask)
    try:
        running = processes.gateway("serve", folder=root)
    finally:
        os.umask(before)
    running.wait_for_line('"event": "ready"')
    return running


def test_a_service_from_its_start_to_its_end(processes: Starter, root: Path) -> None:
    running = service(processes, root, umask=0)
    ready = json.loads(running.wait_for_line(".*ready.*")[0])
    assert ready["workspace"] == str(root)
    assert (ready["database"], ready["process"]) == ("var/gateway.db", running.pid)
    assert ready["stop"] == f"Ctrl-C, or kill {running.pid}"
    assert re.search(r"Max core file size +0 ", Path(f"/proc/{running.pid}/limits").read_text("ascii"))
    lax = [str(each) for each in (root / "var").rglob("*") if each.stat().st_mode & 0o077]
    assert lax == [str(root / "var" / ".gitignore")]
    assert (root / "var").stat().st_mode & 0o777 == 0o700

    second = processes.gateway("serve", folder=root)
    assert second.wait() == 75
    assert (
        second.err
        == "gateway: A service runs in this workspace already; leave it at work, or stop it first\n"
    )

    (root / "order.850").write_bytes(b"ISA*order")
    first = processes.gateway("receive", "order.850", "--channel", "amazon", "--json", folder=root)
    assert first.wait() == 0, first.err
    assert json.loads(first.out)["size"] == 9
    told = processes.gateway("status", "--json", folder=root)
    assert told.wait() == 0, told.err
    assert (json.loads(told.out)["running"], json.loads(told.out)["messages"]) == (True, 1)

    links = [connected(root / "var") for _ in range(64)]
    running.signal(signal.SIGTERM)
    running.signal(signal.SIGTERM)
    running.signal(signal.SIGINT)
    assert running.wait(30) == 0
    for link in links:
        assert link is not None
        assert link.recv(1) == b""
        link.close()
    events = [json.loads(line)["event"] for line in running.err.splitlines()]
    kinds = [each for each in events if each not in ("database", "alert")]
    assert kinds == ["configuration", "ready", "stopping", "stopped"]
    assert not (root / "var" / "socket").exists()


def test_what_a_command_does_alone_is_what_the_service_does(
    processes: Starter, root: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(root, tmp_path / "other"))
    service(processes, other)
    (tmp_path / "empty").touch()
    (tmp_path / "order.850").write_bytes(b"ISA*order")
    received = ("receive", str(tmp_path / "order.850"), "--channel", "amazon", "--key", "k", "--json")
    alone, served = (processes.gateway(*received, folder=folder) for folder in (root, other))
    assert alone.wait() == served.wait() == 0
    assert _without_id(alone.out) == _without_id(served.out)
    assert alone.err == served.err
    # a process of its own makes no difference to what follows
    for arguments in (
        received,
        ("receive", str(tmp_path / "empty"), "--channel", "amazon/sftp", "--json"),
        ("receive", str(tmp_path / "order.850"), "--channel", "..", "--json"),
        ("receive", str(tmp_path / "order.850"), "--channel", "a", "--key", "k" * 201, "--json"),
        ("receive", str(tmp_path / "missing"), "--channel", "a", "--json"),
        ("receive", str(tmp_path), "--channel", "a", "--json"),
    ):
        without, with_it = (run(*arguments, cwd=folder) for folder in (root, other))
        assert without.code == with_it.code
        assert _without_id(without.out) == _without_id(with_it.out)
        assert without.err == with_it.err
    told = [json.loads(run("status", "--json", cwd=folder).out) for folder in (root, other)]
    assert [(each["messages"], each["running"]) for each in told] == [(2, False), (2, True)]
    assert told[0]["leaves"] == 4 <= told[1]["leaves"]  # the service reads what they are found by, too


def _without_id(out: str | bytes) -> object:
    told = json.loads(out) if out else None
    if isinstance(told, dict):
        assert len(told.pop("message")) == 26
    return told


def test_a_service_waits_for_a_command_to_end(processes: Starter, root: Path) -> None:
    lock = os.open(root / "var" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    running = processes.gateway("serve", folder=root)
    running.wait_for_line('"event": "waiting"')
    assert "ready" not in running.err
    os.close(lock)
    running.wait_for_line('"event": "ready"')


def test_a_command_waits_for_a_service_that_starts(processes: Starter, root: Path) -> None:
    """It holds the lock before it listens: the command is carried out by it when it does."""
    running = processes.gateway("serve", folder=root)
    running.wait_until(lambda: _locked(root), what="the lock taken")
    command = processes.python(
        "import sys; from gateway.cli import main; sys.argv = ['gateway', *sys.argv[1:]]; main()",
        *("receive", "-", "--channel", "amazon", "--json"),
        folder=root,
    )
    command.send("abc")
    command.end_input()
    assert command.wait() == 0, command.err
    assert json.loads(command.out)["size"] == 3


def test_a_signal_while_it_waits_for_the_lock_ends_it(processes: Starter, root: Path) -> None:
    lock = os.open(root / "var" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    running = processes.gateway("serve", folder=root)
    running.wait_for_line('"event": "waiting"')
    running.signal(signal.SIGTERM)
    assert running.wait() == 75
    assert running.err.splitlines()[-1].endswith("holds this workspace; wait until it has ended")
    os.close(lock)


def test_where_nobody_reads_its_log_it_works_on_and_stops_well(root: Path) -> None:
    program = "import sys; from gateway.cli import main; sys.argv = ['gateway', 'serve']; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert running.stderr is not None
        while b"ready" not in running.stderr.readline():
            assert running.poll() is None
        running.stderr.close()
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    finally:
        running.kill()
        running.wait()
    assert not (root / "var" / "socket").exists()


def test_where_its_socket_cannot_be_it_ends_and_lets_the_workspace_go(processes: Starter, root: Path) -> None:
    (root / "var" / "socket").mkdir()
    running = processes.gateway("serve", folder=root)
    assert running.wait() == 3
    told = f"gateway: {root}/var/socket should be the socket of the service, and is none; move it away"
    assert running.err.splitlines()[-1] == told
    (root / "var" / "socket").rmdir()
    assert not _locked(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")
def test_another_user_is_refused(processes: Starter, root: Path) -> None:
    service(processes, root)
    shut = processes.python(AS_ANOTHER, folder=root)
    assert shut.wait() == 0, shut.err
    assert shut.out == "UsageError This workspace belongs to another user; run the command as that user\n"
    for each in (root / "var", root / "var" / "socket"):
        each.chmod(0o777)  # even so the service asks the system who it is
    for each in root.parents:
        if each.stat().st_uid == os.geteuid() and each.parent != each and not each.stat().st_mode & 0o001:
            each.chmod(0o711)
    opened = processes.python(AS_ANOTHER, folder=root)
    assert opened.wait() == 0, opened.err
    assert opened.out == shut.out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
@pytest.mark.parametrize(
    "arguments", [("serve",), ("receive", "gateway.yaml", "--channel", "a")], ids=lambda a: a[0]
)
def test_root_writes_nothing_that_the_owner_could_not_read(
    processes: Starter, root: Path, arguments: tuple[str, ...]
) -> None:
    os.chown(root / "var", 65534, -1)
    ran = processes.gateway(*arguments, folder=root)
    assert ran.wait() == 2
    assert ran.err.startswith("gateway: This workspace belongs to nobody; run the command as that user")


def test_status_changes_nothing_even_after_a_crash(processes: Starter, root: Path) -> None:
    running = service(processes, root)
    (root / "order.850").write_bytes(b"ISA*order")
    assert processes.gateway("receive", "order.850", "--channel", "amazon", folder=root).wait() == 0
    running.kill()
    before = _contents(root)
    assert before["gateway.db-wal"]
    told = processes.gateway("status", folder=root)
    assert told.wait() == 0, told.err
    assert "service   not running\nmessages  1\n" in told.out
    assert _contents(root) == before


def _contents(root: Path) -> dict[str, bytes]:
    files = (each for each in (root / "var").rglob("*") if each.is_file() and not each.name.endswith("-shm"))
    return {str(each.relative_to(root / "var")): each.read_bytes() for each in files}


def _locked(root: Path) -> bool:
    with (root / "var" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_what_others_put_into_the_vault_is_told_and_left_and_a_half_file_goes(
    processes: Starter, root: Path
) -> None:
    name = "0123456789abcdef" * 2
    folder = root / "var/vault/01/23"
    folder.mkdir(parents=True)
    (folder / f"{name}.part").touch()
    (folder / "notes.txt").touch()
    running = processes.gateway("serve", folder=root)
    running.wait_for_line('"half_written": 1, "without_row": 0, "kept": 0, "event": "vault-swept"')
    running.wait_for_line('notes.txt"], "event": "vault-foreign"')
    assert [each.name for each in folder.iterdir()] == ["notes.txt"]
