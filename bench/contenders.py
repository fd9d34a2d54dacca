"""Worker processes, one for each contender, and the conversation with them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    """What a worker says of a pass: CPU seconds, what came through, and a few faults in its own words."""

    cpu: float
    accepted: int
    faults: tuple[str, ...] = ()


class Contender:
    """A worker process that makes passes over files."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process

    def passing(self, task: str, files: Sequence[Path], expected: int) -> float:
        """CPU seconds of one pass; all that is expected must come through, else the figure means nothing."""
        answer = self._asked(task, files)
        if answer.accepted != expected:
            raise SystemExit(
                f"{self.name}, {task}: {answer.accepted:,} of {expected:,} came through; nothing is compared."
            )
        return answer.cpu

    def faults(self, task: str, file: Path) -> Sequence[str]:
        """What it finds wrong with a file, in its own words; nothing when it accepts it."""
        answer = self._asked(task, [file])
        return () if answer.accepted else answer.faults or ("refused",)

    def asked(self, kind: type[T], task: str, *words: str) -> T:
        """What the worker answers when it has done a task."""
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("the worker was started without pipes")
        self._process.stdin.write("\t".join((task, *words)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"The process of {self.name} ended; what it printed stands above.")
        return msgspec.json.decode(line, type=kind)

    def _asked(self, task: str, files: Sequence[Path]) -> Answer:
        return self.asked(Answer, task, *map(str, files))


@contextmanager
def python_worker(name: str, folder: Path) -> Iterator[Contender]:
    """One of the contenders of `bench.worker`, `folder` being its workspace or maps."""
    with worker(name, [sys.executable, "-m", "bench.worker", name, str(folder)]) as contender:
        yield contender


@contextmanager
def worker(name: str, command: Sequence[str]) -> Iterator[Contender]:
    """A process on one core that talks as `bench.worker` does; it ends when its standard input does."""
    with on_one_core():
        process = _started(command)
    with process:
        yield Contender(name, process)


@contextmanager
def free_worker(name: str, command: Sequence[str]) -> Iterator[Contender]:
    """The same on all cores, as what waits for the disk is served in practice."""
    with _started(command) as process:
        yield Contender(name, process)


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=None, text=True)


@contextmanager
def on_one_core() -> Iterator[None]:
    """What is started meanwhile runs on one core, always the same; this process goes on as before."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
