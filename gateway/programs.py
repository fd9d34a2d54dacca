"""Programs of others: run without a shell, with few variables, for so long, and heard for so many bytes.

What a program starts is ended with it when its time is over. What it leaves running otherwise is not waited
for, though it may hold the output open.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from gateway.errors import GatewayError
from gateway.one_line import one_line
from gateway.ports import Clock

PASSED_ON = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER")
"""Variables that a program gets; of all others one might hold a secret of ours."""
LONGEST_LINE = 300
LOOK = 0.1  # seconds between looks at a program that has nothing to say
PIECE = 65_536


class NotStartedError(GatewayError):
    """A program could not be started."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take: `seconds` until it has ended, and `most` bytes that are kept of its output."""

    seconds: float
    most: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: with `status`, below 0 by a signal, or killed when it had taken so many seconds.

    `said` is the beginning of what it wrote to standard output and standard error.
    """

    program: str
    status: int
    killed_after: float | None
    said: bytes

    @property
    def first_line(self) -> str:
        """The first line that it said, up to 300 characters, printable."""
        lines = self.said.decode("utf-8", "replace").strip().splitlines()
        return one_line(lines[0], LONGEST_LINE) if lines else ""

    @property
    def complaint(self) -> str | None:
        """What is wrong with how it ended; None when it ended with 0."""
        if self.killed_after is not None:
            return f"The program {self.program} did not end within {self.killed_after:g} s; it was killed"
        return f"The program {self.program} ended with {self.status}" if self.status else None


def run(
    command: Sequence[str],
    given: bytes,
    folder: Path,
    environment: Mapping[str, str],
    clock: Clock,
    limits: Limits,
) -> Ended:
    """Run a program in `folder` with `given` on its standard input, and wait until it has ended.

    Of the `environment` it gets only what `PASSED_ON` names. Raises `NotStartedError`.
    """
    with TemporaryFile() as file:  # a pipe would have to be filled while the program is heard
        file.write(given)
        file.seek(0)
        try:
            process = subprocess.Popen(
                [*command],
                cwd=folder,
                env={name: environment[name] for name in PASSED_ON if name in environment},
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what it starts can be ended with it
            )
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else "that is no name of a program"
            raise NotStartedError(f"The program {command[0]} could not be started: {why}") from fault
    with process:
        said = bytearray()
        ended = _heard(process, said, clock, limits)
        if not ended:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return Ended(command[0], process.returncode, None if ended else limits.seconds, bytes(said))


def _heard(process: subprocess.Popen[bytes], said: bytearray, clock: Clock, limits: Limits) -> bool:
    """Whether it ended in time; `said` gets what it says."""
    until = clock.monotonic() + limits.seconds
    assert process.stdout is not None
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        silent = False
        while (left := until - clock.monotonic()) > 0:
            if not silent and ready.select(min(left, LOOK)):
                part = os.read(process.stdout.fileno(), PIECE)
                said += part[: limits.most - len(said)]
                silent = not part
            elif silent:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(min(left, LOOK))
            if process.poll() is not None and (silent or not ready.select(0)):
                return True
    return False
