"""Beside a service no command writes: the system is watched for who opens, makes, renames or removes files.

A process cannot change a file that it has not opened for writing, so what a client may do is counted from its
system calls: nothing of `var/` is opened for writing, made, renamed or removed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.service.around import real_surroundings
from gateway.service.parts import parts_of
from gateway.settings import read_settings
from gateway.store.tables import Message
from tests.faults.tracing import Call, descriptors, environment, needs_strace, read_calls, strings, traced
from tests.processes import Starter
from tests.service.test_serving import service

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = "tests.service.programs.clients"
PROCESSES = 32
COMMANDS = 200
OPENING = "open,openat,openat2,creat"
CHANGING = (
    "truncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,"
    "mknod,mknodat,chmod,fchmodat,chown,fchownat,connect"
)
TO_WRITE = re.compile(r"\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b")


def changes(calls: Iterator[Call], folder: Path) -> list[Call]:
    """The calls by which a process could change something in a folder."""
    found = []
    for call in calls:
        paths = [os.fsdecode(each) for each in strings(call.arguments)]
        paths += [each.leads_to for each in descriptors(call.arguments)]
        inside = any(each.startswith(str(folder)) for each in paths)
        opens = call.name in OPENING.split(",")
        writes = call.name == "creat" or TO_WRITE.search(call.arguments)
        if inside and call.name != "connect" and (writes if opens else True):
            found.append(call)
    return found


def watched(root: Path, trace: Path, *more: str) -> list[Call]:
    """What the clients did while the service was asked by them and by others."""
    arguments = [sys.executable, "-m", CLIENTS, str(root)]
    others = subprocess.Popen([*arguments, "4", "100"], env=environment(), cwd=ROOT)
    command = [*arguments, str(PROCESSES), str(COMMANDS), *more]
    try:
        run = subprocess.run(
            traced(command, trace, f"{OPENING},{CHANGING}"), cwd=ROOT, env=environment(), check=False
        )
        assert run.returncode == 0
        assert others.wait(60) == 0
    finally:
        others.kill()
        others.wait()
    return list(read_calls(trace))


@pytest.mark.one_in(2)
@needs_strace
@pytest.mark.parametrize("planted", [False, True], ids=["as it is", "planted"])
def test_beside_a_service_no_client_writes(
    processes: Starter, root: Path, tmp_path: Path, planted: bool
) -> None:
    running = service(processes, root)
    calls = watched(root, tmp_path / "trace", *(["PLANTED"] if planted else []))
    assert len([call for call in calls if call.name == "connect" and call.result == 0]) == COMMANDS
    found = changes(iter(calls), root / "var")
    if planted:
        assert {call.pid for call in found} != set()
        assert len({call.pid for call in found}) == 1
        assert any("gateway.db" in os.fsdecode(strings(call.arguments)[0]) for call in found)
        return
    assert found == []
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    database = parts_of(root, read_settings(root), real_surroundings()).database
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Message)).scalar_one() == COMMANDS + 100
    database.close()
