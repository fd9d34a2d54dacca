"""Alerts handed to a program: what it gets, what it does not get, and what becomes of one that misbehaves."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from gateway.programs import LONGEST_LINE
from gateway.service.alerting.command import CommandWay
from gateway.service.alerting.notices import NotDeliveredError
from gateway.settings.forms import AlertCommand
from gateway.store.surroundings import SystemClock
from tests.service.test_alert_mail import TOLD

SPELL_OUT = """
import json, os, sys
told = {"arguments": sys.argv[1:], "given": sys.stdin.read(), "environment": dict(os.environ)}
open("told.json", "w").write(json.dumps(told))
"""


def way(folder: Path, program: str, log: LogCapture | None = None, seconds: float = 20.0) -> CommandWay:
    """A way that runs a program of Python, with an argument of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "MAIL_PASSWORD": "secret",
        "HOME": "nowhere",
    }
    return CommandWay(
        command=AlertCommand((sys.executable, "-c", program, "own; $(argument)")),
        folder=folder,
        environment=environment,
        clock=SystemClock(),
        log=structlog.wrap_logger(None, [log or LogCapture()]),
        seconds=seconds,
    )


def test_a_program_gets_the_alert_and_none_of_our_secrets(tmp_path: Path) -> None:
    way(tmp_path, SPELL_OUT)(replace(TOLD, text='"Käfer" \u2028 $(reboot)'))
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["arguments"] == ["own; $(argument)", "error", "disk-full"]
    given = json.loads(told["given"])
    assert given["text"] == '"Käfer" \u2028 $(reboot)'
    assert (given["id"], given["title"], given["times"]) == (TOLD.id, "The disk is full", 1)
    assert given["opened_at"] == "2026-11-23T12:00:00.000000Z"
    assert told["given"].isascii()
    assert "MAIL_PASSWORD" not in told["environment"]
    assert told["environment"]["HOME"] == "nowhere"


def test_the_first_line_of_what_a_program_says_is_logged(tmp_path: Path) -> None:
    log = LogCapture()
    way(tmp_path, "print('\\x1b[2J' + 'x' * 1_000_000); print('a password')", log)(TOLD)
    (entry,) = log.entries
    assert (entry["event"], entry["status"]) == ("alert-command", 0)
    assert entry["output"] == ("[2J" + "x" * 400)[:LONGEST_LINE]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("raise SystemExit(3)", "ended with 3"),
        ("import time; time.sleep(600)", r"did not end within 0\.5 s; it was killed"),
    ],
)
def test_a_program_that_does_not_end_well_did_not_deliver(tmp_path: Path, program: str, why: str) -> None:
    log = LogCapture()
    with pytest.raises(NotDeliveredError, match=why):
        way(tmp_path, program, log, seconds=0.5 if "sleep" in program else 20.0)(TOLD)
    assert [entry["event"] for entry in log.entries] == ["alert-command"]


@pytest.mark.parametrize("name", ["no-such-program", "told\0"])
def test_a_program_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotDeliveredError, match="could not be started"):
        replace(way(tmp_path, ""), command=AlertCommand((name,)))(TOLD)


def test_a_program_of_the_workspace_is_found(tmp_path: Path) -> None:
    script = tmp_path / "page.sh"
    script.write_text('#!/bin/sh\necho "$1 $2" > paged\n', encoding="utf-8")
    script.chmod(0o700)
    replace(way(tmp_path, ""), command=AlertCommand(("./page.sh",)))(TOLD)
    assert (tmp_path / "paged").read_text(encoding="utf-8") == "error disk-full\n"
