"""Runs the console blocks of a page in one shell, as a reader would type them, and holds what they print.

What differs from run to run is held by its form: ids, times, hashes, sizes of disks, paths. An id that the page
shows and a later command names is the id that was really printed.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.docs.test_readme import commands, console_blocks

READY_WITHIN = 60.0  # seconds
PAUSE = 0.05
LONGEST = 120.0  # seconds of one command
VARIES = re.compile(
    r"(?P<id>\b[0-9A-HJKMNP-TV-Z]{26}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)"
    r"|(?P<hex>\b[0-9a-f]{64}\b|\b[0-9a-f]{16}\b)"
    r"|(?P<key>\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}={0,2})"
    r"|(?P<base64>[A-Za-z0-9+/]{43,}={0,2})"
    r"|(?P<witness>\bwitness-[0-9a-f]{8}\b)"
    r"|(?P<disk>[\d,.]+ of [\d,.]+ GiB)"
    r"|(?P<bytes>\b[\d,]{4,} bytes)"
    r"|(?P<process>\b(?:process\": |kill )\d+)"
    r"|(?P<path>(?<![\w.])/[\w./-]+)"
)
FORMS = {
    "id": r"[0-9A-HJKMNP-TV-Z]{26}",
    "time": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?",
    "hex": r"[0-9a-f]{16,64}",
    "key": r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    "base64": r"[A-Za-z0-9+/=]+",
    "witness": r"witness-[0-9a-f]{8}",
    "disk": r"[\d,.]+ of [\d,.]+ GiB",
    "bytes": r"[\d,]+ bytes",
    "process": r"(?:process\": |kill )\d+",
    "path": r"/[\w./-]+",
}


class Done(NamedTuple):
    """What came of one command."""

    code: int
    out: str
    err: str


class Reader:
    """A shell in `folder`; the ids that a page shows stand for those that were printed."""

    def __init__(self, folder: Path, notes: Path) -> None:
        """`notes`: a folder for what commands print; it lies outside of what they see."""
        self._out, self._err = notes / "out", notes / "err"
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env={**os.environ, "PATH": path, "COLUMNS": "200"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        self._ids: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what the page left running, and the shell."""
        self._say("kill $(jobs -p) 2>/dev/null; wait; exit")
        self._shell.wait(LONGEST)

    def run(self, command: str) -> Done:
        """Run a command of the page; of one in the background, until its service is ready."""
        for shown, printed in self._ids.items():
            command = command.replace(shown, printed)
        out, err = (shlex.quote(str(path)) for path in (self._out, self._err))
        self._say(f"{{ {command}\n}} >{out} 2>{err} </dev/null; echo $?")
        assert self._shell.stdout is not None
        code = int(self._shell.stdout.readline())
        if command.endswith("&"):
            self._wait_until_ready()
        return Done(code, self._out.read_text("utf-8"), self._err.read_text("utf-8"))

    def holds(self, shown: str, printed: list[str]) -> bool:
        """Whether a line like the one that the page shows was printed; its ids are then known."""
        form, at, ids = "", 0, list[str]()
        for match in VARIES.finditer(shown):
            form += _flexible(shown[at : match.start()]) + f"({FORMS[str(match.lastgroup)]})"
            ids.append(match[0] if match.lastgroup == "id" else "")
            at = match.end()
        wanted = re.compile(form + _flexible(shown[at:]))
        for line in printed:
            if found := wanted.fullmatch(line.rstrip()):
                self._ids |= {one: real for one, real in zip(ids, found.groups(), strict=True) if one}
                return True
        return False

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while subprocess.run(
            ["sh", "-c", 'grep -q \'"event": "ready"\' "$0"/serve.log', os.readlink(self._cwd())], check=False
        ).returncode:
            assert time.monotonic() < until, "the service is not ready"
            time.sleep(PAUSE)

    def _cwd(self) -> str:
        return f"/proc/{self._shell.pid}/cwd"

    def _say(self, line: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{line}\n")
        self._shell.stdin.flush()


def _flexible(text: str) -> str:
    """Words as they are, and any number of blanks where there are blanks: columns are as wide as they must."""
    return re.sub(r"(?:\\ )+", r"\\s+", re.escape(text))


def told(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page with the lines that are shown below it."""
    for block in console_blocks(page):
        yield from commands(block)


@contextmanager
def reading(folder: Path, notes: Path) -> Iterator[Reader]:
    """A reader in a folder."""
    notes.mkdir(exist_ok=True)
    with Reader(folder, notes) as reader:
        yield reader


def follow(reader: Reader, page: str, codes: dict[str, int]) -> int:
    """Run all commands of a page, and give their number; `codes` has those that do not end with 0."""
    count = 0
    for command, shown in told(page):
        done = reader.run(command)
        said = f"{command}\n{done.out}{done.err}"
        assert done.code == codes.get(command, 0), said
        printed = [*done.out.splitlines(), *done.err.splitlines()]
        for line in shown:
            assert not line or reader.holds(line, printed), f"{line!r} was not printed by {said}"
        count += 1
    return count
