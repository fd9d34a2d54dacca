"""Keeps one PostgreSQL server for as long as somebody is connected, in a process of its own.

The operating system closes the connections of a test run however it ends, a killed one too; so neither a
server nor its folder outlives the run. Started as a script, with nothing but the standard library:

    python postgresql_keeper.py BINARIES FSYNC [PATTERN]

BINARIES is the folder of `postgres` and `initdb`, FSYNC is `on` or `off`. The data of the server is a copy of
the folder PATTERN, which is made where it is not there yet. It goes to the background, and prints
`ready FOLDER` once the server takes connections; in the folder `keeper` is the socket to connect to, and
`log` what the server says. Each line sent is an order (`hello`, `start`, `stop`, `stop-immediately`,
`crash`), answered by a line: `ok` or the fault. Whoever leaves last sees the end of the connection when
everything is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import select
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

# Syncs are asked for there too, and wait for no busy disk; no test takes the power from a server.
MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30  # bytes free in it: containers may have very little
LONGEST = 40  # characters of the place of the folder: the path of a socket may have 107
FIRST_CONNECTION = 30.0  # seconds that whoever started this has to connect
HURRY = 60.0  # seconds that a server has to start, or to end
BETWEEN_LOOKS = 0.02  # seconds
SET_DEATH_SIGNAL = 1  # of prctl(2)
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    # in a file of the data folder, so that a server that was killed leaves none in the memory of the machine
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def unprivileged() -> pwd.struct_passwd | None:
    """The user as whom the server runs, as it refuses to run as root; None for the one who runs this."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody")
    return next(user for user in pwd.getpwall() if user.pw_uid != 0)


def reachable(path: Path) -> bool:
    """Whether any user may come to a folder, and read in it."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def end_with_the_keeper() -> None:
    """Has the system stop the server when the keeper is killed. Runs in the child, before the server."""
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, int(signal.SIGQUIT))


def children(parent: int) -> Iterator[int]:
    """The processes that one process started and that have not been waited for."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = status.read_text(encoding="ascii", errors="replace")
            if int(text.rpartition(")")[2].split()[1]) == parent:
                yield int(status.parent.name)


def kill_and_wait(processes: Iterable[int]) -> None:
    """Kills processes, and returns when none of them does anything any more."""
    for each in processes:
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(each)
            try:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                select.select([handle], [], [], HURRY)
            finally:
                os.close(handle)


def takes_connections(note: Path, process: int) -> bool:
    """As a server says of itself in a file: its process in the first line, its state in the last."""
    try:
        words = note.read_text(encoding="ascii").split()
    except OSError:
        return False
    # it may have been made and not yet be written, or be that of a server before
    return words[:1] == [str(process)] and words[-1] == "ready"


class Keeper:
    """The server, its folder, and the ways to end it."""

    def __init__(self, binaries: Path, fsync: str, pattern: Path | None = None) -> None:
        self.pattern = pattern
        self.user = unprivileged()
        self.binaries = binaries
        self.fsync = fsync
        self.process: subprocess.Popen[bytes] | None = None
        places = [MEMORY, Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
        place = next(
            each
            for each in places
            if each.is_dir() and len(str(each)) < LONGEST and os.access(each, os.W_OK) and reachable(each)
            if each != MEMORY or shutil.disk_usage(each).free > ENOUGH
        )
        self.folder = Path(tempfile.mkdtemp(prefix="gateway-pg-", dir=place))
        self.data = self.folder / "data"

    def prepare(self) -> None:
        """Makes the data of a new server."""
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            if not reachable(self.binaries):
                self._copy_programs()
        if self.pattern is not None and self.pattern.is_dir():
            self._copy_data(self.pattern, self.data)
        else:
            self._make_data()
            if self.pattern is not None:
                self._keep_data(self.pattern)
        settings = SETTINGS | {"unix_socket_directories": str(self.folder), "fsync": self.fsync}
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _make_data(self) -> None:
        command: list[str | Path] = [
            self.binaries / "initdb",
            "--pgdata",
            self.data,
            "--username=postgres",
            "--auth=trust",
        ]
        command += ["--no-locale", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        with self._log() as log:
            if self._popen(command, log).wait(HURRY) != 0:
                raise RuntimeError(f"a new server could not be made: {self.said()}")

    def _keep_data(self, pattern: Path) -> None:
        """Makes the pattern at one stroke: another keeper may copy it, or make it too, at the same time."""
        made = pattern.with_name(f"{pattern.name}-{os.getpid()}")
        self._copy_data(self.data, made)
        try:
            made.rename(pattern)
        except OSError:  # the other was first
            shutil.rmtree(made)

    def _copy_data(self, old: Path, new: Path) -> None:
        """Copies a folder with its owner, which costs a tenth of what `initdb` does."""
        subprocess.run(["cp", "-a", old, new], check=True, env={"LC_ALL": "C", "PATH": os.defpath})

    def start(self) -> None:
        """Starts the server, and waits until it takes connections."""
        if self.process is not None:
            raise RuntimeError("the server runs already")
        with self._log() as log:
            self.process = self._popen([self.binaries / "postgres", "-D", self.data], log, in_child=True)
        deadline = time.monotonic() + HURRY
        ended = os.pidfd_open(self.process.pid)
        try:
            while not takes_connections(self.data / "postmaster.pid", self.process.pid):
                if select.select([ended], [], [], BETWEEN_LOOKS)[0] or time.monotonic() > deadline:
                    self.crash()
                    raise RuntimeError(f"the server did not start: {self.said()}")
        finally:
            os.close(ended)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server in good order, transactions under way rolled back; SIGQUIT: without tidying up."""
        if self.process is None:
            raise RuntimeError("the server does not run")
        self.process.send_signal(how)
        try:
            self.process.wait(HURRY)
        except subprocess.TimeoutExpired:
            self.crash()
            raise RuntimeError("the server did not stop, and was killed") from None
        self.process = None

    def crash(self) -> None:
        """Kills the server and all processes that serve its connections."""
        if self.process is None:
            raise RuntimeError("the server does not run")
        # stopped first, so that it starts no further process meanwhile, nor tidies up behind those killed
        self.process.send_signal(signal.SIGSTOP)
        serving = list(children(self.process.pid))
        self.process.kill()
        self.process.wait()
        kill_and_wait(serving)
        self.process = None

    def close(self) -> None:
        """Ends the server and leaves nothing."""
        with contextlib.suppress(RuntimeError):
            if self.process is None and (self.data / "postmaster.pid").exists():
                self.start()  # a server that was killed left shared memory, which the next one frees
            if self.process is not None:
                self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        """The last that the server wrote."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def _copy_programs(self) -> None:
        """Copies the programs, with the libraries they look for, to where the server's user can read them."""
        installed, package = self.binaries.parent, self.binaries.parents[1]
        programs = self.folder / "programs"
        shutil.copytree(installed, programs / package.name / installed.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, programs / libraries.name)
        self.binaries = programs / package.name / installed.name / self.binaries.name

    def _log(self) -> IO[bytes]:
        return (self.folder / "log").open("ab")

    def _popen(
        self, command: list[str | Path], log: IO[bytes], *, in_child: bool = False
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            user=self.user and self.user.pw_uid,
            group=self.user and self.user.pw_gid,
            extra_groups=self.user and [],
            cwd=self.folder,
            env={"LC_ALL": "C", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,
            preexec_fn=end_with_the_keeper if in_child else None,  # noqa: PLW1509 - there is one thread only
        )


class EndedError(Exception):
    """This process is to end."""


def end(number: int, _frame: object) -> None:
    """Heeds a signal."""
    raise EndedError(number)


def obey(keeper: Keeper, order: str) -> str:
    """Does what one line says, and gives the answer."""
    orders = {
        "hello": lambda: None,
        "start": keeper.start,
        "stop": keeper.stop,
        "stop-immediately": lambda: keeper.stop(signal.SIGQUIT),
        "crash": keeper.crash,
    }
    try:
        orders[order]()
    except (RuntimeError, OSError, KeyError) as fault:
        return f"{type(fault).__name__}: {fault}".replace("\n", " ")
    return "ok"


def serve(keeper: Keeper, listening: socket.socket) -> socket.socket | None:
    """Takes orders until everybody who had connected is gone; gives the connection of the last one."""
    connected = 0
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        while ready := selector.select(None if connected else FIRST_CONNECTION):
            for key, _ in ready:
                caller: socket.socket | None = key.data
                if caller is None:
                    connection, _ = listening.accept()
                    selector.register(connection, selectors.EVENT_READ, connection)
                    connected += 1
                elif order := caller.recv(100).decode("ascii").strip():
                    caller.sendall(obey(keeper, order).encode() + b"\n")
                else:
                    selector.unregister(caller)
                    connected -= 1
                    if connected == 0:
                        return caller
                    caller.close()
    return None


def main() -> None:
    """Keeps one server."""
    if os.fork():
        os._exit(0)  # so that nobody has to wait for this process
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    keeper = Keeper(Path(sys.argv[1]), sys.argv[2], *map(Path, sys.argv[3:]))
    last = None
    try:
        keeper.prepare()
        keeper.start()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(keeper.folder / "keeper"))
            listening.listen()
            print("ready", keeper.folder, flush=True)
            last = serve(keeper, listening)
    except (EndedError, ConnectionError):
        pass
    finally:
        keeper.close()
        if last is not None:
            last.close()


if __name__ == "__main__":
    main()
