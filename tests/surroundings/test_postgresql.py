"""The PostgreSQL server of the tests: real, durable, shared, and gone when nobody uses it any more."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.postgresql import Server, binaries, shared_server
from tests.postgresql_keeper import takes_connections, unprivileged
from tests.processes import ROOT, Running, Starter, listens

USES_A_SERVER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.postgresql import Server
server = Server.new(fsync=False)
print("folder", server.folder, flush=True)
sys.stdin.read()
"""


def one(url: str, statement: str) -> object:
    """The first column of the first row of what a statement gives."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return connection.exec_driver_sql(statement).scalar()
    finally:
        engine.dispose()


def servers_of(folder: Path) -> list[int]:
    """The processes that have a folder in their command line."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in command.read_bytes():
                found.append(int(command.parent.name))
    return found


@pytest.fixture
def rows(own_postgresql: Server) -> Iterator[Server]:
    """A server with a table of one row."""
    with psycopg.connect(own_postgresql.address()) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
    yield own_postgresql


def test_a_database_is_there_empty_and_durable(postgresql_url: str) -> None:
    assert one(postgresql_url, "select count(*) from pg_tables where schemaname = 'public'") == 0
    assert one(postgresql_url, "show fsync") == "on"
    assert one(postgresql_url, "show server_encoding") == "UTF8"


def test_a_hasty_one_does_not_wait_for_the_disk(hasty_postgresql_url: str) -> None:
    assert one(hasty_postgresql_url, "show fsync") == "off"


def test_each_test_has_a_database_of_its_own_that_is_dropped(hasty_postgresql: Server) -> None:
    with hasty_postgresql.database() as first, hasty_postgresql.database() as second:
        name = one(first, "select current_database()")
        assert name != one(second, "select current_database()")
        left_open = psycopg.connect(hasty_postgresql.address(str(name)))
    with left_open, pytest.raises(psycopg.OperationalError):
        left_open.execute("select 1")
    with pytest.raises(OperationalError, match="does not exist"):
        one(first, "select 1")


@pytest.mark.parametrize("end", ["stop", "stop_immediately", "crash"])
def test_what_was_committed_outlives_an_outage_and_nothing_else(rows: Server, end: str) -> None:
    open_one = psycopg.connect(rows.address())
    open_one.execute("insert into kept values (2)")
    getattr(rows, end)()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(rows.address())
    rows.start()
    with pytest.raises(psycopg.OperationalError):
        open_one.execute("select 1")
    open_one.close()
    assert one(rows.url(), "select sum(n) from kept") == 1
    rows.restart()
    assert one(rows.url(), "select sum(n) from kept") == 1


def test_a_crash_leaves_no_process_of_the_server(rows: Server) -> None:
    with contextlib.closing(psycopg.connect(rows.address())) as connection:
        serving = connection.info.backend_pid
        assert Path(f"/proc/{serving}").exists()
        rows.crash()
    assert servers_of(rows.folder / "data") == []
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{serving}/stat").read_text(encoding="ascii").rpartition(") ")[2][0]
        assert state in "ZX"


def test_what_cannot_be_is_said(own_postgresql: Server) -> None:
    with pytest.raises(RuntimeError, match=r"start: .*runs already"):
        own_postgresql.start()
    own_postgresql.stop()
    with pytest.raises(RuntimeError, match=r"crash: .*does not run"):
        own_postgresql.crash()


def test_nothing_is_left_behind_the_last_one(tmp_path: Path) -> None:
    with shared_server(tmp_path, fsync=False) as first:
        with shared_server(tmp_path, fsync=False) as second:
            assert second.folder == first.folder
        assert one(first.url(), "select 1") == 1
    assert not first.folder.exists()
    assert servers_of(first.folder) == []
    with shared_server(tmp_path, fsync=False) as third:
        assert one(third.url(), "select 1") == 1


def shared_memory() -> set[str]:
    """The pieces of shared memory of this machine, by their numbers."""
    lines = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    return {line.split()[1] for line in lines} | {path.name for path in Path("/dev/shm").glob("PostgreSQL.*")}


def noted_memory(server: Server) -> str:
    """The number of the shared memory of a server, from the seventh line of its own file."""
    lines = (server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
    return lines[6].split()[1]


def test_a_server_that_stays_killed_leaves_no_shared_memory() -> None:
    with contextlib.closing(Server.new(fsync=False)) as server:
        piece = noted_memory(server)
        assert piece in shared_memory()
        server.crash()
        assert piece in shared_memory()
    assert piece not in shared_memory()
    assert not server.folder.exists()


def started(processes: Starter) -> tuple[Running, Path]:
    running = processes.python(USES_A_SERVER)
    return running, Path(running.wait_for_line(r"^folder (.*)$")[1])


def test_a_run_that_is_killed_leaves_neither_server_nor_folder(processes: Starter) -> None:
    running, folder = started(processes)
    assert listens(folder / "keeper")
    running.signal(signal.SIGKILL)
    # its keeper is told by nobody but the system
    running.wait()
    witness = processes.python("import signal; signal.pause()")
    witness.wait_until(lambda: not folder.exists() and servers_of(folder) == [], what="the end of the server")


def test_a_keeper_that_is_killed_takes_its_server_with_it(processes: Starter) -> None:
    _, folder = started(processes)
    server = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    status = Path(f"/proc/{server}/status").read_text(encoding="ascii")
    keeper = int(status.partition("PPid:")[2].split()[0])
    os.kill(keeper, signal.SIGKILL)
    witness = processes.python("import signal; signal.pause()")
    witness.wait_until(lambda: servers_of(folder) == [], what="the end of the server")
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        ("", False),
        ("17\n", False),
        ("17\n/data\n1763900000\n5432\n/socket\n\n  12 3\nstarting\n", False),
        ("17\n/data\n1763900000\n5432\n/socket\n\n  12 3\nready   \n", True),
        ("16\n/data\n1763900000\n5432\n/socket\n\n  12 3\nready   \n", False),
    ],
    ids=["made, not yet written", "half written", "starting", "ready", "of a server before"],
)
def test_a_server_is_ready_when_it_says_so_of_itself(tmp_path: Path, text: str, ready: bool) -> None:
    note = tmp_path / "postmaster.pid"
    assert not takes_connections(note, 17)
    note.write_text(text, encoding="ascii")
    assert takes_connections(note, 17) is ready


def test_programs_that_the_server_may_not_reach_are_copied(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    installed = binaries().parent
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    (tmp_path / installed.parent.name).mkdir()
    programs = tmp_path / installed.parent.name / installed.name
    programs.symlink_to(installed)
    (tmp_path / libraries.name).symlink_to(libraries)
    with contextlib.closing(Server.new(fsync=False, programs=programs / "bin")) as server:
        assert one(server.url(), "select 1") == 1
        assert (server.folder / "programs").exists() is (os.geteuid() == 0)


def test_a_machine_without_the_usual_user_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_name: str) -> pwd.struct_passwd:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    user = unprivileged()
    assert user is not None
    assert user.pw_uid != 0


def test_nobody_else_is_needed_where_the_tests_do_not_run_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged() is None
