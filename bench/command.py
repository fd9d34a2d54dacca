"""`gateway` as a person runs it: a process of its own, in a workspace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.contenders import on_one_core

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 900  # a command that takes longer is ended
START = "import sys; from gateway.cli import main; sys.argv[0] = 'gateway'; sys.exit(main())"
SHOWN_OF_A_FAULT = 300


class Ran(NamedTuple):
    """What a command took: greatest resident memory in bytes, CPU seconds, and `marks` counted in its output.

    `fault` tells why it does not count, "" when all is well.
    """

    peak: int
    cpu: float
    marks: int
    fault: str


def measured(workspace: Path, arguments: Sequence[str], mark: str, module: str = "") -> Ran:
    """Runs `gateway`, or a module of the bench, with these arguments on one core and measures its memory."""
    peak = Path(__file__).with_name("peak.py")
    launcher = [sys.executable, "-I", "-S", str(peak), str(LIMIT_SECONDS), mark]
    with tempfile.TemporaryFile() as told, on_one_core():
        program = [sys.executable, "-m", module] if module else as_installed()
        command = [*launcher, *program, *arguments]
        done = subprocess.run(
            command, cwd=workspace, env=environment(), stdout=subprocess.PIPE, stderr=told, check=True
        )
        code, kilobytes, cpu, seconds, marks = done.stdout.split()
        fault = ""
        if float(seconds) >= LIMIT_SECONDS:
            fault = f"ended after {LIMIT_SECONDS} s"
        elif int(code):
            told.seek(0)
            words = " ".join(told.read(SHOWN_OF_A_FAULT).decode(errors="replace").split())
            fault = f"exit code {int(code)}: {words}"
    return Ran(int(kilobytes) * 1024, float(cpu), int(marks), fault)


def timed(workspace: Path, arguments: Sequence[str]) -> float:
    """Seconds from start to end of `gateway` with these arguments, which must find nothing wrong."""
    command = [*as_installed(), *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=workspace, env=environment(), capture_output=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        told = (done.stdout + done.stderr).decode(errors="replace")
        raise SystemExit(f"gateway {' '.join(arguments)} ended with {done.returncode}: {told}")
    return seconds


def as_installed() -> list[str]:
    """The installed command, or what it does when it is not installed beside this Python."""
    installed = Path(sys.executable).with_name("gateway")
    return [str(installed)] if installed.is_file() else [sys.executable, "-c", START]


def environment() -> dict[str, str]:
    """That of this process; the gateway measured is the one that this bench belongs to."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
