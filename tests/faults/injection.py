"""Lets a chosen system call of a real process fail, or kills the process there, by strace.

strace counts for each thread and for each call by itself: `nth` 3 of fsync and fdatasync is the third fsync
and the third fdatasync of every thread. `counted` tells how many there are, so that a sweep knows where to
end.
"""

from __future__ import annotations

import collections
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.faults.tracing import STRACE, environment, read_calls

__all__ = ["SYNCS", "WRITES", "counted", "failing", "killed", "run_counting"]

SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "fallocate", "ftruncate")


def failing(
    command: Sequence[str],
    calls: Sequence[str] = SYNCS,
    error: str = "EIO",
    nth: int = 1,
    onwards: bool = False,
    paths: Sequence[Path] = (),
    output: Path | None = None,
) -> list[str]:
    """The command line under which the n-th of some calls fails (from 1), and with `onwards` all after it.

    `paths` leaves alone every call that is not about one of these files, which need not be there yet; what
    was done can be written to `output`.
    """
    return _injected(command, calls, f"error={error}", f"{nth}{'+' if onwards else ''}", paths, output)


def killed(
    command: Sequence[str],
    calls: Sequence[str] = SYNCS,
    nth: int = 1,
    paths: Sequence[Path] = (),
    output: Path | None = None,
) -> list[str]:
    """The command line under which the process is killed (SIGKILL) as it enters the n-th of some calls."""
    return _injected(command, calls, "signal=KILL", str(nth), paths, output)


def _injected(
    command: Sequence[str],
    calls: Sequence[str],
    what: str,
    when: str,
    paths: Sequence[Path],
    output: Path | None,
) -> list[str]:
    assert STRACE is not None
    names = ",".join(calls)
    where = [part for path in paths for part in ("-P", str(path))]
    # a signal gets lost under --seccomp-bpf, where the thread stands still in another way
    quick = [] if what.startswith("signal=") else ["--seccomp-bpf"]
    return [
        STRACE, "-f", *quick, "-qq", "-o", str(output or "/dev/null"), *where, "-e", "signal=none",
        "-e", f"trace={names}", "-e", f"inject={names}:{what}:when={when}", *command,
    ]  # fmt: skip


def run_counting(
    command: Sequence[str], output: Path, calls: Sequence[str] = SYNCS, paths: Sequence[Path] = ()
) -> collections.Counter[str]:
    """Runs a command to its end without any fault; how often its busiest thread made each of some calls."""
    assert STRACE is not None
    where = [part for path in paths for part in ("-P", str(path))]
    options = ["-f", "--seccomp-bpf", "-qq", "-xx", "-s", "0", *where, "-e", "signal=none"]
    prefixed = [STRACE, *options, "-e", f"trace={','.join(calls)}", "-o", str(output), *command]
    subprocess.run(prefixed, check=True, capture_output=True, env=environment())
    return counted(output)


def counted(output: Path) -> collections.Counter[str]:
    """How often the busiest thread made each call that a recording holds: how far `nth` can go."""
    each = collections.Counter((call.pid, call.name) for call in read_calls(output))
    most: collections.Counter[str] = collections.Counter()
    for (_, name), times in each.items():
        most[name] = max(most[name], times)
    return most
