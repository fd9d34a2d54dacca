"""Alerts handed to a program: JSON on its standard input, severity and code behind its own arguments."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from structlog.typing import FilteringBoundLogger

from gateway.codes.alerts import ALERTS
from gateway.ports import Clock
from gateway.service.alerting.notices import NotDeliveredError
from gateway.settings.forms import AlertCommand
from gateway.store.alerts import OpenAlert
from gateway.store.columns import moment_text

SECONDS = 30.0
MOST_OUTPUT = 2000  # bytes of what a program says that are kept
LOOK = 0.1  # seconds between looks at a program that has nothing to say
PIECE = 65_536
PASSED_ON = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER")
"""Variables that the program gets; of all others one might hold a secret of ours."""


@dataclass(frozen=True, slots=True)
class CommandWay:
    """Hands alerts to a program, without a shell. It runs in `folder`, for at most `seconds`."""

    command: AlertCommand
    folder: Path
    environment: Mapping[str, str]
    clock: Clock
    log: FilteringBoundLogger
    seconds: float = SECONDS

    def __call__(self, told: OpenAlert) -> None:
        """Run the program for one alert. Raises `NotDeliveredError` unless it ends with 0 in time."""
        name = self.command.run[0]
        with TemporaryFile() as given:
            given.write(alert_json(told).encode("ascii"))
            given.seek(0)
            try:
                process = self._started(given, told)
            except (OSError, ValueError) as fault:
                reason = fault.strerror if isinstance(fault, OSError) else "that is no name of a program"
                raise NotDeliveredError(f"The program {name} could not be started: {reason}") from fault
        with process:
            ended, said = self._watched(process)
        output = "".join(each if each.isprintable() else " " for each in said.decode("utf-8", "replace"))
        self.log.info("alert-command", alert=told.id, status=process.returncode, output=output)
        if not ended:
            raise NotDeliveredError(
                f"The program {name} did not end within {self.seconds:g} s; it was killed"
            )
        if process.returncode:
            raise NotDeliveredError(f"The program {name} ended with {process.returncode}, which is not 0")

    def _started(self, given: IO[bytes], told: OpenAlert) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.command.run, told.severity.value, told.code],
            cwd=self.folder,
            env={name: self.environment[name] for name in PASSED_ON if name in self.environment},
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it starts can be ended with it
        )

    def _watched(self, process: subprocess.Popen[bytes]) -> tuple[bool, bytes]:
        """Whether it ended in time, and the beginning of what it said; else it is killed with its group."""
        until, said = self.clock.monotonic() + self.seconds, bytearray()
        assert process.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            silent = False
            while (left := until - self.clock.monotonic()) > 0:
                if not silent and ready.select(min(left, LOOK)):
                    part = os.read(process.stdout.fileno(), PIECE)
                    said += part[: MOST_OUTPUT - len(said)]
                    silent = not part
                elif silent:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(left)
                if process.poll() is not None and (silent or not ready.select(0)):
                    return True, bytes(said)  # what it left running may hold its output open for long
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return False, bytes(said)


def alert_json(told: OpenAlert) -> str:
    """An alert as programs get it: an object in one line, in ASCII; times are UTC."""
    code = ALERTS[told.code]
    return json.dumps(
        {
            "id": told.id,
            "severity": told.severity.value,
            "code": told.code,
            "title": code.title,
            "about": told.about,
            "text": told.text,
            "times": told.times,
            "opened_at": moment_text(told.opened_at),
            "last_at": moment_text(told.last_at),
            "why": code.why,
            "remedy": code.remedy,
        }
    )
