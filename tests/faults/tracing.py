"""Runs a command under strace and reads what that wrote: a `Call` for each system call, by completion.

What strace(1) shows is in the order of what happened in the sense that counts: a traced thread stands still
at the entry and at the exit of a call until strace has written it down, so an effect is never written
before its cause. A call of one thread that others interrupt is written in two lines; `start` and `end` are
both kept. Costs, measured: 0.15 ms for each call that is looked at and four bytes of text for each byte
written.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import msgspec
import pytest

__all__ = [
    "STRACE",
    "Call",
    "Descriptor",
    "TraceError",
    "Traced",
    "calls",
    "descriptors",
    "environment",
    "first_descriptor",
    "needs_strace",
    "read_calls",
    "sent",
    "strings",
    "traced",
]

STRACE = shutil.which("strace")


def _usable() -> bool:
    if STRACE is None:
        return False
    tried = [STRACE, "-f", "--seccomp-bpf", "-o", os.devnull, "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


needs_strace = pytest.mark.skipif(
    not _usable(), reason="no strace that works is installed; `make peers` installs it, or says how"
)

LOOKED_AT = (
    # reads and locks are not looked at: they are many, and the place in a file is known from lseek and write
    "open,openat,openat2,creat,close,dup,dup2,dup3,lseek,chdir,fchdir,clone,clone3,fork,vfork,"
    "write,writev,pwrite64,pwritev,pwritev2,truncate,ftruncate,fallocate,mmap,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,"
    "fsync,fdatasync,sync,syncfs,sendto,sendmsg,sendmmsg,sendfile,copy_file_range,splice,io_uring_setup"
)
LONGEST = 1 << 26  # bytes of one string; a longer one would be cut and is refused when it is read

LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
WHOLE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)(.*)", re.DOTALL)
RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
NEVER_ENTERED = "???("  # the process was killed before strace could see what it was about to call
UNFINISHED = " <unfinished ...>"
BEGUN = re.compile(r"(\w+)\((.*)", re.DOTALL)
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
IOV = re.compile(r'iov_base=("[^"]*"(?:\.\.\.)?)')
DESCRIPTOR = re.compile(
    r"(?:^|(?<=[ (,=]))(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})+|[A-Z][\w-]*:\[.*?\])>(\(deleted\))?(?=[,)\s]|$)"
)


class TraceError(Exception):
    """What strace wrote cannot be read, or not enough was written to judge by."""


class Call(msgspec.Struct, frozen=True):
    """One system call.

    `start` and `end` number the lines at which it was entered and had returned; `end` is None where the
    process ended within it. `result` is None then, else what it returned (-1 for an error, whose name is in
    `error`).
    """

    pid: int
    name: str
    start: int
    end: int | None
    arguments: str
    result: int | None
    returned: str = ""
    error: str = ""


class Descriptor(msgspec.Struct, frozen=True):
    """A file descriptor as strace shows it: its number (-100 for AT_FDCWD) and what it leads to."""

    number: int
    leads_to: str
    deleted: bool


def traced(command: Sequence[str], output: Path, calls: str = LOOKED_AT) -> list[str]:
    """The command line that runs a command under strace and writes what it does to a file."""
    assert STRACE is not None
    shown = ["-f", "--seccomp-bpf", "-qq", "-xx", "-s", str(LONGEST), "-e", "decode-fds=path,socket"]
    return [
        STRACE, *shown, "-e", "abbrev=none", "-e", "signal=none", "-e", f"trace={calls}", "-o", str(output),
        *command,
    ]  # fmt: skip


class Traced:
    """A process that runs under strace: `with Traced([...], output) as process: process.stop()`.

    Leaving the block ends what is left of it. A signal goes to the traced process, never to strace, which
    would let go of it and write nothing more.
    """

    def __init__(
        self,
        prefixed: Sequence[str],
        stdin: int | None = None,
        stdout: int | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.strace = subprocess.Popen(prefixed, stdin=stdin, stdout=stdout, cwd=cwd, env=environment())

    def __enter__(self) -> Traced:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.strace.poll() is None:
            self.send(signal.SIGKILL)
        self.strace.wait(60)
        for stream in (self.strace.stdin, self.strace.stdout, self.strace.stderr):
            if stream is not None:
                stream.close()

    @property
    def pid(self) -> int | None:
        """The traced process, or None where it has not begun or has ended."""
        try:
            own = Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children").read_text().split()
        except FileNotFoundError:
            return None
        return int(own[0]) if own else None

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the traced process."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, number)

    def stop(self, patience: float = 60) -> int:
        """Asks it to end (SIGTERM) and waits; the code it ended with."""
        self.send(signal.SIGTERM)
        return self.strace.wait(patience)


def read_calls(output: Path) -> list[Call]:
    """The calls of a file that strace wrote."""
    with output.open(encoding="ascii", errors="surrogateescape", newline="\n") as lines:
        return list(calls(lines))


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """The calls of what strace wrote, in order of completion; those that never returned come last."""
    begun: dict[int, tuple[int, str, str]] = {}
    never: list[Call] = []
    for at, line in enumerate(lines):
        found = LINE.fullmatch(line.rstrip("\n"))
        if found is None:
            raise TraceError(f"line {at + 1} of the recording begins without a process: {line[:80]!r}")
        pid, text = int(found[1]), found[2]
        if text.startswith(("+++", "---", NEVER_ENTERED)):
            continue
        if text.endswith(UNFINISHED):
            entered = BEGUN.fullmatch(text[: -len(UNFINISHED)])
            if entered is None:
                raise TraceError(f"line {at + 1} of the recording cannot be read: {text[:80]!r}")
            begun[pid] = (at, entered[1], entered[2])
            continue
        start = at
        resumed = RESUMED.fullmatch(text)
        if resumed is not None:
            if pid not in begun:
                raise TraceError(f"line {at + 1} of the recording ends a call that nobody began")
            start, name, head = begun.pop(pid)
            text = f"{name}({head}{resumed[2]}"
        call = _whole(pid, start, at, text)
        if call.end is None:
            never.append(call)
        else:
            yield call
    never += [Call(pid, name, start, None, head, None) for pid, (start, name, head) in begun.items()]
    yield from sorted(never, key=lambda call: call.start)


def _whole(pid: int, start: int, end: int, text: str) -> Call:
    found = WHOLE.fullmatch(text)
    if found is None:
        # a process that is killed within a call leaves it without any end
        entered = BEGUN.fullmatch(text)
        if entered is None:
            raise TraceError(f"line {end + 1} of the recording cannot be read: {text[:80]!r}")
        return Call(pid, entered[1], start, None, entered[2], None)
    name, arguments, result, tail = found.groups()
    if result == "?":
        return Call(pid, name, start, None, arguments, None)
    error = tail.split()[0] if result == "-1" and tail.strip() else ""
    return Call(pid, name, start, end, arguments, int(result, 0), result + tail, error)


def strings(arguments: str) -> list[bytes]:
    """The strings among the arguments of a call, each as its bytes."""
    read = []
    for found in STRING.finditer(arguments):
        if found[2]:
            raise TraceError(f"strace cut a string after {len(found[1]) // 4} bytes; raise LONGEST")
        read.append(_bytes(found[1]))
    return read


def descriptors(arguments: str) -> list[Descriptor]:
    """The file descriptors among the arguments of a call (or in what it returned) that lead somewhere."""
    return [_descriptor(found) for found in DESCRIPTOR.finditer(arguments)]


def first_descriptor(arguments: str) -> Descriptor | None:
    """The descriptor that a call begins with; None where it begins with none that leads anywhere."""
    found = DESCRIPTOR.match(arguments)
    return None if found is None else _descriptor(found)


def sent(call: Call) -> bytes:
    """The bytes that a call wrote or sent; all that it was given where it never returned."""
    found = DESCRIPTOR.match(call.arguments)
    rest = call.arguments[0 if found is None else found.end() :]
    if call.name == "sendto":
        rest = (
            rest[: rest.index('"', rest.index('"') + 1) + 4] if '"' in rest else ""
        )  # an address may follow
    elif call.name.startswith("sendm"):
        rest = "".join(IOV.findall(rest))
    data = b"".join(strings(rest))
    return data if call.result is None or call.name == "sendmmsg" else data[: call.result]


def _descriptor(found: re.Match[str]) -> Descriptor:
    number, to = found[1], found[2]
    if to.startswith("\\x"):
        leads_to = os.fsdecode(_bytes(to))
    else:
        leads_to = STRING.sub(lambda text: os.fsdecode(_bytes(text[1])), to)
    return Descriptor(-100 if number == "AT_FDCWD" else int(number), leads_to, bool(found[3]))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a traced Python, which writes no byte code: only its work is recorded."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(extra or {})}
