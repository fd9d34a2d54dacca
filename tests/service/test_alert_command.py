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

from gateway.service.alerting.command import MOST_OUTPUT, CommandWay
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


def test_what_a_program_says_is_logged_up_to_a_limit(tmp_path: Path) -> None:
    log = LogCapture()
    way(tmp_path, "import sys; sys.stdout.write('\\x1b[2J' + 'x' * 1_000_000)", log)(TOLD)
    (entry,) = log.entries
    assert (entry["event"], entry["status"], len(entry["output"])) == ("alert-command", 0, MOST_OUTPUT)
    assert entry["output"].startswith(" [2Jxxx")


def test_a_program_need_not_read(tmp_path: Path) -> None:
    way(tmp_path, "import os; os.close(0)")(TOLD)


def test_a_program_that_ends_otherwise_than_with_0_did_not_deliver(tmp_path: Path) -> None:
    with pytest.raises(NotDeliveredError, match="ended with 3"):
        way(tmp_path, "raise SystemExit(3)")(TOLD)


HANGS = "import sys, time; print('begun', flush=True); time.sleep(600)"
CLOSES_AND_HANGS = "import os, time; os.close(1); os.close(2); time.sleep(600)"
HANGS_WITH_A_CHILD = "import subprocess; subprocess.run(['sleep', '600'])"
TALKS = "while True: print('x' * 1000)"


@pytest.mark.parametrize("program", [HANGS, CLOSES_AND_HANGS, HANGS_WITH_A_CHILD, TALKS])
def test_a_program_that_does_not_end_is_killed(tmp_path: Path, program: str) -> None:
    log = LogCapture()
    with pytest.raises(NotDeliveredError, match=r"did not end within 0\.5 s; it was killed"):
        way(tmp_path, program, log, seconds=0.5)(TOLD)
    (entry,) = log.entries
    assert entry["status"] == -9
    assert len(entry["output"]) <= MOST_OUTPUT


def test_what_a_program_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    left = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    log = LogCapture()
    way(tmp_path, left, log)(TOLD)
    os.kill(int(log.entries[0]["output"]), 9)


@pytest.mark.parametrize("name", ["no-such-program", "./nothing-here", "told\0"])
def test_a_program_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotDeliveredError, match="could not be started"):
        replace(way(tmp_path, ""), command=AlertCommand((name,)))(TOLD)


def test_a_program_of_the_workspace_is_found(tmp_path: Path) -> None:
    script = tmp_path / "page.sh"
    script.write_text('#!/bin/sh\necho "$1 $2" > paged\n', encoding="utf-8")
    script.chmod(0o700)
    replace(way(tmp_path, ""), command=AlertCommand(("./page.sh",)))(TOLD)
    assert (tmp_path / "paged").read_text(encoding="utf-8") == "error disk-full\n"
