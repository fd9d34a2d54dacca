"""`gateway serve` as a process of its own: started, asked what it takes of the machine, and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.command import as_installed, environment
from gateway.service.connection.local_socket import connected

READY_WITHIN = 30.0  # seconds
STOPPED_WITHIN = 30.0
LOOK_EVERY = 0.02
SHOWN = 2_000  # characters of what it logged last


class Service:
    """A service that takes commands."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        words = self._facts("stat").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def peak_bytes(self) -> int:
        """The most memory that was resident at any time."""
        lines = (line.split() for line in self._facts("status").splitlines())
        return next(int(words[1]) * 1024 for words in lines if words[0] == "VmHWM:")

    def check(self) -> None:
        """See that it still runs."""
        if self._process.poll() is not None:
            raise SystemExit(f"gateway serve ended with {self._process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        """The end of what it logged."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]

    def _facts(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="utf-8")


@contextmanager
def serving(place: Path, log: Path) -> Iterator[Service]:
    """The service of a workspace, from when it takes commands; it is stopped at the end."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            [*as_installed(), "serve"], cwd=place, env=environment(), stdout=told, stderr=told
        )
        service = Service(process, log)
        try:
            _wait_until_ready(service, place)
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(service: Service, place: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        service.check()
        link = connected(place / "var")
        if link is not None:
            link.close()
            return
        time.sleep(LOOK_EVERY)
    raise SystemExit(f"gateway serve was not ready within {READY_WITHIN:.0f} s: {service.last_words()}")
