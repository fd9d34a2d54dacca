"""Real processes for tests: started, listened to, killed with all they started, and never left behind.

Nothing here sleeps: whoever waits is woken by what the process says or by its end, up to a deadline.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[1]
GATEWAY = "import sys; from gateway.cli import main; sys.argv[0] = 'gateway'; main()"
DEADLINE = 60.0  # seconds; a busy machine is no fault of what is tested
BETWEEN_LOOKS = 0.01  # seconds, where what is waited for does not tell that it happened
MARK = "GATEWAY_TEST_PROCESS"  # in the environment of a process, and so of all that it starts

Found = TypeVar("Found")


class Running:
    """A process that was started, and what it says."""

    def __init__(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._mark = secrets.token_hex(16)
        self._said = threading.Condition()
        self._out: list[str] = []
        self._err: list[str] = []
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, MARK: self._mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        streams = [(self._process.stdout, self._out), (self._process.stderr, self._err)]
        # always listening: a process whose words nobody takes stands still when its pipe is full
        self._listeners = [threading.Thread(target=self._listen, args=each, daemon=True) for each in streams]
        for listener in self._listeners:
            listener.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit code, minus a signal; None while it runs."""
        return self._process.poll()

    @property
    def out(self) -> str:
        """Standard output until now."""
        with self._said:
            return "".join(self._out)

    @property
    def err(self) -> str:
        """Standard error until now."""
        with self._said:
            return "".join(self._err)

    def wait_for_line(self, pattern: str, within: float = DEADLINE) -> re.Match[str]:
        """The first match in a line of standard output or standard error, of those before too."""
        expression = re.compile(pattern)

        def found() -> re.Match[str] | None:
            return next(filter(None, map(expression.search, [*self._out, *self._err])), None)

        return self._wait(found, within, f"a line like {pattern!r}")

    def wait_until(self, happened: Callable[[], bool], within: float = DEADLINE, what: str = "") -> None:
        """Returns when it is so; looked at again whenever the process says something, and in between."""
        self._wait(lambda: happened() or None, within, what or "what was waited for")

    def wait_for_socket(self, path: Path, within: float = DEADLINE) -> None:
        """Returns when somebody listens at a socket in a folder."""
        self.wait_until(lambda: listens(path), within, f"a listener at {path}")

    def wait(self, within: float = DEADLINE) -> int:
        """The exit code, when the process has ended; all it said has been read."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._tell(f"it still runs after {within} s")) from None
        for listener in self._listeners:
            # one that it started may still hold the pipes
            listener.join(0.2 if self.descendants() else DEADLINE)
        return self._process.returncode

    def send(self, text: str) -> None:
        """Writes to its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def end_input(self) -> None:
        """Closes its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    def descendants(self) -> list[int]:
        """The processes of those it started that run, in whichever session."""
        return [each for each in _marked(self._mark) if each != self.pid]

    def kill(self) -> None:
        """Kills it and all that it started; returns when none of them does anything any more."""
        self._process.kill()
        self._process.wait(DEADLINE)
        while left := _marked(self._mark):  # one of them may just have started another
            for each in left:
                _kill(each)
        for listener in self._listeners:
            listener.join(DEADLINE)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _listen(self, stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            with self._said:
                lines.append(line)
                self._said.notify_all()

    def _wait(self, look: Callable[[], Found | None], within: float, what: str) -> Found:
        deadline = time.monotonic() + within
        while True:
            ended = self._process.poll() is not None and not any(each.is_alive() for each in self._listeners)
            late = time.monotonic() > deadline
            # looked at behind both, so that what came last is seen
            with self._said:
                found = look()
                if found is not None:
                    return found
                if not ended and not late:
                    self._said.wait(BETWEEN_LOOKS)
            if ended:
                raise AssertionError(self._tell(f"it ended with {self.status} without {what}"))
            if late:
                raise AssertionError(self._tell(f"{what} did not come within {within} s"))

    def _tell(self, what: str) -> str:
        return f"{what}\n--- standard output\n{self.out}--- standard error\n{self.err}"


class Starter:
    """Starts processes in one folder, and kills at the end what still runs of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[Running] = []

    def python(
        self, program: str, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] = {}
    ) -> Running:
        """Starts a Python program, given as text, that finds the packages of this checkout."""
        return self._start(["-c", program, *arguments], folder, environment)

    def gateway(
        self, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] = {}
    ) -> Running:
        """Starts the command `gateway` of this checkout."""
        return self._start(["-c", GATEWAY, *arguments], folder, environment)

    def close(self) -> None:
        """Kills what still runs, and all that was started by it."""
        for each in self._started:
            each.kill()

    def _start(self, arguments: list[str], folder: Path | None, environment: Mapping[str, str]) -> Running:
        packages = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        own = {"PYTHONPATH": packages, "PYTHONUNBUFFERED": "1", "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        running = Running([sys.executable, *arguments], folder or self.folder, {**own, **environment})
        self._started.append(running)
        return running


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Starter]:
    """Starts processes in the temporary folder of the test; none outlives it."""
    with contextlib.closing(Starter(tmp_path)) as starter:
        yield starter


def listens(path: Path) -> bool:
    """Whether somebody takes connections at a socket in a folder."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
        return True


def _marked(mark: str) -> list[int]:
    """The processes that run with a mark in their environment. One that has ended has none any more."""
    found = []
    sought = f"{MARK}={mark}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if sought in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return found


def _kill(process: int) -> None:
    """Kills one process, and returns when it does nothing any more."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            select.select([handle], [], [], DEADLINE)
        finally:
            os.close(handle)
