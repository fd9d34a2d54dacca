"""Runs the console blocks of a page in one shell, as a reader would type them, and holds what they print.

What differs from run to run is held by its form: ids, times, hashes, sizes of disks, paths. An id that the
page shows and a later command names is the id that was really printed.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
READY_WITHIN = 60.0  # seconds
PAUSE = 0.1
LONGEST = 120.0  # seconds of one command
MAY_WAIT = (
    "gateway status",
    "gateway queue list",
    "gateway ledger prove --po",
    "gateway ledger witness",
    "ls outbound",
    "ls inbound",
)
"""What looks at the work of a service, which does it a moment later."""
VARIES = re.compile(
    r"(?P<id>\b(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9]{20})\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)"
    r"|(?P<hex>\b[0-9a-f]{64}\b|\b[0-9a-f]{16}\b)"
    r"|(?P<key>\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}={0,2})"
    r"|(?P<base64>[A-Za-z0-9+/]{43,}={0,2})"
    r"|(?P<witness>\bwitness-[0-9a-f]{8}\b)"
    r"|(?P<disk>[\d,.]+ of [\d,.]+ GiB)"
    r"|(?P<bytes>\b[\d,]{4,} bytes)"
    r"|(?P<signed>last checkpoint at \d+|\d+ kept, |first \d+ entries)"
    r"|(?P<process>\b(?:process\": |kill )\d+)"
    r"|(?P<path>(?<![\w.])/[\w./-]+)"
)
FORMS = {
    "id": r"(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9]{20})",
    "time": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?",
    "hex": r"[0-9a-f]{16,64}",
    "key": r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+",
    "base64": r"[A-Za-z0-9+/=]+",
    "witness": r"witness-[0-9a-f]{8}",
    "disk": r"[\d,.]+ of [\d,.]+ GiB",
    "bytes": r"[\d,]+ bytes",
    "signed": r"last checkpoint at \d+|\d+ kept, |first \d+ entries",
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
        notes.mkdir(exist_ok=True)
        self._out, self._err = notes / "out", notes / "err"
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        self._log = Path(f"/proc/{self._shell.pid}/cwd/serve.log")
        self._ids: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what the page left running, and the shell."""
        self._say("kill $(jobs -p) 2>/dev/null; wait; exit")
        self._shell.communicate(timeout=LONGEST)

    def run(self, command: str) -> Done:
        """Run a command of the page; of one in the background, until its service is ready."""
        for shown, printed in self._ids.items():
            command = command.replace(shown, printed)
        in_background = command.endswith("&")
        if in_background:
            self._log.unlink(missing_ok=True)  # of the service before
        out, err = (shlex.quote(str(path)) for path in (self._out, self._err))
        self._say(f"{{ {command}\n}} >{out} 2>{err} </dev/null; echo $?")
        assert self._shell.stdout is not None
        code = int(self._shell.stdout.readline())
        if in_background:
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
        while not (self._log.is_file() and '"event": "ready"' in self._log.read_text("utf-8")):
            assert time.monotonic() < until, "the service is not ready"
            time.sleep(PAUSE)

    def _say(self, line: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{line}\n")
        self._shell.stdin.flush()


def _flexible(text: str) -> str:
    """Words as they are, and any number of blanks where there are some: columns are as wide as they must."""
    return re.sub(r"(?:\\ )+", r"\\s+", re.escape(text))


def told(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page with the lines that are shown below it."""
    for _, block in BLOCK.findall(page):
        found: list[tuple[str, list[str]]] = []
        for line in textwrap.dedent(block).splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
        yield from found


def follow(
    reader: Reader,
    page: str,
    codes: Mapping[str, int] | None = None,
    before: Mapping[str, Callable[[], None]] | None = None,
) -> int:
    """Run all commands of a page, and give their number.

    `codes` has the exit codes of those that do not end with 0, and `before` what happens before a command;
    both name a command by its beginning. An exit code is for the first such command alone.
    """
    ends, first, count = dict(codes or {}), dict(before or {}), 0
    for command, shown in told(page):
        for beginning in [each for each in first if command.startswith(each)]:
            first.pop(beginning)()
        ending = next((each for each in ends if command.startswith(each)), "")
        said = _as_shown(reader, command, shown, ends.pop(ending, 0))
        assert said is None, said
        count += 1
    assert not ends
    assert not first
    return count


def _as_shown(reader: Reader, command: str, shown: list[str], code: int) -> str | None:
    """None when the command does what the page shows, else what it did."""
    until = time.monotonic() + READY_WITHIN
    while True:
        done = reader.run(command)
        printed = [*done.out.splitlines(), *done.err.splitlines()]
        missing = [line for line in shown if line and not reader.holds(line, printed)]
        if done.code == code and not missing:
            return None
        waits = command.startswith(MAY_WAIT) and (done.code != code or "witness" not in command)
        if not waits or time.monotonic() > until:
            return f"{command}\nended with {done.code} and did not print {missing}:\n{done.out}{done.err}"
        time.sleep(PAUSE)
