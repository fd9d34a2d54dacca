"""Worker processes, one for each contender, and the conversation with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Contender:
    """A worker process that makes passes over files."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process

    def passing(self, task: str, files: Sequence[Path], expected: int) -> float:
        """CPU seconds of one pass; all that is expected must come through, else the figure means nothing."""
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("the worker was started without pipes")
        self._process.stdin.write("\t".join((task, *map(str, files))) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"The process of {self.name} ended; what it printed stands above.")
        answer: dict[str, float] = json.loads(line)
        if answer["accepted"] != expected:
            raise SystemExit(
                f"{self.name}, {task}: {answer['accepted']:.0f} of {expected} came through; "
                "nothing is compared."
            )
        return answer["cpu"]


def core() -> int:
    """The one core that every contender runs on."""
    return min(os.sched_getaffinity(0))


@contextmanager
def python_worker(name: str, folder: Path) -> Iterator[Contender]:
    """One of the contenders of `bench.worker`, `folder` being its workspace or maps."""
    arguments = ["-m", "bench.worker", name, str(folder), "--core", str(core())]
    with worker(name, [sys.executable, *arguments]) as contender:
        yield contender


@contextmanager
def worker(name: str, command: Sequence[str]) -> Iterator[Contender]:
    """A process that talks as `bench.worker` does; it ends when its standard input does."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=None, text=True) as process:
        yield Contender(name, process)
