"""Alerts handed to a program: JSON on its standard input, severity and code behind its own arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from gateway.codes.alerts import ALERTS
from gateway.ports import Clock
from gateway.programs import Limits, NotStartedError, run
from gateway.service.alerting.notices import NotDeliveredError
from gateway.settings.forms import AlertCommand
from gateway.store.alerts import OpenAlert
from gateway.store.columns import moment_text

SECONDS = 30.0
MOST_OUTPUT = 4096  # bytes in which the first line is looked for


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
        """Run the program for one alert. Raises `NotDeliveredError` unless it ends with 0 in time.

        The log has the first line of what it says.
        """
        try:
            ended = run(
                [*self.command.run, told.severity.value, told.code],
                alert_json(told).encode("ascii"),
                self.folder,
                self.environment,
                self.clock,
                Limits(self.seconds, MOST_OUTPUT),
            )
        except NotStartedError as fault:
            raise NotDeliveredError(f"{fault}") from fault
        self.log.info("alert-command", alert=told.id, status=ended.status, output=ended.first_line)
        if ended.complaint is not None:
            raise NotDeliveredError(ended.complaint)


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
